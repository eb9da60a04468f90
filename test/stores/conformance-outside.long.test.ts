import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { bareEnvironment, ensureBuilt, ROOT } from "../cli/command.ts";

const OUTSIDE = fileURLToPath(new URL("outside", import.meta.url));

let project = "";
beforeAll(async () => {
  await ensureBuilt();
  // A project of somebody else's that has this package installed, and nothing of its sources.
  project = await mkdtemp(join(tmpdir(), "fieldguard-outside-"));
  await cp(OUTSIDE, project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module", dependencies: { fieldguard: "*" } }));
  await mkdir(join(project, "node_modules", "@types"), { recursive: true });
  await symlink(ROOT, join(project, "node_modules", "fieldguard"));
  await symlink(join(ROOT, "node_modules", "@types", "node"), join(project, "node_modules", "@types", "node"));
}, 240_000);
afterAll(() => rm(project, { recursive: true }));

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: project, env: { ...bareEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out: out + err }),
    );
  });
}

const count = (out: string, what: string): number => Number(new RegExp(`^# ${what} (\\d+)`, "m").exec(out)?.[1]);

describe("the exported conformance suites, in somebody else's project with node:test", () => {
  test("prove a store of one's own, which a gateway then serves over", async () => {
    const { code, out } = await run(["--test", "--test-reporter=tap", "store.test.js"]);
    expect([code, count(out, "fail"), count(out, "skipped")]).toEqual([0, 0, 0]);
    expect(count(out, "pass")).toBeGreaterThan(70);
  }, 300_000);

  test.each(["FORGETFUL", "STALE", "RACY", "UNCHAINED"])(
    "find out one that is %s",
    async (fault) => {
      const { code, out } = await run(["--test", "--test-reporter=tap", "store.test.js"], { FAULT: fault });
      expect(code).toBe(1);
      expect(count(out, "fail")).toBeGreaterThan(0);
    },
    60_000,
  );

  test("are declared for TypeScript", async () => {
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { code, out } = await run([tsc, "--noEmit", "--strict", "--module", "nodenext", "harness.ts"]);
    expect([out, code]).toEqual(["", 0]);
  }, 300_000);
});
