import { existsSync } from "node:fs";
import { FieldguardError } from "../../core/errors.ts";
import { isBusy } from "./database.ts";
import { type Sqlite, SqliteDatabase } from "./driver.ts";

/**
 * Holds a store so that nobody else has it open, until the connection is closed; null where there is none, or one that is
 * too damaged to be held. `what`: what is to be done with it. Throws STORE_UNAVAILABLE while somebody has it open.
 */
export function holdAlone(
  path: string,
  what: string,
  prepare: (database: Sqlite.Database) => void = () => undefined,
): Sqlite.Database | null {
  if (!existsSync(path)) return null;
  let database: Sqlite.Database | undefined;
  try {
    database = new SqliteDatabase(path, { fileMustExist: true, timeout: 0 });
    database.pragma("locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE; COMMIT");
    prepare(database);
    return database;
  } catch (cause) {
    database?.close();
    if (!isBusy(cause)) return null;
    throw new FieldguardError(
      "STORE_UNAVAILABLE",
      `Cannot ${what} the store ${path}: a gateway or a command has it open. Stop every one of them first.`,
      { cause },
    );
  }
}
