import type { Component } from "../../databases/sqlite/database.ts";
import { INDEX_TABLES } from "../search/tables.ts";

/**
 * - `log_record`: n counts over all writers. `leaf` and `sealed` as in `proof/leaf.ts`; a pruned record has no row.
 * - `log_tile`: hashes of 256 leaves of one writer; outlives the records. Those of the last, incomplete tile are in the
 *   records alone.
 * - `log_node`: inner nodes at levels 8, 16, 24 ...: what a proof needs besides one tile.
 * - `log_segment`, `log_run`, `log_block`: the search index; see `search/tables.ts`.
 * - `log_checkpoint`: signed notes. `log_anchored`: up to which of them an anchor has taken.
 * - `log_ended`: signed notes that a writer's log ends where it does. `log_probe`: what readiness writes.
 * - `log_redaction`: which records a redaction (itself a record) took something from.
 */
export const LOG_COMPONENT: Component = {
  name: "log",
  migrations: [
    `CREATE TABLE log_writer (
       no INTEGER PRIMARY KEY,
       id TEXT NOT NULL UNIQUE,
       size INTEGER NOT NULL,
       hash TEXT NOT NULL,
       pruned INTEGER NOT NULL
     ) STRICT;

     CREATE TABLE log_record (
       n INTEGER PRIMARY KEY,
       writer INTEGER NOT NULL,
       seq INTEGER NOT NULL,
       leaf TEXT NOT NULL,
       sealed TEXT NOT NULL
     ) STRICT;
     CREATE UNIQUE INDEX log_record_seq ON log_record (writer, seq);

     CREATE TABLE log_tile (
       writer INTEGER NOT NULL,
       tile INTEGER NOT NULL,
       hashes BLOB NOT NULL,
       PRIMARY KEY (writer, tile)
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE log_node (
       writer INTEGER NOT NULL,
       level INTEGER NOT NULL,
       node INTEGER NOT NULL,
       hash BLOB NOT NULL,
       PRIMARY KEY (writer, level, node)
     ) STRICT, WITHOUT ROWID;

     ${INDEX_TABLES}

     CREATE TABLE log_checkpoint (
       writer INTEGER NOT NULL,
       size INTEGER NOT NULL,
       time INTEGER NOT NULL,
       note TEXT NOT NULL,
       PRIMARY KEY (writer, size)
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE log_redaction (
       writer INTEGER NOT NULL,
       seq INTEGER NOT NULL,
       item INTEGER NOT NULL,
       redaction TEXT NOT NULL,
       PRIMARY KEY (writer, seq, item)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX log_redaction_order ON log_redaction (redaction);`,

    `CREATE TABLE log_anchored (
       writer INTEGER NOT NULL,
       anchor TEXT NOT NULL,
       size INTEGER NOT NULL,
       PRIMARY KEY (writer, anchor)
     ) STRICT, WITHOUT ROWID;`,

    // 1 for a log that ends where it stands, as what came after was lost (on record; see `endWriters`).
    "ALTER TABLE log_writer ADD COLUMN ended INTEGER NOT NULL DEFAULT 0",

    `CREATE TABLE log_ended (writer INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
     CREATE TABLE log_probe (one INTEGER PRIMARY KEY CHECK (one = 1), room BLOB NOT NULL) STRICT;`,

    // 1 once the note of that size was given: at first it is where a new anchor begins.
    "ALTER TABLE log_anchored ADD COLUMN given INTEGER NOT NULL DEFAULT 0",
  ],
};
