import { createRequire } from "node:module";
import type Sqlite from "better-sqlite3";

/** Of better-sqlite3 the edition that is made for this version of Node, as the gateway itself takes it. */
const PACKAGE = Number.parseInt(process.versions.node, 10) >= 22 ? "better-sqlite3-13" : "better-sqlite3";

export type { Sqlite };
export const SqliteDatabase: typeof Sqlite = createRequire(import.meta.url)(PACKAGE);
