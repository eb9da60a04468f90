import { type ExecFileException, execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

export const ROOT = new URL("../..", import.meta.url).pathname;
export const MAIN = join(ROOT, "dist/cli/main.js");
const LOCK = join(tmpdir(), `fieldguard-build-${basename(ROOT)}-${statSync(ROOT).ino}`);
const LOCK_MS_MAX = 180_000;

/** Builds `dist` where it is missing or older than `src`; one test file does it, the others wait. */
export async function ensureBuilt(): Promise<void> {
  while (!isBuilt()) {
    if (!takeLock()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    try {
      if (!isBuilt()) await promisify(execFile)("npm", ["run", "--silent", "build"], { cwd: ROOT });
    } finally {
      rmdirSync(LOCK);
    }
  }
}

function isBuilt(): boolean {
  const built = timeOf(MAIN);
  return built !== null && !isLocked() && built >= newestIn(join(ROOT, "src"));
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

/** Runs `fieldguard` to its end. */
export async function fieldguard(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
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
