/**
 * Switches off each step of enforcement in turn, in a copy of the sources, and runs the suites against it: they must notice every
 * one, which is to say those that its row names. Prints what each was noticed by, and the count; ends with 1 where any survives.
 *
 *   tsx bench/mutate.ts [--only <part of a name>] [--from <number>] [--to <number>] [--at-once <copies>]
 *     [--trust: the suites pass without a mutation, do not look]
 *
 * Rows are numbered from 1, so that a run that was broken off goes on with `--from`.
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MUTATIONS, type Mutation } from "../test/mutation/table.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COPIED = ["src", "test", "schema", "docs", "README.md", "package.json", "jest.config.js"];
/** A mutation may make a suite wait for ever; that is noticed too. */
const SUITES_MS_MAX = 300_000;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    from: { type: "string", default: "1" },
    to: { type: "string", default: String(MUTATIONS.length) },
    "at-once": { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
    trust: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const numbered = MUTATIONS.map((mutation, index) => ({ mutation, number: index + 1 }));
  const chosen = numbered
    .slice(Number(values.from) - 1, Number(values.to))
    .filter(({ mutation }) => mutation.name.includes(values.only));
  if (!values.trust) await checkHealthy(chosen.map(({ mutation }) => mutation));
  const survivors: string[] = [];
  const left = [...chosen];
  const work = async (): Promise<void> => {
    const folder = await copy();
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const { mutation, number } = next;
        const noticed = await tryOne(folder, mutation);
        const by = noticed === null ? "SURVIVED" : `noticed by ${noticed}`;
        console.log(`${number} of ${MUTATIONS.length}  ${mutation.name}: ${by}`);
        if (noticed === null) survivors.push(mutation.name);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: Number(values["at-once"]) }, work));
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} mutations were noticed.`);
  for (const name of survivors) console.log(`survived: ${name}`);
  if (survivors.length > 0) process.exitCode = 1;
}

async function copy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-mutate-"));
  for (const part of COPIED) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What fails without any mutation notices nothing. */
async function checkHealthy(mutations: readonly Mutation[]): Promise<void> {
  const folder = await copy();
  try {
    const suites = [...new Set(mutations.flatMap((mutation) => mutation.suites))];
    for (const suite of suites) {
      if (!(await passes(folder, suite))) throw new Error(`The suite fails without any mutation: ${suite}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryOne(folder: string, { file, search, replacement, suites }: Mutation): Promise<string | null> {
  const path = join(folder, "src", file);
  const source = await readFile(path, "utf8");
  await writeFile(
    path,
    source.replace(search, () => replacement),
  );
  try {
    for (const suite of suites) if (!(await passes(folder, suite))) return suite;
    return null;
  } finally {
    await writeFile(path, source);
  }
}

function passes(folder: string, suite: string): Promise<boolean> {
  const jest = join(folder, "node_modules/jest/bin/jest.js");
  const reporter = "<rootDir>/test/mutation/first-failure.js";
  const args = [
    "--experimental-vm-modules",
    jest,
    "--silent",
    "-i",
    "--reporters",
    reporter,
    "--runTestsByPath",
    suite,
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: "ignore",
    timeout: SUITES_MS_MAX,
    env: { ...process.env, FUZZ_WORLDS: process.env["FUZZ_WORLDS"] ?? "40", FUZZ_END: "1" },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0));
  });
}

await main();
