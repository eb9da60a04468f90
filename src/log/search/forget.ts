import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { RedactionOrder } from "../contract.ts";
import { BlockWriter, readBlock, SEGMENT_RECORDS } from "./postings.js";
import { callerTerm, subjectTerm, type Term } from "./terms.ts";

const SET_BLOCK = "UPDATE log_block SET data = ? WHERE id = ?";
/** Runs of segments that all come before the first record that is left. */
const GONE_RUNS = "level >= 0 AND (last + 1) * ? <= (SELECT min(n) FROM log_record)";

interface BlockRow {
  readonly id: number;
  readonly data: Buffer;
}

/** What takes the people of an order out of the stored index. */
export function forgetPeople(database: Database, { subjects, callers }: RedactionOrder): Step[] {
  const terms = new Set([...subjects.map(subjectTerm), ...(callers ?? []).map(callerTerm)]);
  const runs = database.prepare<[], number>("SELECT run FROM log_run").pluck().all();
  const changed = new Map<number, Buffer>();
  for (const term of terms) {
    for (const run of runs) {
      for (const { id, data } of blocksOf(database, run, term)) changed.set(id, changed.get(id) ?? data);
    }
  }
  return [{ sql: SET_BLOCK, rows: [...changed].map(([id, data]) => [without(data, terms), id]) }];
}

/** The blocks of a run that can hold a term: the last that begins before it, and those that begin with it. */
function blocksOf(database: Database, run: number, term: Term): BlockRow[] {
  return database
    .prepare<[number, number, number, number, number], BlockRow>(
      `SELECT id, data FROM log_block WHERE run = ? AND term = ?
       UNION ALL SELECT * FROM (SELECT id, data FROM log_block WHERE run = ? AND term < ? ORDER BY term DESC, segment DESC LIMIT ?)`,
    )
    .all(run, term, run, term, 1);
}

function without(data: Buffer, terms: ReadonlySet<Term>): Buffer {
  const writer = new BlockWriter();
  for (const posting of readBlock(data)) if (!terms.has(posting.term)) writer.add(posting);
  return writer.finish()[0]?.data ?? Buffer.alloc(0);
}

export function holdsGone(database: Database): boolean {
  const runs = database.prepare<[number], number>(`SELECT count(*) FROM log_run WHERE ${GONE_RUNS}`).pluck();
  return runs.get(SEGMENT_RECORDS) !== 0;
}

/** Runs are let go as merged ones are: upkeep removes their blocks. */
export function forgetGone(): Step {
  return { sql: `UPDATE log_run SET level = -2 WHERE ${GONE_RUNS}`, rows: [[SEGMENT_RECORDS]] };
}
