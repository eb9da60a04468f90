import type { Database } from "../../databases/sqlite/database.ts";
import type { Finding } from "../verification.ts";
import type { OpenSegment } from "./open-segment.ts";
import { SEGMENT_RECORDS } from "./postings.js";

interface Times {
  readonly low: number;
  readonly high: number;
}

/** Compares the times by which segments are found with those of their records: a record must not be hidden by a wrong one. */
export class TimesCheck {
  /** By segment: those of its records. */
  readonly #recorded = new Map<number, Times>();

  /** A segment as its records give it; one that lacks records (pruned, not complete yet) is passed over. */
  take(segment: OpenSegment): void {
    if (segment.whole) this.#recorded.set(segment.segment, segment.times);
  }

  /** Returns the segments that differ. */
  compare(database: Database): Finding[] {
    const find = database.prepare<[number], Times>("SELECT low, high FROM log_segment WHERE segment = ?");
    const findings: Finding[] = [];
    for (const [segment, recorded] of this.#recorded) {
      const stored = find.get(segment);
      const before = find.get(segment - 1);
      const after = find.get(segment + 1);
      const high = Math.max(recorded.high, before?.high ?? Number.NEGATIVE_INFINITY);
      const low = Math.min(recorded.low, after?.low ?? Number.POSITIVE_INFINITY);
      if (stored?.low === low && stored.high === high) continue;
      const from = segment * SEGMENT_RECORDS;
      const message = `the times by which the records stored from ${from} to ${from + SEGMENT_RECORDS - 1} are found are not theirs`;
      findings.push({ code: "INDEX_CHANGED", writer: null, from: null, to: null, message });
    }
    return findings;
  }
}
