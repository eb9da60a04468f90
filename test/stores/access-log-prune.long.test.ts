import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { verifyLogFile } from "../../src/log/sqlite/verify-file.ts";
import { entry, LOG_TIME, readAll, reference } from "../../src/stores/conformance/log-fixtures.ts";

const RECORDS = 6_000;
const BEFORE = 5_200;
/** Whole tiles and segments of what is older. */
const PRUNED = 5_120;
const key = signingKeyFromSeed(Buffer.alloc(32, 1));
const evidence = { keys: [key] };
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Lines of a pruning on which it is ended; the batches among them. */
const LINES = [
  ...["ask commit", "BEGIN", "INSERT INTO log_record", "UPDATE log_writer", "UPDATE log_writer", "COMMIT", "answer"],
  ...["ask restart", "answer"],
  ...Array.from({ length: 5 }, () => ["ask commit", "BEGIN", "DELETE FROM log_record", "COMMIT", "answer"]).flat(),
  ...["ask commit", "BEGIN", "UPDATE log_run", "COMMIT", "answer"],
];
/** The commit that says what counts as gone. */
const ORDERED = LINES.indexOf("COMMIT", LINES.indexOf("INSERT INTO log_record"));

describe("pruning", () => {
  let folder: string;
  let seed: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-prune-"));
    seed = join(folder, "seed.db");
    const log = await openAccessLog(seed, { clock: systemClock, writer: "gateway-1", evidence });
    for (let from = 0; from < RECORDS; from += 500) {
      const times = Array.from({ length: 500 }, (_, index) => from + index);
      await Promise.all(
        times.map((index) => log.append(entry({ time: LOG_TIME + index, subjects: [reference(index % 90)] }))),
      );
    }
    await log.close();
    const database = new SqliteDatabase(seed);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  test("goes by the lines of the table", async () => {
    expect((await pruneUntil(-1)).noted.slice(0, LINES.length)).toEqual(LINES);
  });

  const strikes = LINES.flatMap((line, at) =>
    line === "ask commit" || line === "COMMIT" || line === "answer" ? [at] : [],
  );
  test.each(strikes)("killed at line %i reads rightly, verifies, and is gone on with", async (at) => {
    const { path } = await pruneUntil(at);
    const isOrdered = at > ORDERED;
    expect((await verifyLogFile(path, { publicKeys: [key.publicKey], anchored: [] })).findings).toEqual([]);

    const log = await openAccessLog(path, { clock: systemClock, evidence });
    const left = await readAll(log, { to: LOG_TIME + RECORDS }, 1_000);
    expect(left.length).toBe(isOrdered ? RECORDS - PRUNED : RECORDS);
    expect((await readAll(log, { subjects: [reference(3)], to: LOG_TIME + PRUNED }, 1_000)).length === 0).toBe(
      isOrdered,
    );
    await log.append(entry());
    expect((await log.verify()).findings).toEqual([]);
    const contents = new SqliteDatabase(path, { readonly: true });
    const stored = contents.prepare("SELECT count(*) FROM log_record WHERE seq < ?").pluck();
    while (isOrdered && stored.get(PRUNED) !== 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(stored.get(PRUNED)).toBe(isOrdered ? 0 : PRUNED);
    contents.close();
    expect((await log.verify()).findings).toEqual([]);
    await log.close();
  });

  test("lets others write between two batches, and their records are whole", async () => {
    const path = join(folder, "busy.db");
    await copyFile(seed, path);
    const log = await openAccessLog(path, { clock: systemClock, evidence });
    const pruning = log.prune(LOG_TIME + BEFORE, entry().caller);
    let appended = 0;
    let isDone = false;
    void pruning.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await log.append(entry());
      appended += 1;
    }
    expect(await pruning).toEqual({ pruned: PRUNED });
    expect(appended).toBeGreaterThan(3);
    expect((await log.verify()).writers).toEqual([
      expect.objectContaining({ pruned: PRUNED, size: RECORDS + appended + 1 }),
    ]);
    await log.close();
  });

  test("lets the index of what is gone go as well", async () => {
    const path = join(folder, "index.db");
    await copyFile(seed, path);
    const log = await openAccessLog(path, { clock: systemClock, evidence });
    await log.prune(LOG_TIME + BEFORE, entry().caller);
    for (let count = 0; count < 6; count += 1) {
      await Promise.all(Array.from({ length: 300 }, () => log.append(entry())));
    }
    expect((await readAll(log, { subjects: [reference(3)] }, 1_000)).length).toBeGreaterThan(0);
    await log.close();
    const database = new SqliteDatabase(path, { readonly: true });
    const runs = database
      .prepare("SELECT count(*) FROM log_run WHERE last < ? AND level >= 0")
      .pluck()
      .get(PRUNED / 1_024);
    database.close();
    expect(runs).toBe(0);
  });

  /** Runs a pruning that is ended at a line (from 0); -1: not at all. */
  async function pruneUntil(at: number) {
    const path = join(folder, `prune-${at}.db`);
    await copyFile(seed, path);
    const child = spawn(
      process.execPath,
      [
        ...["consent-child/typescript.mjs", "log-child/strike.mjs"].flatMap((file) => ["--import", here(file)]),
        ...[here("log-child/prune-once.ts"), path, `${path}.lines`, String(BEFORE)],
      ],
      {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, NODE_OPTIONS: "", STRIKE_FILE: `${path}.lines`, STRIKE_AT: String(at + 1) },
      },
    );
    await once(child, "close");
    const noted = (await readFile(`${path}.lines`, "utf8")).split("\n").map((line) => line.trimEnd());
    return { path, noted: noted.slice(0, -1) };
  }
});
