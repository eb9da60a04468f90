import { setTimeout as pause } from "node:timers/promises";

const ASK_EVERY_MS = 250;

/**
 * Whether the server can be reached, as far as the last answers tell. While it cannot, nobody waits for it any more than
 * a moment: a request would hold what it has for as long as the driver looks for a server, and hundreds of them a
 * gateway's memory and its clients. One question at a time finds out when it is back.
 */
export class Reach {
  readonly #ask: () => Promise<unknown>;
  #away = false;
  readonly #ended = new AbortController();

  /** `ask` settles once it is known whether the server answers. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Does `work`, or rejects at once while the server is known to be away. */
  async whileThere<T>(work: () => Promise<T>): Promise<T> {
    if (this.#away) throw new Error("the server is away");
    try {
      return await work();
    } catch (cause) {
      if (isAbsence(cause) && !this.#away) void this.#awaitReturn();
      throw cause;
    }
  }

  async #awaitReturn(): Promise<void> {
    this.#away = true;
    while (this.#away && !this.#ended.signal.aborted) {
      await pause(ASK_EVERY_MS, undefined, { ref: false, signal: this.#ended.signal }).catch(() => undefined);
      await this.#ask().then(
        () => {
          this.#away = false;
        },
        () => undefined,
      );
    }
  }

  end(): void {
    this.#ended.abort();
  }
}

/** The driver found no server, lost its connection, or got no answer in time. By name: an error may come from another realm. */
const ABSENCES: ReadonlySet<string> = new Set([
  "MongoServerSelectionError",
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoPoolClearedError",
  "PoolClearedOnNetworkError",
]);

function isAbsence(cause: unknown): boolean {
  return cause instanceof Error && ABSENCES.has(cause.name);
}
