import { readFileSync } from "node:fs";
import { FieldguardError } from "../../core/errors.ts";
import { parseVerifierKey } from "../../log/proof/note.ts";

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
    // A byte order mark is an editor's, not the file's.
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read ${file}: check its name and permissions.`, { cause });
  }
}
