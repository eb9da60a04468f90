import type { Model } from "mongoose";
import type { LogDocument } from "./model.ts";

/** A part of a writer's records, from one number up to the one before another. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** So many of the newest records are looked at one by one, and so many of those before them, at equal distances. */
const LOOKED_AT = 1_000;

/**
 * Which of a writer's records are not there, though later ones are: an older state was put in the place of what they had
 * been shipped to, and more was shipped over it. However long the log is, a bounded number is looked at; all of it only
 * once one of those is missing.
 */
export async function gapsBelow(records: Model<LogDocument>, writer: string, { from, to }: Part): Promise<Part[]> {
  if (from >= to) return [];
  const newest = Math.max(from, to - LOOKED_AT);
  const step = Math.max(1, Math.ceil((newest - from) / LOOKED_AT));
  const looked = new Set<number>();
  for (let seq = from; seq < newest; seq += step) looked.add(seq);
  const sampled = looked.size === 0 ? 0 : await records.countDocuments({ writer, seq: { $in: [...looked] } });
  const whole = await records.countDocuments({ writer, seq: { $gte: newest, $lt: to } });
  if (sampled === looked.size && whole === to - newest) return [];
  return gapsIn(records, writer, { from, to });
}

async function gapsIn(records: Model<LogDocument>, writer: string, { from, to }: Part): Promise<Part[]> {
  const gaps: Part[] = [];
  let next = from;
  const found = records
    .find({ writer, seq: { $gte: from, $lt: to } }, { seq: 1 })
    .sort({ seq: 1 })
    .lean<{ seq: number }>();
  for await (const { seq } of found.cursor() as unknown as AsyncIterable<{ seq: number }>) {
    if (seq > next) gaps.push({ from: next, to: seq });
    next = seq + 1;
  }
  if (next < to) gaps.push({ from: next, to });
  return gaps;
}
