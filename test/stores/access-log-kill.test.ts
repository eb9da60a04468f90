import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { checkChains, readAll } from "../../src/stores/conformance/log-fixtures.ts";

/** After how many acknowledged records the process is killed, one run each over the same file. */
const KILLED_AFTER = [1, 3, 17, 40, 200, 900, 5, 130];
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

describe("killed while it records", () => {
  test("holds every record that was acknowledged, none twice, in one unbroken chain", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-kill-"));
    const path = join(folder, "store.db");
    const acknowledged: string[] = [];
    try {
      for (const records of KILLED_AFTER) acknowledged.push(...(await recordUntilKilled(path, records)));
      const log = await openAccessLog(path, { clock: systemClock });
      const stored = await readAll(log, {}, 1_000);
      const ids = new Set(stored.map((record) => record.id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(ids.size).toBe(stored.length);
      expect(checkChains(stored)).toBe((await log.head()).size);
      await log.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Every id that the child has acknowledged, of those after the kill as well that were in the pipe by then. */
async function recordUntilKilled(path: string, records: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ["--import", here("consent-child/typescript.mjs"), here("log-child/append-forever.ts"), path],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = once(child, "exit");
  const read: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may have been cut by the kill.
    if (line.length === 36) read.push(line);
    if (read.length === records) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  expect(read.length).toBeGreaterThanOrEqual(records);
  return read;
}
