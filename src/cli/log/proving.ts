import { readFileSync } from "node:fs";
import { FieldguardError } from "../../core/errors.ts";
import type { ProvableLog } from "../../stores/access-log.ts";
import type { Stores } from "../../stores/open.ts";
import { parseVerifierKey } from "../../stores/proof/note.ts";

/** The log where it can prove itself. Throws BAD_INPUT where it cannot. */
export function provable({ provable: log }: Stores): ProvableLog {
  if (log !== null) return log;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot prove a log by way of MongoDB: name a gateway's own spool, --store sqlite:<spool file>, where its records and checkpoints are.",
  );
}

export function publicKeyOf(text: string): Buffer {
  const key = parseVerifierKey(text);
  if (key !== null) return key.publicKey;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot read --key: expected a verifier key of a C2SP signed note, such as `log key` prints.",
  );
}

export function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read ${file}: check its name and permissions.`, { cause });
  }
}
