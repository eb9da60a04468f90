import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { checkChains, readAll } from "../../src/stores/conformance/log-fixtures.ts";
import { ensureBuilt, fieldguard } from "../cli/command.ts";
import { post, SECRET } from "../http/harness.ts";
import { missingLocks } from "./beside/locks.ts";

jest.setTimeout(300_000);

/** Debian's package `sqlite3`; in CI there must be one. */
const SQLITE3 = findSqlite3();
// Skipped, loudly, where there is none: the point is a program that is not ours. In CI that is a failure.
const describeWith = SQLITE3 === null ? describe.skip : describe;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What people do with a database that is in use. */
const COMMANDS: Readonly<Record<string, (folder: string) => string[]>> = {
  "a count": () => ["select count(*) from log_record"],
  "a backup": (folder) => [`.backup '${join(folder, "backup.db")}'`],
  "a checkpoint of the WAL": () => ["pragma wal_checkpoint"],
  "a truncating checkpoint": () => ["pragma wal_checkpoint(truncate)"],
  "vacuum into": (folder) => [`vacuum into '${join(folder, "vacuumed.db")}'`],
  "a dump": () => [".dump"],
  "an integrity check": () => ["pragma integrity_check"],
};

let folder = "";
let path = "";
beforeAll(ensureBuilt, 240_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-beside-"));
  path = join(folder, "store.db");
  folders.push(folder);
});
const folders: string[] = [];
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const each of folders) rmSync(each, { recursive: true });
});

describeWith("SQLite's own program beside a process that records", () => {
  test("takes nothing from a gateway's store: after a kill every receipt has its record, and a withdrawal stands", async () => {
    const first = await startGateway();
    const owner = { sub: "ann", role: "CUSTOMER" };
    const merchant = { sub: "shop", role: "MERCHANT", tenants: ["shop-1"] };
    const act = (field: string) =>
      post(first.url, { as: owner, purpose: "SELF_SERVICE", query: `mutation { privacy { ${field} { state } } }` });
    const look = (url: string) =>
      post(url, { as: merchant, purpose: "DIRECT_MARKETING", query: '{ person(id: "ann") { email } }' });
    expect((await act("giveConsent(purposes: [DIRECT_MARKETING])")).body.data.privacy.giveConsent).toHaveLength(1);
    expect((await look(first.url)).body.data.person.email).toBe("ann@example.com");

    const receipts: string[] = [];
    await runAll(first.child.pid, async () => {
      const { body } = await look(first.url);
      receipts.push(body.extensions.privacy.receipt);
    });
    const withdrawn = await act("withdrawConsent(purposes: [DIRECT_MARKETING])");
    expect(withdrawn.body.data.privacy.withdrawConsent).toEqual([{ state: "WITHDRAWN" }]);
    receipts.push(withdrawn.body.extensions.privacy.receipt);
    await kill(first.child);

    const again = await startGateway();
    expect((await look(again.url)).body.data.person.email).not.toBe("ann@example.com");
    await kill(again.child);
    await expectAll(receipts);
    const verified = await fieldguard(["log", "verify", "--json", "--store", `sqlite:${path}`]);
    expect([verified.code, JSON.parse(verified.out).findings]).toEqual([0, []]);
  });

  test("takes nothing from a spool: after a kill every record that was acknowledged is there", async () => {
    const { child, lines } = start("beside/spool-forever.ts", path);
    const acknowledged: string[] = [];
    lines.on("line", (line) => {
      // The last one may have been cut by the kill.
      if (line.length === 36) acknowledged.push(line);
    });
    await once(lines, "line");
    await runAll(child.pid, async () => void (await once(lines, "line")));
    const read = once(lines, "close");
    await kill(child);
    await read;
    expect(acknowledged.length).toBeGreaterThan(Object.keys(COMMANDS).length);
    await expectAll(acknowledged);
  });
});

/** Each command in turn, with work before and after it: the WAL that is written to stays the one that is there. */
async function runAll(pid: number | undefined, work: () => Promise<void>): Promise<void> {
  for (const [what, args] of Object.entries(COMMANDS)) {
    await work();
    const wal = statSync(`${path}-wal`).ino;
    // It waits its turn as anybody does; one that writes may find that it is nobody's turn but the gateway's.
    await promisify(execFile)(SQLITE3 ?? "", ["-cmd", ".timeout 20000", path, ...args(folder)], {
      maxBuffer: 256 * 1024 * 1024,
    });
    await work();
    expect([what, missingLocks(path, pid), statSync(`${path}-wal`).ino]).toEqual([what, [], wal]);
  }
}

async function expectAll(ids: readonly string[]): Promise<void> {
  const log = await openAccessLog(path, { clock: systemClock });
  try {
    const records = await readAll(log, {}, 1_000);
    const stored = new Set(records.map(({ id }) => id));
    expect(ids.filter((id) => !stored.has(id))).toEqual([]);
    expect(checkChains(records)).toBe((await log.head()).size);
    expect((await log.verify({ publicKeys: [], anchored: [] })).findings).toEqual([]);
  } finally {
    await log.close();
  }
}

async function startGateway(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const { child, lines } = start("beside/serve.ts", `sqlite:${path}`, SECRET);
  const [url] = (await once(lines, "line")) as [string];
  return { child, url };
}

function start(script: string, ...args: string[]): { readonly child: ChildProcess; readonly lines: Interface } {
  const child = spawn(process.execPath, ["--import", here("consent-child/typescript.mjs"), here(script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

function findSqlite3(): string | null {
  try {
    const file = execFileSync("sh", ["-c", "command -v sqlite3"], { encoding: "utf8" }).trim();
    if (existsSync(file) && existsSync("/proc/locks")) return file;
  } catch {
    // There is none: told below.
  }
  if (process.env["CI"] === "true") throw new Error("No sqlite3 to test with: apt-get install sqlite3.");
  process.stderr.write("SKIPPED: no sqlite3 to test with, or no /proc/locks. apt-get install sqlite3.\n");
  return null;
}
