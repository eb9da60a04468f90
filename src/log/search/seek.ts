import type { Database } from "../../databases/sqlite/database.ts";
import type { AccessFilter } from "../contract.ts";
import type { OpenSegment } from "./open-segment.ts";
import { SEGMENT_RECORDS } from "./postings.js";
import type { SegmentTimes } from "./segment-times.ts";
import { type PositionsFound, StoredIndex } from "./stored-index.ts";
import { type Term, termsAsked } from "./terms.ts";

/** A place whose record may match; or, without one, the knowledge that nothing does from `before` on. */
export interface Candidate {
  readonly n: number | null;
  readonly before: number;
  /** The segment that the search has come to. */
  readonly segment: number;
}

/** What may match a filter before a place, newest first: in the open segment, then in those that are stored. */
export function* candidates(
  database: Database,
  times: SegmentTimes,
  open: OpenSegment,
  filter: AccessFilter,
  before: number,
): Generator<Candidate> {
  const groups = termsAsked(filter);
  yield* descending(positionsIn(open, groups), open.segment, before);
  const [oldest, newest] = segmentsAsked(filter, times);
  const stored = new StoredIndex(database);
  let segment = Math.min(newest, open.segment - 1, Math.floor((before - 1) / SEGMENT_RECORDS));
  while (segment >= oldest) {
    const nearest = seekAll(stored, groups, segment);
    if (nearest === null) return;
    if (nearest.segment === segment) yield* descending(nearest.positions, segment, before);
    segment = nearest.segment === segment ? segment - 1 : nearest.segment;
    yield { n: null, before: (segment + 1) * SEGMENT_RECORDS, segment };
  }
}

const NO_SEGMENTS: [number, number] = [0, -1];
const ALL: readonly number[] = Array.from({ length: SEGMENT_RECORDS }, (_, position) => position);

/** The segments, oldest and newest, whose records' times can fit. */
function segmentsAsked({ from, to, id }: AccessFilter, times: SegmentTimes): [oldest: number, newest: number] {
  // An id tells its time (UUIDv7), so that it needs no index of its own.
  const time = id === undefined ? undefined : timeOfId(id);
  if (id !== undefined && time === undefined) return NO_SEGMENTS;
  const since = Math.max(from ?? Number.NEGATIVE_INFINITY, time ?? Number.NEGATIVE_INFINITY);
  const until = Math.min(to ?? Number.POSITIVE_INFINITY, time === undefined ? Number.POSITIVE_INFINITY : time + 1);
  const oldest = since === Number.NEGATIVE_INFINITY ? 0 : times.oldest(since);
  const newest = until === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : times.newest(until);
  return oldest === undefined || newest === undefined ? NO_SEGMENTS : [oldest, newest];
}

function timeOfId(id: string): number | undefined {
  const isVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(id);
  return isVersion7 ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

function positionsIn(open: OpenSegment, groups: readonly Term[][]): readonly number[] {
  if (groups.length === 0) return ALL.slice(0, open.end - open.start);
  return intersect(groups.map((terms) => unite(terms.map((term) => open.positions(term)))));
}

/** Where all groups have something in `segment`, their common positions; otherwise the next segment downwards to look at. */
function seekAll(stored: StoredIndex, groups: readonly Term[][], segment: number): PositionsFound | null {
  if (groups.length === 0) return { segment, positions: ALL };
  const lists: (readonly number[])[] = [];
  for (const terms of groups) {
    const postings = terms.flatMap((term) => stored.seek(term, segment) ?? []);
    const nearest = postings.reduce((most, { segment: at }) => Math.max(most, at), -1);
    if (nearest === -1) return null;
    if (nearest < segment) return { segment: nearest, positions: [] };
    lists.push(unite(postings.filter(({ segment: at }) => at === segment).map(({ positions }) => positions)));
  }
  return { segment, positions: intersect(lists) };
}

/** What is in every list, ascending. */
function intersect(lists: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = [...lists].sort((one, other) => one.length - other.length);
  const sets = others.map((list) => new Set(list));
  return first.filter((position) => sets.every((set) => set.has(position)));
}

/** What is in any list, ascending. */
function unite(lists: readonly (readonly number[])[]): readonly number[] {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only;
  return [...new Set(lists.flat())].sort((one, other) => one - other);
}

function* descending(positions: readonly number[], segment: number, before: number): Generator<Candidate> {
  const start = segment * SEGMENT_RECORDS;
  for (let index = positions.length - 1; index >= 0; index -= 1) {
    const n = start + (positions[index] ?? 0);
    if (n < before) yield { n, before: n, segment };
  }
}
