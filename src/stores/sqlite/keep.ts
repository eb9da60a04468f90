import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { type Keyring, parseKeyring } from "../../core/keys.ts";
import { keyFaults, lostKeyFile, newKeys, wrongLogKey, wrongSigningKey } from "../keeping/keys.ts";
import { type Acceptance, type Loss, storeBehind } from "../keeping/losses.ts";
import { Marks } from "../keeping/marks.ts";
import { type Checkpoint, openCheckpoint } from "../proof/checkpoint.ts";
import { type EvidenceBeside, evidenceBeside, madeOnce } from "../proof/evidence-beside.ts";
import { type Component, type Database, openDatabase } from "./database.ts";
import {
  acceptanceUnderWay,
  beginAcceptance,
  type Ended,
  endAcceptance,
  endWriters,
  findLosses,
  forgetKeys,
  holdsContent,
  KEEPING_COMPONENT,
  knownKeys,
  knowsSigner,
  learnKeys,
  learnSigners,
  markId,
  setMarkId,
} from "./keeping.ts";
import { LOG_COMPONENT } from "./log/schema.ts";

export interface KeepOptions {
  readonly logKey: string | null;
  readonly anchor: string | null;
  /** The store is to be used as it is. */
  readonly accept?: Acceptance | undefined;
  /** Only to be looked at: what is missing holds nobody up. */
  readonly despite?: boolean | undefined;
  /** What another database, to which the records of a spool go, does not hold. */
  readonly elsewhere?: (database: Database, consents: readonly string[], keyring: Keyring) => Promise<readonly Loss[]>;
}

/** What stands beside a database file, found to belong to it. */
export interface KeptBeside {
  readonly keyring: Keyring;
  readonly evidence: EvidenceBeside;
  /** null while what is missing is being accepted, or only looked at. */
  readonly marks: Marks | null;
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
  const { accept, despite = false } = options;
  const database = openDatabase(path, [LOG_COMPONENT, ...components, KEEPING_COMPONENT]);
  try {
    const logKey = readLogKey(database, path, options);
    const signingKey = readSigningKey(database, path, options);
    const { keyring } = logKey;
    const { evidence } = signingKey;
    const file = marksFile(path);
    const read = Marks.read(file);
    const anchored = await lastAnchored(evidence);
    const losses = [
      ...findLosses(database, read, anchored),
      ...((await options.elsewhere?.(database, read?.consents ?? [], keyring)) ?? []),
    ];
    if (losses.length > 0 && accept === undefined && !despite) throw storeBehind(path, losses);
    const newKey = logKey.isNew || signingKey.isNew || acceptanceUnderWay(database)?.newKey === true;
    // One step: whoever starts after a crash finds all of it, and that it is not on record yet.
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
    return {
      keyring,
      evidence,
      marks,
      losses,
      ended,
      newKey,
      settle: () => renewMark(path),
    };
  } finally {
    database.close();
  }
}

export const marksFile = (path: string): string => `${path}.marks`;

/** The mark that the file knows; made where it knows none. One process makes it, others that start with it find it. */
function markOf(database: Database, file: string): Marks {
  return database
    .transaction(() => {
      if (markId(database) !== null) return Marks.at(file);
      const { marks, id } = Marks.make(file);
      setMarkId(database, id);
      return marks;
    })
    .immediate();
}

function renewMark(path: string): void {
  const database = openDatabase(path, [KEEPING_COMPONENT]);
  try {
    database
      .transaction(() => {
        setMarkId(database, Marks.make(marksFile(path)).id);
        endAcceptance(database);
      })
      .immediate();
  } finally {
    database.close();
  }
}

/** What is found; `learn` has the file know it from then on, which is to be done once all that stands beside it fits. */
interface KeyRead {
  readonly isNew: boolean;
  learn(): void;
}

function readLogKey(
  database: Database,
  path: string,
  { logKey, accept }: KeepOptions,
): KeyRead & { readonly keyring: Keyring } {
  const beside = logKey === null ? secretBeside(database, path, accept) : { secret: logKey, isNew: false };
  const keyring = parseKeyring(beside.secret);
  const check = (): boolean => {
    const faults = keyFaults(knownKeys(database, "log"), keyring.fingerprints);
    if (faults.length > 0 && accept?.newKey !== true) throw wrongLogKey(faults);
    return faults.length > 0;
  };
  const isNew = check() || beside.isNew;
  // Checked again: of several processes that start with a new file at once, one is the first.
  const learn = database.transaction(() => {
    if (check()) forgetKeys(database, "log");
    learnKeys(database, newKeys(knownKeys(database, "log"), keyring.fingerprints));
  }).immediate;
  return { keyring, isNew, learn };
}

/** Without it the references of the log could not be computed again: it is to be kept and backed up like the database. */
function secretBeside(
  database: Database,
  path: string,
  accept: Acceptance | undefined,
): { readonly secret: string; readonly isNew: boolean } {
  const file = `${path}.key`;
  const isNeeded =
    knownKeys(database, "log").length > 0 ||
    holdsContent(database, "log_record") ||
    holdsContent(database, "consent_event");
  const isNew = isNeeded && !existsSync(file);
  if (isNew && accept?.newKey !== true) throw lostKeyFile(file, "a log key");
  return { secret: madeOnce(file, () => `${randomBytes(32).toString("hex")}\n`), isNew };
}

function readSigningKey(
  database: Database,
  path: string,
  { anchor, accept }: KeepOptions,
): KeyRead & { readonly evidence: EvidenceBeside } {
  const file = `${path}.sign.pem`;
  const mayBeNew = accept?.newKey === true;
  const isNeeded = holdsContent(database, "log_checkpoint") || holdsSigners(database);
  const isGone = isNeeded && !existsSync(file);
  if (isGone && !mayBeNew) throw lostKeyFile(file, "a signing key");
  const evidence = evidenceBeside(path, anchor);
  const signers = evidence.keys.map(({ publicKey }) => publicKey);
  const isKnown = !holdsSigners(database) || knowsSigner(database, [...signers, ...evidence.formerKeys]);
  if (!isKnown && !mayBeNew) throw wrongSigningKey(file);
  const learn = (): void => {
    if (!isKnown) forgetKeys(database, "sign");
    learnSigners(database, signers);
  };
  return { evidence, isNew: isGone || !isKnown, learn };
}

function holdsSigners(database: Database): boolean {
  return knownKeys(database, "sign").length > 0;
}

/** Of each log the last checkpoint that the anchor has and one of the file's keys signed. */
async function lastAnchored({ anchor, keys, formerKeys }: EvidenceBeside): Promise<Checkpoint[]> {
  const publicKeys = [...keys.map(({ publicKey }) => publicKey), ...formerKeys];
  const last = new Map<string, Checkpoint>();
  // From the end: most others are shorter, and told by that.
  for (const note of ((await anchor.read().catch(() => null)) ?? []).reverse()) {
    const [origin = "", size] = note.split("\n", 2);
    if (Number(size) <= (last.get(origin)?.size ?? -1)) continue;
    const checkpoint = openCheckpoint(note, publicKeys);
    if (typeof checkpoint !== "string") last.set(origin, checkpoint);
  }
  return [...last.values()];
}
