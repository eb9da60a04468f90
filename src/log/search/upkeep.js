import { BlockWriter, endOf, hasPosting, segmentAt, termAt } from "./postings.js";

/** So many runs of one level become one of the next: a reader looks at no more than this for each level. */
export const RUNS_PER_LEVEL = 16;
/** `level` of a run that is being made, and of one that is being removed: no reader looks at them. */
const UNFINISHED = -1;
const DEAD = -2;

/** Blocks written in one step: what an append may have to wait for. */
const BLOCKS_PER_STEP = 32;
/** Blocks removed in one step. */
const BLOCKS_REMOVED_PER_STEP = 256;

/**
 * @typedef {{ run: number, first: number, last: number }} Run
 * @typedef {{ target: number, level: number, sources: readonly Run[], cursors: readonly Cursor[], writer: BlockWriter }} Merge
 */

// Plain JavaScript, because the commit worker loads it as it stands.

/**
 * The upkeep of the stored index: keeps the number of runs small. It puts 16 of one level together into one of the next, a step at a time, as one
 * transaction each. A crash leaves an unfinished run, which is removed, and the old ones, which still hold everything.
 * Several processes may do so at once: the first to finish has it, the other's run is dropped.
 */
export class IndexUpkeep {
  #database;
  #transaction;
  /**
   * Those under way, at most one into each level, lowest first. The lowest goes on first: a merge into a high level takes
   * as long as hundreds of segments need to be filled, which would pile up below it.
   * @type {Merge[]}
   */
  #merges = [];

  /** @param {import("better-sqlite3").Database} database */
  constructor(database) {
    this.#database = database;
    this.#transaction = database.transaction(() => this.#step());
  }

  /**
   * One step, in a transaction of its own.
   * @returns {boolean} whether there is more to do
   */
  step() {
    try {
      return this.#transaction.immediate();
    } catch (error) {
      // What was read is ahead of what was written.
      this.restart();
      throw error;
    }
  }

  /** Begins anew the merges under way: their sources have been changed. */
  restart() {
    this.#merges = [];
  }

  #step() {
    this.#merges = this.#merges.filter((merge) => this.#isLive(merge));
    this.#start();
    const [lowest] = this.#merges;
    if (lowest === undefined) return this.#removeDead();
    if (this.#copy(lowest)) this.#finish(lowest);
    return true;
  }

  /** @param {Merge} merge */
  #isLive({ target, sources, level }) {
    const live = this.#database.prepare("SELECT count(*) FROM log_run WHERE run = ? AND level = ?").pluck();
    return live.get(target, UNFINISHED) === 1 && sources.every(({ run }) => live.get(run, level - 1) === 1);
  }

  /** Begins a merge of the lowest level that has enough runs and is not being merged yet. */
  #start() {
    const levels = /** @type {number[]} */ (
      this.#database
        .prepare("SELECT level FROM log_run WHERE level >= 0 GROUP BY level HAVING count(*) >= ? ORDER BY level")
        .pluck()
        .all(RUNS_PER_LEVEL)
    );
    const level = levels.find((candidate) => this.#merges.every((merge) => merge.level !== candidate + 1));
    if (level === undefined) return;
    const sources = /** @type {Run[]} */ (
      this.#database
        .prepare("SELECT run, first, last FROM log_run WHERE level = ? ORDER BY first LIMIT ?")
        .all(level, RUNS_PER_LEVEL)
    );
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO log_run (level, first, last) VALUES (?, ?, ?)")
      .run(UNFINISHED, sources[0]?.first, sources.at(-1)?.last);
    const cursors = sources.map(({ run }) => new Cursor(this.#database, run));
    const merge = { target: Number(lastInsertRowid), level: level + 1, sources, cursors, writer: new BlockWriter() };
    this.#merges = [...this.#merges, merge].sort((one, other) => one.level - other.level);
  }

  /**
   * @param {Merge} merge
   * @returns {boolean} whether everything has been copied
   */
  #copy({ target, cursors, writer }) {
    let least = leastOf(cursors);
    while (least !== null && writer.full < BLOCKS_PER_STEP) {
      writer.copy(least.data, least.at, least.end);
      least.advance();
      least = leastOf(cursors);
    }
    const insert = this.#database.prepare("INSERT INTO log_block (run, term, segment, data) VALUES (?, ?, ?, ?)");
    const blocks = least === null ? writer.finish() : writer.takeFull();
    for (const { term, segment, data } of blocks) insert.run(target, term, segment, data);
    return least === null;
  }

  /** @param {Merge} merge */
  #finish({ target, level, sources }) {
    const move = this.#database.prepare("UPDATE log_run SET level = ? WHERE run = ?");
    for (const { run } of sources) move.run(DEAD, run);
    move.run(level, target);
    this.#merges = this.#merges.filter((merge) => merge.target !== target);
  }

  /** Removes merged runs, and those that were never finished. */
  #removeDead() {
    this.#database.prepare("UPDATE log_run SET level = ? WHERE level = ?").run(DEAD, UNFINISHED);
    const run = this.#database.prepare("SELECT run FROM log_run WHERE level = ? LIMIT 1").pluck().get(DEAD);
    if (run === undefined) return false;
    const { changes } = this.#database
      .prepare("DELETE FROM log_block WHERE id IN (SELECT id FROM log_block WHERE run = ? LIMIT ?)")
      .run(run, BLOCKS_REMOVED_PER_STEP);
    if (changes === 0) this.#database.prepare("DELETE FROM log_run WHERE run = ?").run(run);
    return true;
  }
}

/**
 * Segments rise from run to run, so that of equal terms the earliest run's comes first.
 * @param {readonly Cursor[]} cursors
 */
function leastOf(cursors) {
  /** @type {Cursor | null} */
  let least = null;
  let term = Number.POSITIVE_INFINITY;
  for (const cursor of cursors) {
    if (cursor.term < term) {
      least = cursor;
      term = cursor.term;
    }
  }
  return least;
}

/** @type {Buffer} */
const NOTHING = Buffer.alloc(0);

/** Walks the postings of one run, each a piece of the block that it stands in. */
class Cursor {
  #next;
  #run;
  /** @type {Buffer} */
  data = NOTHING;
  /** Where the posting begins and ends in `data`. */
  at = 0;
  end = 0;
  /** The posting's term; infinity after the last one. */
  term = Number.POSITIVE_INFINITY;

  /**
   * @param {import("better-sqlite3").Database} database
   * @param {number} run
   */
  constructor(database, run) {
    this.#run = run;
    this.#next = database.prepare(
      "SELECT term, segment, data FROM log_block WHERE run = ? AND (term, segment) > (?, ?) ORDER BY term, segment LIMIT 1",
    );
    this.#load(-1, -1);
  }

  advance() {
    const { data, at, end, term } = this;
    if (hasPosting(data, end)) this.#stand(end);
    else this.#load(term, segmentAt(data, at));
  }

  /** @param {number} at */
  #stand(at) {
    this.at = at;
    this.end = endOf(this.data, at);
    this.term = termAt(this.data, at);
  }

  /**
   * Goes to the first posting of the next block.
   * @param {number} term
   * @param {number} segment
   */
  #load(term, segment) {
    let after = { term, segment };
    for (;;) {
      const block = /** @type {import("./postings.js").Block | undefined} */ (
        this.#next.get(this.#run, after.term, after.segment)
      );
      if (block === undefined) {
        this.data = NOTHING;
        this.term = Number.POSITIVE_INFINITY;
        return;
      }
      this.data = block.data;
      // A redaction may have left a block empty.
      if (hasPosting(block.data, 0)) return this.#stand(0);
      after = block;
    }
  }
}
