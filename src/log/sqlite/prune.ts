import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import type { SearchIndex } from "../search/search-index.ts";

/**
 * How many of a writer's first records can lose their content: all older than a time, whole segments and tiles only,
 * and as far as a checkpoint vouches for them. 0 where none more than are pruned already.
 */
export function prunableUpTo(database: Database, index: SearchIndex, writerNo: number, before: number): number {
  const firstLeft = database
    .prepare<[number, number], number>("SELECT seq FROM log_record WHERE n >= ? AND writer = ? ORDER BY n LIMIT 1")
    .pluck()
    .get(index.olderBefore(before), writerNo);
  const state = database
    .prepare<[number, number], { size: number; pruned: number; vouched: number | null }>(
      "SELECT size, pruned, (SELECT max(size) FROM log_checkpoint WHERE writer = ?) AS vouched FROM log_writer WHERE no = ?",
    )
    .get(writerNo, writerNo);
  if (state === undefined) return 0;
  const most = Math.min(firstLeft ?? state.size, state.vouched ?? 0);
  const upTo = most - (most % TILE_LEAVES);
  return upTo > state.pruned ? upTo : 0;
}

/** Records whose content goes in one transaction: appends take their turn between two. */
const RECORDS_PER_BATCH = 1_024;

/** From here on the content of a writer's records before a sequence number counts as gone, whatever is still there of it. */
export function markPruned(writerNo: number, upTo: number): Step {
  return { sql: "UPDATE log_writer SET pruned = ? WHERE no = ?", rows: [[upTo, writerNo]] };
}

/**
 * The next thing to be removed of what counts as gone, null where nothing is left: content, a batch at a time, then the
 * parts of the search index that hold nothing else. A crash between any two leaves what
 * nobody is shown; the next opening goes on with it.
 */
export function nextPruningStep(database: Database, index: SearchIndex, writerNo: number): Step | null {
  const first = database
    .prepare<[number], { seq: number; pruned: number }>(
      `SELECT r.seq, w.pruned FROM log_writer w JOIN log_record r ON r.writer = w.no AND r.seq < w.pruned
       WHERE w.no = ? AND r.n < (SELECT max(n) FROM log_record) ORDER BY r.seq LIMIT 1`,
    )
    .get(writerNo);
  if (first !== undefined) {
    const to = Math.min(first.pruned, first.seq + RECORDS_PER_BATCH);
    // The last record of all keeps its place (only a spool's can be gone, and it holds nothing; see `droppingSteps`).
    const sql = "DELETE FROM log_record WHERE writer = ? AND seq < ? AND n < (SELECT max(n) FROM log_record)";
    return { sql, rows: [[writerNo, to]] };
  }
  return index.holdsGone() ? index.forgetGone() : null;
}

/** By writer: before which sequence number content counts as gone. */
export function prunedUpTo(database: Database): ReadonlyMap<number, number> {
  const rows = database
    .prepare<[], { no: number; pruned: number }>("SELECT no, pruned FROM log_writer WHERE pruned > 0")
    .all();
  return new Map(rows.map(({ no, pruned }) => [no, pruned]));
}
