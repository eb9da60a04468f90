import { randomInt } from "node:crypto";
import type { Database } from "../../databases/sqlite/database.ts";
import type { Finding } from "../verification.ts";
import type { OpenSegment } from "./open-segment.ts";
import { type Posting, readBlock, SEGMENT_RECORDS } from "./postings.js";

/**
 * Compares the postings of the index with the records by a sum over each segment's postings, so that neither needs be sorted or
 * held. Keyed anew each time: nobody can prepare an index whose sums come out right.
 */
export class PostingsCheck {
  readonly #seed = randomInt(2 ** 31);
  /** By segment: what the records give minus what is stored. */
  readonly #sums = new Map<number, number>();

  /** A segment as its records give it; one that lacks records (pruned, not complete yet) is passed over. */
  take(segment: OpenSegment): void {
    if (!segment.whole) return;
    this.#sums.set(segment.segment, 0);
    for (const posting of segment.postings()) this.#add(posting, 1);
  }

  /** Reads the stored index and returns the segments that differ. `pause` lets others have their turn. */
  async compare(database: Database, pause: () => Promise<void>): Promise<Finding[]> {
    const blocks = database.prepare<[number], { id: number; data: Buffer }>(
      `SELECT id, data FROM log_block WHERE id > ? AND run IN (SELECT run FROM log_run WHERE level >= 0) ORDER BY id LIMIT 64`,
    );
    let after = -1;
    for (let some = blocks.all(after); some.length > 0; some = blocks.all(after)) {
      for (const { data } of some) for (const posting of readBlock(data)) this.#add(posting, -1);
      after = some.at(-1)?.id ?? after;
      await pause();
    }
    return [...this.#sums.entries()]
      .filter(([, sum]) => sum !== 0)
      .sort(([one], [other]) => one - other)
      .map(([segment]) => differs(segment));
  }

  #add({ term, segment, positions }: Posting, sign: 1 | -1): void {
    let hash = this.#seed ^ Math.imul(term >>> 0, 0x9e3779b1) ^ Math.imul(Math.floor(term / 2 ** 32), 0x85ebca6b);
    for (const byte of positions) hash = Math.imul(hash ^ byte, 0x01000193) ^ (hash >>> 15);
    hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    const sum = this.#sums.get(segment);
    if (sum !== undefined) this.#sums.set(segment, sum + sign * ((hash ^ (hash >>> 13)) >>> 0));
  }
}

function differs(segment: number): Finding {
  const from = segment * SEGMENT_RECORDS;
  const message = `the search index of the records stored from ${from} to ${from + SEGMENT_RECORDS - 1} is not theirs`;
  return { code: "INDEX_CHANGED", writer: null, from: null, to: null, message };
}
