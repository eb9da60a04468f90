import type { Finding, VerifyOptions } from "../verification.ts";
import { type Checkpoint, openCheckpoint, originOf, parseCheckpoint, writerOf } from "./checkpoint.ts";

type Report = (finding: Finding) => void;

/** The checkpoints of a writer that are believed: those that the store keeps, and those anchored outside it. */
export interface Vouchers {
  readonly stored: readonly Checkpoint[];
  readonly anchored: readonly Checkpoint[];
}

/** The notes that were anchored outside the store, as far as they are believed. */
export function anchoredCheckpoints(options: VerifyOptions, report: Report): Checkpoint[] {
  return trusted([...new Set(options.anchored)], options, "anchored", report);
}

/** Finds who vouches for a writer's log, and reports what is not believed, is gone, or is not there at all. */
export function vouchersFor(
  writer: { readonly id: string; readonly size: number },
  notes: readonly string[],
  anchored: readonly Checkpoint[],
  options: VerifyOptions,
  report: Report,
): Vouchers {
  const { id, size } = writer;
  const origin = originOf(id);
  const stored = trusted(notes, options, "stored", report).filter((checkpoint) => isOf(checkpoint, origin, report));
  const anchoredOfWriter = anchored.filter((checkpoint) => checkpoint.origin === origin);
  if (options.publicKeys.length > 0 && size > 0 && stored.length + anchoredOfWriter.length === 0) {
    const message = `no trusted checkpoint vouches for writer ${id}`;
    report({ code: "WRITER_UNKNOWN", writer: id, from: 0, to: size, message });
  }
  const sizes = new Set(stored.map((checkpoint) => checkpoint.size));
  for (const { size: upTo } of anchoredOfWriter) {
    if (sizes.has(upTo)) continue;
    const message = `the anchored checkpoint at ${upTo} is gone from the database`;
    report({ code: "CHECKPOINT_INVALID", writer: id, from: 0, to: upTo, message });
  }
  return { stored, anchored: anchoredOfWriter };
}

/** Reports the writers whose logs were anchored and of whom the store has nothing. */
export function reportLostWriters(anchored: readonly Checkpoint[], writers: ReadonlySet<string>, report: Report): void {
  for (const origin of new Set(anchored.map((checkpoint) => checkpoint.origin))) {
    const writer = writerOf(origin);
    if (writer === null || writers.has(writer)) continue;
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
