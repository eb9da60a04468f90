import type { Database } from "../../databases/sqlite/database.ts";
import { SEGMENT_RECORDS } from "./postings.js";

/** Which of the complete segments can hold records of a time. */
export class SegmentTimes {
  readonly #oldest;
  readonly #newest;
  readonly #latest;
  readonly #last;

  constructor(database: Database) {
    this.#oldest = database
      .prepare<[number], number>("SELECT segment FROM log_segment WHERE high >= ? ORDER BY high, segment LIMIT 1")
      .pluck();
    this.#newest = database
      .prepare<[number], number>(
        "SELECT segment FROM log_segment WHERE low < ? ORDER BY low DESC, segment DESC LIMIT 1",
      )
      .pluck();
    this.#latest = database
      .prepare<[number], number>("SELECT high FROM log_segment WHERE segment <= ? ORDER BY segment DESC LIMIT 1")
      .pluck();
    this.#last = database.prepare<[], number | null>("SELECT max(segment) FROM log_segment").pluck();
  }

  /** The first segment that can hold a record of a time or a later one; undefined where none can. */
  oldest(time: number): number | undefined {
    return this.#oldest.get(time);
  }

  /** The last segment that can hold a record from before a time; undefined where none can. */
  newest(time: number): number | undefined {
    return this.#newest.get(time);
  }

  /** The greatest time of a segment and all earlier ones. */
  latest(segment: number): number {
    return this.#latest.get(segment) ?? Number.NEGATIVE_INFINITY;
  }

  /** The segment before which every record is older than a time. */
  olderBefore(time: number): number {
    return this.oldest(time) ?? this.#lastSegment() + 1;
  }

  /** Between which places records of a time stand: a segment more on either side, as times need not rise with places. */
  placesOf(from: number | undefined, to: number | undefined): readonly [number, number] {
    const last = this.#lastSegment();
    const oldest = from === undefined ? 0 : (this.oldest(from) ?? last + 1);
    const newest = to === undefined ? last + 1 : (this.newest(to) ?? -1);
    const end = newest >= last ? Number.MAX_SAFE_INTEGER : (newest + 2) * SEGMENT_RECORDS;
    return [Math.max(0, oldest - 1) * SEGMENT_RECORDS, end];
  }

  #lastSegment(): number {
    return this.#last.get() ?? -1;
  }
}
