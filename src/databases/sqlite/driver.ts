/**
 * better-sqlite3, for the whole gateway: no other file names it, but for its types. Edition 12 is compiled when it is installed and, built against
 * Node 24.19 or newer, aborts the process while it serves; edition 13 comes compiled and crashes on Node 20. Both have the same interface.
 */
import { createRequire } from "node:module";
import type Sqlite from "better-sqlite3";
import { FieldguardError } from "../../core/errors.ts";

/** The first major version of Node for which edition 13 is made. */
const NODE_OF_13 = 22;

/** The name in `package.json` of the edition for this version of Node. */
export function sqlitePackage(nodeVersion: string): "better-sqlite3" | "better-sqlite3-13" {
  return Number.parseInt(nodeVersion, 10) >= NODE_OF_13 ? "better-sqlite3-13" : "better-sqlite3";
}

/** For the thread that commits, which loads it by itself. */
export const SQLITE_PACKAGE = sqlitePackage(process.versions.node);

function load(): typeof Sqlite {
  try {
    const loaded: typeof Sqlite = createRequire(import.meta.url)(SQLITE_PACKAGE);
    // The compiled part is loaded with the first database: here it still can be said what is wrong.
    new loaded(":memory:").close();
    return loaded;
  } catch (cause) {
    throw new FieldguardError(
      "STORE_UNAVAILABLE",
      `${SQLITE_PACKAGE} is not installed for Node ${process.versions.node}. Run npm ci with the Node that is to run the gateway.`,
      { cause },
    );
  }
}

export type { Sqlite };
export const SqliteDatabase: typeof Sqlite = load();
