import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { checkChains, readAll } from "../../src/stores/conformance/log-fixtures.ts";
import { openAccessLog } from "../../src/stores/sqlite/access-log.ts";
import { post, SECRET } from "./harness.ts";

/** After how many answers the process is killed, one run each over the same file, others under way. */
const KILLED_AFTER = [1, 2, 7, 30, 100, 3, 60, 15, 250, 1];
const CLIENTS = 8;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Receipts of every answer that a client received whole before, or while, the process was killed. */
async function serveUntilKilled(path: string, answers: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ["--import", here("../stores/consent-child/typescript.mjs"), here("durability/serve.ts"), path, SECRET],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = once(child, "exit");
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const receipts: string[] = [];
  const askOn = async (client: number): Promise<void> => {
    for (;;) {
      const as = { sub: `c-${client}`, role: "CUSTOMER" };
      const { body } = await post(url, {
        query: `{ person(id: "c-${client}") { name } }`,
        as,
        purpose: "SELF_SERVICE",
      });
      expect(body.data.person.name).toBe(`Name c-${client}`);
      receipts.push(body.extensions.privacy.receipt);
      if (receipts.length === answers) child.kill("SIGKILL");
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, client) => askOn(client)));
  expect(await exit).toEqual([null, "SIGKILL"]);
  // What ended the clients is the connection, not an answer.
  for (const end of ends)
    expect(end).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringMatching(/^(fetch failed|terminated)$/) },
    });
  return receipts;
}

test("no answer that was received lacks its record, whenever the process is killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-durability-"));
  const path = join(folder, "store.db");
  try {
    const receipts: string[] = [];
    for (const answers of KILLED_AFTER) receipts.push(...(await serveUntilKilled(path, answers)));
    const log = await openAccessLog(path, { clock: systemClock });
    const records = await readAll(log, {}, 1_000);
    const ids = new Set(records.map((record) => record.id));
    expect(receipts.filter((id) => !ids.has(id))).toEqual([]);
    expect(new Set(receipts).size).toBe(receipts.length);
    expect(ids.size).toBe(records.length);
    expect(checkChains(records)).toBe((await log.head()).size);
    await log.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}, 240_000);
