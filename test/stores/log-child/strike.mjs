// @ts-nocheck: it takes methods of others apart.
// Preloaded into a process under test and its threads: numbers what they do to log, line by line, in a file, and strikes
// at one of them. STRIKE_FILE: where lines are noted; nothing is noted before it is there. STRIKE_AT counts from 1.
// STRIKE_HOW: KILL (SIGKILL before the line), FAIL (the line fails and has done nothing), KEPT (it fails and was done),
// FULL (the disk is full from then on), SLOW (it takes longer than anybody waits).
import { appendFileSync, existsSync, statSync } from "node:fs";
import fsPromises from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { isMainThread, MessagePort, Worker } from "node:worker_threads";

const { STRIKE_FILE = "", STRIKE_AT = "0", STRIKE_HOW = "KILL", STRIKE_MS = "1000" } = process.env;
const LINE_BYTES = 64;
const failure = (code) => Object.assign(new Error(`struck: ${code}`), { code });

/** Notes a line and does it; strikes where it is the one. */
function line(name, act, database) {
  if (!existsSync(STRIKE_FILE)) return act();
  appendFileSync(STRIKE_FILE, `${name.slice(0, LINE_BYTES - 1).padEnd(LINE_BYTES - 1)}\n`);
  if (statSync(STRIKE_FILE).size / LINE_BYTES !== Number(STRIKE_AT)) return act();
  switch (STRIKE_HOW) {
    case "FAIL":
      throw failure("SQLITE_IOERR");
    case "KEPT":
      act();
      throw failure("SQLITE_IOERR_FSYNC");
    case "FULL":
      database?.pragma("max_page_count = 1");
      return act();
    case "SLOW":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(STRIKE_MS));
      return act();
    default:
      process.kill(process.pid, "SIGKILL");
      return act();
  }
}

/** Puts a function in the place of a method, which it gets. */
function wrap(object, method, make) {
  const original = object[method];
  object[method] = make(original);
}

const Sqlite = createRequire(new URL("../../../package.json", import.meta.url))("better-sqlite3");
const probe = new Sqlite(":memory:");
const statement = Object.getPrototypeOf(probe.prepare("SELECT 1"));
const nameOf = (sql) => /^(INSERT OR IGNORE INTO|INSERT INTO|UPDATE|DELETE FROM) \w+|^[A-Z]+/.exec(sql)?.[0] ?? sql;
wrap(
  statement,
  "run",
  (run) =>
    function struck(...values) {
      // On the main thread are reads only, but for what opening does.
      if (isMainThread) return run.apply(this, values);
      return line(nameOf(this.source), () => run.apply(this, values), this.database);
    },
);
probe.close();

if (isMainThread) {
  const asked = (request) => ("commit" in request ? "commit" : request.ask);
  wrap(
    Worker.prototype,
    "postMessage",
    (post) =>
      function struck(...sent) {
        return line(`ask ${asked(sent[0])}`, () => post.apply(this, sent));
      },
  );
  const { open } = fsPromises;
  fsPromises.open = async (path, ...how) => {
    if (!String(path).endsWith("anchor") || !/^a\+?$/.test(how[0])) return open(path, ...how);
    const file = await line("open the anchor", () => open(path, ...how));
    for (const method of ["writeFile", "sync", "close"]) {
      const act = file[method].bind(file);
      file[method] = async (...values) => line(`${method} the anchor`, () => act(...values));
    }
    return file;
  };
  syncBuiltinESMExports();
} else {
  wrap(
    MessagePort.prototype,
    "postMessage",
    (post) =>
      function struck(...sent) {
        return line("answer", () => post.apply(this, sent));
      },
  );
}
