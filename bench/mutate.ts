/**
 * Switches off each step of enforcement in turn, in a copy of the sources, and runs the suites against it: they must notice every
 * one. Prints what each was noticed by, and the count; ends with 1 where any survives.
 *
 *   tsx bench/mutate.ts [--only <part of a name>] [--trust: the suites pass without a mutation, do not look]
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTATIONS, type Mutation } from "../test/mutation/table.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COPIED = ["src", "test", "schema", "package.json", "jest.config.js"];
/** The fast ones first: the first that fails ends the run. */
const SUITES = [
  ["test/decision/cases.test.ts", "test/decision/rules.test.ts", "test/decision/compile.test.ts", "test/request"],
  ["test/attacks", "test/http/decisions.test.ts"],
  ["test/fuzz/differential.test.ts"],
] as const;

async function main(): Promise<void> {
  const at = process.argv.indexOf("--only");
  const only = at === -1 ? "" : (process.argv[at + 1] ?? "");
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-mutate-"));
  const survivors: string[] = [];
  try {
    for (const part of COPIED) await cp(join(ROOT, part), join(folder, part), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const healthy = process.argv.includes("--trust") ? null : await firstFailing(folder);
    if (healthy !== null) throw new Error(`The suites fail without any mutation: ${healthy}`);
    for (const mutation of chosen) {
      const noticed = await tryOne(folder, mutation);
      console.log(
        `${noticed === null ? "SURVIVED" : "noticed "}  ${mutation.name}${noticed === null ? "" : `  (${noticed})`}`,
      );
      if (noticed === null) survivors.push(mutation.name);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} mutations were noticed.`);
  if (survivors.length > 0) process.exitCode = 1;
}

async function tryOne(folder: string, { file, search, replacement }: Mutation): Promise<string | null> {
  const path = join(folder, "src", file);
  const source = await readFile(path, "utf8");
  await writeFile(
    path,
    source.replace(search, () => replacement),
  );
  try {
    return await firstFailing(folder);
  } finally {
    await writeFile(path, source);
  }
}

/** The first group of suites that fails; null where all pass. */
async function firstFailing(folder: string): Promise<string | null> {
  for (const suites of SUITES) if (!(await passes(folder, suites))) return suites[0];
  return null;
}

function passes(folder: string, suites: readonly string[]): Promise<boolean> {
  const jest = join(folder, "node_modules/jest/bin/jest.js");
  const child = spawn(process.execPath, ["--experimental-vm-modules", jest, "--bail", "--silent", ...suites], {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, FUZZ_WORLDS: process.env["FUZZ_WORLDS"] ?? "40", FUZZ_END: "1" },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0));
  });
}

await main();
