/**
 * Breaks one promise after another, in a copy of the sources, and runs the suites against it: they must notice every
 * one, which is to say those that its row names. Prints what each was noticed by, and the count; ends with 1 where any survives.
 *
 * With files of src, has Stryker change those piece by piece instead, and prints what no test notices.
 *
 *   tsx bench/mutate.ts src/masks/pan.ts [<file>…] [--suites <test file>: others than those that import the files]
 *   tsx bench/mutate.ts [--only <part of a name>] [--at-once <copies>] [--trust: the suites pass without a mutation, do not look]
 *     [--done <file>: names of those noticed go there, and those that stand there are not tried again] [--minutes <how many>]
 */
import { spawn } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MUTATIONS, type Mutation } from "../test/mutation/table.ts";
import { mutateFiles } from "./mutate-files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COPIED = ["src", "test", "schema", "examples", "graphiql", "docs", "README.md", "package.json", "jest.config.js"];
/** A mutation may make a suite wait for ever; that is noticed too. */
const SUITES_MS_MAX = 300_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suites: { type: "string", multiple: true, default: [] },
    only: { type: "string", default: "" },
    "at-once": { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
    trust: { type: "boolean", default: false },
    done: { type: "string" },
    minutes: { type: "string", default: "1000000" },
  },
});

async function main(): Promise<void> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(values.only));
  const done = await namesDone();
  const left = chosen.filter(({ name }) => !done.has(name));
  const before = chosen.length - left.length;
  if (!values.trust) await checkHealthy(left);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const survivors: string[] = [];
  let noticedNow = 0;
  const work = async (): Promise<void> => {
    const folder = await copy();
    try {
      while (performance.now() < until) {
        const mutation = left.shift();
        if (mutation === undefined) return;
        const suite = await tryOne(folder, mutation);
        console.log(
          `${suite === null ? "SURVIVED" : "noticed "}  ${mutation.name}${suite === null ? "" : `  (${suite})`}`,
        );
        if (suite === null) survivors.push(mutation.name);
        else {
          noticedNow += 1;
          if (values.done !== undefined) await appendFile(values.done, `${mutation.name}\n`);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: Number(values["at-once"]) }, work));
  const untried = left.length === 0 ? "" : ` (${left.length} were not tried)`;
  console.log(`\n${before + noticedNow} of ${chosen.length} mutations were noticed${untried}.`);
  for (const name of survivors) console.log(`survived: ${name}`);
  if (survivors.length > 0) process.exitCode = 1;
}

async function namesDone(): Promise<ReadonlySet<string>> {
  if (values.done === undefined) return new Set();
  return new Set((await readFile(values.done, "utf8").catch(() => "")).split("\n"));
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
  const [path = "", words] = suite.split(":");
  const only = words === undefined ? [] : ["-t", words];
  const args = [
    "--experimental-vm-modules",
    jest,
    "--silent",
    "-i",
    "--reporters",
    reporter,
    ...only,
    "--runTestsByPath",
    path,
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: "ignore",
    timeout: SUITES_MS_MAX,
    env: { ...process.env, FIELDGUARD_TESTS: "all", FUZZ_WORLDS: process.env["FUZZ_WORLDS"] ?? "40", FUZZ_END: "1" },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0));
  });
}

if (positionals.length > 0) process.exitCode = await mutateFiles(positionals, values.suites);
else await main();
