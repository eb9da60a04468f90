import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { fileAnchor } from "../../src/log/proof/anchor.ts";
import { signingKeyFromSeed } from "../../src/log/proof/note.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { checkChains, entry, LOG_TIME, readAll } from "../../src/stores/conformance/log-fixtures.ts";

/**
 * The write path of one record, line by line, as a process and its commit thread go through it: a record that fills a
 * tile of the tree and a segment of the index and makes a checkpoint due, so that there is every line. A line that is
 * new to the path fails the first test: it wants a row here.
 */
const LINES = [
  "ask commit",
  "BEGIN",
  "INSERT INTO log_record",
  "INSERT INTO log_tile",
  "INSERT INTO log_node",
  "INSERT INTO log_run",
  "INSERT INTO log_block",
  "UPDATE log_segment",
  "INSERT INTO log_segment",
  "UPDATE log_writer",
  "COMMIT",
  "answer",
  // the checkpoint
  "ask commit",
  "BEGIN",
  "INSERT OR IGNORE INTO log_checkpoint",
  "COMMIT",
  "answer",
  // the anchor
  "open the anchor",
  "writeFile the anchor",
  "sync the anchor",
  "close the anchor",
  // that the anchor has it
  "ask commit",
  "BEGIN",
  "INSERT INTO log_anchored",
  "COMMIT",
  "answer",
] as const;
const COMMITTED = LINES.indexOf("COMMIT");
const ANSWERED = LINES.indexOf("answer");
const CHECKPOINT = ANSWERED + 1;
const ANCHOR = LINES.indexOf("open the anchor");

type How = "KILL" | "FAIL" | "KEPT" | "FULL" | "SLOW";

interface Strike {
  readonly at: number;
  readonly how: How;
  /** What the client was told; null: nothing, as its process was gone. */
  readonly told: "kept" | "AUDIT_UNAVAILABLE" | null;
  readonly kept: boolean;
}

const lines = LINES.map((_, at) => at);

const STRIKES: readonly Strike[] = [
  // Killed between any line and the one before: kept once committed; told once the checkpoint is made.
  ...lines.map((at): Strike => ({ at, how: "KILL", told: at > ANCHOR ? "kept" : null, kept: at > COMMITTED })),
  // Each line of the transaction fails and is lost.
  ...lines.slice(0, COMMITTED + 1).map((at): Strike => ({ at, how: "FAIL", told: "AUDIT_UNAVAILABLE", kept: false })),
  // The commit fails but is kept; the answer of the thread is lost.
  { at: COMMITTED, how: "KEPT", told: "AUDIT_UNAVAILABLE", kept: true },
  { at: ANSWERED, how: "FAIL", told: "AUDIT_UNAVAILABLE", kept: true },
  // The disk is full, at the lines that want a new page.
  ...[2, 3].map((at): Strike => ({ at, how: "FULL", told: "AUDIT_UNAVAILABLE", kept: false })),
  // Slower than the client waits.
  ...[0, 1, COMMITTED, ANSWERED].map((at): Strike => ({ at, how: "SLOW", told: "AUDIT_UNAVAILABLE", kept: true })),
  // What comes after the record fails: the record stands, and the client has it.
  ...lines.slice(CHECKPOINT).map((at): Strike => ({ at, how: "FAIL", told: "kept", kept: true })),
  ...lines
    .filter((at) => at > ANSWERED && LINES[at] === "COMMIT")
    .map((at): Strike => ({ at, how: "KEPT", told: "kept", kept: true })),
];

const key = signingKeyFromSeed(Buffer.alloc(32, 1));
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

describe("the write path", () => {
  let folder: string;
  let seed: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-strike-"));
    seed = join(folder, "seed.db");
    const log = await openAccessLog(seed, { clock: systemClock, evidence: { keys: [key] } });
    await Promise.all(Array.from({ length: 1_023 }, (_, index) => log.append(entry({ time: LOG_TIME + index }))));
    await log.close();
    const database = new SqliteDatabase(seed);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("has the lines of the table, in their order", async () => {
    const { said, noted } = await run({ at: -1, how: "KILL" });
    expect(noted.slice(0, LINES.length)).toEqual(LINES);
    expect(said).toEqual([
      expect.stringMatching(/^told [0-9a-f-]{36}$/),
      expect.stringMatching(/^next [0-9a-f-]{36}$/),
      "closed",
    ]);
  });

  test.each(STRIKES.map((strike) => ({ ...strike, line: LINES[strike.at] })))(
    "$how at $at, $line: the client is told $told, kept $kept",
    async (strike) => {
      const { path, said, noted } = await run(strike);
      expect(noted[strike.at]).toBe(LINES[strike.at]);
      const told = said.find((line) => line.startsWith("told "))?.slice("told ".length) ?? null;
      const isId = /^[0-9a-f-]{36}$/.test(told ?? "");
      expect(isId ? "kept" : told).toBe(strike.told);

      const anchor = fileAnchor(`${path}.anchor`);
      const log = await openAccessLog(path, { clock: systemClock, evidence: { keys: [key], anchor, everyRecords: 1 } });
      const last = await log.append(entry({ kind: "START", time: Date.now() }));
      const records = await readAll(log, {}, 1_000);
      expect(records.filter((record) => record.kind === "EXPORT").map(({ id }) => id)).toEqual(
        strike.kept ? [isId ? told : expect.any(String)] : [],
      );
      // Whatever else was acknowledged stands as well, and the chain goes on after all of it.
      const next = /^next ([0-9a-f-]{36})$/m.exec(said.join("\n"))?.[1];
      if (next !== undefined) expect(records.map(({ id }) => id)).toContain(next);
      expect(records[0]?.id).toBe(last);
      checkChains(records);
      await log.checkpoint();
      expect((await log.verify()).findings).toEqual([]);
      await log.close();

      const database = new SqliteDatabase(path, { readonly: true });
      // The anchor is new to the log: it has the last checkpoint of before and all that follow.
      const notes = database.prepare("SELECT note FROM log_checkpoint WHERE size >= 1023").pluck().all();
      database.close();
      expect(new Set(await anchor.read())).toEqual(new Set(notes));
    },
  );

  /** Runs a process over a copy of the log; what it said, and which lines it came to. */
  async function run({ at, how }: Pick<Strike, "at" | "how">) {
    const path = join(folder, `${how}-${at}.db`);
    const strikes = `${path}.lines`;
    await copyFile(seed, path);
    const child = spawn(
      process.execPath,
      [
        ...["consent-child/typescript.mjs", "log-child/strike.mjs"].flatMap((file) => ["--import", here(file)]),
        ...[here("log-child/append-once.ts"), path, strikes],
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          STRIKE_FILE: strikes,
          STRIKE_AT: String(at + 1),
          STRIKE_HOW: how,
        },
      },
    );
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += String(chunk);
    });
    await once(child, "close");
    const noted = (await readFile(strikes, "utf8")).split("\n").map((line) => line.trimEnd());
    return { path, said: out.trimEnd().split("\n"), noted: noted.slice(0, -1) };
  }
});
