/** What a leaf can say once each, and what it can say often, of people. In this order in `sealed`. */
export const SEALED_TEXTS = ["caller", "onBehalfOf", "justification", "details"] as const;
export type SealedText = (typeof SEALED_TEXTS)[number];

/**
 * Something that tells of a person: salt (128 bits, base64url), what it is, and its value or values. Of a caller the id,
 * the network and, where there is one, the token's id; of a person the reference and, of a minor, `MINOR`. What an older
 * record lacks it does not say.
 */
export type Disclosure = readonly [
  salt: string,
  kind: SealedText | "consent" | "subject",
  ...values: (string | null)[],
];
/** What is left of a disclosure that was redacted: its digest in hex. */
export type Withheld = readonly [digest: string];
export type SealedItem = Disclosure | Withheld;

/**
 * A record as it is stored. `leaf` is what the log proves: canonical JSON (RFC 8785) of everything but what tells of
 * people, with a digest over the latter. `sealed` holds those parts, each of which can go without a change to the leaf.
 */
export interface StoredRecord {
  readonly leaf: string;
  readonly sealed: readonly SealedItem[];
}

export const PROOF_FORMAT = "fieldguard-proof/1";

/**
 * That a record stands in a signed log: JSON that can be checked without the database and without Fieldguard.
 * 1. `leaf` is canonical JSON; its hash is SHA-256 over 0x00 and its UTF-8 bytes.
 * 2. `proof` (c2sp.org/tlog-proof) leads from that hash to the root of a signed checkpoint.
 * 3. `sealed` are the parts about people that the leaf seals: SHA-256 over the hex digests, one after another, of each
 *    item's JSON equals `leaf.sealed.root`. An item of one element is the digest of a part that was redacted.
 */
export interface ProofFile {
  readonly format: typeof PROOF_FORMAT;
  readonly leaf: string;
  readonly sealed: readonly SealedItem[];
  readonly proof: string;
}
