import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openMongoAccessLog } from "../../src/log/mongo/access-log.ts";
import { checkChains, readAll } from "../../src/stores/conformance/log-fixtures.ts";
import { findMongo, ownDatabase, startMongo } from "./mongo-server.ts";

const RUNS = 5;
const here = (file: string) => fileURLToPath(new URL(`consent-child/${file}`, import.meta.url));
const found = findMongo();

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  test("a gateway killed while it records and ships loses nothing that it acknowledged, and doubles nothing", async () => {
    const server = await startMongo(found);
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-ship-"));
    const [url, spool] = [server.url(ownDatabase()), join(folder, "spool.db")];
    try {
      const acknowledged: string[] = [];
      for (let run = 0; run < RUNS; run += 1) acknowledged.push(...(await recordUntilKilled(url, spool, 1 + run * 60)));
      await (await openMongoAccessLog(url, { clock: systemClock, spool, drainMsMax: 20_000 })).close();
      // Another gateway's view: what it finds is in MongoDB.
      const elsewhere = await openMongoAccessLog(url, { clock: systemClock, spool: join(folder, "other.db") });
      const records = await readAll(elsewhere);
      await elsewhere.close();
      const ids = records.map(({ id }) => id);
      expect(acknowledged.length).toBeGreaterThan(RUNS * 60);
      expect(checkChains(records)).toBe(new Set(ids).size);
      const kept = new Set(ids);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  }, 300_000);
}

async function recordUntilKilled(url: string, spool: string, enough: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", here("typescript.mjs"), here("log-forever.ts"), url, spool], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const exit = once(child, "exit");
  const read: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    read.push(line);
    if (read.length === enough) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  return read;
}
