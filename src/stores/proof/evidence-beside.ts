import { readFile, writeFile } from "node:fs/promises";
import { FieldguardError } from "../../core/errors.ts";
import { type Anchor, fileAnchor } from "./anchor.ts";
import { generateSigningKey, type SigningKey, signingKeyFromPem, signingKeyToPem } from "./note.ts";

/**
 * The signing key and the anchor of a database where nothing else is configured: files beside it, made at the first
 * start. They prove against whoever changes the database alone. Against somebody who owns the whole folder, configure a
 * key and an anchor that are kept elsewhere.
 */
export async function evidenceBeside(path: string): Promise<{ keys: readonly SigningKey[]; anchor: Anchor }> {
  return { keys: [await readOrMakeSigningKey(`${path}.signing-key`)], anchor: fileAnchor(`${path}.anchor`) };
}

/** The Ed25519 key (PEM, PKCS #8) of a file, which is made where it is missing. Throws CONFIGURATION_INVALID. */
export async function readOrMakeSigningKey(file: string): Promise<SigningKey> {
  try {
    await writeFile(file, signingKeyToPem(generateSigningKey()), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw unusable(file, "cannot be written", cause);
  }
  try {
    return signingKeyFromPem(await readFile(file, "utf8"));
  } catch (cause) {
    throw unusable(file, "cannot be read as an Ed25519 key in PEM", cause);
  }
}

function unusable(file: string, why: string, cause: unknown): FieldguardError {
  return new FieldguardError(
    "CONFIGURATION_INVALID",
    `Cannot sign checkpoints: the key file ${file} ${why}. Check its permissions, or put the key back from a backup.`,
    { cause },
  );
}
