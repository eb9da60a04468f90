import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { type AccessLogOptions, QUEUE_BOUNDS, SqliteAccessLog } from "../../src/log/sqlite/access-log.ts";
import { AppendQueue } from "../../src/log/sqlite/append-queue.ts";
import type { Pending } from "../../src/log/sqlite/chain.ts";
import { type Committer, createLocalCommitter } from "../../src/log/sqlite/committer.ts";
import { LOG_COMPONENT } from "../../src/log/sqlite/schema.ts";
import { checkChains, entry, LOG_TIME, readAll } from "../../src/stores/conformance/log-fixtures.ts";

/** A disk that takes as long as one likes: nothing is written from `stall` to `go`. */
interface Disk {
  /** Resolves once something is to be written. */
  stall(): Promise<void>;
  go(): void;
  readonly committer: Committer;
}

function slowDisk(committer: Committer): Disk {
  let going = Promise.resolve();
  let go = (): void => undefined;
  let reached = (): void => undefined;
  return {
    stall: () => {
      going = new Promise((resolve) => {
        go = resolve;
      });
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    go: () => go(),
    committer: {
      ...committer,
      commit: (steps) => {
        reached();
        return going.then(() => committer.commit(steps));
      },
    },
  };
}

/** Large enough that memory would tell of those that are not let go. */
const LARGE = entry({ kind: "EXPORT", details: { text: "x".repeat(16_000) } });
const LARGE_BYTES_MIN = 16_000;

type Outcome = { readonly id: string } | { readonly code: string };

const outcomeOf = (append: Promise<string>): Promise<Outcome> =>
  append.then(
    (id) => ({ id }),
    (error) => ({ code: error.code }),
  );

const kept = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap((outcome) => ("id" in outcome ? outcome.id : []));

describe("more records than the disk can take", () => {
  let folder: string;
  let disk: Disk;
  let open: (options: Partial<AccessLogOptions>) => SqliteAccessLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-overload-"));
    const database = openDatabase(join(folder, "store.db"), [LOG_COMPONENT]);
    disk = slowDisk(createLocalCommitter(database));
    open = (options) => new SqliteAccessLog(database, disk.committer, { clock: systemClock, ...options });
  });

  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    { bound: "records", options: { queueRecordsMax: 100 }, roomFor: 100 },
    { bound: "bytes", options: { queueBytesMax: 20 * LARGE_BYTES_MIN }, roomFor: 20 },
  ])("are refused at once beyond the bound in $bound, and those within it are kept", async ({ options, roomFor }) => {
    const log = open(options);
    void disk.stall();
    const outcomes = Array.from({ length: 1_000 }, () => outcomeOf(log.append(LARGE)));
    // Refused while nothing moves: these do not wait for the disk.
    const refused = await Promise.all(outcomes.slice(roomFor));
    expect(new Set(refused.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ code: "AUDIT_UNAVAILABLE" })]),
    );
    disk.go();
    const ids = kept(await Promise.all(outcomes));
    expect(ids.length).toBeLessThanOrEqual(roomFor);
    expect(ids.length).toBeGreaterThan(roomFor / 2);
    const records = await readAll(log);
    expect(records.map(({ id }) => id).reverse()).toEqual(ids);
    expect(checkChains(records)).toBe(ids.length);
    await log.close();
  });

  test("are given up after the longest wait, leave their room to others and are not written later", async () => {
    const log = open({ queueRecordsMax: 10, queueWaitMsMax: 30 });
    await log.append(entry({ kind: "START", time: LOG_TIME }));
    const reached = disk.stall();
    const underWay = outcomeOf(log.append(LARGE));
    await reached;
    const waiting = Array.from({ length: 9 }, () => outcomeOf(log.append(LARGE)));
    expect(kept([...(await Promise.all(waiting)), await underWay])).toEqual([]);
    const next = Array.from({ length: 9 }, () => outcomeOf(log.append(entry({ kind: "STOP" }))));
    disk.go();
    const ids = kept(await Promise.all(next));
    expect(ids).toHaveLength(9);
    const records = await readAll(log);
    // What was under way may be kept although nobody was told; what only waited may not.
    expect(records.filter(({ kind }) => kind === "EXPORT")).toHaveLength(1);
    expect(records.filter(({ kind }) => kind === "STOP").map(({ id }) => id)).toEqual([...ids].reverse());
    expect(checkChains(records)).toBe(11);
    await log.close();
  });

  test("take no memory, however many come", async () => {
    const log = open({ queueRecordsMax: 100, queueWaitMsMax: 60_000 });
    void disk.stall();
    const first = Array.from({ length: 100 }, () => outcomeOf(log.append(LARGE)));
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 200; round += 1) {
      await Promise.all(Array.from({ length: 200 }, () => outcomeOf(log.append(LARGE))));
    }
    // 40,000 of them would be 640 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 2 ** 20);
    disk.go();
    expect(kept(await Promise.all(first))).toHaveLength(100);
    await log.close();
  }, 300_000);
});

describe("upkeep of the index", () => {
  test.each([
    { records: 4_000, bytes: 1_000 },
    { records: 40, bytes: 50_000 },
  ])("keeps pace with what is written, $records records of $bytes bytes, though they never pause", async (load) => {
    let steps = 0;
    let written = 0;
    const keepUp = async (): Promise<boolean> => {
      // Not while there is time for it: that would be no load.
      if (written < load.records) steps += 1;
      return true;
    };
    const store = async (records: readonly Pending[]): Promise<void> => {
      written += records.length;
    };
    const queue = new AppendQueue({ store, keepUp }, QUEUE_BOUNDS);
    const prepared = { id: "", beforePrevHash: "", beforeSeq: "", afterSeq: "", sealed: "x".repeat(load.bytes) };
    const record: Pending = { entry: LARGE, prepared };
    let left = load.records;
    const appendOn = async (): Promise<void> => {
      for (; left > 0; await queue.append("", [record])) left -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, appendOn));
    // One for each 128 KiB, but for the last batch.
    expect(steps).toBeGreaterThanOrEqual(Math.floor(((load.records - 8) * load.bytes) / (128 * 1_024)));
    await queue.close();
  });
});
