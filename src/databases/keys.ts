import { FieldguardError } from "../core/errors.ts";
import type { KeyFingerprint } from "../core/keys.ts";

/** What stands in the way of a log key, in words; empty where it fits. `known`: the keys that the store was written with. */
export function keyFaults(known: readonly KeyFingerprint[], given: readonly KeyFingerprint[]): string[] {
  return known.flatMap(({ version, fingerprint }) => {
    const same = given.find((each) => each.version === version);
    if (same === undefined) return [`version ${version}, with which the store was written, is not given`];
    return same.fingerprint === fingerprint ? [] : [`version ${version} is another than the store was written with`];
  });
}

/** The versions that the store does not know yet. */
export function newKeys(known: readonly KeyFingerprint[], given: readonly KeyFingerprint[]): KeyFingerprint[] {
  return given.filter(({ version }) => !known.some((each) => each.version === version));
}

const TOLD = "`fieldguard store accept --new-key --because TEXT` says that it is gone for good";

export function wrongLogKey(faults: readonly string[]): FieldguardError {
  return new FieldguardError(
    "KEY_MISMATCH",
    `Cannot use the log key: ${faults.join("; ")}. Nobody's records would be found under it, and what is sealed could not be read. ` +
      `Give the key that the store was written with (option \`logKey\`, FIELDGUARD_LOG_KEY, or its key file); in rotation "2:new,1:old". If there is none any more, ${TOLD}.`,
  );
}

/** A key file is gone that the store was written with: another one is not made in silence. */
export function lostKeyFile(file: string, what: string): FieldguardError {
  return new FieldguardError(
    "KEY_MISMATCH",
    `Cannot use the store: it was written with ${what} that is not there any more (${file}). Put the file back from where you keep it; if there is none any more, ${TOLD}.`,
  );
}

/** A key file that is there and holds no key: nothing is written over it, as what is left may tell which it was. */
export function damagedKeyFile(file: string, expected: string, cause?: unknown): FieldguardError {
  return new FieldguardError(
    "KEY_MISMATCH",
    `Cannot use the key ${file}: expected ${expected}. Put the file back from where you keep it. Beside a store that is new, remove it: another is made. If there is none any more, move it away, and then ${TOLD}.`,
    { cause },
  );
}

export function wrongSigningKey(file: string): FieldguardError {
  return new FieldguardError(
    "KEY_MISMATCH",
    `Cannot sign the log: ${file} holds another key than the one that signed so far, and does not name that one. Put the file back from where you keep it (\`fieldguard log rotate-key\` makes a new key that follows the old one); if there is none any more, ${TOLD}.`,
  );
}
