import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { AccessEntry } from "../contract.ts";
import { recordOf } from "../proof/leaf.ts";
import { BlockWriter, encodePositions, type Posting, SEGMENT_RECORDS } from "./postings.js";
import { TermTable } from "./term-table.ts";
import { eachTerm, type Term } from "./terms.ts";

const INSERT_RUN = "INSERT INTO log_run (level, first, last) VALUES (0, ?, ?)";
const INSERT_BLOCK =
  "INSERT INTO log_block (run, term, segment, data) VALUES ((SELECT max(run) FROM log_run), ?, ?, ?)";
const LOWER = "UPDATE log_segment SET low = ? WHERE low > ?";
const INSERT_SEGMENT = `INSERT INTO log_segment (segment, low, high)
  VALUES (?, ?, max(?, ifnull((SELECT max(high) FROM log_segment), -9007199254740991)))`;

/** The index of a segment that is not stored yet: kept in memory, stored as a whole once the segment is full. */
export class OpenSegment {
  readonly segment: number;
  readonly #terms: TermTable;
  #end: number;
  #count = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  constructor(segment: number, terms = new TermTable()) {
    this.segment = segment;
    this.#terms = terms;
    this.#end = segment * SEGMENT_RECORDS;
  }

  /** The next segment, in this one's room: this one is not to be used any more. */
  following(): OpenSegment {
    this.#terms.clear();
    return new OpenSegment(this.segment + 1, this.#terms);
  }

  get start(): number {
    return this.segment * SEGMENT_RECORDS;
  }

  /** The place (n) of the next record. */
  get end(): number {
    return this.#end;
  }

  /** The least and the greatest time of its records. */
  get times(): { readonly low: number; readonly high: number } {
    return { low: this.#low, high: this.#high };
  }

  /** Whether every place of the segment has a record. */
  get whole(): boolean {
    return this.#count === SEGMENT_RECORDS;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  get full(): boolean {
    return this.#end === this.start + SEGMENT_RECORDS;
  }

  /** Adds the record that stands at `n`, which may leave places before it empty. */
  addAt(n: number, entry: AccessEntry): void {
    this.#end = n;
    this.add(entry);
  }

  add(entry: AccessEntry): void {
    const position = this.#end - this.start;
    this.#end += 1;
    this.#count += 1;
    this.#low = Math.min(this.#low, entry.time);
    this.#high = Math.max(this.#high, entry.time);
    eachTerm(entry, (term) => this.#terms.add(term, position));
  }

  /** Adds what the file holds from `end` on, as far as the segment goes; what was pruned leaves its place empty. */
  catchUp(database: Database): void {
    const rows = database
      .prepare<[number, number], { n: number; leaf: string; sealed: string }>(
        "SELECT n, leaf, sealed FROM log_record WHERE n >= ? AND n < ? ORDER BY n",
      )
      .all(this.#end, this.start + SEGMENT_RECORDS);
    for (const row of rows) this.addAt(row.n, recordOf(row));
  }

  positions(term: Term): readonly number[] {
    return this.#terms.positions(term);
  }

  /** The index, ascending by term. */
  postings(): Posting[] {
    const { segment } = this;
    return Array.from(this.#terms.terms(), (term) => ({
      term,
      segment,
      positions: encodePositions(this.#terms.positions(term)),
    }));
  }

  /** What stores the index of the full segment, as a run of its own. */
  steps(): Step[] {
    const { segment } = this;
    const writer = new BlockWriter();
    for (const term of this.#terms.terms()) writer.addPositions(term, segment, this.#terms.positions(term));
    return [
      { sql: INSERT_RUN, rows: [[segment, segment]] },
      { sql: INSERT_BLOCK, rows: writer.finish().map((block) => [block.term, block.segment, block.data]) },
      { sql: LOWER, rows: [[this.#low, this.#low]] },
      { sql: INSERT_SEGMENT, rows: [[segment, this.#low, this.#high]] },
    ];
  }
}
