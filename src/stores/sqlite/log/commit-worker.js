import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { createCommit } from "./commit.js";

// Runs batches on a connection of its own, so that the sync to disk holds up nobody but who waits for it.
/** @type {{ path: string, pragmas: readonly string[] }} */
const { path, pragmas } = workerData;
const database = new Sqlite(path, { fileMustExist: true });
for (const pragma of pragmas) database.pragma(pragma);
const commit = createCommit(database);

parentPort?.on("message", (/** @type {readonly import("./commit.js").Step[] | null} */ steps) => {
  if (steps === null) {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    commit(steps);
    parentPort?.postMessage(null);
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : "";
    parentPort?.postMessage({ code, message: error instanceof Error ? error.message : String(error) });
  }
});
