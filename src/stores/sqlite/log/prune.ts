import { TILE_LEAVES } from "../../proof/tree-parts.ts";
import type { Database } from "../database.ts";
import type { Step } from "./committer.ts";
import { SEGMENT_RECORDS } from "./postings.js";

/**
 * How many of a writer's first records can lose their content: all older than a time, whole segments and tiles only,
 * and as far as a checkpoint vouches for them. 0 where none more than are pruned already.
 */
export function prunableUpTo(database: Database, writerNo: number, before: number): number {
  const segment = database
    .prepare<[number], number>("SELECT segment FROM log_segment WHERE high >= ? ORDER BY high, segment LIMIT 1")
    .pluck()
    .get(before);
  const complete = database.prepare<[], number | null>("SELECT max(segment) FROM log_segment").pluck().get() ?? -1;
  const end = (segment ?? complete + 1) * SEGMENT_RECORDS;
  const kept = database
    .prepare<[number, number], number>("SELECT seq FROM log_record WHERE n >= ? AND writer = ? ORDER BY n LIMIT 1")
    .pluck()
    .get(end, writerNo);
  const state = database
    .prepare<[number, number], { size: number; pruned: number; vouched: number | null }>(
      "SELECT size, pruned, (SELECT max(size) FROM log_checkpoint WHERE writer = ?) AS vouched FROM log_writer WHERE no = ?",
    )
    .get(writerNo, writerNo);
  if (state === undefined) return 0;
  const most = Math.min(kept ?? state.size, state.vouched ?? 0);
  const upTo = most - (most % TILE_LEAVES);
  return upTo > state.pruned ? upTo : 0;
}

/** What removes the content of a writer's records before a sequence number; the tree keeps their hashes. */
export function pruningSteps(writerNo: number, upTo: number): Step[] {
  return [
    { sql: "UPDATE log_writer SET pruned = ? WHERE no = ?", rows: [[upTo, writerNo]] },
    { sql: "DELETE FROM log_record WHERE writer = ? AND seq < ?", rows: [[writerNo, upTo]] },
  ];
}
