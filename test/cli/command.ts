import { type ExecFileException, execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

export const ROOT = new URL("../..", import.meta.url).pathname;
export const MAIN = join(ROOT, "dist/cli/main.js");
export const STOREFRONT = join(ROOT, "examples/storefront/dist/main.js");
const LOCK = join(tmpdir(), `fieldguard-build-${basename(ROOT)}-${statSync(ROOT).ino}`);
const LOCK_MS_MAX = 180_000;

/** Builds `dist` where it is missing or older than `src`; one test file does it, the others wait. */
export function ensureBuilt(): Promise<void> {
  return ensureNewer(MAIN, "src", []);
}

/** The same for the sample storefront, which stands on `dist`. */
export async function ensureStorefrontBuilt(): Promise<void> {
  await ensureBuilt();
  await ensureNewer(STOREFRONT, "examples/storefront/src", ["--workspace", "examples/storefront"]);
}

async function ensureNewer(file: string, source: string, which: readonly string[]): Promise<void> {
  while (!isBuilt(file, source)) {
    if (!takeLock()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    try {
      if (!isBuilt(file, source))
        await promisify(execFile)("npm", ["run", "--silent", "build", ...which], { cwd: ROOT });
    } finally {
      mine = false;
      rmdirSync(LOCK);
    }
  }
}

function isBuilt(file: string, source: string): boolean {
  const built = timeOf(file);
  return built !== null && !isLocked() && built >= newestIn(join(ROOT, source));
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(ts|js)$/.test(file));
  return Math.max(...files.map((file) => timeOf(join(folder, file)) ?? 0));
}

function timeOf(file: string): number | null {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return null;
  }
}

let mine = false;

function isLocked(): boolean {
  const since = timeOf(LOCK);
  return !mine && since !== null && Date.now() - since < LOCK_MS_MAX;
}

function takeLock(): boolean {
  if (isLocked()) return false;
  try {
    mkdirSync(LOCK);
  } catch {
    return false;
  }
  mine = true;
  return true;
}

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Setting {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `fieldguard` to its end. */
export function fieldguard(args: readonly string[], setting: Setting = {}): Promise<Run> {
  return runProgram([MAIN, ...args], setting);
}

/** Runs a script of JavaScript to its end, with arguments. */
export function runProgram(script: readonly string[], options: Setting = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...script],
      { cwd: options.cwd ?? ROOT, env: { ...bareEnvironment(), ...options.env }, maxBuffer: 16 * 1024 * 1024 },
      (error: ExecFileException | null, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err }),
    );
  });
}

/** This process's environment without what Jest or a developer's shell set for it. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(FIELDGUARD_|PORT$|LOG_LEVEL$|NODE_OPTIONS$)/.test(name)),
  );
}
