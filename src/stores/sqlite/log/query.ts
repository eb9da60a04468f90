import { setImmediate as breathe } from "node:timers/promises";
import { FieldguardError } from "../../../core/errors.ts";
import { type AccessFilter, type AccessPage, type AccessRecord, matchesFilter } from "../../access-log.ts";
import type { Database } from "../database.ts";
import { decodePositions, intersect, type Positions, unite } from "./positions.ts";
import { nextN, type RecordRow, recordOf } from "./rows.ts";
import { SEGMENT_RECORDS } from "./schema.ts";
import { Tail } from "./tail.ts";
import { type Term, termsAsked } from "./terms.ts";

export const PAGE_RECORDS_MAX = 1_000;
/** Segments or records looked at before others get their turn on the event loop. */
const LOOKS_PER_TURN = 256;

interface Range {
  /** n; inclusive. */
  readonly from: number;
  /** n; exclusive. */
  readonly to: number;
}

/** Answers filters from a connection that only reads; what it keeps is the index of the incomplete segment. */
export class LogReader {
  readonly #database: Database;
  #tail: Tail | null = null;
  readonly #record;
  readonly #posting;
  readonly #oldest;
  readonly #newest;

  constructor(database: Database) {
    this.#database = database;
    this.#record = database.prepare<[number], RecordRow>("SELECT * FROM log_record WHERE n = ?");
    this.#posting = database.prepare<[number, number], { segment: number; positions: Buffer }>(
      "SELECT segment, positions FROM log_posting WHERE term = ? AND segment <= ? ORDER BY segment DESC LIMIT 1",
    );
    this.#oldest = database
      .prepare<[number], number>("SELECT segment FROM log_segment WHERE high >= ? ORDER BY high, segment LIMIT 1")
      .pluck();
    this.#newest = database
      .prepare<[number], number>(
        "SELECT segment FROM log_segment WHERE low < ? ORDER BY low DESC, segment DESC LIMIT 1",
      )
      .pluck();
  }

  /** Newest first. Throws BAD_INPUT on a page size or cursor that is none. */
  async page(filter: AccessFilter, { first, after }: { first: number; after?: string }): Promise<AccessPage> {
    if (!Number.isInteger(first) || first < 1 || first > PAGE_RECORDS_MAX) {
      throw new FieldguardError("BAD_INPUT", `Cannot read a page: \`first\` must be from 1 to ${PAGE_RECORDS_MAX}.`);
    }
    const before = after === undefined ? Number.POSITIVE_INFINITY : readCursor(after);
    const records: AccessRecord[] = [];
    let last = 0;
    for await (const { n, record } of this.#matches(filter, before)) {
      if (records.length === first) return { records, next: writeCursor(last) };
      records.push(record);
      last = n;
    }
    return { records, next: null };
  }

  async *#matches(filter: AccessFilter, before: number): AsyncGenerator<{ n: number; record: AccessRecord }> {
    let looks = 0;
    for (const n of this.#candidates(filter, before)) {
      looks += 1;
      if (looks % LOOKS_PER_TURN === 0) await breathe();
      if (n === null) continue;
      const row = this.#record.get(n);
      if (row === undefined) continue;
      if (filter.id !== undefined && !row.leaf.includes(JSON.stringify(filter.id))) continue;
      const record = recordOf(row);
      if (matchesFilter(record, filter)) yield { n, record };
    }
  }

  /** The n of records that may match, descending; null now and then where only the index was looked at. */
  *#candidates(filter: AccessFilter, before: number): Generator<number | null> {
    const groups = termsAsked(filter);
    const tail = this.#readTail();
    yield* descending(tailPositions(tail, groups), tail.start, before);
    const { from, to } = this.#range(filter, Math.min(before, tail.start));
    let segment = Math.floor((to - 1) / SEGMENT_RECORDS);
    const oldest = Math.floor(from / SEGMENT_RECORDS);
    while (segment >= oldest) {
      const found = this.#seek(groups, segment);
      if (found === null) return;
      if (found.positions !== null && found.segment >= oldest) {
        yield* descending(found.positions, found.segment * SEGMENT_RECORDS, before);
      } else yield null;
      segment = found.positions === null ? found.segment : found.segment - 1;
    }
  }

  /**
   * Where all groups have something in `segment`, their common positions; otherwise the next segment downwards at which
   * it is worth to look again. null: there is none.
   */
  #seek(groups: readonly Term[][], segment: number): { segment: number; positions: Positions | null } | null {
    if (groups.length === 0) return { segment, positions: ALL };
    const lists: Positions[] = [];
    for (const terms of groups) {
      const found = terms.flatMap((term) => this.#posting.get(term, segment) ?? []);
      const nearest = found.reduce((most, each) => Math.max(most, each.segment), -1);
      if (nearest === -1) return null;
      if (nearest < segment) return { segment: nearest, positions: null };
      lists.push(
        unite(found.filter((each) => each.segment === segment).map((each) => decodePositions(each.positions))),
      );
    }
    return { segment, positions: intersect(lists) };
  }

  /** The records whose time can fit, of those before `before` in complete segments. */
  #range({ from, to, id }: AccessFilter, before: number): Range {
    // An id tells its time (UUIDv7), so that it needs no index of its own.
    const idTime = id === undefined ? undefined : timeOfId(id);
    if (id !== undefined && idTime === undefined) return { from: 0, to: 0 };
    const since = Math.max(from ?? Number.NEGATIVE_INFINITY, idTime ?? Number.NEGATIVE_INFINITY);
    const until = Math.min(
      to ?? Number.POSITIVE_INFINITY,
      idTime === undefined ? Number.POSITIVE_INFINITY : idTime + 1,
    );
    const oldest = since === Number.NEGATIVE_INFINITY ? 0 : this.#oldest.get(since);
    const newest = until === Number.POSITIVE_INFINITY ? before / SEGMENT_RECORDS : this.#newest.get(until);
    if (oldest === undefined || newest === undefined) return { from: 0, to: 0 };
    return { from: oldest * SEGMENT_RECORDS, to: Math.min(before, (newest + 1) * SEGMENT_RECORDS) };
  }

  #readTail(): Tail {
    const next = nextN(this.#database, SEGMENT_RECORDS);
    const segment = Math.floor(next / SEGMENT_RECORDS);
    if (this.#tail?.segment !== segment) this.#tail = new Tail(segment);
    this.#tail.catchUp(this.#database);
    return this.#tail;
  }

  /** Forgets what it knows of records that have been changed since (redacted). */
  forget(): void {
    this.#tail = null;
  }
}

const ALL: Positions = Array.from({ length: SEGMENT_RECORDS }, (_, position) => position);

function tailPositions(tail: Tail, groups: readonly Term[][]): Positions {
  if (groups.length === 0) return ALL.slice(0, tail.end - tail.start);
  return intersect(groups.map((terms) => unite(terms.map((term) => tail.positions(term)))));
}

function* descending(positions: Positions, start: number, before: number): Generator<number> {
  for (let index = positions.length - 1; index >= 0; index -= 1) {
    const n = start + (positions[index] ?? 0);
    if (n < before) yield n;
  }
}

function timeOfId(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
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
