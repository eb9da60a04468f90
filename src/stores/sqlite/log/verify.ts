import { setImmediate as breathe } from "node:timers/promises";
import { FINDINGS_MAX, type Finding, type Verification, type VerifyOptions } from "../../proof/verification.ts";
import type { Database } from "../database.ts";
import { errorCode } from "./error-code.ts";
import { look } from "./look.ts";
import { SEGMENT_RECORDS } from "./postings.js";
import { PruneCheck } from "./prune.ts";
import { RedactionCheck } from "./redact.ts";
import { type RecordRow, ROWS_PER_TURN, writerRows } from "./rows.ts";
import { Tail } from "./tail.ts";
import { anchoredCheckpoints, checkpointsOf, findGoneWriters } from "./trusted-checkpoints.ts";
import { IndexCheck } from "./verify-index.ts";
import { verifyRange } from "./verify-range.ts";
import { TimesCheck } from "./verify-times.ts";
import { WriterWalk } from "./verify-writer.ts";

type Report = (finding: Finding) => void;

/**
 * Walks the whole log, or a range, in the order in which it was stored: each record by itself, its writer's sequence,
 * chain and tree, the checkpoints kept in the database and those anchored outside, the redactions and (of the whole log)
 * the search index. Memory stays flat. Appends may go on meanwhile: what was there at the start is verified.
 */
export async function verifyLog(database: Database, options: VerifyOptions): Promise<Verification> {
  const findings: Finding[] = [];
  let left = 0;
  const report = (finding: Finding) => {
    if (findings.length < FINDINGS_MAX) findings.push(finding);
    else left += 1;
  };
  const walks = new Map<number, WriterWalk>();
  const ends = new Map<WriterWalk, number>();
  try {
    if (options.range === undefined) {
      const end = startWalks(database, options, walks, report);
      await walk(database, end, walks, report, options);
    } else await verifyRange(database, options, options.range, { walks, ends, report });
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    report({ code: "DAMAGED", writer: null, from: null, to: null, message: "the file cannot be read further" });
  }
  const writers = [...walks.values()].map((each) => each.finish(ends.get(each) ?? null));
  const anchored = new Set(options.anchored).size;
  return { holds: findings.length === 0, writers, findings, findingsLeftOff: left, anchored };
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
      walks.set(row.no, new WriterWalk(database, row, checkpoints, report));
    }
    findGoneWriters(anchored, rows, report);
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
  const index = new IndexCheck();
  const times = new TimesCheck();
  const redactions = new RedactionCheck(database);
  const prunings = new PruneCheck();
  let tail = new Tail(0);
  const complete = (segment: Tail) => {
    index.takeRecords(segment);
    times.take(segment);
  };
  let next = 0;
  for (let some = rows.all(next, end, ROWS_PER_TURN); some.length > 0; some = rows.all(next, end, ROWS_PER_TURN)) {
    for (const row of some) {
      const segment = Math.floor(row.n / SEGMENT_RECORDS);
      if (segment !== tail.segment) {
        complete(tail);
        tail = new Tail(segment);
      }
      const { walked, record, writer } = look(row);
      const own = walks.get(row.writer);
      if (own === undefined) {
        const message = `record ${row.seq} is of a writer whom the store does not know`;
        report({ code: "WRITER_UNKNOWN", writer, from: row.seq, to: row.seq + 1, message });
      }
      own?.take(walked);
      // What counts as gone is perhaps being removed, and its index with it.
      if (record === null || row.seq < (own?.row.pruned ?? 0)) continue;
      tail.addAt(row.n, record);
      redactions.take(row, record, report);
      prunings.take(record);
    }
    next = (some.at(-1)?.n ?? next) + 1;
    options.progress?.(next, end);
    await breathe();
  }
  complete(tail);
  redactions.finish(report);
  prunings.finish(
    [...walks.values()].map((own) => own.row),
    report,
  );
  for (const finding of await index.compare(database, () => breathe())) report(finding);
  times.finish(database, report);
}

function isDamage(cause: unknown): boolean {
  const code = errorCode(cause);
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_IOERR");
}
