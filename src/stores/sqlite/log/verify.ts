import { setImmediate as breathe } from "node:timers/promises";
import type { AccessRecord } from "../../access-log.ts";
import { type Checkpoint, openCheckpoint, originOf, parseCheckpoint, writerOf } from "../../proof/checkpoint.ts";
import { isWithheld, type Leaf, readRecord, type SealedItem, sealedRoot } from "../../proof/leaf.ts";
import { leafDigest } from "../../proof/merkle.ts";
import { FINDINGS_MAX, type Finding, type Verification, type VerifyOptions } from "../../proof/verification.ts";
import type { Database } from "../database.ts";
import { errorCode } from "./error-code.ts";
import { SEGMENT_RECORDS } from "./postings.js";
import { PruneCheck } from "./prune.ts";
import { RedactionCheck } from "./redact.ts";
import type { RecordRow } from "./rows.ts";
import { Tail } from "./tail.ts";
import { IndexCheck } from "./verify-index.ts";
import { type WalkedRecord, type WriterRow, WriterWalk } from "./verify-writer.ts";

/** Records read in one go. */
const ROWS_PER_TURN = 256;

/**
 * Walks the whole log in the order in which it was stored: each record by itself, its writer's sequence, chain and tree,
 * the checkpoints kept in the database and those anchored outside, the redactions, the search index. Memory stays flat.
 * Appends may go on meanwhile: what was there at the start is verified.
 */
export async function verifyLog(database: Database, options: VerifyOptions): Promise<Verification> {
  const findings: Finding[] = [];
  let left = 0;
  const report = (finding: Finding) => {
    if (findings.length < FINDINGS_MAX) findings.push(finding);
    else left += 1;
  };
  const walks = new Map<number, WriterWalk>();
  try {
    const end = startWalks(database, options, walks, report);
    await walk(database, end, walks, report, options);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    report({ code: "DAMAGED", writer: null, from: null, to: null, message: "the file cannot be read further" });
  }
  const writers = [...walks.values()].map((each) => each.finish());
  const anchored = new Set(options.anchored).size;
  return { holds: findings.length === 0, writers, findings, findingsLeftOff: left, anchored };
}

/** Returns the n after the last record that is verified. */
function startWalks(
  database: Database,
  options: VerifyOptions,
  walks: Map<number, WriterWalk>,
  report: (finding: Finding) => void,
): number {
  return database.transaction(() => {
    const rows = database.prepare<[], WriterRow>("SELECT no, id, size, hash, pruned FROM log_writer ORDER BY no").all();
    const anchored = trusted(options.anchored, options, "anchored", report);
    for (const row of rows) {
      const notes = database
        .prepare<[number], string>("SELECT note FROM log_checkpoint WHERE writer = ? ORDER BY size")
        .pluck()
        .all(row.no);
      const origin = originOf(row.id);
      const stored = trusted(notes, options, "stored", report).filter((checkpoint) => isOf(checkpoint, origin, report));
      const own = anchored.filter((checkpoint) => checkpoint.origin === origin);
      if (options.publicKeys.length > 0 && row.size > 0 && stored.length + own.length === 0) {
        report({
          code: "WRITER_UNKNOWN",
          writer: row.id,
          from: 0,
          to: row.size,
          message: `no trusted checkpoint vouches for writer ${row.id}`,
        });
      }
      for (const { size } of own) {
        if (!stored.some((checkpoint) => checkpoint.size === size)) {
          report({
            code: "CHECKPOINT_INVALID",
            writer: row.id,
            from: 0,
            to: size,
            message: `the anchored checkpoint at ${size} is gone from the database`,
          });
        }
      }
      walks.set(row.no, new WriterWalk(database, row, { stored, anchored: own }, report));
    }
    for (const origin of new Set(anchored.map((checkpoint) => checkpoint.origin))) {
      const writer = writerOf(origin);
      if (writer === null || rows.some((row) => row.id === writer)) continue;
      const size = Math.max(...anchored.filter((each) => each.origin === origin).map((each) => each.size));
      report({
        code: "ROLLED_BACK",
        writer,
        from: 0,
        to: size,
        message: `writer ${writer}, whose log was anchored, is not in the database`,
      });
    }
    return (database.prepare<[], number | null>("SELECT max(n) FROM log_record").pluck().get() ?? -1) + 1;
  })();
}

function isOf(checkpoint: Checkpoint, origin: string, report: (finding: Finding) => void): boolean {
  if (checkpoint.origin === origin) return true;
  report({
    code: "CHECKPOINT_INVALID",
    writer: null,
    from: 0,
    to: checkpoint.size,
    message: `a checkpoint at ${checkpoint.size} is that of another log`,
  });
  return false;
}

function trusted(
  notes: readonly string[],
  { publicKeys }: VerifyOptions,
  where: string,
  report: (finding: Finding) => void,
): Checkpoint[] {
  return notes.flatMap((note) => {
    const checkpoint =
      publicKeys.length === 0 ? (parseCheckpoint(note) ?? "MALFORMED") : openCheckpoint(note, publicKeys);
    if (typeof checkpoint !== "string") return checkpoint;
    const size = parseCheckpoint(note)?.size ?? null;
    const writer = writerOf(parseCheckpoint(note)?.origin ?? "");
    report({
      code: "CHECKPOINT_INVALID",
      writer,
      from: null,
      to: size,
      message: `a checkpoint (${where}, at ${size ?? "an unknown size"}) is not believed: ${checkpoint}`,
    });
    return [];
  });
}

async function walk(
  database: Database,
  end: number,
  walks: ReadonlyMap<number, WriterWalk>,
  report: (finding: Finding) => void,
  options: VerifyOptions,
): Promise<void> {
  const rows = database.prepare<[number, number, number], RecordRow>(
    "SELECT n, writer, seq, leaf, sealed FROM log_record WHERE n >= ? AND n < ? ORDER BY n LIMIT ?",
  );
  const index = new IndexCheck();
  const redactions = new RedactionCheck(database);
  const prunings = new PruneCheck();
  let tail = new Tail(0);
  let next = 0;
  for (let some = rows.all(next, end, ROWS_PER_TURN); some.length > 0; some = rows.all(next, end, ROWS_PER_TURN)) {
    for (const row of some) {
      const segment = Math.floor(row.n / SEGMENT_RECORDS);
      if (segment !== tail.segment) {
        index.takeRecords(tail);
        tail = new Tail(segment);
      }
      const { walked, record, writer } = look(row);
      const own = walks.get(row.writer);
      if (own === undefined)
        report({
          code: "WRITER_UNKNOWN",
          writer,
          from: row.seq,
          to: row.seq + 1,
          message: `record ${row.seq} is of a writer whom the store does not know`,
        });
      own?.take(walked);
      if (record === null) continue;
      tail.addAt(row.n, record);
      redactions.take(row, record, report);
      prunings.take(record);
    }
    next = (some.at(-1)?.n ?? next) + 1;
    options.progress?.(next, end);
    await breathe();
  }
  index.takeRecords(tail);
  redactions.finish(report);
  prunings.finish(
    [...walks.values()].map((own) => own.row),
    report,
  );
  for (const finding of await index.compare(database, () => breathe())) report(finding);
}

/** A record by itself: its leaf canonical and about this place, its sealed parts those of the leaf. */
function look(row: RecordRow): { walked: WalkedRecord; record: AccessRecord | null; writer: string | null } {
  const hash = leafDigest(row.leaf);
  const base = { seq: row.seq, hash, withheld: 0, prevHash: null };
  try {
    const leaf = JSON.parse(row.leaf) as Leaf;
    const sealed = JSON.parse(row.sealed) as SealedItem[];
    const record = readRecord({ leaf: row.leaf, sealed });
    const fault =
      sealedRoot(sealed) !== leaf.sealed.root
        ? "the parts about people are not those that it sealed"
        : leaf.seq !== row.seq
          ? `it says that it is record ${leaf.seq}`
          : null;
    const walked = { ...base, prevHash: leaf.prevHash, withheld: sealed.filter(isWithheld).length, fault };
    return { walked, record, writer: leaf.writer };
  } catch {
    return { walked: { ...base, fault: "it cannot be read" }, record: null, writer: null };
  }
}

function isDamage(cause: unknown): boolean {
  const code = errorCode(cause);
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_IOERR");
}
