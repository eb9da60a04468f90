import { randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { FieldguardError } from "../../core/errors.ts";
import { damagedKeyFile } from "../../databases/keys.ts";
import { type Anchor, anchorAt } from "./anchor.ts";
import {
  generateSigningKey,
  publicKeyFromPem,
  publicKeyToPem,
  type SigningKey,
  signingKeyFromPem,
  signingKeyToPem,
} from "./note.ts";

/** How a database vouches for its log: what signs checkpoints, what has signed earlier ones, and where they are kept. */
export interface EvidenceBeside {
  readonly keys: readonly SigningKey[];
  readonly formerKeys: readonly Buffer[];
  readonly anchor: Anchor;
}

/**
 * The key that signs checkpoints, and where they are kept besides: files beside the database, made at the first start.
 * They prove against somebody who changes the database alone. The owner of the folder can rewrite them as well: name an anchor
 * elsewhere where that matters. Throws STORE_UNREADABLE, CONFIGURATION_INVALID.
 */
export function evidenceBeside(path: string, anchor: string | null): EvidenceBeside {
  const { current, handingOver, former } = readKeys(path);
  return {
    keys: [current, ...handingOver],
    formerKeys: former,
    anchor: anchorAt(anchor ?? `${path}.checkpoints`),
  };
}

/** PEM blocks, one after another: the private key that signs, further ones that still do, public keys of those that did. */
interface Keys {
  readonly current: SigningKey;
  readonly handingOver: readonly SigningKey[];
  readonly former: readonly Buffer[];
}

function readKeys(path: string): Keys {
  const file = `${path}.sign.pem`;
  return keysIn(
    file,
    madeOnce(file, () => signingKeyToPem(generateSigningKey())),
  );
}

/** Public keys of all that the file beside a database says of: those that sign and those that did. Makes no file. */
export function signersNamedIn(path: string): Buffer[] {
  const file = `${path}.sign.pem`;
  const { current, handingOver, former } = keysIn(file, readFileSync(file, "utf8"));
  return [...[current, ...handingOver].map(({ publicKey }) => publicKey), ...former];
}

function keysIn(file: string, pem: string): Keys {
  try {
    const blocks = [...pem.matchAll(/-----BEGIN (PRIVATE|PUBLIC) KEY-----[^-]+-----END \1 KEY-----/g)];
    const of = (kind: string) => blocks.flatMap(([block, each]) => (each === kind ? [block] : []));
    const [current, ...handingOver] = of("PRIVATE").map(signingKeyFromPem);
    if (current === undefined) throw new TypeError("no private key");
    return { current, handingOver, former: of("PUBLIC").map(publicKeyFromPem) };
  } catch (cause) {
    throw damagedKeyFile(file, "an Ed25519 private key in PEM", cause);
  }
}

/**
 * Puts a new signing key in the place of the one that signs, in two steps between which the log is to make a checkpoint:
 * that one both sign, so that those who trust the old key are led to the new one. `finish` forgets the old private key and
 * keeps its public one, for the checkpoints that it signed. A crash in between leaves both signing: rotate again.
 */
export function rotateSigningKey(path: string): { readonly publicKey: Buffer; finish(): void } {
  const { current, handingOver, former } = readKeys(path);
  const next = generateSigningKey();
  const replaced = [current, ...handingOver];
  replaceKeys(path, { current: next, handingOver: replaced, former });
  const past = [...replaced.map(({ publicKey }) => publicKey), ...former];
  const finish = () => replaceKeys(path, { current: next, handingOver: [], former: past });
  return { publicKey: next.publicKey, finish };
}

function replaceKeys(path: string, { current, handingOver, former }: Keys): void {
  const file = `${path}.sign.pem`;
  const pem = [...[current, ...handingOver].map(signingKeyToPem), ...former.map(publicKeyToPem)].join("");
  try {
    writeFileSync(`${file}.new`, pem, { mode: 0o600, flush: true });
    // The whole file or none of it: a reader finds the old keys meanwhile or the new ones.
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new FieldguardError("STORE_UNREADABLE", `Cannot write the key ${file}: check its permissions.`, { cause });
  }
}

/**
 * The content of a file that is made, for its owner alone, where there is none: whole and on disk before its name is
 * there, as what is written with a key that a loss of power took away is lost too. Throws STORE_UNREADABLE.
 */
export function madeOnce(file: string, make: () => string): string {
  try {
    if (!existsSync(file)) {
      const making = `${file}.${randomUUID()}`;
      writeFileSync(making, make(), { flag: "wx", mode: 0o600, flush: true });
      try {
        linkSync(making, file);
      } finally {
        rmSync(making, { force: true });
      }
    }
  } catch (cause) {
    // Made by another process meanwhile, which may have cleared up after this one.
    if (!existsSync(file)) {
      throw new FieldguardError("STORE_UNREADABLE", `Cannot write the key ${file}: check its permissions.`, { cause });
    }
  }
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new FieldguardError("STORE_UNREADABLE", `Cannot read the key ${file}: check its permissions.`, { cause });
  }
}
