import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

/** An Ed25519 key that signs checkpoints. Its name is given where it signs: a log signs under its origin. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly publicKey: Buffer;
}

/** A signed note (c2sp.org/signed-note) taken apart. Nothing in it is verified. */
export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly keyId: string; readonly signature: Buffer }[];
}

const ED25519 = 1;
const KEY_ID_BYTES = 4;
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");

/** A new key from the system's random numbers. */
export function generateSigningKey(): SigningKey {
  return signingKey(generateKeyPairSync("ed25519").privateKey);
}

/** The key of a 32-byte seed (RFC 8032). */
export function signingKeyFromSeed(seed: Buffer): SigningKey {
  return signingKey(createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" }));
}

/** A key from its PEM (PKCS #8). Throws where it is none, or not Ed25519. */
export function signingKeyFromPem(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("Cannot sign checkpoints: the key is not Ed25519.");
  return signingKey(key);
}

export function signingKeyToPem({ privateKey }: SigningKey): string {
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** 32 bytes from the PEM of a public key (SPKI). Throws where it is none, or not Ed25519. */
export function publicKeyFromPem(pem: string): Buffer {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("Cannot verify checkpoints: the key is not Ed25519.");
  return key.export({ format: "der", type: "spki" }).subarray(SPKI_ED25519.length);
}

export function publicKeyToPem(publicKey: Buffer): string {
  return publicKeyObject(publicKey).export({ format: "pem", type: "spki" }).toString();
}

function publicKeyObject(publicKey: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicKey]), format: "der", type: "spki" });
}

function signingKey(privateKey: KeyObject): SigningKey {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { privateKey, publicKey: spki.subarray(SPKI_ED25519.length) };
}

/** `<name>+<key id>+<base64 of type and key>`: what a verifier of signed notes is configured with. */
export function verifierKey(name: string, publicKey: Buffer): string {
  return `${name}+${keyId(name, publicKey)}+${typed(publicKey).toString("base64")}`;
}

/** Name and key of a verifier key; null where it is none for Ed25519. */
export function parseVerifierKey(text: string): { name: string; publicKey: Buffer } | null {
  const [, name = "", id = "", encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length !== 33 || bytes[0] !== ED25519) return null;
  const publicKey = bytes.subarray(1);
  return keyId(name, publicKey) === id ? { name, publicKey } : null;
}

/** Signs a text, which ends with a newline, under a name by every key. */
export function signNote(text: string, name: string, keys: readonly SigningKey[]): string {
  const lines = keys.map(({ privateKey, publicKey }) => {
    const id = Buffer.from(keyId(name, publicKey), "hex");
    return `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString("base64")}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/** Takes a signed note apart; null where it is none. */
export function parseNote(note: string): Note | null {
  const split = note.lastIndexOf("\n\n");
  if (split === -1 || !note.endsWith("\n")) return null;
  const signatures = [];
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    if (name === undefined || encoded === undefined) return null;
    const bytes = Buffer.from(encoded, "base64");
    signatures.push({
      name,
      keyId: bytes.toString("hex", 0, KEY_ID_BYTES),
      signature: bytes.subarray(KEY_ID_BYTES),
    });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Which of the keys have signed the note under a name. A signature of a known key that does not verify: null. */
export function signersOf(note: Note, name: string, publicKeys: readonly Buffer[]): Buffer[] | null {
  const signers: Buffer[] = [];
  for (const publicKey of publicKeys) {
    const id = keyId(name, publicKey);
    for (const signature of note.signatures) {
      if (signature.name !== name || signature.keyId !== id) continue;
      if (!verifies(note.text, signature.signature, publicKey)) return null;
      signers.push(publicKey);
    }
  }
  return signers;
}

function verifies(text: string, signature: Buffer, publicKey: Buffer): boolean {
  return verify(null, Buffer.from(text), publicKeyObject(publicKey), signature);
}

function keyId(name: string, publicKey: Buffer): string {
  const digest = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), typed(publicKey)]), "hex");
  return digest.slice(0, KEY_ID_BYTES * 2);
}

function typed(publicKey: Buffer): Buffer {
  return Buffer.concat([Buffer.from([ED25519]), publicKey]);
}
