import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";

const RUNS = 8;
const here = (file: string) => fileURLToPath(new URL(`consent-child/${file}`, import.meta.url));

describe("killed while it stores", () => {
  test("keeps what it acknowledged, and each record agrees with its events", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-kill-"));
    const path = join(folder, "store.db");
    const acknowledged: string[] = [];
    try {
      for (let run = 0; run < RUNS; run += 1) acknowledged.push(...(await storeUntilKilled(path, run)));
      await agrees(path, acknowledged);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Kills the child once it has acknowledged some events, more in each run; returns every id that was read. */
async function storeUntilKilled(path: string, run: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ["--import", here("typescript.mjs"), here("append-forever.ts"), path, `run${run}`],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = once(child, "exit");
  const read: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    read.push(line);
    if (read.length === 1 + run * 7) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  return read;
}

async function agrees(path: string, acknowledged: readonly string[]): Promise<void> {
  const store = await openConsentStore(path, { clock: systemClock });
  const stored: ConsentEvent[] = [];
  for await (const event of store.events()) stored.push(event);
  const ids = stored.map((event) => event.id);
  expect(acknowledged.length).toBeGreaterThan(RUNS);
  expect(new Set(ids).size).toBe(ids.length);
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  for (let index = 0; index < 5; index += 1) {
    const subject = `customer-${index}`;
    const last = stored.findLast((event) => event.subject === subject);
    const records = await store.records(subject);
    expect(records.map((record) => record.event.id)).toEqual(last === undefined ? [] : [last.id, last.id]);
  }
  await store.close();
}
