import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import type { ConsentStore } from "../../src/stores/consent-store.ts";
import { openMongoConsentStore } from "../../src/stores/mongo/consent-store.ts";
import { openConsentStore } from "../../src/stores/sqlite/consent-store.ts";
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

/** A process of its own that wants the record; every attempt of it. */
async function race(where: string, name: string): Promise<Attempt[]> {
  const child = spawn(
    process.execPath,
    ["--import", here("typescript.mjs"), here("race.ts"), where, name, `${WINS_EACH}`],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = once(child, "exit");
  const attempts: Attempt[] = [];
  for await (const line of createInterface({ input: child.stdout })) attempts.push(JSON.parse(line));
  expect(await exit).toEqual([0, null]);
  return attempts;
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
      const attempts = await Promise.all(WRITERS.map((name) => race(path, name)));
      await checkTruth(attempts.flat(), await openConsentStore(path, { clock: systemClock }));
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  if (found === null) test.skip("MongoDB: needs a server", () => undefined);
  else {
    test("MongoDB", async () => {
      const server = await startMongo(found);
      const url = server.url(ownDatabase());
      try {
        const attempts = await Promise.all(WRITERS.map((name) => race(url, name)));
        await checkTruth(attempts.flat(), await openMongoConsentStore(url, { clock: systemClock }));
      } finally {
        await server.stop();
      }
    }, 60_000);
  }
});
