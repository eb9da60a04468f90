/**
 * What the index is stored in:
 * - `log_block`: which records of a segment (1,024 records, by n) hold a term, packed (see postings.js); a term is 48 bits
 *   of its hash, the reader checks the record itself. Complete segments only. Written as runs, each sorted by term, of
 *   which `log_run` says what segments they cover; runs of a level are merged into the next (see upkeep.js), so that
 *   writing stays sequential and the runs few.
 * - `log_segment`: `low` is the least time in this and all later segments, `high` the greatest in this and all earlier,
 *   so that both can be searched although times need not rise.
 */
export const INDEX_TABLES = `CREATE TABLE log_segment (
       segment INTEGER PRIMARY KEY,
       low INTEGER NOT NULL,
       high INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX log_segment_low ON log_segment (low);
     CREATE INDEX log_segment_high ON log_segment (high);

     CREATE TABLE log_run (
       run INTEGER PRIMARY KEY AUTOINCREMENT,
       level INTEGER NOT NULL,
       first INTEGER NOT NULL,
       last INTEGER NOT NULL
     ) STRICT;

     CREATE TABLE log_block (
       id INTEGER PRIMARY KEY,
       run INTEGER NOT NULL,
       term INTEGER NOT NULL,
       segment INTEGER NOT NULL,
       data BLOB NOT NULL
     ) STRICT;
     CREATE INDEX log_block_place ON log_block (run, term, segment);`;
