import type { Model } from "mongoose";
import { FieldguardError } from "../../core/errors.ts";
import { type AccessFilter, type AccessPage, type AccessRecord, matchesFilter } from "../contract.ts";
import { recordOf } from "../proof/leaf.ts";
import { type LogDocument, queryFor } from "./model.ts";
import type { Spool } from "./spool.ts";

export const PAGE_RECORDS_MAX = 1_000;
const NEWEST_FIRST = { time: -1, writer: -1, seq: -1 } as const;

/** Where a record stands among all writers': by time, then writer, then sequence. */
type Position = Pick<AccessRecord, "time" | "writer" | "seq">;

export interface PageAsked {
  readonly first: number;
  readonly after?: string;
}

/**
 * A page of what all gateways recorded: from MongoDB, and from this gateway's spool what is not there yet. The spool was
 * read first: what is shipped meanwhile is then found twice, never not at all. Throws BAD_INPUT on a page size or cursor
 * that is none.
 */
export async function readPage(
  filter: AccessFilter,
  { first, after }: PageAsked,
  spool: Pick<Spool, "newestUnshipped">,
  records: () => Promise<Model<LogDocument>>,
): Promise<AccessPage> {
  if (!Number.isInteger(first) || first < 1 || first > PAGE_RECORDS_MAX) {
    throw new FieldguardError("BAD_INPUT", `Cannot read a page: \`first\` must be from 1 to ${PAGE_RECORDS_MAX}.`);
  }
  const before = after === undefined ? null : readCursor(after);
  const local = await findLocal(filter, before, spool, first + 1);
  const stored = await findStored(filter, before, await records(), first + 1);
  const merged = new Map([...local, ...stored].map((record) => [`${record.seq} ${record.writer}`, record]));
  const newest = [...merged.values()].sort(newestFirst);
  const page = newest.slice(0, first);
  const last = page.at(-1);
  return { records: page, next: newest.length > first && last !== undefined ? writeCursor(last) : null };
}

function findLocal(
  filter: AccessFilter,
  before: Position | null,
  spool: Pick<Spool, "newestUnshipped">,
  count: number,
): Promise<AccessRecord[]> {
  const until = Math.min(
    filter.to ?? Number.POSITIVE_INFINITY,
    before === null ? Number.POSITIVE_INFINITY : before.time + 1,
  );
  const upTo = until === Number.POSITIVE_INFINITY ? filter : { ...filter, to: until };
  const accepts = (record: AccessRecord) => before === null || newestFirst(before, record) < 0;
  return spool.newestUnshipped(upTo, { count, order: newestFirst, accepts });
}

/** MongoDB is asked for what may match, batch by batch, until enough does. */
async function findStored(
  filter: AccessFilter,
  before: Position | null,
  records: Model<LogDocument>,
  enough: number,
): Promise<AccessRecord[]> {
  const matches: AccessRecord[] = [];
  for (let position = before; matches.length < enough; ) {
    const batch = await records
      .find({ $and: [queryFor(filter), position === null ? {} : olderThan(position)] }, { leaf: 1, sealed: 1 })
      .sort(NEWEST_FIRST)
      .limit(enough)
      .lean<Pick<LogDocument, "leaf" | "sealed">[]>();
    const read = batch.map(recordOf);
    matches.push(...read.filter((record) => matchesFilter(record, filter)));
    position = read.at(-1) ?? null;
    if (batch.length < enough) break;
  }
  return matches;
}

function olderThan({ time, writer, seq }: Position) {
  return {
    $or: [{ time: { $lt: time } }, { time, writer: { $lt: writer } }, { time, writer, seq: { $lt: seq } }],
  };
}

/** Writers by code point, as MongoDB sorts them. */
function newestFirst(one: Position, other: Position): number {
  if (one.time !== other.time) return other.time - one.time;
  if (one.writer !== other.writer) return Buffer.compare(Buffer.from(other.writer), Buffer.from(one.writer));
  return other.seq - one.seq;
}

function writeCursor({ time, writer, seq }: Position): string {
  return Buffer.from(JSON.stringify([time, writer, seq])).toString("base64url");
}

function readCursor(cursor: string): Position {
  try {
    const [time, writer, seq] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    if (typeof time === "number" && typeof writer === "string" && typeof seq === "number") return { time, writer, seq };
  } catch {
    // no cursor: told below
  }
  throw new FieldguardError("BAD_INPUT", "Cannot go on from `after`: it is no cursor of this log.");
}
