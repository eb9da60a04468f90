import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { type Database, openDatabase } from "../../src/databases/sqlite/database.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import type { Step } from "../../src/databases/sqlite/step.ts";
import { SqliteAccessLog } from "../../src/log/sqlite/access-log.ts";
import { type Committer, createLocalCommitter } from "../../src/log/sqlite/committer.ts";
import { LOG_COMPONENT } from "../../src/log/sqlite/schema.ts";
import { checkChains, entry, LOG_TIME, readAll } from "../../src/stores/conformance/log-fixtures.ts";

const WAIT_MS = 500;

interface Place {
  readonly path: string;
  readonly database: Database;
  readonly committer: Committer;
}

interface Fault {
  readonly name: string;
  /** Commits the one append that the fault strikes. */
  readonly commit: (steps: readonly Step[], place: Place) => Promise<void>;
  /** What the client is told, and what the log holds. */
  readonly acknowledged: boolean;
  readonly kept: boolean;
}

const failure = (code: string) => Object.assign(new Error(code), { code });

/** Runs the first steps of the transaction and then loses it, as SIGKILL there would. */
const killedAfter = (count: number): Fault => ({
  name: `killed after ${count} steps of the transaction`,
  commit: async (steps, { database }) => {
    const run = database.transaction(() => {
      for (const { sql, rows } of steps.slice(0, count)) for (const row of rows) database.prepare(sql).run(...row);
      throw failure("WORKER");
    });
    run.immediate();
  },
  acknowledged: false,
  kept: false,
});

const FAULTS: readonly Fault[] = [
  { name: "nothing", commit: (steps, { committer }) => committer.commit(steps), acknowledged: true, kept: true },
  {
    name: "fails and is lost",
    commit: () => Promise.reject(failure("SQLITE_IOERR")),
    acknowledged: false,
    kept: false,
  },
  {
    name: "fails but is kept",
    commit: async (steps, { committer }) => {
      await committer.commit(steps);
      throw failure("SQLITE_IOERR_FSYNC");
    },
    acknowledged: false,
    kept: true,
  },
  {
    name: "slower than the client waits, and kept",
    commit: (steps, { committer }) =>
      new Promise((resolve) => setTimeout(() => resolve(committer.commit(steps)), WAIT_MS * 4)),
    acknowledged: false,
    kept: true,
  },
  {
    name: "slower than the client waits, and lost",
    commit: () => new Promise((_, reject) => setTimeout(() => reject(failure("SQLITE_BUSY")), WAIT_MS * 4)),
    acknowledged: false,
    kept: false,
  },
  {
    name: "the disk is full",
    commit: async (steps, { database, committer }) => {
      const pages = database.pragma("page_count", { simple: true });
      database.pragma(`max_page_count = ${pages}`);
      try {
        await committer.commit(steps);
      } finally {
        database.pragma("max_page_count = 1000000");
      }
    },
    acknowledged: false,
    kept: false,
  },
  {
    name: "another process holds the lock",
    commit: async (steps, { path, database, committer }) => {
      const other = new SqliteDatabase(path);
      database.pragma("busy_timeout = 0");
      other.exec("BEGIN IMMEDIATE");
      try {
        await committer.commit(steps);
      } finally {
        other.exec("ROLLBACK");
        other.close();
      }
    },
    acknowledged: false,
    kept: false,
  },
  {
    name: "another process took the place first",
    commit: async (steps, { path, committer }) => {
      const other = openDatabase(path, [LOG_COMPONENT]);
      const rival = new SqliteAccessLog(other, createLocalCommitter(other), { clock: systemClock });
      await rival.append(entry({ kind: "START", time: LOG_TIME }));
      await rival.close();
      await committer.commit(steps);
    },
    acknowledged: true,
    kept: true,
  },
  ...[1, 2, 3, 4, 5].map(killedAfter),
];

describe("a write that goes wrong", () => {
  test.each(FAULTS)(
    "$name: told $acknowledged, kept $kept, and the chain goes on",
    async ({ commit, acknowledged, kept }) => {
      const folder = await mkdtemp(join(tmpdir(), "fieldguard-fault-"));
      const path = join(folder, "store.db");
      const database = openDatabase(path, [LOG_COMPONENT]);
      const committer = createLocalCommitter(database);
      let strikes = false;
      const faulty: Committer = {
        ...committer,
        commit: (steps) => {
          if (!strikes) return committer.commit(steps);
          strikes = false;
          return commit(steps, { path, database, committer });
        },
      };
      const log = new SqliteAccessLog(database, faulty, { clock: systemClock, queueWaitMsMax: 5_000 });
      for (let index = 0; index < 300; index += 1) await log.append(entry({ time: LOG_TIME + index }));
      const hurried = new SqliteAccessLog(database, faulty, { clock: systemClock, queueWaitMsMax: WAIT_MS });
      strikes = true;
      const attempt = await hurried.append(entry({ kind: "EXPORT", details: { text: "x".repeat(20_000) } })).then(
        () => "acknowledged",
        (error) => error.code,
      );
      expect(attempt).toBe(acknowledged ? "acknowledged" : "AUDIT_UNAVAILABLE");
      await hurried.ping();
      const next = await log.append(entry({ kind: "STOP" }));
      const records = await readAll(log, {}, 1_000);
      expect(records.filter((record) => record.kind === "EXPORT")).toHaveLength(kept ? 1 : 0);
      expect(records[0]?.id).toBe(next);
      checkChains(records);
      expect((await log.verify()).findings).toEqual([]);
      await log.close();
      await rm(folder, { recursive: true });
    },
  );
});

describe("readiness tells what the next record would find", () => {
  const full = (database: Database) => {
    const pages = database.pragma("page_count", { simple: true });
    database.pragma(`max_page_count = ${pages}`);
  };
  const roomy = (database: Database) => database.pragma("max_page_count = 1000000");

  test.each([
    ["before any record", 0],
    ["after records", 50],
  ])("on a disk that is full, and then is not, %s", async (_when, records) => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-ready-"));
    const database = openDatabase(join(folder, "store.db"), [LOG_COMPONENT]);
    const log = new SqliteAccessLog(database, createLocalCommitter(database), { clock: systemClock });
    const long = () => log.append(entry({ kind: "EXPORT", details: { text: "x".repeat(20_000) } }));
    for (let done = 0; done < records; done += 1) await log.append(entry({ time: LOG_TIME }));
    full(database);
    // What was written just now counts for a moment; a record that fails ends that.
    if (records > 0) await expect(long()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    for (let time = 0; time < 2; time += 1) {
      await expect(log.ping()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    }
    await expect(long()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    roomy(database);
    await log.ping();
    await long();
    await log.ping();
    await log.close();
    await rm(folder, { recursive: true });
  });
});
