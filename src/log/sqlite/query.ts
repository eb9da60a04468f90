import { setImmediate as breathe } from "node:timers/promises";
import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { type AccessFilter, type AccessPage, type AccessRecord, matchesFilter } from "../contract.ts";
import { type Found, IndexReader } from "../search/index-reader.ts";
import { SEGMENT_RECORDS } from "../search/postings.js";
import { type Term, termsAsked } from "../search/terms.ts";
import { prunedUpTo } from "./prune.ts";
import { nextN, type RecordRow, recordOf } from "./rows.ts";
import { Tail } from "./tail.ts";

export const PAGE_RECORDS_MAX = 1_000;
/** Segments and records looked at before others get their turn on the event loop. */
const LOOKS_PER_TURN = 256;

/** A record that may match; or, without one, the knowledge that nothing does from `before` on. */
interface Candidate {
  readonly n: number | null;
  readonly before: number;
}

interface Match {
  readonly row: RecordRow;
  readonly record: AccessRecord;
}

/** Which records are looked for by time. */
export interface Wanted {
  readonly count: number;
  /** By writer (its `no`): the first sequence number that is looked for. */
  readonly from: ReadonlyMap<number, number>;
  /** Less than 0 where the first of two comes first. Never against their times. */
  readonly order: (one: AccessRecord, other: AccessRecord) => number;
  readonly accepts: (record: AccessRecord) => boolean;
}

/** Answers filters from a connection that only reads; what it keeps is the index of the incomplete segment. */
export class LogReader {
  readonly #database: Database;
  #tail: Tail | null = null;
  readonly #record;
  readonly #oldest;
  readonly #newest;
  readonly #high;

  constructor(database: Database) {
    this.#database = database;
    this.#record = database.prepare<[number], RecordRow>("SELECT * FROM log_record WHERE n = ?");
    this.#oldest = database
      .prepare<[number], number>("SELECT segment FROM log_segment WHERE high >= ? ORDER BY high, segment LIMIT 1")
      .pluck();
    this.#newest = database
      .prepare<[number], number>(
        "SELECT segment FROM log_segment WHERE low < ? ORDER BY low DESC, segment DESC LIMIT 1",
      )
      .pluck();
    this.#high = database
      .prepare<[number], number>("SELECT high FROM log_segment WHERE segment <= ? ORDER BY segment DESC LIMIT 1")
      .pluck();
  }

  /** Newest first. Throws BAD_INPUT on a page size or cursor that is none. */
  async page(filter: AccessFilter, { first, after }: { first: number; after?: string }): Promise<AccessPage> {
    if (!Number.isInteger(first) || first < 1 || first > PAGE_RECORDS_MAX) {
      throw new FieldguardError("BAD_INPUT", `Cannot read a page: \`first\` must be from 1 to ${PAGE_RECORDS_MAX}.`);
    }
    let before: number | null = after === undefined ? Number.POSITIVE_INFINITY : readCursor(after);
    const found: Match[] = [];
    while (before !== null && found.length <= first) {
      before = this.#inOneView((from) => this.#turn(filter, from, found, first + 1), before);
      if (before !== null) await breathe();
    }
    const records = found.slice(0, first).map(({ record }) => record);
    const last = found[first - 1];
    return { records, next: found.length > first && last !== undefined ? writeCursor(last.row.n) : null };
  }

  /** Every record that matches, as it is stored; for work that needs the rows themselves. */
  async *rows(filter: AccessFilter): AsyncGenerator<RecordRow> {
    let before: number | null = Number.POSITIVE_INFINITY;
    while (before !== null) {
      const found: Match[] = [];
      before = this.#inOneView((from) => this.#turn(filter, from, found, LOOKS_PER_TURN), before);
      for (const { row } of found) yield row;
      await breathe();
    }
  }

  /**
   * The best matches by time, best first: as many as are wanted, of those whose sequence number is not below their
   * writer's in `from`. No more is read than what matches in the segments that can hold them, and a segment or two besides.
   */
  async newest(filter: AccessFilter, wanted: Wanted): Promise<AccessRecord[]> {
    const best: AccessRecord[] = [];
    let before: number | null = Number.POSITIVE_INFINITY;
    while (before !== null) {
      before = this.#inOneView((from) => this.#newestTurn(filter, from, best, wanted), before);
      if (before !== null) await breathe();
    }
    return best;
  }

  #newestTurn(filter: AccessFilter, from: number, best: AccessRecord[], wanted: Wanted): number | null {
    let looks = 0;
    let last = Number.POSITIVE_INFINITY;
    for (const { n, before } of this.#candidates(filter, from)) {
      const segment = Math.floor((n ?? before - 1) / SEGMENT_RECORDS);
      // Everything that is left is older than all that was found: the times of earlier segments are bounded.
      const worst = segment === last || best.length < wanted.count ? undefined : best.at(-1);
      if (worst !== undefined && (this.#highest(segment) ?? Number.NEGATIVE_INFINITY) < worst.time) return null;
      last = segment;
      const match = n === null ? null : this.#read(n, filter, wanted.from);
      if (match !== null && wanted.accepts(match.record)) insert(best, match.record, wanted);
      looks += 1;
      if (looks === LOOKS_PER_TURN) return before;
    }
    return null;
  }

  /** The greatest time of this and all earlier segments; of one that is not complete it is not known. */
  #highest(segment: number): number | undefined {
    return segment === this.#tail?.segment ? Number.POSITIVE_INFINITY : this.#high.get(segment);
  }

  /** One view of the file per turn: runs may be merged between two turns, but not within one. */
  #inOneView(turn: (from: number) => number | null, before: number): number | null {
    return this.#database.transaction(turn)(before);
  }

  /** Forgets what it knows of records that have been changed since (redacted). */
  forget(): void {
    this.#tail = null;
  }

  /** Adds what matches to `found`, up to `wanted`; returns where to go on, null at the end. */
  #turn(filter: AccessFilter, from: number, found: Match[], wanted: number): number | null {
    let looks = 0;
    const pruned = prunedUpTo(this.#database);
    for (const { n, before } of this.#candidates(filter, from)) {
      const match = n === null ? null : this.#read(n, filter, pruned);
      if (match !== null) found.push(match);
      looks += 1;
      if (found.length === wanted || looks === LOOKS_PER_TURN) return before;
    }
    return null;
  }

  #read(n: number, filter: AccessFilter, pruned: ReadonlyMap<number, number>): Match | null {
    const row = this.#record.get(n);
    if (row === undefined || row.seq < (pruned.get(row.writer) ?? 0)) return null;
    if (filter.id !== undefined && !row.leaf.includes(JSON.stringify(filter.id))) return null;
    const record = recordOf(row);
    return matchesFilter(record, filter) ? { row, record } : null;
  }

  *#candidates(filter: AccessFilter, before: number): Generator<Candidate> {
    const groups = termsAsked(filter);
    const tail = this.#readTail();
    yield* descending(positionsInTail(tail, groups), tail.start, before);
    const [oldest, newest] = this.#segments(filter);
    const index = new IndexReader(this.#database);
    let segment = Math.min(newest, tail.segment - 1, Math.floor((before - 1) / SEGMENT_RECORDS));
    while (segment >= oldest) {
      const found = seekAll(index, groups, segment);
      if (found === null) return;
      if (found.segment === segment) yield* descending(found.positions, segment * SEGMENT_RECORDS, before);
      segment = found.segment === segment ? segment - 1 : found.segment;
      yield { n: null, before: (segment + 1) * SEGMENT_RECORDS };
    }
  }

  /** The segments, oldest and newest, whose records' times can fit. */
  #segments({ from, to, id }: AccessFilter): [oldest: number, newest: number] {
    // An id tells its time (UUIDv7), so that it needs no index of its own.
    const time = id === undefined ? undefined : timeOfId(id);
    if (id !== undefined && time === undefined) return NO_SEGMENTS;
    const since = Math.max(from ?? Number.NEGATIVE_INFINITY, time ?? Number.NEGATIVE_INFINITY);
    const until = Math.min(to ?? Number.POSITIVE_INFINITY, time === undefined ? Number.POSITIVE_INFINITY : time + 1);
    const oldest = since === Number.NEGATIVE_INFINITY ? 0 : this.#oldest.get(since);
    const newest = until === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : this.#newest.get(until);
    return oldest === undefined || newest === undefined ? NO_SEGMENTS : [oldest, newest];
  }

  #readTail(): Tail {
    const segment = Math.floor(nextN(this.#database) / SEGMENT_RECORDS);
    if (this.#tail?.segment !== segment) this.#tail = new Tail(segment);
    this.#tail.catchUp(this.#database);
    return this.#tail;
  }
}

/** Puts a record in its place among the best so far. */
function insert(best: AccessRecord[], record: AccessRecord, { count, order }: Wanted): void {
  const at = best.findIndex((each) => order(record, each) < 0);
  best.splice(at === -1 ? best.length : at, 0, record);
  if (best.length > count) best.pop();
}

const NO_SEGMENTS: [number, number] = [0, -1];
const ALL: readonly number[] = Array.from({ length: SEGMENT_RECORDS }, (_, position) => position);

function positionsInTail(tail: Tail, groups: readonly Term[][]): readonly number[] {
  if (groups.length === 0) return ALL.slice(0, tail.end - tail.start);
  return intersect(groups.map((terms) => unite(terms.map((term) => tail.positions(term)))));
}

/** Where all groups have something in `segment`, their common positions; otherwise the next segment downwards to look at. */
function seekAll(index: IndexReader, groups: readonly Term[][], segment: number): Found | null {
  if (groups.length === 0) return { segment, positions: ALL };
  const lists: (readonly number[])[] = [];
  for (const terms of groups) {
    const found = terms.flatMap((term) => index.seek(term, segment) ?? []);
    const nearest = found.reduce((most, each) => Math.max(most, each.segment), -1);
    if (nearest === -1) return null;
    if (nearest < segment) return { segment: nearest, positions: [] };
    lists.push(unite(found.filter((each) => each.segment === segment).map((each) => each.positions)));
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

function* descending(positions: readonly number[], start: number, before: number): Generator<Candidate> {
  for (let index = positions.length - 1; index >= 0; index -= 1) {
    const n = start + (positions[index] ?? 0);
    if (n < before) yield { n, before: n };
  }
}

function timeOfId(id: string): number | undefined {
  const isVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(id);
  return isVersion7 ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

function writeCursor(n: number): string {
  return Buffer.from(`n${n}`).toString("base64url");
}

function readCursor(cursor: string): number {
  const [, digits] = /^n(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (digits === undefined)
    throw new FieldguardError("BAD_INPUT", "Cannot go on from `after`: it is no cursor of this log.");
  return Number(digits);
}
