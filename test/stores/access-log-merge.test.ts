import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Database, openDatabase } from "../../src/databases/sqlite/database.ts";
import { BlockWriter, readBlock } from "../../src/log/search/postings.js";
import { StoredIndex } from "../../src/log/search/stored-index.ts";
import { IndexUpkeep, RUNS_PER_LEVEL } from "../../src/log/search/upkeep.js";
import { LOG_COMPONENT } from "../../src/log/sqlite/schema.ts";

/** A term that every segment has, one in the first position and one in many. */
const COMMON = 7;
const DENSE = 8;

let database: Database;

beforeEach(() => {
  database = openDatabase(":memory:", [LOG_COMPONENT]);
});

afterEach(() => {
  database.close();
});

/** A run over segments of which each has two common terms and `terms` of its own. */
function addRun(level: number, first: number, last: number, terms: number): void {
  const { lastInsertRowid } = database
    .prepare("INSERT INTO log_run (level, first, last) VALUES (?, ?, ?)")
    .run(level, first, last);
  const postings: { readonly term: number; readonly segment: number; readonly positions: readonly number[] }[] = [];
  for (let segment = first; segment <= last; segment += 1) {
    postings.push({ term: COMMON, segment, positions: [0, segment % 1_024] });
    postings.push({ term: DENSE, segment, positions: Array.from({ length: 200 }, (_, index) => index * 5) });
    for (let own = 0; own < terms; own += 1) postings.push({ term: ownTerm(segment, own), segment, positions: [own] });
  }
  postings.sort((one, other) => one.term - other.term || one.segment - other.segment);
  const writer = new BlockWriter();
  for (const { term, segment, positions } of postings) writer.addPositions(term, segment, [...new Set(positions)]);
  const insert = database.prepare("INSERT INTO log_block (run, term, segment, data) VALUES (?, ?, ?, ?)");
  for (const { term, segment, data } of writer.finish()) insert.run(Number(lastInsertRowid), term, segment, data);
}

/** Spread over all 48 bits, as hashes are. */
function ownTerm(segment: number, own: number): number {
  return 100 + ((segment * 7_919 + own) % 65_521) * 2 ** 30 + own;
}

function runsOf(level: number): number {
  return database.prepare("SELECT count(*) FROM log_run WHERE level = ?").pluck().get(level) as number;
}

function finish(merger: IndexUpkeep): void {
  while (merger.step());
}

describe("merging runs of the index", () => {
  test("goes on with small ones while a large one is under way, and loses nothing of either", () => {
    const merger = new IndexUpkeep(database);
    for (let run = 0; run < RUNS_PER_LEVEL; run += 1) addRun(1, run * 16, run * 16 + 15, 1_000);
    for (let step = 0; step < 3; step += 1) expect(merger.step()).toBe(true);
    expect([runsOf(1), runsOf(2)]).toEqual([RUNS_PER_LEVEL, 0]);
    for (let run = 0; run < RUNS_PER_LEVEL; run += 1) addRun(0, 256 + run, 256 + run, 100);
    for (let step = 0; step < 3; step += 1) expect(merger.step()).toBe(true);
    expect([runsOf(0), runsOf(1), runsOf(2)]).toEqual([0, RUNS_PER_LEVEL + 1, 0]);
    finish(merger);
    expect([runsOf(0), runsOf(1), runsOf(2)]).toEqual([0, 1, 1]);

    // What was merged is gone from the file, and what is left is all there was.
    expect(database.prepare("SELECT count(*) FROM log_run").pluck().get()).toBe(2);
    const blocks = database.prepare("SELECT data FROM log_block").pluck().all() as Buffer[];
    expect(blocks.flatMap((data) => readBlock(data))).toHaveLength(256 * 1_002 + 16 * 102);
    const index = new StoredIndex(database);
    for (let segment = 271; segment >= 0; segment -= 1) {
      expect(index.seek(COMMON, segment)).toEqual({ segment, positions: segment === 0 ? [0] : [0, segment] });
      expect(index.seek(DENSE, segment)?.positions).toHaveLength(200);
    }
    for (const [segment, own] of [
      [0, 0],
      [17, 999],
      [255, 500],
      [256, 0],
      [271, 99],
    ] as const) {
      expect(index.seek(ownTerm(segment, own), 271)).toEqual({ segment, positions: [own] });
    }
  });

  test("begins anew after a stop, and removes what it had begun", () => {
    for (let run = 0; run < RUNS_PER_LEVEL; run += 1) addRun(0, run, run, 1_000);
    const stopped = new IndexUpkeep(database);
    expect(stopped.step()).toBe(true);
    finish(new IndexUpkeep(database));
    expect(database.prepare("SELECT level, first, last FROM log_run").all()).toEqual([
      { level: 1, first: 0, last: RUNS_PER_LEVEL - 1 },
    ]);
    // The one that was stopped notices, should it still be there.
    finish(stopped);
    const blocks = database.prepare("SELECT data FROM log_block").pluck().all() as Buffer[];
    expect(blocks.flatMap((data) => readBlock(data))).toHaveLength(RUNS_PER_LEVEL * 1_002);
  });
});
