import { setImmediate as breathe } from "node:timers/promises";
import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { Checkpoint } from "../proof/checkpoint.ts";
import { recordOf } from "../proof/leaf.ts";
import { lookAtRecord } from "../proof/look-at-record.ts";
import { leafDigest } from "../proof/merkle.ts";
import { verifyInclusion } from "../proof/merkle-proofs.ts";
import { PruneCheck } from "../proof/pruning.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import { anchoredCheckpoints, reportLostWriters, type Vouchers } from "../proof/vouchers.ts";
import { WriterWalk } from "../proof/writer-walk.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { Finding, VerifyOptions, VerifyRange } from "../verification.ts";
import { LogReader } from "./query.ts";
import { RedactionCheck } from "./redact.ts";
import { type RecordRow, ROWS_PER_TURN, type WriterRow, writerRows } from "./rows.ts";
import { shippedMarks } from "./spool.ts";
import { TreeReader } from "./tree-reader.ts";
import { checkpointsOf } from "./trusted-checkpoints.ts";

interface RangeWork {
  readonly walks: Map<number, WriterWalk>;
  /** Where each walk ends: the record after the last. */
  readonly ends: Map<WriterWalk, number>;
  readonly report: (finding: Finding) => void;
}

interface Part {
  readonly row: WriterRow;
  readonly checkpoints: Vouchers;
  readonly start: number;
  readonly end: number;
}

/**
 * Verifies a part of each writer's log. What comes before counts as the stored tree has it, which the first checkpoint
 * after the part then proves or refutes; that the latest checkpoint continues that one is proved by the tree. Orders to
 * redact and prune are taken for what they say only where they stand in that tree themselves. The search index is not
 * compared but for its times. Throws NOT_FOUND for an unknown writer.
 */
export async function verifyRange(
  database: Database,
  options: VerifyOptions,
  range: VerifyRange,
  { walks, ends, report }: RangeWork,
): Promise<void> {
  const parts = database.transaction(() => partsOf(database, options, range, report))();
  const all = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  let done = 0;
  const redactions = new RedactionCheck(database);
  for (const part of parts) {
    const tree = new TreeReader(database, part.row.no);
    const walk = new WriterWalk(tree, part.row, part.checkpoints, report, { start: part.start, tree });
    walk.passPruned(part.row.pruned);
    walks.set(part.row.no, walk);
    ends.set(walk, part.end);
    await walkPart(database, part, walk, redactions, report, (count) => {
      done += count;
      options.progress?.(Math.min(done, all), all);
    });
  }
  await checkOrders(database, parts, redactions, report);
}

function partsOf(
  database: Database,
  options: VerifyOptions,
  range: VerifyRange,
  report: (finding: Finding) => void,
): Part[] {
  const rows = writerRows(database);
  const anchored = anchoredCheckpoints(options, report);
  reportLostWriters(anchored, new Set(rows.map(({ id }) => id)), report);
  const wanted = range.writer === undefined ? rows : rows.filter(({ id }) => id === range.writer);
  if (wanted.length === 0 && range.writer !== undefined) {
    throw new FieldguardError("NOT_FOUND", "Cannot verify the range: the log has no records of such a writer.");
  }
  const stretch = new SearchIndex(database).placesOf(range.from, range.to);
  return wanted.map((row) => {
    const checkpoints = checkpointsOf(database, row, anchored, options, report);
    const seen = database.prepare<[number], number | null>("SELECT max(seq) FROM log_record WHERE writer = ?").pluck();
    const size = Math.max(row.size, (seen.get(row.no) ?? -1) + 1);
    const [from, to] = sequenceOf(database, row.no, size, range, stretch);
    const first = Math.min(from, size);
    const start = Math.max(first - (first % TILE_LEAVES), Math.min(row.pruned, size));
    return { row, checkpoints, start, end: Math.max(start, vouchedEnd(checkpoints, Math.max(to, start), size)) };
  });
}

/** The first checkpoint that covers `to`, or the end of the log. */
function vouchedEnd({ stored, anchored }: Vouchers, to: number, size: number): number {
  const sizes = [...stored, ...anchored].map((checkpoint: Checkpoint) => checkpoint.size);
  return Math.min(size, ...sizes.filter((each) => each >= to));
}

/** The sequence numbers of a writer that a range asks for: up to those of the neighbours, so that none is passed over that is gone. */
function sequenceOf(
  database: Database,
  no: number,
  size: number,
  { fromSeq = 0, toSeq = size }: VerifyRange,
  [low, high]: readonly [number, number],
): readonly [number, number] {
  const before = database
    .prepare<[number, number], number>("SELECT seq FROM log_record WHERE n < ? AND writer = ? ORDER BY n DESC LIMIT 1")
    .pluck()
    .get(low, no);
  const after = database
    .prepare<[number, number], number>("SELECT seq FROM log_record WHERE n >= ? AND writer = ? ORDER BY n LIMIT 1")
    .pluck()
    .get(high, no);
  return [Math.max(fromSeq, (before ?? -1) + 1), Math.min(toSeq, after ?? size)];
}

async function walkPart(
  database: Database,
  { row: { no, id }, start, end }: Part,
  walk: WriterWalk,
  redactions: RedactionCheck,
  report: (finding: Finding) => void,
  progress: (count: number) => void,
): Promise<void> {
  const rows = database.prepare<[number, number, number, number, number], RecordRow>(
    `SELECT n, writer, seq, leaf, sealed FROM log_record
     WHERE writer = ? AND (seq, n) > (?, ?) AND seq < ? ORDER BY seq, n LIMIT ?`,
  );
  const shipped = shippedMarks(database);
  const index = new SearchIndex(database).check("times");
  let last = { seq: start, n: Number.MIN_SAFE_INTEGER };
  for (;;) {
    const some = rows.all(no, last.seq, last.n, end, ROWS_PER_TURN);
    for (const row of some) {
      if (row.n < last.n) {
        const message = `record ${row.seq} is stored before the one that it follows`;
        report({ code: "REORDERED", writer: id, from: row.seq, to: row.seq + 1, message });
      }
      last = row;
      const { walked, record } = lookAtRecord(row);
      walk.take(walked);
      index.take(row.n, record);
      if (record === null) continue;
      if (record.seq >= (shipped?.get(record.writer) ?? 0)) redactions.take(row, record, report);
    }
    if (some.length === 0) break;
    progress(some.length);
    await breathe();
  }
  if (shipped !== null) return;
  for (const finding of await index.finish(database, () => breathe())) report(finding);
}

/** What was redacted in the parts, and what is pruned, was ordered by records that stand in the signed tree. */
async function checkOrders(
  database: Database,
  parts: readonly Part[],
  redactions: RedactionCheck,
  report: (finding: Finding) => void,
): Promise<void> {
  const rows = writerRows(database);
  const prunings = new PruneCheck(shippedMarks(database) ?? new Map());
  for await (const row of new LogReader(database).rows({ kind: "LOG_CHANGE" })) {
    const part = parts.find((each) => each.row.no === row.writer);
    if (part !== undefined && !stands(database, row, part)) continue;
    const record = recordOf(row);
    redactions.takeOrder(record);
    prunings.take(record);
  }
  prunings.finish(
    rows.filter(({ no }) => parts.some((part) => part.row.no === no)),
    report,
  );
  redactions.finish(
    report,
    parts.map(({ row: { no }, start, end }) => ({ writer: no, start, end })),
  );
}

function stands(database: Database, { leaf, seq, writer }: RecordRow, { checkpoints, row }: Part): boolean {
  const { stored, anchored } = checkpoints;
  const latest = [...stored, ...anchored]
    .filter(({ size }) => size <= row.size)
    .reduce<Checkpoint | null>((most, each) => (most === null || each.size > most.size ? each : most), null);
  // Younger than any checkpoint: vouched for by nothing yet, as in the whole log.
  if (latest === null || seq >= latest.size) return true;
  const path = new TreeReader(database, writer).inclusion(seq, latest.size);
  return verifyInclusion(leafDigest(leaf), seq, latest.size, latest.root, path);
}
