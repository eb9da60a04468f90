import { once } from "node:events";
import { setImmediate as breathe } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Database } from "../../databases/sqlite/database.ts";
import { SQLITE_PACKAGE } from "../../databases/sqlite/driver.ts";
import { Merger } from "../search/merge.js";
import { createCommit, type Step } from "./commit.js";
import type { Reply, Request } from "./commit-worker.js";

export type { Step } from "./commit.js";

/** Runs transactions one at a time, each whole or not at all, durably. No method is to be called before the last has settled. */
export interface Committer {
  /** Rejects with an error that has SQLite's `code`. After a rejection it is open whether the steps were kept: look. */
  commit(steps: readonly Step[]): Promise<void>;
  /** One short step of the index's upkeep; resolves with whether there is more to do. */
  tidy(): Promise<boolean>;
  /** The index was changed from outside: upkeep under way begins anew. */
  forget(): Promise<void>;
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
  const merger = new Merger(database);
  return {
    commit: async (steps) => {
      commit(steps);
      // Whoever appends without end leaves others their turn on the event loop.
      await breathe();
    },
    tidy: async () => merger.step(),
    forget: async () => merger.forget(),
    close: async () => undefined,
  };
}

/** `secure_delete`: what is redacted or pruned is overwritten, not just let go. */
const PRAGMAS = ["busy_timeout = 5000", "synchronous = FULL", "secure_delete = ON", "cache_size = -65536"];

/** Commits in a worker thread with a connection of its own. A thread that dies is replaced when it is next needed. */
export function createWorkerCommitter(path: string): Committer {
  const thread = new CommitThread(path);
  return {
    commit: async (steps) => void (await thread.ask({ commit: steps })),
    tidy: () => thread.ask({ ask: "tidy" }),
    forget: async () => void (await thread.ask({ ask: "forget" })),
    close: () => thread.close(),
  };
}

class CommitThread {
  readonly #path: string;
  #worker: Worker | null = null;
  #waiting: { resolve(more: boolean): void; reject(error: CommitError): void } | null = null;

  constructor(path: string) {
    this.#path = path;
    // Started before it is needed: it takes as long to start as hundreds of commits.
    this.#worker = this.#start();
    this.#worker.unref();
  }

  ask(request: Request): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker ??= this.#start();
      // An idle thread does not keep the process alive; one that is at work does.
      this.#worker.ref();
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const exit = once(worker, "exit");
    await this.ask({ ask: "close" });
    worker.ref();
    await exit;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./commit-worker.js", import.meta.url), {
      workerData: { path: this.#path, pragmas: PRAGMAS, sqlitePackage: SQLITE_PACKAGE },
    });
    const gone = (message: string) => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#settle({ code: "WORKER", message });
    };
    worker.on("message", (reply: Reply) => this.#settle(reply));
    worker.on("error", (error) => gone(error.message));
    worker.on("exit", () => gone("the thread has ended"));
    return worker;
  }

  #settle(reply: Reply): void {
    const caller = this.#waiting;
    this.#waiting = null;
    this.#worker?.unref();
    if ("more" in reply) caller?.resolve(reply.more);
    else caller?.reject(new CommitError(reply.code, reply.message));
  }
}
