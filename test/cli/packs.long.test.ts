import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { bareEnvironment, ensureBuilt, fieldguard, MAIN, ROOT } from "./command.ts";

/** Each command is a process of its own. */
jest.setTimeout(120_000);

beforeAll(ensureBuilt, 240_000);

describe("fieldguard clauses", () => {
  test("--json prints an array of ids with platform, kind and whether they hold", async () => {
    const { code, out } = await fieldguard(["clauses", "crossborder", "--id", "CB-14", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([{ id: "CB-14", platform: "crossborder", kind: "outside", holds: true }]);
  });

  test("one clause is told with its section and its cases, one outside with the reason", async () => {
    const { out } = await fieldguard(["clauses", "--id", "SL-9"]);
    expect(out).toContain("Section 4 of the policy.");
    expect(out).toContain("holds  refused: a page with nine visitors is left out");
    expect(out).toContain("1 of 1 clauses hold.");
    expect((await fieldguard(["clauses", "--id", "CB-14"])).out).toContain("legal department");
  });

  test("a pack of one's own is named by its folder; what does not hold is told: 1", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldguard-pack-"));
    cpSync(join(ROOT, "schema/platforms/crossborder"), folder, { recursive: true });
    expect((await fieldguard(["clauses", folder, "--id", "CB-2"])).code).toBe(0);
    const data = readFileSync(join(folder, "data.yaml"), "utf8");
    writeFileSync(join(folder, "data.yaml"), data.replace("visitors: 10", "visitors: 9"));
    const { code, out } = await fieldguard(["clauses", folder, "--id", "CB-2"]);
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(out).toMatch(/CB-2 {2}DOES NOT HOLD/);
    expect(out).toContain("CB-2, granted: numbers: .traffic: expected");
    expect(out).toContain("0 of 1 clauses hold.");
  });

  test.each([
    ["a platform", ["clauses", "nowhere"], "there are allvalue, crossborder, marketplace, shopastro, shoplive"],
    ["a clause", ["clauses", "shoplive", "--id", "SA-1"], "There is no clause SA-1 of shoplive: there are SL-1 to SL-"],
    ["a folder", ["clauses", "./nowhere"], "there is no nowhere/clauses.yaml"],
  ])("%s that there is not: 2, and what there is", async (_, args, says) => {
    const { code, err } = await fieldguard(args);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

test("fieldguard matrix marks what counts as sensitive", async () => {
  const { code, out } = await fieldguard(["matrix", "--platform", "shopastro", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    HEALTH: { special: true, fields: ["EndUser.allergies"] },
    PHONE_NUMBER: { special: false, fields: ["Operator.phone"] },
  });
});

describe("fieldguard start --platform", () => {
  let folder: string;
  let child: ChildProcess;
  let printed = "";
  let answers: { data: unknown; extensions: { privacy: { receipt: string; decisions: unknown[] } } }[];
  const store = () => `sqlite:${join(folder, "log.db")}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fieldguard-platform-"));
    child = spawn(process.execPath, [MAIN, "start", "--platform", "shopastro", "--store", store()], {
      cwd: folder,
      env: { ...bareEnvironment(), PORT: "0" },
    });
    child.stdout?.on("data", (chunk) => {
      printed += chunk;
    });
    while (!printed.includes("All clauses:")) await new Promise((resolve) => setTimeout(resolve, 20));
    const [, paste = ""] = /Paste this into a shell:\n([\s\S]*)All clauses:/.exec(printed) ?? [];
    const script = paste.replace("and then, for example:", "");
    const { stdout } = await promisify(execFile)("bash", ["-euc", script]);
    answers = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }, 120_000);
  afterAll(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("what it prints works when pasted: granted, refused, in turn", () => {
    const told = [...printed.matchAll(/# (granted|refused): /g)].map(([, which]) => which);
    expect(told).toHaveLength(8);
    const came = answers.map(({ extensions }) => (extensions.privacy.decisions.length === 0 ? "granted" : "refused"));
    expect(came).toEqual(told);
  });

  test("a recorded decision is explained by its receipt, and reading it is recorded", async () => {
    const receipt = answers[1]?.extensions.privacy.receipt ?? "";
    const args = ["--platform", "shopastro", "--store", store()];
    const { code, out } = await fieldguard(["explain", "--record", receipt, ...args]);
    expect(code).toBe(0);
    expect(out).toContain("by s-2 as MERCHANT for ORDER_FULFILMENT: OK");
    expect(out).toMatch(/EndUser\.name at endUser\.name, once: MASK OUT_OF_REACH\n(?:.*\n)*.* role +held /);
    expect(out).toMatch(/ in reach +FAILED +The object must be in reach/);
    expect(out).not.toContain("The policy has changed");
    const log = await fieldguard(["log", "query", "--kind", "LOG_READ", "--store", store(), "--json"]);
    expect(log.out).toContain('"command": "explain"');
  });

  test("what a survey finds due for deletion is listed, with who it is", async () => {
    const answer = await fetch(/http:\/\/\S+\/graphql/.exec(printed)?.[0] ?? "", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${/OFFICER=(\S+)/.exec(printed)?.[1]}`,
        "x-purpose": "LEGAL_COMPLIANCE",
        "x-justification": "yearly survey",
      },
      body: JSON.stringify({ query: "{ endUsers { name } }" }),
    });
    const { extensions } = (await answer.json()) as { extensions: { privacy: { receipt: string } } };
    writeFileSync(join(folder, "people.txt"), "e-1\ne-2\ne-3\n");
    const args = ["--id", extensions.privacy.receipt, "--people", join(folder, "people.txt"), "--store", store()];
    const { code, out } = await fieldguard(["log", "report", "due", ...args]);
    expect([code, out.trim().split(/\s+/)]).toEqual([0, ["e-3", "MINOR_NOT_SERVED", "EndUser.name"]]);
    const log = await fieldguard(["log", "query", "--kind", "EXPORT", "--store", store(), "--json"]);
    expect(log.out).toContain('"command": "log report due"');
  });

  test("by another policy it says so; what is not there is named: 2", async () => {
    const receipt = answers[1]?.extensions.privacy.receipt ?? "";
    const changed = await fieldguard(["explain", "--record", receipt, "--store", store()]);
    expect(changed.out).toContain("The policy has changed since");
    const none = await fieldguard(["explain", "--record", "nothing", "--store", store()]);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("The log holds no record nothing.")]);
    const other = await fieldguard(["explain", "EndUser.face", "--record", receipt, "--store", store()]);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining("holds no decision of EndUser.face")]);
  });

  test("neither role nor record: 2, and what to name", async () => {
    const { code, err } = await fieldguard(["explain", "EndUser.name", "--platform", "shopastro"]);
    expect([code, err]).toEqual([2, expect.stringContaining("--record")]);
  });
});
