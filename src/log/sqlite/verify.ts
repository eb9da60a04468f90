import { setImmediate as breathe } from "node:timers/promises";
import type { Database } from "../../databases/sqlite/database.ts";
import { Findings } from "../proof/findings.ts";
import { recordOf } from "../proof/leaf.ts";
import { lookAtRecord } from "../proof/look-at-record.ts";
import { PruneCheck } from "../proof/pruning.ts";
import { type Restored, restoredFrom } from "../proof/restoring.ts";
import { anchoredCheckpoints, reportLostWriters } from "../proof/vouchers.ts";
import { WriterWalk } from "../proof/writer-walk.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { Finding, Verification, VerifyOptions } from "../verification.ts";
import { strangeEnds } from "./ended-logs.ts";
import { errorCode } from "./error-code.ts";
import { LogReader } from "./query.ts";
import { RedactionCheck } from "./redact.ts";
import { type RecordRow, ROWS_PER_TURN, writerRows } from "./rows.ts";
import { shippedMarks } from "./spool.ts";
import { TreeReader } from "./tree-reader.ts";
import { checkpointsOf } from "./trusted-checkpoints.ts";
import { verifyRange } from "./verify-range.ts";

type Report = (finding: Finding) => void;

/**
 * Walks the whole log, or a range, in the order in which it was stored: each record by itself, its writer's sequence,
 * chain and tree, the checkpoints kept in the database and those anchored outside, the redactions and (of the whole log)
 * the search index. Memory stays flat. Appends may go on meanwhile: what was there at the start is verified.
 */
export async function verifyLog(database: Database, options: VerifyOptions): Promise<Verification> {
  const findings = new Findings();
  const { report } = findings;
  const walks = new Map<number, WriterWalk>();
  const ends = new Map<WriterWalk, number>();
  try {
    reportStrangeEnds(database, options, report);
    if (options.range === undefined) {
      const end = startWalks(database, options, walks, report);
      await walk(database, end, walks, report, options);
    } else await verifyRange(database, options, options.range, { walks, ends, report });
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    report({ code: "DAMAGED", writer: null, from: null, to: null, message: "the file cannot be read further" });
  }
  const writers = [...walks.values()].map((each) => each.finish(ends.get(each) ?? null));
  return findings.conclude(writers, new Set(options.anchored).size, await restoredIn(database));
}

/** That a log ends is believed of nobody who can write to the file: it is signed. */
function reportStrangeEnds(database: Database, { publicKeys }: VerifyOptions, report: Report): void {
  for (const { id, size, ended } of strangeEnds(database, publicKeys)) {
    const said = ended === 1 ? "has ended, which nobody signed" : "goes on, though its end was signed";
    const message = `the store says that the log of writer ${id} ${said}`;
    report({ code: "HEAD_CHANGED", writer: id, from: size, to: size, message });
  }
}

/** What the log says of losses. Found by the index: where that is not so, nothing is explained by it. */
async function restoredIn(database: Database): Promise<Restored[]> {
  const restorings: Restored[] = [];
  try {
    for await (const row of new LogReader(database).rows({ kind: "LOG_CHANGE" })) {
      const restored = restoredFrom(recordOf(row));
      if (restored !== null) restorings.push(restored);
    }
  } catch {
    // Damaged: told already.
  }
  return restorings;
}

/** Returns the n after the last record that is verified. */
function startWalks(
  database: Database,
  options: VerifyOptions,
  walks: Map<number, WriterWalk>,
  report: Report,
): number {
  return database.transaction(() => {
    const rows = writerRows(database);
    const anchored = anchoredCheckpoints(options, report);
    for (const row of rows) {
      const checkpoints = checkpointsOf(database, row, anchored, options, report);
      const walkOfWriter = new WriterWalk(new TreeReader(database, row.no), row, checkpoints, report);
      walkOfWriter.passPruned(row.pruned);
      walks.set(row.no, walkOfWriter);
    }
    reportLostWriters(anchored, new Set(rows.map(({ id }) => id)), report);
    return (database.prepare<[], number | null>("SELECT max(n) FROM log_record").pluck().get() ?? -1) + 1;
  })();
}

async function walk(
  database: Database,
  end: number,
  walks: ReadonlyMap<number, WriterWalk>,
  report: Report,
  options: VerifyOptions,
): Promise<void> {
  const rows = database.prepare<[number, number, number], RecordRow>(
    "SELECT n, writer, seq, leaf, sealed FROM log_record WHERE n >= ? AND n < ? ORDER BY n LIMIT ?",
  );
  const index = new SearchIndex(database).check();
  const redactions = new RedactionCheck(database);
  // A spool has no index, and what has gone on to another database is not here.
  const shipped = shippedMarks(database);
  const prunings = new PruneCheck(shipped ?? new Map());
  let next = 0;
  for (let some = rows.all(next, end, ROWS_PER_TURN); some.length > 0; some = rows.all(next, end, ROWS_PER_TURN)) {
    for (const row of some) {
      const { walked, record, writer } = lookAtRecord(row);
      const walkOfWriter = walks.get(row.writer);
      if (walkOfWriter === undefined) {
        const message = `record ${row.seq} is of a writer whom the store does not know`;
        report({ code: "WRITER_UNKNOWN", writer, from: row.seq, to: row.seq + 1, message });
      }
      walkOfWriter?.take(walked);
      // What counts as gone is perhaps being removed, and its index with it.
      const recordLeft = row.seq < (walkOfWriter?.row.pruned ?? 0) ? null : record;
      index.take(row.n, recordLeft);
      if (recordLeft === null) continue;
      if (recordLeft.seq >= (shipped?.get(recordLeft.writer) ?? 0)) redactions.take(row, recordLeft, report);
      prunings.take(recordLeft);
    }
    next = (some.at(-1)?.n ?? next) + 1;
    options.progress?.(next, end);
    await breathe();
  }
  redactions.finish(report);
  prunings.finish(
    [...walks.values()].map((own) => own.row),
    report,
  );
  if (shipped !== null) return;
  for (const finding of await index.finish(database, () => breathe())) report(finding);
}

function isDamage(cause: unknown): boolean {
  const code = errorCode(cause);
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_IOERR");
}
