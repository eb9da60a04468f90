import { type Connection, type Model, Schema } from "mongoose";
import type { MongoComponent } from "../../databases/mongo/connection.ts";
import type { AccessFilter } from "../contract.ts";
import { recordOf } from "../proof/leaf.ts";

/** A record as the spool has it; see `proof/leaf.ts`. */
export interface StoredLeaf {
  readonly writer: string;
  readonly seq: number;
  readonly leaf: string;
  /** JSON of the sealed items. */
  readonly sealed: string;
}

/** A record as MongoDB has it: the leaf and what it seals, and beside them what filters ask for. (writer, seq) is unique. */
export interface LogDocument extends StoredLeaf {
  readonly id: string;
  readonly time: number;
  readonly kind: string;
  readonly role: string;
  readonly purpose: string | null;
  readonly caller: string | null;
  /** Name and hash. */
  readonly operation: readonly string[];
  readonly coordinates: readonly string[];
  readonly outcomes: readonly string[];
  readonly reasons: readonly string[];
  readonly subjects: readonly string[];
}

const NEWEST_FIRST = { time: -1, writer: -1, seq: -1 } as const;
const indexed = (field: string) => ({ name: field, keys: { [field]: 1, ...NEWEST_FIRST } as const });

export const LOG_MONGO: MongoComponent = {
  name: "log",
  version: 2,
  collections: {
    access_records: [
      // A shard key of a sharded collection: { writer: 1, seq: 1 }.
      { name: "writer_seq", keys: { writer: 1, seq: 1 }, unique: true },
      { name: "time", keys: NEWEST_FIRST },
      { name: "id", keys: { id: 1 } },
      indexed("caller"),
      indexed("role"),
      indexed("purpose"),
      indexed("coordinates"),
      indexed("subjects"),
    ],
    access_tree: [{ name: "place", keys: { writer: 1, level: 1, index: 1 }, unique: true }],
    access_checkpoints: [{ name: "writer_size", keys: { writer: 1, size: 1 }, unique: true }],
    access_writers: [],
    access_redactions: [],
    access_takings: [
      { name: "redaction", keys: { redaction: 1, writer: 1, seq: 1 }, unique: true },
      { name: "writer_seq", keys: { writer: 1, seq: 1 } },
    ],
  },
};

/** What filters ask for: to be those of the record, or it would not be found. */
export const FILTER_FIELDS = [
  "id",
  "time",
  "kind",
  "role",
  "purpose",
  "caller",
  "operation",
  "coordinates",
  "outcomes",
  "reasons",
  "subjects",
] as const satisfies (keyof LogDocument)[];

const text = { type: Schema.Types.Mixed, required: true, validate: (value: unknown) => typeof value === "string" };
const textOrNull = {
  type: Schema.Types.Mixed,
  validate: (value: unknown) => value === null || typeof value === "string",
};
const texts = { type: [String], required: true };

const logSchema = new Schema<LogDocument>(
  {
    writer: text,
    seq: { type: Number, required: true, min: 0 },
    leaf: text,
    sealed: text,
    id: text,
    time: { type: Number, required: true },
    kind: text,
    role: text,
    purpose: textOrNull,
    caller: textOrNull,
    operation: texts,
    coordinates: texts,
    outcomes: texts,
    reasons: texts,
    subjects: texts,
  },
  { strict: "throw", minimize: false, versionKey: false, id: false, collection: "access_records" },
);

export function logModel(connection: Connection): Model<LogDocument> {
  return connection.models["AccessRecord"] ?? connection.model<LogDocument>("AccessRecord", logSchema);
}

export function documentFor(stored: StoredLeaf): LogDocument {
  const { id, time, kind, caller, purpose, operation, decisions, subjects } = recordOf(stored);
  const distinct = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return {
    ...stored,
    id,
    time,
    kind,
    role: caller.role,
    purpose,
    caller: caller.id,
    operation: operation === null ? [] : distinct([operation.name, operation.hash]),
    coordinates: distinct(decisions.map((decision) => decision.coordinate)),
    outcomes: distinct(decisions.map((decision) => decision.outcome)),
    reasons: distinct(decisions.map((decision) => decision.reason)),
    subjects,
  };
}

/** What MongoDB is asked for: everything that a filter finds, and at times more (see `matchesFilter`). */
export function queryFor(filter: AccessFilter): Record<string, unknown> {
  const { from, to, id, kind, caller, role, purpose, operation, coordinate, outcome, reason, subjects } = filter;
  const time = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  const equal = {
    id,
    kind,
    caller,
    role,
    purpose,
    operation,
    coordinates: coordinate,
    outcomes: outcome,
    reasons: reason,
  };
  return {
    ...(Object.keys(time).length === 0 ? {} : { time }),
    ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
    ...(subjects === undefined ? {} : { subjects: { $in: subjects } }),
  };
}
