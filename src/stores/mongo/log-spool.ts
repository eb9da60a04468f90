import { type Component, type Database, openDatabase } from "../sqlite/database.ts";
import { LOG_COMPONENT } from "../sqlite/log/schema.ts";
import type { StoredLeaf } from "./log-model.ts";

/** `next`: the first record of a writer that is not known to be in MongoDB. */
const SPOOL_COMPONENT: Component = {
  name: "log_spool",
  migrations: ["CREATE TABLE log_shipped (writer TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID"],
};

export interface Backlog {
  readonly records: number;
  /** Time that the oldest record tells, in milliseconds since the epoch; null where there is none. */
  readonly since: number | null;
}

/** What the spool still holds for MongoDB: read beside the log that is written to the same file, on a connection of its own. */
export class Spool {
  readonly #database: Database;
  readonly #writers;
  readonly #rows;
  readonly #time;
  readonly #put;

  constructor(path: string) {
    const database = openDatabase(path, [LOG_COMPONENT, SPOOL_COMPONENT]);
    this.#database = database;
    // Losing the mark means shipping records again that MongoDB has: it refuses them by their place.
    database.pragma("synchronous = NORMAL");
    this.#writers = database.prepare<[], { id: string; no: number; size: number; next: number }>(
      `SELECT w.id, w.no, w.size, coalesce(s.next, 0) AS next
       FROM log_writer AS w LEFT JOIN log_shipped AS s ON s.writer = w.id ORDER BY w.no`,
    );
    this.#rows = database.prepare<[number, number, number], { seq: number; leaf: string; sealed: string }>(
      "SELECT seq, leaf, sealed FROM log_record WHERE writer = ? AND seq >= ? ORDER BY seq LIMIT ?",
    );
    this.#time = database
      .prepare<[number, number], number>(
        "SELECT json_extract(leaf, '$.time') FROM log_record WHERE writer = ? AND seq >= ? ORDER BY seq LIMIT 1",
      )
      .pluck();
    this.#put = database.prepare<[string, number]>(
      `INSERT INTO log_shipped (writer, next) VALUES (?, ?)
       ON CONFLICT (writer) DO UPDATE SET next = max(next, excluded.next)`,
    );
  }

  /** The ids of the writers that have something to ship. */
  writersBehind(): string[] {
    return this.#writers.all().flatMap(({ id, size, next }) => (next < size ? [id] : []));
  }

  backlog(): Backlog {
    let records = 0;
    let since: number | null = null;
    for (const { no, size, next } of this.#writers.all()) {
      if (next >= size) continue;
      records += size - next;
      const time = this.#time.get(no, next);
      if (time !== undefined && (since === null || time < since)) since = time;
    }
    return { records, since };
  }

  /** The first records of a writer that are still to be shipped, in order. */
  unshipped(writer: string, max: number): StoredLeaf[] {
    const found = this.#writers.all().find(({ id }) => id === writer);
    if (found === undefined) return [];
    return this.#rows.all(found.no, found.next, max).map((row) => ({ writer, ...row }));
  }

  /** Everything that is still to be shipped. */
  allUnshipped(): StoredLeaf[] {
    return this.#writers
      .all()
      .flatMap(({ id, no, next }) => this.#rows.all(no, next, -1).map((row) => ({ writer: id, ...row })));
  }

  /** Notes that MongoDB has the writer's records before `next`. Never goes back. */
  markShipped(writer: string, next: number): void {
    this.#put.run(writer, next);
  }

  close(): void {
    this.#database.close();
  }
}
