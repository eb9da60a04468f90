import { type Connection, type Model, Schema } from "mongoose";
import type { MongoComponent } from "../../databases/mongo/connection.ts";
import { CONSENT_FORMS } from "../../policy/model.ts";
import type { Agreement, ConsentEvent, ConsentRecord, SubjectState } from "../contract.ts";

/** A record as the snapshot of a commit holds it, in the order of storing; subject and purpose are told by where it stands. */
export type StoredRecord = Omit<ConsentRecord, "subject" | "purpose">;

/**
 * One change of one subject: the events that it stored, or the state that it set, and everything that stands after it.
 * Commits are only ever inserted: (subject, n) is unique, so of two writers one wins, and a commit is there whole or not
 * at all. `current` repeats the subject while no later commit is known; a later one takes it and `records` away. Where
 * that was left undone, several are current, and the one with the greatest `n` is.
 */
export interface Commit {
  readonly subject: string;
  /** 1, 2, 3 ... without gaps. */
  readonly n: number;
  readonly current?: string;
  /** When it was stored; never falls within a subject. */
  readonly at: number;
  readonly events: readonly ConsentEvent[];
  readonly state: Omit<SubjectState, "subject">;
  /** By purpose (see `purposeField`), each as `recordsAfter` left them. */
  readonly records?: Readonly<Record<string, readonly StoredRecord[]>>;
  /** The subject was erased here, and its earlier events have still to lose their free text. */
  readonly redacting?: boolean;
}

export type StoredCommit = Commit & { readonly _id: unknown };

export type StoredAgreement = Omit<Agreement, "id"> & { readonly _id: string };

export const CONSENT_MONGO: MongoComponent = {
  name: "consent",
  version: 2,
  collections: {
    consent_commits: [
      // A shard key of a sharded collection: { subject: 1 }.
      { name: "subject_n", keys: { subject: 1, n: 1 }, unique: true },
      { name: "current", keys: { current: 1 }, sparse: true },
      { name: "event", keys: { "events.id": 1 } },
      { name: "at", keys: { at: 1, subject: 1, n: 1 } },
      { name: "redacting", keys: { redacting: 1 }, sparse: true },
    ],
    consent_agreements: [{ name: "tenant", keys: { tenant: 1, _id: 1 } }],
  },
};

// "" is an id like any other; mongoose's own `required` refuses it.
const text = { type: Schema.Types.Mixed, required: true, validate: (value: unknown) => typeof value === "string" };
const textOrNull = {
  type: Schema.Types.Mixed,
  validate: (value: unknown) => value === null || typeof value === "string",
};
const number = { type: Number, required: true };
const texts = { type: [String], required: true };
const form = { type: String, required: true, enum: CONSENT_FORMS };
const OPTIONS = { strict: "throw", minimize: false, versionKey: false, id: false } as const;

const stateSchema = new Schema(
  {
    status: { type: String, required: true, enum: ["ACTIVE", "RESTRICTED", "ERASED"] },
    legalHold: { type: Boolean, required: true },
    time: number,
    by: text,
    reason: textOrNull,
  },
  { ...OPTIONS, _id: false },
);

const commitSchema = new Schema<Commit>(
  {
    subject: text,
    n: { ...number, min: 1 },
    current: { type: Schema.Types.Mixed },
    at: number,
    events: { type: [Schema.Types.Mixed], required: true, validate: (events: unknown[]) => events.every(isEvent) },
    state: { type: stateSchema, required: true },
    records: { type: Schema.Types.Mixed },
    redacting: { type: Boolean },
  },
  { ...OPTIONS, collection: "consent_commits" },
);

const agreementSchema = new Schema<StoredAgreement>(
  {
    _id: text,
    tenant: text,
    partner: textOrNull,
    purposes: texts,
    state: { type: String, required: true },
    form,
    givenAt: number,
    expiresAt: { type: Number },
    by: text,
    reason: textOrNull,
  },
  { ...OPTIONS, collection: "consent_agreements" },
);

function isEvent(event: unknown): boolean {
  const { id, subject, purposes, state, time } = event as Partial<ConsentEvent>;
  return (
    typeof id === "string" &&
    typeof subject === "string" &&
    Array.isArray(purposes) &&
    typeof state === "string" &&
    Number.isFinite(time)
  );
}

export interface ConsentModels {
  readonly commits: Model<Commit>;
  readonly agreements: Model<StoredAgreement>;
}

export function consentModels(connection: Connection): ConsentModels {
  return {
    commits: connection.model<Commit>("ConsentCommit", commitSchema),
    agreements: connection.model<StoredAgreement>("ConsentAgreement", agreementSchema),
  };
}

/** The field of a snapshot that holds a purpose's records: its name after `_`; one that no field may have, in base64url after `~`. */
export function purposeField(purpose: string): string {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(purpose) ? `_${purpose}` : `~${Buffer.from(purpose).toString("base64url")}`;
}

export function purposeOf(field: string): string {
  return field.startsWith("~") ? Buffer.from(field.slice(1), "base64url").toString() : field.slice(1);
}
