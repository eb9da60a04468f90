import { setImmediate as breathe } from "node:timers/promises";
import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { type AccessFilter, type AccessPage, type AccessRecord, matchesFilter } from "../contract.ts";
import { recordOf } from "../proof/leaf.ts";
import { SearchIndex } from "../search/search-index.ts";
import { prunedUpTo } from "./prune.ts";
import type { RecordRow } from "./rows.ts";

export const PAGE_RECORDS_MAX = 1_000;
/** Segments and records looked at before others get their turn on the event loop. */
const LOOKS_PER_TURN = 256;

interface Match {
  readonly row: RecordRow;
  readonly record: AccessRecord;
}

/** What one turn found, and the place before which the next goes on; null at the end. */
interface Turn {
  readonly found: readonly Match[];
  readonly next: number | null;
}

const END: Turn = { found: [], next: null };

/** Which records are looked for by time. */
export interface Wanted {
  readonly count: number;
  /** By writer (its `no`): the first sequence number that is looked for. */
  readonly from: ReadonlyMap<number, number>;
  /** Less than 0 where the first of two comes first. Never against their times. */
  readonly order: (one: AccessRecord, other: AccessRecord) => number;
  readonly accepts: (record: AccessRecord) => boolean;
}

/** Answers filters from a connection that only reads. */
export class LogReader {
  readonly #database: Database;
  readonly #index: SearchIndex;
  readonly #record;

  constructor(database: Database, index = new SearchIndex(database)) {
    this.#database = database;
    this.#index = index;
    this.#record = database.prepare<[number], RecordRow>("SELECT * FROM log_record WHERE n = ?");
  }

  /** Newest first. Throws BAD_INPUT on a page size or cursor that is none. */
  async page(filter: AccessFilter, { first, after }: { first: number; after?: string }): Promise<AccessPage> {
    if (!Number.isInteger(first) || first < 1 || first > PAGE_RECORDS_MAX) {
      throw new FieldguardError("BAD_INPUT", `Cannot read a page: \`first\` must be from 1 to ${PAGE_RECORDS_MAX}.`);
    }
    const start = after === undefined ? Number.POSITIVE_INFINITY : readCursor(after);
    const matches: Match[] = [];
    const turn = (before: number) => this.#turn(filter, before, first + 1 - matches.length);
    for await (const { found } of this.#turns(turn, start)) {
      matches.push(...found);
      if (matches.length > first) break;
    }
    const records = matches.slice(0, first).map(({ record }) => record);
    const last = matches[first - 1];
    return { records, next: matches.length > first && last !== undefined ? writeCursor(last.row.n) : null };
  }

  /** Every record that matches, as it is stored; for work that needs the rows themselves. */
  async *rows(filter: AccessFilter): AsyncGenerator<RecordRow> {
    for await (const { found } of this.#turns((before) => this.#turn(filter, before, LOOKS_PER_TURN))) {
      for (const { row } of found) yield row;
    }
  }

  /**
   * The best matches by time, best first: as many as are wanted, of those whose sequence number is not below their
   * writer's in `from`. No more is read than what matches in the segments that can hold them, and a segment or two besides.
   */
  async newest(filter: AccessFilter, wanted: Wanted): Promise<AccessRecord[]> {
    const best: AccessRecord[] = [];
    for await (const _ of this.#turns((before) => this.#newestTurn(filter, before, best, wanted)));
    return best;
  }

  /**
   * Goes through the log from its end, a bounded turn at a time: others get theirs on the event loop between two. Each
   * turn has one view of the file: runs of the index may be merged between two turns, but not within one.
   */
  async *#turns(take: (before: number) => Turn, start = Number.POSITIVE_INFINITY): AsyncGenerator<Turn> {
    for (let before: number | null = start; before !== null; ) {
      const turn: Turn = this.#database.transaction(take)(before);
      yield turn;
      before = turn.next;
      if (before !== null) await breathe();
    }
  }

  /** What matches before a place, at most as much as is wanted. */
  #turn(filter: AccessFilter, from: number, wanted: number): Turn {
    let looks = 0;
    const found: Match[] = [];
    const pruned = prunedUpTo(this.#database);
    for (const { n, before } of this.#index.candidates(filter, from)) {
      const match = n === null ? null : this.#read(n, filter, pruned);
      if (match !== null) found.push(match);
      looks += 1;
      if (found.length === wanted || looks === LOOKS_PER_TURN) return { found, next: before };
    }
    return { found, next: null };
  }

  /** Puts what matches before a place among the best so far. */
  #newestTurn(filter: AccessFilter, from: number, best: AccessRecord[], wanted: Wanted): Turn {
    let looks = 0;
    let last = Number.POSITIVE_INFINITY;
    for (const { n, before, segment } of this.#index.candidates(filter, from)) {
      // Everything that is left is older than all that was found: the times of earlier segments are bounded.
      const worst = segment === last || best.length < wanted.count ? undefined : best.at(-1);
      if (worst !== undefined && this.#index.latestTime(segment) < worst.time) return END;
      last = segment;
      const match = n === null ? null : this.#read(n, filter, wanted.from);
      if (match !== null && wanted.accepts(match.record)) insert(best, match.record, wanted);
      looks += 1;
      if (looks === LOOKS_PER_TURN) return { found: [], next: before };
    }
    return END;
  }

  #read(n: number, filter: AccessFilter, pruned: ReadonlyMap<number, number>): Match | null {
    const row = this.#record.get(n);
    if (row === undefined || row.seq < (pruned.get(row.writer) ?? 0)) return null;
    if (filter.id !== undefined && !row.leaf.includes(JSON.stringify(filter.id))) return null;
    const record = recordOf(row);
    return matchesFilter(record, filter) ? { row, record } : null;
  }
}

/** Puts a record in its place among the best so far. */
function insert(best: AccessRecord[], record: AccessRecord, { count, order }: Wanted): void {
  const at = best.findIndex((other) => order(record, other) < 0);
  best.splice(at === -1 ? best.length : at, 0, record);
  if (best.length > count) best.pop();
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
