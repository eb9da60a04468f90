import type { Database } from "../../databases/sqlite/database.ts";
import type { AccessRecord } from "../contract.ts";
import { readRecord } from "../proof/leaf.ts";
import type { SealedItem } from "../proof/model.ts";
import { SEGMENT_RECORDS } from "../search/postings.js";

export interface RecordRow {
  readonly n: number;
  readonly writer: number;
  readonly seq: number;
  readonly leaf: string;
  readonly sealed: string;
}

export function recordOf(row: Pick<RecordRow, "leaf" | "sealed">): AccessRecord {
  return readRecord({ leaf: row.leaf, sealed: JSON.parse(row.sealed) as SealedItem[] });
}

/** The n that the next record gets: after every record and every indexed segment. */
export function nextN(database: Database): number {
  const row = database
    .prepare<[], { n: number | null; segment: number | null }>(
      "SELECT (SELECT max(n) FROM log_record) AS n, (SELECT max(segment) FROM log_segment) AS segment",
    )
    .get();
  return Math.max((row?.n ?? -1) + 1, ((row?.segment ?? -1) + 1) * SEGMENT_RECORDS);
}

/** Records read in one go where many are. */
export const ROWS_PER_TURN = 256;

/** One writer as the store has it. */
export interface WriterRow {
  readonly no: number;
  readonly id: string;
  readonly size: number;
  readonly hash: string;
  readonly pruned: number;
  /** 1: nothing more is written to its log; see `endWriters`. */
  readonly ended: number;
}

export function writerRows(database: Database): WriterRow[] {
  return database.prepare<[], WriterRow>("SELECT no, id, size, hash, pruned, ended FROM log_writer ORDER BY no").all();
}
