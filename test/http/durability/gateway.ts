import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { ensureStorefrontBuilt, STOREFRONT } from "../../cli/command.ts";
import { SECRET } from "../harness.ts";
import type { Death } from "./lives.ts";

/** Milliseconds that a checkpoint is waited for; then it is killed as it is. */
const CHECKPOINT_MS_MAX = 10_000;

export interface Life {
  /** Whether it was killed, and did not end by itself before. */
  readonly killed: boolean;
  /** Whether it came so far as to tell its address. */
  readonly served: boolean;
}

/**
 * One life of a gateway, started as the README says, that ends by SIGKILL. `load` asks it, tells of the first answer and
 * returns when nothing answers any more.
 */
export async function liveOnce(
  path: string,
  death: Death,
  load: (url: string, onFirst: () => void) => Promise<void>,
): Promise<Life> {
  await ensureStorefrontBuilt();
  const child = spawn(process.execPath, [STOREFRONT, "--port", "0", "--store", `sqlite:${path}`], {
    // What it says of its stopping is of no interest; why it does not start is.
    stdio: ["ignore", "pipe", death.during === "STOP" ? "ignore" : "inherit"],
    env: { PATH: process.env["PATH"], FIELDGUARD_JWT_SECRET: SECRET, LOG_LEVEL: "silent" },
  });
  const exit = once(child, "exit");
  const early = death.during === "START" ? killAfter(child, death.afterMs) : null;
  const url = await addressOf(child);
  let killing: Promise<void> | null = null;
  if (url !== null) {
    await load(url, () => {
      killing = kill(child, death, path);
    });
  }
  const [, signal] = await exit;
  await Promise.all([early, killing]);
  return { killed: signal === "SIGKILL", served: url !== null };
}

async function addressOf(child: ChildProcess): Promise<string | null> {
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> });
  for await (const line of lines) {
    const [url] = /http:\S+\/graphql/.exec(line) ?? [];
    if (url === undefined) continue;
    // The rest of what it prints is read and dropped: a full pipe would hold it up.
    child.stdout?.resume();
    return url;
  }
  return null;
}

async function kill(child: ChildProcess, death: Death, path: string): Promise<void> {
  switch (death.during) {
    case "START":
      return;
    case "LOAD":
      return killAfter(child, death.afterMs);
    case "STOP":
      await pause(death.afterMs);
      child.kill("SIGTERM");
      return killAfter(child, death.graceMs);
    case "CHECKPOINT":
      await checkpointed(path);
      child.kill("SIGKILL");
  }
}

/** The folder is watched, as the file is made with the first checkpoint. */
async function checkpointed(path: string): Promise<void> {
  const watched = new AbortController();
  const late = pause(CHECKPOINT_MS_MAX, undefined, { signal: watched.signal }).catch(() => undefined);
  const seen = new Promise<void>((resolve) => {
    watch(dirname(path), { signal: watched.signal }, (_, file) => {
      if (file === `${basename(path)}.checkpoints`) resolve();
    });
  });
  await Promise.race([seen, late]);
  watched.abort();
}

async function killAfter(child: ChildProcess, milliseconds: number): Promise<void> {
  await pause(milliseconds);
  child.kill("SIGKILL");
}
