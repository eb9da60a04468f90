import { type Connection, type Model, Schema } from "mongoose";
import { type LogDocument, logModel } from "./model.ts";

/** A part of a writer's tree: at level 0 the hashes of a complete tile, at 8, 16, 24 ... one node. Base64. */
export interface StoredPart {
  readonly writer: string;
  readonly level: number;
  readonly index: number;
  readonly hashes: string;
}

export interface StoredCheckpoint {
  readonly writer: string;
  readonly size: number;
  readonly time: number;
  readonly note: string;
}

export interface StoredWriter {
  readonly _id: string;
  /** Verifier keys (C2SP signed note) that the writer's gateway says it signs with. */
  readonly keys: readonly string[];
  /** How many of its first records have lost their content. */
  readonly pruned: number;
}

/** A redaction under way or done. What it takes is planned first, so that one that broke off is gone on with. */
export interface StoredRedaction {
  readonly _id: string;
  readonly state: "PLANNING" | "TAKING" | "DONE";
  readonly items: number;
  readonly records: number;
  readonly digest: string;
}

/** The items that a redaction takes out of one record. */
export interface StoredTaking {
  readonly redaction: string;
  readonly writer: string;
  readonly seq: number;
  readonly items: readonly number[];
}

export interface LogModels {
  readonly records: Model<LogDocument>;
  readonly tree: Model<StoredPart>;
  readonly checkpoints: Model<StoredCheckpoint>;
  readonly writers: Model<StoredWriter>;
  readonly redactions: Model<StoredRedaction>;
  readonly takings: Model<StoredTaking>;
}

const text = { type: String, required: true };
const count = { type: Number, required: true, min: 0 };
const OPTIONS = { strict: "throw", minimize: false, versionKey: false, id: false } as const;

const SCHEMAS = {
  access_tree: { writer: text, level: count, index: count, hashes: text },
  access_checkpoints: { writer: text, size: count, time: { type: Number, required: true }, note: text },
  access_writers: { _id: text, keys: { type: [String], required: true }, pruned: count },
  access_redactions: {
    _id: text,
    state: { type: String, required: true, enum: ["PLANNING", "TAKING", "DONE"] },
    items: count,
    records: count,
    digest: { type: String },
  },
  access_takings: { redaction: text, writer: text, seq: count, items: { type: [Number], required: true } },
} as const;

export function logModels(connection: Connection): LogModels {
  return {
    records: logModel(connection),
    tree: modelOf<StoredPart>(connection, "access_tree"),
    checkpoints: modelOf<StoredCheckpoint>(connection, "access_checkpoints"),
    writers: modelOf<StoredWriter>(connection, "access_writers"),
    redactions: modelOf<StoredRedaction>(connection, "access_redactions"),
    takings: modelOf<StoredTaking>(connection, "access_takings"),
  };
}

function modelOf<T>(connection: Connection, collection: keyof typeof SCHEMAS): Model<T> {
  const known = connection.models[collection] as Model<T> | undefined;
  return known ?? connection.model<T>(collection, new Schema<T>(SCHEMAS[collection], { ...OPTIONS, collection }));
}

/** Every writer of whom the log has anything: as the first of each is looked up by an index, this is quick for any size. */
export async function allWriters({ records, writers, checkpoints }: LogModels): Promise<string[]> {
  const ids = new Set<string>((await writers.find({}, { _id: 1 }).lean<StoredWriter[]>()).map(({ _id }) => _id));
  for (const model of [records, checkpoints] as unknown as Model<{ writer: string }>[]) {
    for (let after: string | undefined; ; ) {
      const [next] = await model
        .find(after === undefined ? {} : { writer: { $gt: after } }, { writer: 1 })
        .sort({ writer: 1 })
        .limit(1)
        .lean<{ writer: string }[]>();
      if (next === undefined) break;
      after = next.writer;
      ids.add(after);
    }
  }
  return [...ids].sort();
}
