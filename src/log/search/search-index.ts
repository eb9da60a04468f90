import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { AccessEntry, AccessFilter, RedactionOrder } from "../contract.ts";
import { forgetGone, forgetPeople, holdsGone } from "./forget.ts";
import { IndexCheck } from "./index-check.ts";
import { OpenSegment } from "./open-segment.ts";
import { SEGMENT_RECORDS } from "./postings.js";
import { type Candidate, candidates } from "./seek.ts";
import { SegmentTimes } from "./segment-times.ts";

/**
 * The search index of the records in a SQLite file: all that other rooms know of it.
 * - add: `next` and `add` take each record as it is appended, and return what stores the index of a segment that is full.
 * - seek: `candidates` are the places of records that may match a filter; the caller reads the record and decides.
 * - upkeep: in `upkeep.js`, which the thread that writes loads as it stands.
 * - forget: `forgetPeople` and `forgetGone` return what takes people, and records that are gone, out of the index.
 * - check: `check` compares what is stored with the records.
 * A record is known by its place (n), which counts over all writers; 1,024 places are a segment.
 */
export class SearchIndex {
  readonly #database: Database;
  readonly #times: SegmentTimes;
  /** The last segment, which is not full; null: to be read from the file. */
  #open: OpenSegment | null = null;

  constructor(database: Database) {
    this.#database = database;
    this.#times = new SegmentTimes(database);
  }

  /** The place that the next record gets. */
  get next(): number {
    return this.#lastSegment().end;
  }

  /** Adds the record at `next`. Returns the steps that store the index of its segment, where that is full by it. */
  add(entry: AccessEntry): Step[] {
    const segment = this.#lastSegment();
    segment.add(entry);
    if (!segment.full) return [];
    const steps = segment.steps();
    this.#open = segment.following();
    return steps;
  }

  /** Takes in what the file holds by now. To be called in the transaction in which `candidates` is read. */
  catchUp(): void {
    const segment = Math.floor(nextPlace(this.#database) / SEGMENT_RECORDS);
    if (this.#open?.segment !== segment) this.#open = new OpenSegment(segment);
    this.#open.catchUp(this.#database);
  }

  /** What may match, newest first, before a place. To be read within one transaction: runs may be merged between two. */
  candidates(filter: AccessFilter, before: number): Generator<Candidate> {
    this.catchUp();
    return candidates(this.#database, this.#times, this.#lastSegment(), filter, before);
  }

  /** The greatest time of a segment and all earlier ones; infinity where that is not known yet. */
  latestTime(segment: number): number {
    return segment === this.#open?.segment ? Number.POSITIVE_INFINITY : this.#times.latest(segment);
  }

  /** Forgets what is held in memory of records that have been changed since. */
  reread(): void {
    this.#open = null;
  }

  /** The place before which every record is older than a time; complete segments only. */
  olderBefore(time: number): number {
    return this.#times.olderBefore(time) * SEGMENT_RECORDS;
  }

  /** Between which places the records of a time stand, a segment more on either side. */
  placesOf(from: number | undefined, to: number | undefined): readonly [number, number] {
    return this.#times.placesOf(from, to);
  }

  /** Whether the index holds segments of which every record is gone. */
  holdsGone(): boolean {
    return holdsGone(this.#database);
  }

  /** What lets go of segments of which every record is gone, in the same transaction or before. */
  forgetGone(): Step {
    return forgetGone();
  }

  /** What takes the people of an order out of the stored index. */
  forgetPeople(order: RedactionOrder): Step[] {
    return forgetPeople(this.#database, order);
  }

  /** A comparison with the records; `times`: of the times alone, by which segments are found. */
  check(of: "all" | "times" = "all"): IndexCheck {
    return new IndexCheck(of);
  }

  /** Makes the stored index of all complete segments anew. */
  rebuild(): void {
    this.#database.exec("DELETE FROM log_block; DELETE FROM log_run; DELETE FROM log_segment");
    const first = this.#database.prepare<[], number | null>("SELECT min(n) FROM log_record").pluck().get() ?? 0;
    const end = Math.floor(nextPlace(this.#database) / SEGMENT_RECORDS);
    for (let number = Math.floor(first / SEGMENT_RECORDS); number < end; number += 1) {
      const segment = new OpenSegment(number);
      segment.catchUp(this.#database);
      if (segment.empty) continue;
      for (const { sql, rows } of segment.steps()) {
        const statement = this.#database.prepare(sql);
        for (const row of rows) statement.run(...row);
      }
    }
  }

  #lastSegment(): OpenSegment {
    if (this.#open === null) this.catchUp();
    return this.#open ?? new OpenSegment(0);
  }
}

/** After every record and every indexed segment. */
function nextPlace(database: Database): number {
  const row = database
    .prepare<[], { n: number | null; segment: number | null }>(
      "SELECT (SELECT max(n) FROM log_record) AS n, (SELECT max(segment) FROM log_segment) AS segment",
    )
    .get();
  return Math.max((row?.n ?? -1) + 1, ((row?.segment ?? -1) + 1) * SEGMENT_RECORDS);
}
