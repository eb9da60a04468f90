import type { Reason } from "../core/reasons.ts";
import type { ProofFile } from "./proof/model.ts";
import type { Verification, VerifyOptions } from "./verification.ts";

/** What a record tells of: an operation, a refusal of one, an event of a subscription, or something the gateway did itself. */
export const RECORD_KINDS = [
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION_EVENT",
  "REFUSAL",
  "LOG_READ",
  "EXPORT",
  "CONSENT_CHANGE",
  "SUBJECT_CHANGE",
  "UNUSUAL_ACCESS",
  /** Something was redacted or pruned in the log itself; `details` say how much. */
  "LOG_CHANGE",
  "START",
  "STOP",
] as const;
/** What a record of the access log is about. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Who asked, as the access log keeps it. */
export interface RecordedCaller {
  readonly id: string | null;
  readonly role: string;
  readonly organisation: string | null;
  readonly tenants: readonly string[];
  readonly region: string | null;
  readonly onBehalfOf: string | null;
  /** Id of the token (`jti`) where the issuer gives one. Absent from records made before it was kept. */
  readonly tokenId?: string;
}

/** Decisions of one operation that share coordinate, path pattern, outcome and reason. */
export interface RecordedDecision {
  readonly coordinate: string;
  /** Response keys joined by dots, `@` for a list index: `orders.@.customer.email`. */
  readonly path: string;
  readonly category: string;
  readonly outcome: "ALLOW" | "MASK" | "DENY";
  readonly reason: Reason;
  /** How many values. */
  readonly count: number;
  /** Ids of the consents that ALLOW rests on, without doubles. */
  readonly consentIds: readonly string[];
  /** Positions in `subjects` of those concerned. */
  readonly subjects: readonly number[];
  /** Present where something was done, or a coordinate written, rather than seen. */
  readonly write?: true;
}

/** An access record as a caller of `append` hands it in: no raw value and no raw subject id in it. */
export interface AccessEntry {
  readonly kind: RecordKind;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly caller: RecordedCaller;
  /** `ip` is truncated to /24 or /48. */
  readonly client: { readonly app: string | null; readonly ip: string | null };
  /** null where nothing could be parsed, and for records of the gateway itself. `hash` is SHA-256 (hex) of the normalised document. */
  readonly operation: { readonly name: string | null; readonly type: string; readonly hash: string } | null;
  readonly purpose: string | null;
  readonly justification: string | null;
  readonly decisions: readonly RecordedDecision[];
  /** Keyed references of the people concerned, `<key version>:<hex HMAC>`, without doubles. */
  readonly subjects: readonly string[];
  /** Positions in `subjects` of those known, by their birth date, to be under the guardian age then. Absent where nobody is. */
  readonly minors?: readonly number[];
  readonly policyHash: string;
  /** `OK`, or the code with which the request, or an act of the gateway's own API, was refused. */
  readonly outcome: string;
  /** Facts of the gateway's own records (what was exported, how many rows, which threshold). Never a value from the data. */
  readonly details: Readonly<Record<string, string | number | boolean | null>> | null;
  /** Whether the response held reveals of a purpose with justification, or a download: what an auditor looks at first. */
  readonly flags: readonly string[];
}

/** A stored record. Long ones are split at 60 KiB: the parts share `id`; `part` counts from 0. */
export interface AccessRecord extends AccessEntry {
  /** UUIDv7. */
  readonly id: string;
  /** Which part of the record this is, from 0: a long one is kept in several. */
  readonly part: number;
  /** How many parts the record has. */
  readonly parts: number;
  /** The gateway instance that wrote it. */
  readonly writer: string;
  /** From 0, without gaps, per writer. */
  readonly seq: number;
  /** Hex SHA-256: of the previous record of the same writer (64 zeros before the first), and of this one. */
  readonly prevHash: string;
  readonly hash: string;
}

/**
 * What records are asked for; all that is given must hold (see `matchesFilter`). `coordinate`, `outcome`, `reason` and
 * `subjects` together ask for one decision that has them all.
 */
export interface AccessFilter {
  /** Milliseconds since the epoch; `from` inclusive, `to` exclusive. */
  readonly from?: number;
  /** Before this time, in milliseconds since the epoch. */
  readonly to?: number;
  readonly caller?: string;
  readonly role?: string;
  readonly purpose?: string;
  readonly coordinate?: string;
  readonly outcome?: "ALLOW" | "MASK" | "DENY";
  readonly reason?: Reason;
  /** Keyed references: any of them (a subject has one per key version). */
  readonly subjects?: readonly string[];
  /** Name or hash. */
  readonly operation?: string;
  readonly kind?: RecordKind;
  readonly id?: string;
  /** Id of the caller's token. Not indexed: name a time or a caller as well where the log is long. */
  readonly token?: string;
}

/** Some records of the access log, newest first, and where the next ones begin. */
export interface AccessPage {
  /** Newest first. */
  readonly records: readonly AccessRecord[];
  /** To go on with; null at the end. */
  readonly next: string | null;
}

/**
 * The access log: what was seen, by whom, why. Append-only.
 *
 * Obligations of every implementation (proved by `stores/conformance`):
 * - `append` resolves only after the record is durable: it survives SIGKILL and (where the medium keeps its word) power loss.
 * - Records of one writer have the sequence 0, 1, 2 ... without gap or double, each holding its predecessor's hash.
 * - A failed `append` leaves no record, or a whole one; never part of one, and the chain goes on.
 * - The queue is bounded in records and in waiting time: beyond either, `append` rejects with AUDIT_UNAVAILABLE.
 * - Rejects with FieldguardError AUDIT_UNAVAILABLE, never with a driver's own error.
 */
export interface AccessLog {
  /** The writer's id, kept in the store across restarts. */
  readonly writer: string;

  /** Returns the id of the durable record. */
  append(entry: AccessEntry): Promise<string>;

  query(filter: AccessFilter, page: { readonly first: number; readonly after?: string }): Promise<AccessPage>;

  /** Number of records of this writer, and the hash of the last one. */
  head(): Promise<{ readonly size: number; readonly hash: string }>;

  ping(): Promise<void>;

  /** Waits for what is under way, then closes. */
  close(): Promise<void>;
}

/** Whose traces are to go from the log, and who has ordered it. */
export interface RedactionOrder {
  /** Keyed references, of every key version. */
  readonly subjects: readonly string[];
  /** Ids under which the people were callers themselves. */
  readonly callers?: readonly string[];
  /** Ids of their consents. Consents of decisions that concern nobody else go in any case. */
  readonly consentIds?: readonly string[];
}

/**
 * An access log that proves itself: a Merkle tree over its records (RFC 6962), signed checkpoints, records of which the
 * parts about people can go while the proof stays.
 */
export interface ProvableLog extends AccessLog {
  /** Signs what is durable now and anchors it; the note, or null where no key was given. */
  checkpoint(): Promise<string | null>;

  /** A proof that a record stands in the log, good without it; makes a checkpoint where none covers it. NOT_FOUND. */
  prove(id: string, part?: number): Promise<ProofFile>;

  /** Walks the whole log. Appends may go on meanwhile. */
  verify(options?: Partial<VerifyOptions>): Promise<Verification>;

  /**
   * The verifier keys (C2SP signed note) that the log's writers say they sign checkpoints with. To be kept elsewhere
   * beforehand: asked of the store when they are needed, they prove nothing against the owner of the store.
   */
  verifierKeys(): Promise<string[]>;

  /** Takes the traces of people out of every record, by an order that is itself recorded. Returns its record's id. */
  redact(order: RedactionOrder, by: RecordedCaller): Promise<{ readonly id: string; readonly records: number }>;

  /**
   * Removes the content of records older than a time (milliseconds since the epoch), as far as a checkpoint vouches for
   * them; their hashes stay. Recorded itself. Returns how many records' content is gone by now.
   */
  prune(before: number, by: RecordedCaller): Promise<{ readonly pruned: number }>;
}

/** What `AccessFilter` means, for every implementation. A record without decisions can match `subjects` by itself. */
export function matchesFilter(record: AccessRecord, filter: AccessFilter): boolean {
  const { from, to, caller, role, purpose, kind, id, operation, token } = filter;
  return (
    (from === undefined || record.time >= from) &&
    (to === undefined || record.time < to) &&
    (id === undefined || record.id === id) &&
    (kind === undefined || record.kind === kind) &&
    (caller === undefined || record.caller.id === caller) &&
    (role === undefined || record.caller.role === role) &&
    (token === undefined || record.caller.tokenId === token) &&
    (purpose === undefined || record.purpose === purpose) &&
    (operation === undefined || record.operation?.name === operation || record.operation?.hash === operation) &&
    matchesDecision(record, filter)
  );
}

function matchesDecision(record: AccessRecord, filter: AccessFilter): boolean {
  const { coordinate, outcome, reason } = filter;
  const concerned = filter.subjects && new Set(filter.subjects);
  const concerns = (position: number) => concerned?.has(record.subjects[position] ?? "") ?? true;
  if (coordinate === undefined && outcome === undefined && reason === undefined) {
    return concerned === undefined || record.subjects.some((subject) => concerned.has(subject));
  }
  return record.decisions.some(
    (decision) =>
      (coordinate === undefined || decision.coordinate === coordinate) &&
      (outcome === undefined || decision.outcome === outcome) &&
      (reason === undefined || decision.reason === reason) &&
      (concerned === undefined || decision.subjects.some(concerns)),
  );
}
