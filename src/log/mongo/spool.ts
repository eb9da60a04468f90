import { type Database, openDatabase } from "../../databases/sqlite/database.ts";
import type { AccessFilter, AccessRecord } from "../contract.ts";
import { TILE_LEAVES, TILE_LEVELS } from "../proof/tree-parts.ts";
import { LogReader, type Wanted } from "../sqlite/query.ts";
import { LOG_COMPONENT } from "../sqlite/schema.ts";
import { SPOOL_COMPONENT } from "../sqlite/spool.ts";
import type { StoredLeaf } from "./model.ts";
import type { StoredCheckpoint, StoredPart } from "./proof-model.ts";

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
  readonly #tiles;
  readonly #nodes;
  readonly #checkpoints;
  readonly #reader: LogReader;

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
    this.#tiles = database.prepare<[number, number, number], { index: number; hashes: Buffer }>(
      'SELECT tile AS "index", hashes FROM log_tile WHERE writer = ? AND tile >= ? AND tile < ? ORDER BY tile',
    );
    this.#nodes = database.prepare<[number, number, number, number], { level: number; index: number; hashes: Buffer }>(
      `SELECT level, node AS "index", hash AS hashes FROM log_node
       WHERE writer = ? AND level = ? AND node >= ? AND node < ? ORDER BY node`,
    );
    this.#checkpoints = database.prepare<[number, number, number], { size: number; time: number; note: string }>(
      "SELECT size, time, note FROM log_checkpoint WHERE writer = ? AND size > ? AND size <= ? ORDER BY size",
    );
    this.#reader = new LogReader(database);
    this.#put = database.prepare<[string, number]>(
      `INSERT INTO log_shipped (writer, next) VALUES (?, ?)
       ON CONFLICT (writer) DO UPDATE SET next = max(next, excluded.next)`,
    );
  }

  /** The writers, and how many of each one's records are known to be in MongoDB. */
  writers(): { readonly id: string; readonly shipped: number }[] {
    return this.#writers.all().map(({ id, next }) => ({ id, shipped: next }));
  }

  /** What of a writer's tree is complete between two numbers of tiles; each tile after the nodes that it completes. */
  treeParts(writer: string, from: number, to: number): StoredPart[] {
    const no = this.#noOf(writer);
    if (no === null) return [];
    const parts: Omit<StoredPart, "writer">[] = [];
    for (const { index, hashes } of this.#tiles.all(no, from, to)) {
      const leaves = (index + 1) * TILE_LEAVES;
      for (let level = TILE_LEVELS; leaves % 2 ** level === 0; level += TILE_LEVELS) {
        const last = leaves / 2 ** level - 1;
        for (const node of this.#nodes.all(no, level, last, last + 1)) {
          parts.push({ ...node, hashes: node.hashes.toString("base64") });
        }
      }
      parts.push({ level: 0, index, hashes: hashes.toString("base64") });
    }
    return parts.map((part) => ({ writer, ...part }));
  }

  /** A writer's checkpoints after one size and up to another. */
  checkpoints(writer: string, after: number, upTo: number): StoredCheckpoint[] {
    const no = this.#noOf(writer);
    return no === null ? [] : this.#checkpoints.all(no, after, upTo).map((checkpoint) => ({ writer, ...checkpoint }));
  }

  #noOf(writer: string): number | null {
    return this.#writers.all().find(({ id }) => id === writer)?.no ?? null;
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
    const writerRow = this.#writers.all().find(({ id }) => id === writer);
    if (writerRow === undefined) return [];
    return this.#rows.all(writerRow.no, writerRow.next, max).map((row) => ({ writer, ...row }));
  }

  /** The first of what matches and is still to be shipped. */
  newestUnshipped(filter: AccessFilter, wanted: Omit<Wanted, "from">): Promise<AccessRecord[]> {
    return this.#reader.newest(filter, {
      ...wanted,
      from: new Map(this.#writers.all().map(({ no, next }) => [no, next])),
    });
  }

  /** Notes that MongoDB has the writer's records before `next`. Never goes back. */
  markShipped(writer: string, next: number): void {
    this.#put.run(writer, next);
  }

  close(): void {
    this.#database.close();
  }
}
