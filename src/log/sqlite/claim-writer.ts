import type { Database } from "../../databases/sqlite/database.ts";
import { FIRST_PREV_HASH } from "../proof/leaf.ts";

/** The writer that goes on in this file: the one wanted, or the first whose log has not ended; made where there is none. */
export function claimWriter(
  database: Database,
  wanted: string | undefined,
  make: () => string,
): { id: string; no: number } {
  const find = database.prepare<[string], { id: string; no: number }>(
    "SELECT id, no FROM log_writer WHERE id = ? AND ended = 0",
  );
  const first = database.prepare<[], { id: string; no: number }>(
    "SELECT id, no FROM log_writer WHERE ended = 0 ORDER BY no LIMIT 1",
  );
  return database
    .transaction(() => {
      const claimed = wanted === undefined ? first.get() : find.get(wanted);
      if (claimed !== undefined) return claimed;
      const id = wanted ?? make();
      const { lastInsertRowid } = database
        .prepare("INSERT INTO log_writer (id, size, hash, pruned) VALUES (?, 0, ?, 0)")
        .run(id, FIRST_PREV_HASH);
      return { id, no: Number(lastInsertRowid) };
    })
    .immediate();
}
