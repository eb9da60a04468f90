import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Keyring } from "../../core/keys.ts";
import { type HeldKey, HeldKeys } from "../../databases/held-keys.ts";
import { wrongSigningKey } from "../../databases/keys.ts";
import { type Loss, markGone, storeBehind } from "../../databases/losses.ts";
import { Marks } from "../../databases/marks.ts";
import { holdAlone } from "../../databases/sqlite/alone.ts";
import { type Component, type Database, openDatabase, usingStore } from "../../databases/sqlite/database.ts";
import { type Checkpoint, openCheckpoint, originOf } from "../../log/proof/checkpoint.ts";
import type { EvidenceBeside } from "../../log/proof/evidence-beside.ts";
import { notesGiven } from "../../log/sqlite/anchor-feed.ts";
import { type Ended, endWriters, signEndings } from "../../log/sqlite/ended-logs.ts";
import { writerRows } from "../../log/sqlite/rows.ts";
import { LOG_COMPONENT } from "../../log/sqlite/schema.ts";
import type { KeepOptions } from "./keep-options.ts";
import {
  acceptanceUnderWay,
  beginAcceptance,
  endAcceptance,
  findLosses,
  KEEPING_COMPONENT,
  markId,
  setMarkId,
} from "./keeping.ts";
import { readLogKey, readSigningKey } from "./kept-keys.ts";
import { clearLeftovers } from "./leftovers.ts";

/** What stands beside a database file, found to belong to it. */
export interface KeptBeside {
  readonly keyring: Keyring;
  readonly evidence: EvidenceBeside;
  /** null while what is missing is being accepted, or only looked at. */
  readonly marks: Marks | null;
  /** The files beside it, as they are to stay while the store is open. */
  readonly keys: HeldKeys;
  readonly losses: readonly Loss[];
  /** Where an acceptance has ended the logs, and whether it took another key. */
  readonly ended: readonly Ended[];
  readonly newKey: boolean;
  /** Makes the mark anew, for the store as it is. To be called once the acceptance is on record. */
  settle(): void;
}

/**
 * Looks whether a database file and what stands beside it (keys, mark, anchor) belong together, and makes what is not
 * there yet beside a file that is new. Throws KEY_MISMATCH where a key is gone or another, STORE_BEHIND where the file
 * does not hold what was acknowledged; unless `accept` takes it as it is.
 */
export async function keepFile(
  path: string,
  components: readonly Component[],
  options: KeepOptions,
): Promise<KeptBeside> {
  const lost = lostDatabase(path);
  // Let go at once, as more than one connection is needed: a log that is ended under who comes in between is found so.
  if (options.accept !== undefined) holdAlone(path, "accept")?.close();
  if (lost !== null && options.accept === undefined) throw storeBehind(path, [lost]);
  const database = openDatabase(path, [LOG_COMPONENT, ...components, KEEPING_COMPONENT]);
  try {
    return await usingStore(path, () => keep(database, path, options, lost === null ? [] : [lost]));
  } finally {
    database.close();
  }
}

async function keep(
  database: Database,
  path: string,
  options: KeepOptions,
  found: readonly Loss[],
): Promise<KeptBeside> {
  const { accept, despite = false } = options;
  clearLeftovers(path);
  const logKey = readLogKey(database, path, options);
  const signingKey = readSigningKey(database, path, options);
  const { keyring } = logKey;
  const { evidence } = signingKey;
  const file = marksFile(path);
  const read = Marks.read(file);
  const publicKeys = [...evidence.keys.map(({ publicKey }) => publicKey), ...evidence.formerKeys];
  const anchored = await readAnchor(database, evidence.anchor, options.anchor ?? `${path}.checkpoints`);
  const { last, strange } = lastAnchored(database, anchored.notes, publicKeys);
  if (strange && accept?.newKey !== true && !despite) throw wrongSigningKey(`${path}.sign.pem`);
  // What a lost key has signed is not to be told by the one that takes its place.
  const lost = findLosses(database, read, last, accept?.newKey === true ? [] : publicKeys);
  const here = [...found, ...lost, ...anchored.losses];
  const losses =
    options.elsewhere === undefined
      ? here
      : await options.elsewhere(database, { losses: here, consents: read?.consents ?? [], keyring });
  if (losses.length > 0 && accept === undefined && !despite) throw storeBehind(path, losses);
  const newKey =
    logKey.isNew ||
    signingKey.isNew ||
    (strange && accept?.newKey === true) ||
    acceptanceUnderWay(database)?.newKey === true;
  // One step: a start after a crash finds all of it, and that it is not on record yet.
  const ended = database
    .transaction(() => {
      logKey.learn();
      signingKey.learn();
      if (accept === undefined) return [];
      beginAcceptance(database, newKey);
      return endWriters(database, losses);
    })
    .immediate();
  const marks = accept !== undefined || losses.length > 0 ? null : markOf(database, file);
  const held = [logKey.held, signingKey.held, marks === null ? null : heldMark(file)];
  const keys = new HeldKeys(held.filter((file) => file !== null));
  return { keyring, evidence, marks, keys, losses, ended, newKey, settle: () => settle(path, evidence) };
}

/** Files that are only ever made beside a database that is there. */
const BESIDE = [".key", ".sign.pem", ".marks", ".checkpoints"] as const;

/** A database that was there and is not, or is nothing but a name: one in its place would start as if nothing had been. */
export function lostDatabase(path: string): (Loss & { readonly of: "database" }) | null {
  // These before the database: of several processes that start anew at once, a process that sees a key sees a database.
  const beside = BESIDE.map((ending) => path + ending).filter((file) => existsSync(file));
  if (beside.length === 0 || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  return { of: "database", beside: beside.map((file) => basename(file)) };
}

function heldMark(file: string): HeldKey {
  const id = Marks.read(file)?.id;
  return {
    path: file,
    fits: () => Marks.read(file)?.id === id,
    fault: markGone,
    isWritten: true,
    look: () => Marks.check(file),
  };
}

export const marksFile = (path: string): string => `${path}.marks`;

/** The mark that the file knows; made where it knows none. One process makes it, others that start with it find it. */
function markOf(database: Database, file: string): Marks {
  return database
    .transaction(() => {
      if (markId(database) !== null) {
        Marks.check(file);
        return Marks.at(file);
      }
      const { marks, id } = Marks.make(file);
      setMarkId(database, id);
      return marks;
    })
    .immediate();
}

/** Once an acceptance is on record: the ends are signed, and the mark is of the store as it is. */
function settle(path: string, { keys, formerKeys }: EvidenceBeside): void {
  const database = openDatabase(path, [KEEPING_COMPONENT]);
  try {
    database
      .transaction(() => {
        signEndings(database, keys, formerKeys);
        setMarkId(database, Marks.make(marksFile(path)).id);
        endAcceptance(database);
      })
      .immediate();
  } finally {
    database.close();
  }
}

/** What an anchor has, and whether that is less than it was given. One that was given nothing yet is told when it is used. */
async function readAnchor(
  database: Database,
  anchor: EvidenceBeside["anchor"],
  file: string,
): Promise<{ readonly notes: readonly string[]; readonly losses: readonly Loss[] }> {
  const given = notesGiven(database, anchor.name);
  const lose = (why: string): Loss[] => (given.length === 0 ? [] : [{ of: "anchor", file, why }]);
  try {
    const notes = await anchor.read();
    if (notes === null) return { notes: [], losses: [] };
    const known = new Set(notes);
    const lacks = given.some((note) => !known.has(note));
    return { notes, losses: lacks ? lose("does not hold the checkpoints that it was given") : [] };
  } catch {
    return { notes: [], losses: lose("cannot be read") };
  }
}

/**
 * Of each log the last checkpoint that the anchor has and one of the keys signed; `strange`: whether it has a later one,
 * of a log of the file's that goes on, that none of them did.
 */
function lastAnchored(
  database: Database,
  notes: readonly string[],
  publicKeys: readonly Buffer[],
): { readonly last: readonly Checkpoint[]; readonly strange: boolean } {
  const originsHere = new Set(writerRows(database).flatMap(({ id, ended }) => (ended === 0 ? [originOf(id)] : [])));
  const last = new Map<string, Checkpoint>();
  let strange = false;
  // From the end: most others are shorter, and told by that.
  for (const note of notes.toReversed()) {
    const [origin = "", size] = note.split("\n", 2);
    if (Number(size) <= (last.get(origin)?.size ?? -1)) continue;
    const checkpoint = openCheckpoint(note, publicKeys);
    if (typeof checkpoint !== "string") last.set(origin, checkpoint);
    else if (checkpoint === "KEY_UNKNOWN" && originsHere.has(origin)) strange = true;
  }
  return { last: [...last.values()], strange };
}
