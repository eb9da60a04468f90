import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { findMongo, ownDatabase, startMongo } from "./mongo-server.ts";

const WRITERS = ["one", "two", "three"];
const WINS_EACH = 25;
const here = (file: string) => fileURLToPath(new URL(`consent-child/${file}`, import.meta.url));
const found = findMongo();

interface Attempt {
  readonly id: string;
  readonly after: string | null;
  readonly told: string;
}

/** Processes of their own that want one record, from one moment on; every attempt of theirs. */
async function race(where: string): Promise<Attempt[]> {
  const racers = WRITERS.map((name) => {
    const child = spawn(
      process.execPath,
      ["--import", here("typescript.mjs"), here("race.ts"), where, name, `${WINS_EACH}`],
      { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
    );
    return {
      child,
      exit: once(child, "exit"),
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    };
  });
  for (const { lines } of racers) expect((await lines.next()).value).toBe("ready");
  for (const { child } of racers) child.stdin.end();
  const attempts = await Promise.all(
    racers.map(async ({ exit, lines }) => {
      const own: Attempt[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) own.push(JSON.parse(line));
      expect(await exit).toEqual([0, null]);
      return own;
    }),
  );
  return attempts.flat();
}

/** Each that was told to have won follows what it had read, directly; each that was told to have lost left nothing. */
async function checkTruth(attempts: readonly Attempt[], store: ConsentStore): Promise<void> {
  const history = (await store.history("customer-1")).map(({ id }) => id);
  const won = attempts.filter(({ told }) => told === "stored");
  const lost = attempts.filter(({ told }) => told !== "stored");
  expect(won.length).toBe(WRITERS.length * WINS_EACH);
  expect([...history].sort()).toEqual(won.map(({ id }) => id).sort());
  const before = new Map(history.map((id, at) => [id, history[at - 1] ?? null]));
  expect(won.filter(({ id, after }) => before.get(id) !== after)).toEqual([]);
  expect([...new Set(lost.map(({ told }) => told))].filter((told) => told !== "CONSENT_STATE_CONFLICT")).toEqual([]);
  // Had nobody lost, nobody would have raced.
  expect(lost.length).toBeGreaterThan(0);
  expect((await store.records("customer-1")).map(({ event }) => event.id)).toEqual(history.slice(-1));
  await store.close();
}

describe("processes that race for one record: one wins, and all are told the truth", () => {
  test("SQLite", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-race-"));
    const path = join(folder, "store.db");
    try {
      await checkTruth(await race(path), await openConsentStore(path, { clock: systemClock }));
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 300_000);

  if (found === null) test.skip("MongoDB: needs a server", () => undefined);
  else {
    test("MongoDB", async () => {
      const server = await startMongo(found);
      const url = server.url(ownDatabase());
      try {
        await checkTruth(await race(url), await openMongoConsentStore(url, { clock: systemClock }));
      } finally {
        await server.stop();
      }
    }, 300_000);
  }
});
