import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { IndexUpkeep } from "../search/upkeep.js";
import { createCommit } from "./commit.js";

/**
 * What the thread is asked to do. `commit`: run the steps. `upkeep`: one step of the index's upkeep; `restart`: begin that anew.
 * @typedef {{ commit: readonly import("./commit.js").Step[] } | { ask: "upkeep" | "restart" | "close" }} Request
 * @typedef {{ more: boolean } | { code: string, message: string }} Reply
 */

// Works on a connection of its own, so that the sync to disk holds up the callers alone that wait for it.
/** @type {{ path: string, pragmas: readonly string[], sqlitePackage: string }} */
const { path, pragmas, sqlitePackage } = workerData;
/** @type {typeof import("better-sqlite3")} */
const Sqlite = createRequire(import.meta.url)(sqlitePackage);
const database = new Sqlite(path, { fileMustExist: true });
for (const pragma of pragmas) database.pragma(pragma);
const commit = createCommit(database);
const upkeep = new IndexUpkeep(database);

parentPort?.on("message", (/** @type {Request} */ request) => {
  /** @type {Reply} */
  let reply = { more: false };
  try {
    if ("commit" in request) commit(request.commit);
    else if (request.ask === "upkeep") reply = { more: upkeep.step() };
    else if (request.ask === "restart") upkeep.restart();
    else database.close();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    reply = { code, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
  if (!database.open) parentPort?.close();
});
