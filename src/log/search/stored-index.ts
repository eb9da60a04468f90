import type { Database } from "../../databases/sqlite/database.ts";
import { decodePositions, type Posting, readTerm } from "./postings.js";
import type { Term } from "./terms.ts";

interface Run {
  readonly run: number;
  readonly first: number;
  readonly last: number;
}

/** Positions of a term in the segment nearest to the one asked for. */
export interface PositionsFound {
  readonly segment: number;
  /** Ascending. */
  readonly positions: readonly number[];
}

/**
 * Looks terms up in the stored index. To be used within one read transaction, and for each term from newer segments to
 * older: of a run that had nothing up to some segment it is remembered that it has nothing further down.
 */
export class StoredIndex {
  readonly #runs: readonly Run[];
  /** By term and run: the term's postings in the block that was read last; empty where there are no more. */
  readonly #read = new Map<Term, Map<number, readonly Posting[]>>();
  readonly #block;

  constructor(database: Database) {
    this.#runs = database
      .prepare<[], Run>("SELECT run, first, last FROM log_run WHERE level >= 0 ORDER BY last DESC")
      .all();
    this.#block = database
      .prepare<[number, number, number], Buffer>(
        "SELECT data FROM log_block WHERE run = ? AND (term, segment) <= (?, ?) ORDER BY term DESC, segment DESC LIMIT 1",
      )
      .pluck();
  }

  /** The last segment up to `segment` that has the term, with its positions; null where there is none. */
  seek(term: Term, segment: number): PositionsFound | null {
    let read = this.#read.get(term);
    if (read === undefined) {
      read = new Map();
      this.#read.set(term, read);
    }
    for (const { run, first, last } of this.#runs) {
      if (first > segment) continue;
      const posting = this.#seekIn(run, term, Math.min(segment, last), read);
      if (posting !== undefined) return { segment: posting.segment, positions: decodePositions(posting.positions) };
    }
    return null;
  }

  #seekIn(run: number, term: Term, segment: number, read: Map<number, readonly Posting[]>): Posting | undefined {
    const block = read.get(run);
    if (block?.length === 0) return undefined;
    const inBlock = block && lastUpTo(block, segment);
    if (inBlock !== undefined) return inBlock;
    const data = this.#block.get(run, term, segment);
    const postings = data === undefined ? [] : readTerm(data, term);
    const last = lastUpTo(postings, segment);
    read.set(run, last === undefined ? [] : postings);
    return last;
  }
}

function lastUpTo(postings: readonly Posting[], segment: number): Posting | undefined {
  return postings.findLast((posting) => posting.segment <= segment);
}
