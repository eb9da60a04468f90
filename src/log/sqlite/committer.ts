import { once } from "node:events";
import { setImmediate as breathe } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Database } from "../../databases/sqlite/database.ts";
import { SQLITE_PACKAGE } from "../../databases/sqlite/driver.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import { IndexUpkeep } from "../search/upkeep.js";
import { createCommit } from "./commit.js";
import type { Reply, Request } from "./commit-worker.js";

/** Runs transactions one at a time, each whole or not at all, durably. No method is to be called before the last has settled. */
export interface Committer {
  /** Rejects with an error that has SQLite's `code`. After a rejection it is open whether the steps were kept: look. */
  commit(steps: readonly Step[]): Promise<void>;
  /** One short step of the index's upkeep; resolves with whether there is more to do. */
  keepIndex(): Promise<boolean>;
  /** Begins the upkeep under way anew: the stored index was changed by steps. */
  restartUpkeep(): Promise<void>;
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
  const upkeep = new IndexUpkeep(database);
  return {
    commit: async (steps) => {
      commit(steps);
      // A caller that appends without end leaves others their turn on the event loop.
      await breathe();
    },
    keepIndex: async () => upkeep.step(),
    restartUpkeep: async () => upkeep.restart(),
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
    keepIndex: () => thread.ask({ ask: "upkeep" }),
    restartUpkeep: async () => void (await thread.ask({ ask: "restart" })),
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
