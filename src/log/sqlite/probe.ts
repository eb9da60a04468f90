import type { Step } from "../../databases/sqlite/step.ts";

/** About what a record takes with its place in the index and the tree. */
const PROBE_BYTES = 64 * 1024;
/** Milliseconds for which what was written proves that more can be: a caller that asks all the time is not to keep the disk busy. */
const PROVED_MS = 1_000;

// Random, as SQLite does not write again what is the same.
const WRITE_PROBE: Step = {
  sql: "INSERT OR REPLACE INTO log_probe (one, room) VALUES (1, randomblob(?))",
  rows: [[PROBE_BYTES]],
};

/** What readiness writes: a transaction without content succeeds on a full disk. */
export class Probe {
  #provedUntil = 0;

  /** Nothing where something was written just now. */
  steps(): Step[] {
    return performance.now() < this.#provedUntil ? [] : [WRITE_PROBE];
  }

  /** To be called after a commit. */
  proved(): void {
    this.#provedUntil = performance.now() + PROVED_MS;
  }

  failed(): void {
    this.#provedUntil = 0;
  }
}
