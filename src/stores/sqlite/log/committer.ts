import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Database } from "../database.ts";
import { createCommit, type Step } from "./commit.js";

export type { Step } from "./commit.js";

/** Runs the steps of one transaction at a time, all or none, durably. Not to be called again before it has settled. */
export interface Committer {
  /** Rejects with `CommitError`. After a rejection it is open whether the steps were kept: look. */
  commit(steps: readonly Step[]): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Why a commit failed: SQLite's own code, or `WORKER` where the thread is gone. Stays inside. */
export class CommitError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CommitError";
    this.code = code;
  }
}

/** Commits on the caller's own connection and thread: for a database in memory, which no second connection can share. */
export function createLocalCommitter(database: Database): Committer {
  const commit = createCommit(database);
  return {
    commit: async (steps) => commit(steps),
    close: async () => undefined,
  };
}

/** A WAL of 16 MiB before it is copied into the file: four times SQLite's own, as records come in bulk. */
const PRAGMAS = ["busy_timeout = 5000", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -65536"];

/** Commits in a worker thread with a connection of its own. A thread that dies is replaced at the next commit. */
export function createWorkerCommitter(path: string): Committer {
  let worker: Worker | null = null;
  let waiting: { resolve(): void; reject(error: CommitError): void } | null = null;

  const settle = (failure: { code: string; message: string } | null) => {
    const caller = waiting;
    waiting = null;
    worker?.unref();
    if (failure === null) caller?.resolve();
    else caller?.reject(new CommitError(failure.code, failure.message));
  };
  const start = () => {
    const started = new Worker(new URL("./commit-worker.js", import.meta.url), {
      workerData: { path, pragmas: PRAGMAS },
    });
    const gone = (message: string) => {
      if (worker !== started) return;
      worker = null;
      settle({ code: "WORKER", message });
    };
    started.on("message", settle);
    started.on("error", (error) => gone(error.message));
    started.on("exit", () => gone("the thread has ended"));
    return started;
  };

  return {
    commit: (steps) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        worker ??= start();
        // An idle thread does not keep the process alive; one with a commit under way does.
        worker.ref();
        worker.postMessage(steps);
      }),
    close: async () => {
      if (worker === null) return;
      worker.ref();
      const exit = once(worker, "exit");
      worker.postMessage(null);
      await exit;
    },
  };
}
