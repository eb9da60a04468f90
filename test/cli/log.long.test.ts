import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parseKeyring } from "../../src/core/keys.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { decision, entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores } from "../../src/stores/open.ts";
import { bareEnvironment, ensureBuilt, fieldguard, MAIN } from "./command.ts";

/** Each command is a process of its own. */
jest.setTimeout(120_000);

const OLD = "an old secret of the log that is long enough";
const NEW = "a new secret of the log that is long enough";
const DAY_MS = 86_400_000;
const NOW = Date.now();
/** Older than four years, so that it may be pruned. */
const LONG_AGO = NOW - 1_600 * DAY_MS;

let folder: string;
const store = (name: string) => `sqlite:${join(folder, name)}`;
const open = (name: string, logKey: string): Promise<Stores> =>
  openStores(store(name), { clock: { now: () => Date.now() }, logKey, spool: "", anchor: null });
const run = (...args: string[]) => fieldguard(args, { cwd: folder, env: { FIELDGUARD_LOG_KEY: OLD } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldguard-log-"));
  const { accessLog, consents, keyring } = await open("log.db", OLD);
  for (let index = 0; index < 1_100; index += 1) {
    void accessLog.append(
      entry({
        time: LONG_AGO + index,
        decisions: [decision({ subjects: [0] })],
        subjects: [keyring.reference(`c-${index % 7}`)],
      }),
    );
  }
  await accessLog.append(
    entry({ time: NOW, decisions: [decision({ subjects: [0] })], subjects: [keyring.reference("c-1")] }),
  );
  await accessLog.close();
  await consents.close();
  copy("pristine.db", "log.db");
  await ensureBuilt();
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** A store of one's own, as it was before any command. */
function copy(name: string, from = "pristine.db"): string {
  for (const file of readdirSync(folder).filter((each) => each.startsWith(from))) {
    copyFileSync(join(folder, file), join(folder, file.replace(from, name)));
  }
  return store(name);
}

describe("whatever reads, exports or reports is on record", () => {
  test.each([
    ["log query", ["log", "query"], "LOG_READ"],
    ["log export", ["log", "export"], "EXPORT"],
    ["log report affected", ["log", "report", "affected"], "EXPORT"],
    ["log report subject", ["log", "report", "subject", "c-1"], "EXPORT"],
    ["log report due", ["log", "report", "due"], "EXPORT"],
    ["consent export", ["consent", "export"], "EXPORT"],
    ["consent show", ["consent", "show", "c-1"], "EXPORT"],
    ["consent history", ["consent", "history", "c-1"], "EXPORT"],
    ["consent receipt", ["consent", "receipt", "c-1", "--controller", "Shop", "--key", "receipt.pem"], "EXPORT"],
    ["rights list", ["rights", "list"], "LOG_READ"],
  ])("%s", async (command, args, kind) => {
    const { code, err } = await run(...args, "--store", store("log.db"));
    expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
    const { accessLog, consents } = await open("log.db", OLD);
    const { records } = await accessLog.query({ kind: kind as "EXPORT" }, { first: 5 });
    await Promise.all([accessLog.close(), consents.close()]);
    const own = records.find((record) => record.details?.["command"] === command);
    expect(own).toMatchObject({ kind, caller: { role: "COMMAND_LINE" } });
    if (args.includes("c-1")) expect(own?.subjects).toEqual([parseKeyring(OLD).reference("c-1")]);
    expect(JSON.stringify(own?.details)).not.toContain("c-1");
  });

  test("by the operating system's user, whatever the environment says", async () => {
    const url = copy("whose.db");
    const env = {
      FIELDGUARD_LOG_KEY: OLD,
      USER: "somebody-else",
      LOGNAME: "somebody-else",
      SUDO_USER: "somebody-else",
    };
    await fieldguard(["log", "export", "--store", url], { cwd: folder, env });
    const { accessLog, consents } = await open("whose.db", OLD);
    const { records } = await accessLog.query({ kind: "EXPORT" }, { first: 1 });
    await Promise.all([accessLog.close(), consents.close()]);
    expect(records[0]?.caller).toMatchObject({ role: "COMMAND_LINE", id: userInfo().username });
  });

  test("log tail", async () => {
    const child = spawn(process.execPath, [MAIN, "log", "tail", "--store", store("log.db")], {
      cwd: folder,
      env: { ...bareEnvironment(), FIELDGUARD_LOG_KEY: OLD },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    for await (const chunk of child.stdout) {
      out += String(chunk);
      if (out.includes("LOG_READ")) break;
    }
    child.kill("SIGINT");
    await once(child, "exit");
    const { out: found } = await run("log", "query", "--kind", "LOG_READ", "--json", "--store", store("log.db"));
    expect(found).toContain("log tail");
  });

  test("and not done where it cannot be recorded", async () => {
    const url = copy("locked.db");
    const other = new SqliteDatabase(join(folder, "locked.db"));
    other.exec("BEGIN IMMEDIATE");
    try {
      const { code, out } = await run("log", "report", "subject", "c-1", "--store", url);
      expect([code, out]).toEqual([2, ""]);
    } finally {
      other.exec("ROLLBACK");
      other.close();
    }
  });
});

/** Reads a little and goes, as `head` does. */
async function readLittle(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), FIELDGUARD_LOG_KEY: OLD },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr.on("data", (data) => {
    err += String(data);
  });
  child.stdout.once("data", (data) => {
    out = String(data);
    child.stdout.destroy();
  });
  const [code] = await once(child, "close");
  return { code, out, err };
}

describe("whoever reads no further ends any command quietly", () => {
  test.each([
    [["log", "export"]],
    [["log", "export", "--format", "csv", "--each-decision"]],
    [["log", "query", "--first", "1000", "--json"]],
    [["log", "report", "affected", "--json"]],
    [["log", "report", "subject", "c-1", "--json"]],
    [["check"]],
    [["matrix"]],
    [["--help"]],
  ])("%j", async (args) => {
    const store_ = args[0] === "log" ? ["--store", store("log.db")] : [];
    const { code, out, err } = await readLittle(...args, ...store_);
    expect(out).not.toBe("");
    expect([code, err]).toEqual([0, expect.not.stringMatching(/EPIPE|INTERNAL|Error|node:/)]);
  });
});

describe("an output that cannot be written to its end is told in one coded error", () => {
  // Skipped where there is no such device (macOS, Windows): nothing else fails like a full disk without one.
  const full = "/dev/full";
  (existsSync(full) ? test : test.skip).each([
    [["log", "export"]],
    [["log", "export", "--format", "csv"]],
    [["log", "query", "--first", "10"]],
    [["log", "report", "affected", "--json"]],
    [["check"]],
    [["--help"]],
    [["--version"]],
  ])("%j", async (args) => {
    const store_ = args[0] === "log" ? ["--store", store("log.db")] : [];
    const out = openSync(full, "w");
    const child = spawn(process.execPath, [MAIN, ...args, ...store_], {
      cwd: folder,
      env: { ...bareEnvironment(), FIELDGUARD_LOG_KEY: OLD },
      stdio: ["ignore", out, "pipe"],
    });
    let err = "";
    child.stderr?.on("data", (data) => {
      err += String(data);
    });
    const [code] = await once(child, "close");
    closeSync(out);
    expect([code, err]).toEqual([2, expect.stringMatching(/^fieldguard: OUTPUT_UNWRITABLE\n.*ENOSPC.*\n$/)]);
  });
});

describe("fieldguard log export", () => {
  test("CSV a spreadsheet reads as UTF-8, a row a decision where asked for", async () => {
    const { out } = await run("log", "export", "--format", "csv", "--each-decision", "--store", store("log.db"));
    expect(out.charCodeAt(0)).toBe(0xfeff);
    const [header = "", ...rows] = out.slice(1).trim().split("\n");
    expect(header.split(",")).toEqual(expect.arrayContaining(["coordinate", "decided", "reason", "consentIds"]));
    expect(rows.length).toBeGreaterThan(1_100);
  });

  test.each(["ndjson", "ocsf", "ecs"])("%s has no rows of decisions", async (format) => {
    const { code, err } = await run("log", "export", "--each-decision", "--format", format, "--store", store("log.db"));
    expect([code, err]).toEqual([2, expect.stringContaining("--format csv")]);
  });
});

describe("fieldguard log verify", () => {
  test("an anchor that went through Windows is the same anchor", async () => {
    const url = copy("windows.db");
    const anchor = join(folder, "windows.checkpoints");
    const kept = readFileSync(join(folder, "windows.db.checkpoints"), "utf8");
    for (const [text, code] of [
      [kept, 0],
      [`\uFEFF${kept.replaceAll("\n", "\r\n")}`, 0],
      [kept.replaceAll("\n", "\r\n").replace(/[A-Za-z0-9+/]{43}=/, `${"A".repeat(43)}=`), 1],
    ] as const) {
      writeFileSync(anchor, text);
      const verified = await run("log", "verify", "--anchor", anchor, "--store", url);
      expect([text.slice(0, 2), verified.code]).toEqual([text.slice(0, 2), code]);
    }
  });

  test("0 where it holds, of the whole log and of a range; says whether anything was compared", async () => {
    const url = copy("holds.db");
    const whole = await run("log", "verify", "--store", url);
    expect([whole.code, whole.out.includes("The log holds.")]).toEqual([0, true]);
    expect(whole.out).toMatch(/Compared with \d+ checkpoints/);
    const range = await run("log", "verify", "--from-seq", "300", "--to-seq", "310", "--json", "--store", url);
    expect(JSON.parse(range.out)).toMatchObject({ holds: true, writers: [{ from: 256, to: expect.any(Number) }] });
    const alone = await run("log", "verify", "--to", new Date(LONG_AGO + 10).toISOString(), "--store", url);
    expect([alone.code, alone.out.includes("This part of the log holds.")]).toEqual([0, true]);
  });

  test("1 where it does not, with the record, once", async () => {
    const url = copy("broken.db");
    const database = new SqliteDatabase(join(folder, "broken.db"));
    database.exec("UPDATE log_record SET leaf = replace(leaf, 'MERCHANT', 'CUSTOMER') WHERE seq = 700");
    database.close();
    const { code, out } = await run("log", "verify", "--store", url);
    expect(code).toBe(1);
    expect(out.match(/^CHANGED .* record 700: /gm)).toHaveLength(1);
    expect(out).toContain("The log does NOT hold.");
  });

  test.each([
    ["a range that ends before it begins", ["--from-seq", "5", "--to-seq", "5"]],
    ["a number that is none", ["--from-seq", "x"]],
    ["a writer who is not there", ["--writer", "nobody"]],
    ["an anchor that is not there", ["--anchor", "nowhere"]],
  ])("2 for %s", async (_name, args) => {
    const { code, err } = await run("log", "verify", ...args, "--store", store("log.db"));
    expect([code, err === ""]).toEqual([2, false]);
  });
});

describe("keys", () => {
  test("rotated: old checkpoints and proofs hold by the old key, new ones by both and then by the new", async () => {
    const url = copy("rotated.db");
    const records = JSON.parse((await run("log", "query", "--first", "1", "--json", "--store", url)).out);
    const old = (await run("log", "key", "--store", url)).out.trim();
    writeFileSync(join(folder, "proof.json"), (await run("log", "prove", records[0].id, "--store", url)).out);

    const rotated = await run("log", "rotate-key", "--store", url);
    expect(rotated.code).toBe(0);
    expect((await run("log", "key", "--store", url)).out.trim().split("\n")).toEqual([rotated.out.trim(), old]);
    expect(statSync(join(folder, "rotated.db.sign.pem")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "rotated.db.sign.pem"), "utf8").match(/BEGIN PRIVATE KEY/g)).toHaveLength(1);

    const verified = await run("log", "verify", "--store", url);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining("The log holds.")]);
    expect((await run("log", "check-proof", "proof.json", "--key", old)).code).toBe(0);
    expect((await run("log", "check-proof", "proof.json", "--key", rotated.out.trim())).code).toBe(1);
    const notes = readFileSync(join(folder, "rotated.db.checkpoints"), "utf8").trimEnd().split("\n\n");
    const bySigners = notes.filter((_, index) => index % 2 === 1).map((part) => part.match(/^— /gm)?.length ?? 0);
    expect(bySigners.filter((count) => count === 2)).toHaveLength(1);
    // Twice: both old keys stay.
    await run("log", "rotate-key", "--store", url);
    expect((await run("log", "key", "--store", url)).out.trim().split("\n")).toHaveLength(3);
    expect((await run("log", "verify", "--store", url)).code).toBe(0);
  });

  test("of references rotated: a person is found under both", async () => {
    const url = copy("references.db");
    const { accessLog, consents, keyring } = await open("references.db", `2:${NEW},1:${OLD}`);
    await accessLog.append(
      entry({
        time: Date.now(),
        kind: "MUTATION",
        subjects: [keyring.reference("c-1")],
        decisions: [decision({ subjects: [0] })],
      }),
    );
    await Promise.all([accessLog.close(), consents.close()]);
    const env = { FIELDGUARD_LOG_KEY: `2:${NEW},1:${OLD}` };
    const ask = async (...args: string[]) => (await fieldguard([...args, "--store", url], { cwd: folder, env })).out;
    const found = JSON.parse(await ask("log", "query", "--subject", "c-1", "--first", "1000", "--json"));
    const versions = new Set(found.flatMap((record: { subjects: string[] }) => record.subjects.map((each) => each[0])));
    expect(versions).toEqual(new Set(["1", "2"]));
    const report = JSON.parse(await ask("log", "report", "subject", "c-1", "--json"));
    expect(report.accesses.length).toBe(
      found.filter((record: { decisions: unknown[] }) => record.decisions.length > 0).length,
    );
    expect((await fieldguard(["log", "verify", "--store", url], { cwd: folder, env })).code).toBe(0);
  });
});

describe("fieldguard log prune", () => {
  test("asks for a finished export first, and for a year at least", async () => {
    const url = copy("pruned.db");
    const early = await run("log", "prune", "--store", url);
    expect([early.code, early.err.includes("log export --format ndjson")]).toEqual([2, true]);
    expect((await run("log", "prune", "--keep", "P11M", "--store", url)).code).toBe(2);
    await run("log", "export", "--format", "csv", "--store", url);
    await run("log", "export", "--caller", "merchant-1", "--store", url);
    expect((await run("log", "prune", "--store", url)).code).toBe(2);

    expect((await run("log", "export", "--store", url)).out.trim().split("\n").length).toBeGreaterThan(1_100);
    const done = await run("log", "prune", "--store", url);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining("The content of 1024 records is gone")]);
    expect((await run("log", "verify", "--store", url)).code).toBe(0);
    expect((await run("log", "prune", "--store", url)).out).toContain("Nothing more is old enough");
  });
});
