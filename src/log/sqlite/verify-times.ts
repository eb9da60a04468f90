import type { Database } from "../../databases/sqlite/database.ts";
import { SEGMENT_RECORDS } from "../search/postings.js";
import type { Finding } from "../verification.ts";
import type { Tail } from "./tail.ts";

interface Times {
  readonly low: number;
  readonly high: number;
}

/** Compares the times by which segments are found with those of their records: a record must not be hidden by a wrong one. */
export class TimesCheck {
  readonly #own = new Map<number, Times>();

  /** A segment as its records give it; one that lacks records (pruned, not complete yet) is passed over. */
  take(tail: Tail): void {
    if (tail.whole) this.#own.set(tail.segment, tail.times);
  }

  finish(database: Database, report: (finding: Finding) => void): void {
    const stored = database.prepare<[number], Times>("SELECT low, high FROM log_segment WHERE segment = ?");
    for (const [segment, own] of this.#own) {
      const said = stored.get(segment);
      const before = stored.get(segment - 1);
      const after = stored.get(segment + 1);
      const high = Math.max(own.high, before?.high ?? Number.NEGATIVE_INFINITY);
      const low = Math.min(own.low, after?.low ?? Number.POSITIVE_INFINITY);
      if (said?.low === low && said.high === high) continue;
      const from = segment * SEGMENT_RECORDS;
      const message = `the times by which the records stored from ${from} to ${from + SEGMENT_RECORDS - 1} are found are not theirs`;
      report({ code: "INDEX_CHANGED", writer: null, from: null, to: null, message });
    }
  }
}
