import type { Component, Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import { itemDigest } from "../proof/leaf.ts";
import type { SealedItem } from "../proof/model.ts";
import { TILE_LEAVES } from "../proof/tree-parts.ts";
import { SearchIndex } from "../search/search-index.ts";

/**
 * What makes a log file a spool: its records go on to another database. `next`: a writer's first record that is not known
 * to have got there; the content of those before it need not stay here.
 */
export const SPOOL_COMPONENT: Component = {
  name: "log_spool",
  migrations: [
    "CREATE TABLE log_shipped (writer TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    // Spools had no search index: to read while records waited was to read all of them.
    (database) => new SearchIndex(database).rebuild(),
  ],
};

export function isSpool(database: Database): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'log_shipped'").get() !== undefined
  );
}

/** By writer, how many records have been shipped; null where the file is no spool. */
export function shippedMarks(database: Database): ReadonlyMap<string, number> | null {
  if (!isSpool(database)) return null;
  const rows = database.prepare<[], { writer: string; next: number }>("SELECT writer, next FROM log_shipped").all();
  return new Map(rows.map(({ writer, next }) => [writer, next]));
}

/**
 * What takes the content of a writer's records before `upTo` out of a spool: whole tiles go, of the others (which the
 * growing tree still needs) all that tells of people. The hashes stay. So does the row of the last record, or its place
 * would be given to another, which those who know the place would not look for there.
 */
export function droppingSteps(database: Database, index: SearchIndex, writerNo: number, upTo: number): Step[] {
  const whole = upTo - (upTo % TILE_LEAVES);
  const rest = database
    .prepare<[number, number, number], { n: number; sealed: string }>(
      `SELECT n, sealed FROM log_record
       WHERE writer = ? AND seq < ? AND (seq >= ? OR n = (SELECT max(n) FROM log_record))`,
    )
    .all(writerNo, upTo, whole);
  const blanked = rest.flatMap(({ n, sealed }) => {
    const blank = JSON.stringify((JSON.parse(sealed) as SealedItem[]).map((item) => [itemDigest(item)]));
    return blank === sealed ? [] : [[blank, n]];
  });
  const pruned = database.prepare<[number], number>("SELECT pruned FROM log_writer WHERE no = ?").pluck().get(writerNo);
  if (whole <= (pruned ?? 0) && blanked.length === 0) return [];
  return [
    { sql: "UPDATE log_writer SET pruned = max(pruned, ?) WHERE no = ?", rows: [[whole, writerNo]] },
    {
      sql: "DELETE FROM log_record WHERE writer = ? AND seq < ? AND n < (SELECT max(n) FROM log_record)",
      rows: [[writerNo, whole]],
    },
    { sql: "UPDATE log_record SET sealed = ? WHERE n = ?", rows: blanked },
    index.forgetGone(),
  ];
}
