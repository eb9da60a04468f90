import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { LRUCache } from "lru-cache";
import { FieldguardError } from "./errors.ts";

/** Within what a hashed value can be joined: the same value in another scope gives an unrelated hash. */
export interface HashScope {
  readonly tenant: string | null;
  readonly category: string;
  readonly purpose: string | null;
}

/** One generation of the secret. Versions are positive integers; the highest is the current one. */
export interface VersionedSecret {
  readonly version: number;
  /** At least 32 bytes. */
  readonly secret: Buffer;
}

/**
 * Keyed, versioned one-way names (HMAC-SHA-256, RFC 2104) of people in the access log and of masked values, and sealing of
 * what has to be read again (AES-256-GCM, NIST SP 800-38D). Each use has a key of its own (HKDF, RFC 5869), so that none can be
 * undone through another.
 */
export interface Keyring {
  /** `<version>:<64 hex digits>` under the current version. */
  reference(subject: string): string;
  /** The references under every known version, the current one first: what to search a log for that outlived a rotation. */
  references(subject: string): string[];
  /** `h:<version>:<32 hex digits>` under the current version: the first 128 bits of the HMAC of the value within its scope. */
  hash(value: string, scope: HashScope): string;
  /** `sealed:<version>:<base64url>` under the current version: nonce, tag and the encrypted text. */
  seal(text: string): string;
  /** What was sealed under a known version; null where the version is not known or somebody changed it. Other text comes back as it is. */
  unseal(text: string): string | null;
  /** What tells each version's key from any other and gives nothing of it away; the current one first. */
  readonly fingerprints: readonly KeyFingerprint[];
}

export interface KeyFingerprint {
  readonly version: number;
  /** 32 hex digits. */
  readonly fingerprint: string;
}

const SECRET_BYTES_MIN = 32;
const PASSPHRASE_CHARS_MIN = 32;
const VERSION_MAX = 999_999_999;
const HASH_HEX_DIGITS = 32;
const FINGERPRINT_HEX_DIGITS = 32;
/** References and scope keys that are remembered: an HMAC costs ten times a look-up. Longer subjects are computed anew. */
const REFERENCES_KEPT_MAX = 20_000;
const SCOPES_KEPT_MAX = 1_000;
const SUBJECT_KEPT_CHARS_MAX = 128;

/** A keyring over the given secrets. Throws CONFIGURATION_INVALID for no key, a weak one, or a version given twice; never shows a secret. */
export function createKeyring(keys: readonly VersionedSecret[]): Keyring {
  const generations = sortGenerations(keys);
  const [current] = generations;
  if (current === undefined) {
    throw invalid("no key was given; expected at least one");
  }
  const kept = new LRUCache<string, string>({ max: REFERENCES_KEPT_MAX });
  return {
    fingerprints: generations.map(({ version, fingerprint }) => ({ version, fingerprint })),
    reference(subject) {
      const known = kept.get(subject);
      if (known !== undefined) {
        return known;
      }
      const made = referenceUnder(current, subject);
      if (subject.length <= SUBJECT_KEPT_CHARS_MAX) {
        kept.set(subject, made);
      }
      return made;
    },
    references(subject) {
      return generations.map((generation) => referenceUnder(generation, subject));
    },
    hash(value, scope) {
      const digest = createHmac("sha256", scopeKey(current, scope)).update(value, "utf8").digest("hex");
      return `h:${current.version}:${digest.slice(0, HASH_HEX_DIGITS)}`;
    },
    seal: (text) => `sealed:${current.version}:${encrypted(current.sealKey, text)}`,
    unseal(text) {
      const [, version, sealed = ""] = /^sealed:(\d+):([\w-]+)$/.exec(text) ?? [];
      if (version === undefined) return text;
      const generation = generations.find((each) => each.version === Number(version));
      return generation === undefined ? null : decrypted(generation.sealKey, sealed);
    },
  };
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function encrypted(key: KeyObject, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

function decrypted(key: KeyObject, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/**
 * Reads the setting FIELDGUARD_LOG_KEY: one secret, or for a rotation several with their versions, `2:secret,1:secret`.
 * A secret is hex or base64 of at least 32 bytes (`openssl rand -hex 32`), or a passphrase of at least 32 characters.
 * A lone secret without a version has version 1. Throws CONFIGURATION_INVALID without showing any of it.
 */
export function parseKeyring(text: string): Keyring {
  const trimmed = text.trim();
  if (trimmed === "") {
    throw invalid("it is empty");
  }
  if (!/^\d+:/.test(trimmed)) {
    return createKeyring([{ version: 1, secret: readSecret(trimmed, "the secret") }]);
  }
  // A comma only separates where a version follows, so that a passphrase may hold commas.
  const entries = trimmed.split(/,(?=\s*\d+:)/);
  return createKeyring(
    entries.map((entry, index) => {
      const [, version = "", secret = ""] = /^\s*(\d+):([\s\S]*)$/.exec(entry) ?? [];
      return { version: Number(version), secret: readSecret(secret.trim(), `the secret of entry ${index + 1}`) };
    }),
  );
}

interface Generation {
  readonly version: number;
  readonly fingerprint: string;
  readonly referenceKey: KeyObject;
  readonly hashKey: KeyObject;
  readonly sealKey: KeyObject;
  readonly scopeKeys: LRUCache<string, KeyObject>;
}

function sortGenerations(keys: readonly VersionedSecret[]): readonly Generation[] {
  const seen = new Set<number>();
  for (const { version, secret } of keys) {
    if (!Number.isInteger(version) || version < 1 || version > VERSION_MAX) {
      throw invalid(`a version is not a whole number from 1 to ${VERSION_MAX}`);
    }
    if (seen.has(version)) {
      throw invalid(`version ${version} is given twice`);
    }
    if (secret.length < SECRET_BYTES_MIN) {
      throw invalid(
        `the secret of version ${version} has ${secret.length} bytes, expected at least ${SECRET_BYTES_MIN}`,
      );
    }
    seen.add(version);
  }
  return [...keys]
    .sort((one, other) => other.version - one.version)
    .map(({ version, secret }) => ({
      version,
      fingerprint: deriveKey(secret, "fieldguard key fingerprint")
        .export()
        .toString("hex")
        .slice(0, FINGERPRINT_HEX_DIGITS),
      referenceKey: deriveKey(secret, "fieldguard subject reference"),
      hashKey: deriveKey(secret, "fieldguard value hash"),
      sealKey: deriveKey(secret, "fieldguard sealed text"),
      scopeKeys: new LRUCache<string, KeyObject>({ max: SCOPES_KEPT_MAX }),
    }));
}

function deriveKey(secret: Buffer, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", use, SECRET_BYTES_MIN)));
}

function referenceUnder({ version, referenceKey }: Generation, subject: string): string {
  return `${version}:${createHmac("sha256", referenceKey).update(subject, "utf8").digest("hex")}`;
}

function scopeKey({ hashKey, scopeKeys }: Generation, { tenant, category, purpose }: HashScope): KeyObject {
  // JSON keeps the parts apart whatever they hold, and null apart from "null".
  const name = JSON.stringify([tenant, category, purpose]);
  let key = scopeKeys.get(name);
  if (key === undefined) {
    key = createSecretKey(createHmac("sha256", hashKey).update(name, "utf8").digest());
    scopeKeys.set(name, key);
  }
  return key;
}

function readSecret(text: string, what: string): Buffer {
  for (const encoding of ["hex", "base64", "base64url"] as const) {
    const bytes = Buffer.from(text, encoding);
    // Buffer skips what it cannot decode: only a text that comes back the same was in that encoding.
    const same = encoding === "hex" ? text.toLowerCase() : text.replace(/=+$/, "");
    if (bytes.length >= SECRET_BYTES_MIN && bytes.toString(encoding).replace(/=+$/, "") === same) {
      return bytes;
    }
  }
  if (Array.from(text).length < PASSPHRASE_CHARS_MIN) {
    throw invalid(
      `${what} is too short: expected hex or base64 of at least ${SECRET_BYTES_MIN} bytes, or a passphrase of at least ${PASSPHRASE_CHARS_MIN} characters`,
    );
  }
  return Buffer.from(text, "utf8");
}

function invalid(found: string): FieldguardError {
  return new FieldguardError(
    "CONFIGURATION_INVALID",
    `Cannot use the log key (FIELDGUARD_LOG_KEY): ${found}. Write one secret, or "2:secret,1:secret" with the current version highest.`,
  );
}
