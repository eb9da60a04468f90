import type { Database } from "../../databases/sqlite/database.ts";

export interface RecordRow {
  readonly n: number;
  readonly writer: number;
  readonly seq: number;
  readonly leaf: string;
  readonly sealed: string;
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
