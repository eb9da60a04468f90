/**
 * Changes files of src piece by piece with Stryker, and tells which changes no test notices. It brings a hundred packages of its own,
 * so that it is no dependency: npx fetches it, at the version below.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const VERSION = "9.6.1";
/** Of tests that pass without a change; the machine may be busy. */
const FIRST_RUN_MINUTES_MAX = 30;

/** @param files under `src/`, as paths from the root */
export async function mutateFiles(files: readonly string[], suites: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "fieldguard-stryker-"));
  try {
    const chosen = suites.length > 0 ? suites : await suitesOf(files);
    console.log(`Suites: ${chosen.join(", ")}`);
    const config = join(folder, "stryker.json");
    await writeFile(config, JSON.stringify(settings(files, chosen, folder)));
    return await run(config);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function settings(files: readonly string[], suites: readonly string[], folder: string): object {
  return {
    mutate: files,
    testRunner: "jest",
    jest: {
      projectType: "custom",
      configFile: "jest.config.js",
      config: { testMatch: suites.map((suite) => `<rootDir>/${suite}`), testPathIgnorePatterns: ["/node_modules/"] },
    },
    testRunnerNodeArgs: ["--experimental-vm-modules"],
    coverageAnalysis: "perTest",
    // What runs once when a module is loaded takes every test anew: a tenth of the mutants, most of the time.
    ignoreStatic: true,
    dryRunTimeoutMinutes: FIRST_RUN_MINUTES_MAX,
    reporters: ["clear-text"],
    clearTextReporter: { logTests: false, allowColor: false },
    ignorePatterns: ["dist", ".ci"],
    tempDirName: join(folder, "copies"),
    // Stryker reads it with a compiler that is not installed here.
    tsconfigFile: "none",
  };
}

/** Suites that are named like one of the files, or import it themselves; where there is none, those of its room. None of the long ones. */
async function suitesOf(files: readonly string[]): Promise<readonly string[]> {
  const suites = (await readdir(join(ROOT, "test"), { recursive: true }))
    .map((name) => `test/${name}`)
    .filter((name) => name.endsWith(".test.ts") && !name.endsWith(".long.test.ts"));
  const direct: string[] = [];
  for (const suite of suites) {
    const text = await readFile(join(ROOT, suite), "utf8");
    const imports = [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) =>
      relative(ROOT, resolve(ROOT, dirname(suite), path)),
    );
    const isNamesake = files.some((file) => basename(file, ".ts") === basename(suite, ".test.ts"));
    if (isNamesake || imports.some((path) => files.includes(path))) direct.push(suite);
  }
  if (direct.length > 0) return direct;
  const rooms = new Set(files.map((file) => `test/${file.split("/")[1]}/`));
  const ofRooms = suites.filter((suite) => [...rooms].some((room) => suite.startsWith(room)));
  if (ofRooms.length > 0) return ofRooms;
  throw new Error("No suite is known to test these files. Name some: --suites test/http/api.test.ts");
}

function run(config: string): Promise<number> {
  const packages = ["core", "jest-runner"].flatMap((name) => ["--package", `@stryker-mutator/${name}@${VERSION}`]);
  const child = spawn("npx", ["--yes", ...packages, "stryker", "run", config], { cwd: ROOT, stdio: "inherit" });
  return new Promise((end, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => end(code ?? 1));
  });
}
