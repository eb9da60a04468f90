import { type Checkpoint, openCheckpoint, originOf, parseCheckpoint, writerOf } from "../../proof/checkpoint.ts";
import type { Finding, VerifyOptions } from "../../proof/verification.ts";
import type { Database } from "../database.ts";
import type { WriterRow } from "./rows.ts";

type Report = (finding: Finding) => void;

/** The checkpoints of one writer that are believed. */
export interface WriterCheckpoints {
  readonly stored: readonly Checkpoint[];
  readonly anchored: readonly Checkpoint[];
}

/** Those anchored outside, of every writer; tells of those that are not believed. */
export function anchoredCheckpoints(options: VerifyOptions, report: Report): Checkpoint[] {
  return trusted([...new Set(options.anchored)], options, "anchored", report);
}

/** Those of one writer; tells of what is wrong with them. */
export function checkpointsOf(
  database: Database,
  row: WriterRow,
  anchored: readonly Checkpoint[],
  options: VerifyOptions,
  report: Report,
): WriterCheckpoints {
  const notes = database
    .prepare<[number], string>("SELECT note FROM log_checkpoint WHERE writer = ? ORDER BY size")
    .pluck()
    .all(row.no);
  const origin = originOf(row.id);
  const stored = trusted(notes, options, "stored", report).filter((checkpoint) => isOf(checkpoint, origin, report));
  const own = anchored.filter((checkpoint) => checkpoint.origin === origin);
  if (options.publicKeys.length > 0 && row.size > 0 && stored.length + own.length === 0) {
    const message = `no trusted checkpoint vouches for writer ${row.id}`;
    report({ code: "WRITER_UNKNOWN", writer: row.id, from: 0, to: row.size, message });
  }
  const sizes = new Set(stored.map(({ size }) => size));
  for (const { size } of own) {
    if (sizes.has(size)) continue;
    const message = `the anchored checkpoint at ${size} is gone from the database`;
    report({ code: "CHECKPOINT_INVALID", writer: row.id, from: 0, to: size, message });
  }
  return { stored, anchored: own };
}

/** Writers whose log was anchored and who are not in the database. */
export function findGoneWriters(anchored: readonly Checkpoint[], rows: readonly WriterRow[], report: Report): void {
  for (const origin of new Set(anchored.map((checkpoint) => checkpoint.origin))) {
    const writer = writerOf(origin);
    if (writer === null || rows.some((row) => row.id === writer)) continue;
    const size = Math.max(...anchored.filter((each) => each.origin === origin).map((each) => each.size));
    const message = `writer ${writer}, whose log was anchored, is not in the database`;
    report({ code: "ROLLED_BACK", writer, from: 0, to: size, message });
  }
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

function trusted(notes: readonly string[], { publicKeys }: VerifyOptions, where: string, report: Report): Checkpoint[] {
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
