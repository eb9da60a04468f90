import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { post, SECRET } from "../http/harness.ts";
import { bareEnvironment, ensureBuilt, fieldguard, MAIN } from "./command.ts";

jest.setTimeout(300_000);

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const BECAUSE = "a disk that failed";
const owner = { sub: "ann", role: "CUSTOMER" };

let folder = "";
let store = "";
let child: ChildProcess | null = null;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-store-"));
  store = join(folder, "store.db");
  await ensureBuilt();
}, 240_000);
afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => fieldguard([...args, "--store", `sqlite:${store}`]);

async function serve(): Promise<string> {
  const loader = here("../stores/consent-child/typescript.mjs");
  const script = here("../stores/beside/serve.ts");
  const started = spawn(process.execPath, ["--import", loader, script, `sqlite:${store}`, SECRET], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  child = started;
  const [url] = (await once(createInterface({ input: started.stdout }), "line")) as [string];
  return url;
}

async function kill(): Promise<void> {
  const exit = child === null ? null : once(child, "exit");
  child?.kill("SIGKILL");
  await exit;
}

test("a store is backed up while it is written to, put back on record, and verified with what that explains", async () => {
  const backup = join(folder, "backup");
  const url = await serve();
  const look = () =>
    post(url, { as: owner, purpose: "SELF_SERVICE", query: '{ person(id: "ann") { email } }' }).then(
      ({ body }) => body.extensions.privacy.receipt as string,
    );
  let loading = true;
  const before = await look();
  const load = (async () => {
    while (loading) await look();
  })();
  const backed = await run("store", "backup", backup, "--json");
  expect([backed.code, backed.err]).toEqual([0, ""]);
  loading = false;
  await load;
  const [{ size }] = JSON.parse(backed.out).writers;
  const after = await look();
  // Closes with a checkpoint, which is anchored: what is lost afterwards was vouched for.
  expect((await run("log", "key")).code).toBe(0);

  // While somebody has it open nothing is replaced.
  const busy = await run("store", "restore", "--from", backup, "--because", BECAUSE);
  expect([busy.code, busy.err]).toEqual([2, expect.stringContaining("STORE_UNAVAILABLE")]);
  expect(await look()).toEqual(expect.any(String));
  await kill();

  const restored = await run("store", "restore", "--from", backup, "--because", BECAUSE, "--json");
  expect([restored.code, restored.err]).toEqual([0, ""]);
  const { aside, missing } = JSON.parse(restored.out);
  expect([existsSync(aside), missing[0]]).toEqual([true, expect.objectContaining({ of: "records", from: size })]);
  const verified = await run("log", "verify", "--json");
  const { holds, findings, explained } = JSON.parse(verified.out);
  expect([verified.code, holds, findings, explained.length > 0]).toEqual([0, true, [], true]);
  const [record] = JSON.parse((await run("log", "query", "--kind", "LOG_CHANGE", "--json")).out);
  expect(record).toMatchObject({ justification: BECAUSE, details: { action: "RESTORE", from: size } });
  expect(explained[0].record).toBe(record.id);
  expect((await run("log", "verify")).out).toContain(`Explained by record ${record.id}`);
  const found = async (id: string) => JSON.parse((await run("log", "query", "--id", id, "--json")).out).length;
  expect([await found(before), await found(after)]).toEqual([1, 0]);
  // What was there before lost nothing.
  copyFileSync(aside, store);
  expect((await run("log", "query", "--json")).err).toContain("STORE_BEHIND");
});

test("what is no whole backup is not put back, and no key but the store's own is taken for it", async () => {
  const backup = join(folder, "backup");
  const broken = join(folder, "broken");
  cpSync(backup, broken, { recursive: true });
  appendFileSync(join(broken, "store.db"), "more");
  for (const [from, says] of [
    [broken, "BAD_INPUT"],
    [join(folder, "nowhere"), "BAD_INPUT"],
  ]) {
    const refused = await run("store", "restore", "--from", from ?? "", "--because", BECAUSE);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(says ?? "")]);
  }
  expect((await run("store", "backup", backup)).code).toBe(2);
  expect((await run("store", "restore", "--from", backup, "--because", " ")).err).toContain("--because");
  const env = { FIELDGUARD_LOG_KEY: "another secret of 32 characters or more" };
  const args = ["store", "restore", "--from", backup, "--because", BECAUSE, "--store", `sqlite:${store}`];
  expect((await fieldguard(args, { env })).err).toContain("KEY_MISMATCH");
});

test("a database that is gone is restored where its keys are, and the gateway starts", async () => {
  for (const ending of ["", "-wal", "-shm"]) rmSync(store + ending, { force: true });
  expect((await run("store", "restore", "--from", join(folder, "backup"), "--because", BECAUSE)).code).toBe(0);
  const url = await serve();
  const { status } = await post(url, { as: owner, purpose: "SELF_SERVICE", query: '{ person(id: "ann") { email } }' });
  expect(status).toBe(200);
  await kill();
  expect((await run("log", "verify")).code).toBe(0);
});

test("a store whose database is gone is not begun anew, but accepted as it is, on record", async () => {
  const own = mkdtempSync(join(folder, "gone-"));
  const url = `sqlite:${join(own, "store.db")}`;
  const command = (...args: string[]) => fieldguard([...args, "--store", url]);
  const none = await command("store", "accept", "--because", BECAUSE);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("NOT_FOUND")]);
  expect((await command("store", "migrate")).code).toBe(0);
  expect((await command("log", "key")).code).toBe(0);
  for (const ending of ["", "-wal", "-shm", ".marks", ".checkpoints"]) {
    rmSync(join(own, `store.db${ending}`), { force: true });
  }
  const asked = [
    ["log", "query"],
    ["log", "verify"],
    ["store", "migrate"],
    ["store", "backup", join(own, "b")],
  ];
  for (const args of asked) {
    const refused = await command(...args);
    expect([args, refused.code, refused.err]).toEqual([args, 2, expect.stringContaining("STORE_BEHIND")]);
    expect(refused.err).toContain("store restore");
    expect(existsSync(join(own, "store.db"))).toBe(false);
  }
  expect((await command("store", "accept", "--because", BECAUSE)).code).toBe(0);
  const told = await command("log", "query", "--kind", "LOG_CHANGE", "--json");
  expect([told.code, told.out]).toEqual([0, expect.stringContaining(BECAUSE)]);
  const verified = await command("log", "verify", "--json");
  expect([verified.code, JSON.parse(verified.out).findings]).toEqual([0, []]);
});

test("a store's own files are not imported into it: read and closed, its locks would be lost", async () => {
  const own = mkdtempSync(join(folder, "own-"));
  const file = join(own, "store.db");
  const env = { FIELDGUARD_STORE: `sqlite:${file}` };
  expect((await fieldguard(["store", "migrate"], { env })).code).toBe(0);
  expect((await fieldguard(["log", "key"], { env })).code).toBe(0);
  const link = join(own, "linked");
  symlinkSync(file, link);
  for (const named of [file, link, `${file}.key`, `${file}-wal`, `${file}.sign.pem`]) {
    const { code, err } = await fieldguard(["consent", "import", named], { env });
    expect([named, code, err]).toEqual([named, 2, expect.stringContaining("BAD_INPUT")]);
  }
  for (const named of ["-", "/dev/stdin"]) {
    const input = openSync(file, "r");
    const importing = spawn(process.execPath, [MAIN, "consent", "import", named], {
      env: { ...bareEnvironment(), ...env },
      stdio: [input, "ignore", "pipe"],
    });
    let err = "";
    importing.stderr?.on("data", (data) => {
      err += String(data);
    });
    const [code] = await once(importing, "close");
    closeSync(input);
    expect([named, code, err]).toEqual([named, 2, expect.stringContaining("BAD_INPUT")]);
  }
});
