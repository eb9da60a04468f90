import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Keyring, parseKeyring } from "../../core/keys.ts";
import type { HeldKey } from "../../databases/held-keys.ts";
import { damagedKeyFile, keyFaults, lostKeyFile, newKeys, wrongLogKey, wrongSigningKey } from "../../databases/keys.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { openCheckpoint } from "../../log/proof/checkpoint.ts";
import { type EvidenceBeside, evidenceBeside, madeOnce, signersNamedIn } from "../../log/proof/evidence-beside.ts";
import type { Acceptance } from "../acceptance.ts";
import type { KeepOptions } from "./keep-options.ts";
import { forgetKeys, holdsContent, knownKeys, knowsOtherSigners, learnKeys, learnSigners } from "./keeping.ts";

/** What is found; `learn` has the file know it from then on, which is to be done once all that stands beside it fits. */
export interface KeyRead {
  readonly isNew: boolean;
  learn(): void;
  /** The file that holds it; null where it is given. */
  readonly held: HeldKey | null;
}

export function readLogKey(
  database: Database,
  path: string,
  { logKey, accept }: KeepOptions,
): KeyRead & { readonly keyring: Keyring } {
  const file = `${path}.key`;
  const beside = logKey === null ? secretBeside(database, file, accept) : { secret: logKey, isNew: false };
  const keyring = logKey === null ? keyringIn(file, beside.secret) : parseKeyring(logKey);
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
  const faultsIn = (text: string) => keyFaults(keyring.fingerprints, parseKeyring(text).fingerprints);
  const held: HeldKey = {
    path: file,
    fits: () => faultsIn(readFileSync(file, "utf8")).length === 0,
    fault: (isGone) =>
      isGone
        ? lostKeyFile(basename(file), "a log key")
        : wrongLogKey([`${basename(file)} does not hold the one that is in use`]),
  };
  return { keyring, isNew, learn, held: logKey === null ? held : null };
}

/** Throws KEY_MISMATCH where the file holds no secret. */
export function keyringIn(file: string, text: string): Keyring {
  try {
    return parseKeyring(text);
  } catch (cause) {
    throw damagedKeyFile(file, 'one secret, or "2:secret,1:secret" with the current version highest', cause);
  }
}

/** Without it the references of the log could not be computed again: it is to be kept and backed up like the database. */
function secretBeside(
  database: Database,
  file: string,
  accept: Acceptance | undefined,
): { readonly secret: string; readonly isNew: boolean } {
  const isNeeded =
    knownKeys(database, "log").length > 0 ||
    holdsContent(database, "log_record") ||
    holdsContent(database, "consent_event");
  const isNew = isNeeded && !existsSync(file);
  if (isNew && accept?.newKey !== true) throw lostKeyFile(file, "a log key");
  return { secret: madeOnce(file, () => `${randomBytes(32).toString("hex")}\n`), isNew };
}

export function readSigningKey(
  database: Database,
  path: string,
  { anchor, accept }: KeepOptions,
): KeyRead & { readonly evidence: EvidenceBeside } {
  const file = `${path}.sign.pem`;
  const mayBeNew = accept?.newKey === true;
  const isNeeded = holdsContent(database, "log_checkpoint") || knownKeys(database, "sign").length > 0;
  const isGone = isNeeded && !existsSync(file);
  if (isGone && !mayBeNew) throw lostKeyFile(file, "a signing key");
  const evidence = evidenceBeside(path, anchor);
  const signers = evidence.keys.map(({ publicKey }) => publicKey);
  const named = [...signers, ...evidence.formerKeys];
  // A rotation keeps the public keys of all that signed: a file that lacks one is another, or one from before.
  const isKnown = !knowsOtherSigners(database, named) && lastNotes(database).every((note) => isOf(note, named));
  if (!isKnown && !mayBeNew) throw wrongSigningKey(file);
  const learn = (): void => {
    if (!isKnown) forgetKeys(database, "sign");
    learnSigners(database, signers);
  };
  const held: HeldKey = {
    path: file,
    fits: () => {
      const now = signersNamedIn(path);
      return signers.every((key) => now.some((each) => each.equals(key)));
    },
    // Clients may be told: without the place.
    fault: (gone) => (gone ? lostKeyFile(basename(file), "a signing key") : wrongSigningKey(basename(file))),
  };
  return { evidence, isNew: isGone || !isKnown, learn, held };
}

/** The last checkpoint of each log that goes on. */
function lastNotes(database: Database): string[] {
  return database
    .prepare<[], string>(
      `SELECT c.note FROM log_writer AS w JOIN log_checkpoint AS c
       ON c.writer = w.no AND c.size = (SELECT max(size) FROM log_checkpoint WHERE writer = w.no) WHERE w.ended = 0`,
    )
    .pluck()
    .all();
}

/** Whether it is not by a stranger; what else is wrong with it is for the verification to tell. */
function isOf(note: string, publicKeys: readonly Buffer[]): boolean {
  return openCheckpoint(note, publicKeys) !== "KEY_UNKNOWN";
}
