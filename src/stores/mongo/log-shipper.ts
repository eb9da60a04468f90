import { setTimeout as pause } from "node:timers/promises";
import type { Connection, Model } from "mongoose";
import { FieldguardError } from "../../core/errors.ts";
import { leafDigest } from "../proof/merkle.ts";
import { connect, isDuplicate, type MongoBounds, prepareMongo } from "./connection.ts";
import { documentFor, LOG_MONGO, type LogDocument, logModel, type StoredLeaf } from "./log-model.ts";
import type { Spool } from "./log-spool.ts";

const BATCH_RECORDS = 200;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 5_000;
const END_MS_MAX = 1_000;

/**
 * Carries records from the spool to MongoDB, each writer's in order. What could happen between any two steps:
 * - stored in MongoDB, not marked as shipped: shipped again, refused by its place, found to be the same.
 * - another process ships the same: likewise.
 * - MongoDB is away: tried again, less and less often; the records stay in the spool.
 * - MongoDB has another record in the place: two spools claim one writer (a copied file, an old backup). Nothing more is
 *   shipped, and `forked` tells.
 */
export class Shipper {
  readonly #url: string;
  readonly #bounds: MongoBounds;
  readonly #spool: Spool;
  #connection: Promise<Connection> | null = null;
  /** The connection from the moment on at which it is being made: what there is to end. */
  #begun: Connection | null = null;
  #running: Promise<void> | null = null;
  #wake = new AbortController();
  #again = false;
  #stopped = false;
  #forked: string | null = null;

  constructor(url: string, bounds: MongoBounds, spool: Spool) {
    this.#url = url;
    this.#bounds = bounds;
    this.#spool = spool;
  }

  /** The writer of whom MongoDB has other records than the spool; null where all is well. */
  get forked(): string | null {
    return this.#forked;
  }

  /** The records as MongoDB has them. Rejects where it cannot be reached. */
  async records(): Promise<Model<LogDocument>> {
    this.#connection ??= this.#connect();
    return logModel(await this.#connection);
  }

  async #connect(): Promise<Connection> {
    try {
      const connection = await connect(this.#url, this.#bounds, (began) => {
        this.#begun = began;
      });
      await prepareMongo(connection, LOG_MONGO).catch(async (cause: unknown) => {
        await connection.close();
        throw cause;
      });
      return connection;
    } catch (cause) {
      this.#connection = null;
      throw cause;
    }
  }

  /** Begins to ship what the spool holds, unless that is under way. */
  start(): void {
    if (this.#stopped || this.#forked !== null) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#again) this.start();
    });
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#again && !this.#stopped && this.#forked === null; ) {
      this.#again = false;
      try {
        for (const writer of this.#spool.writersBehind()) await this.#drain(writer);
        failures = 0;
      } catch {
        failures += 1;
        this.#again = true;
        await this.#wait(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures));
      }
    }
  }

  async #drain(writer: string): Promise<void> {
    for (;;) {
      const batch = this.#spool.unshipped(writer, BATCH_RECORDS);
      const last = batch.at(-1);
      if (last === undefined || this.#stopped) return;
      await this.#ship(batch);
      this.#spool.markShipped(writer, last.seq + 1);
    }
  }

  async #ship(batch: readonly StoredLeaf[]): Promise<void> {
    const records = await this.records();
    for (let rest = batch; rest.length > 0; ) {
      try {
        await records.insertMany(rest.map(documentFor), { ordered: true, throwOnValidationError: true });
        return;
      } catch (cause) {
        if (!isDuplicate(cause)) throw cause;
        rest = await this.#withoutKnown(records, rest);
      }
    }
  }

  /** What is left of a batch once those that MongoDB has are found to be the same. */
  async #withoutKnown(records: Model<LogDocument>, batch: readonly StoredLeaf[]): Promise<readonly StoredLeaf[]> {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return [];
    const known = await records
      .find({ writer: first.writer, seq: { $gte: first.seq, $lte: last.seq } }, { seq: 1, leaf: 1 })
      .lean<Pick<StoredLeaf, "seq" | "leaf">[]>();
    const leaves = new Map(known.map(({ seq, leaf }) => [seq, leaf]));
    for (const { seq, leaf, writer } of batch) {
      const stored = leaves.get(seq);
      if (stored === undefined || leafDigest(stored) === leafDigest(leaf)) continue;
      this.#forked = writer;
      throw new FieldguardError("AUDIT_UNAVAILABLE", `The log of the writer ${writer} has forked at record ${seq}.`);
    }
    return batch.filter(({ seq }) => !leaves.has(seq));
  }

  async #wait(milliseconds: number): Promise<void> {
    this.#wake = new AbortController();
    await pause(milliseconds, undefined, { ref: false, signal: this.#wake.signal }).catch(() => undefined);
  }

  /**
   * Ships what is left for at most `waitMsMax`, then ends, in bounded time also where MongoDB hangs. What remains is
   * shipped after the next start.
   */
  async stop(waitMsMax: number): Promise<void> {
    this.#wake.abort();
    if (this.#running !== null) await within(waitMsMax, this.#running);
    this.#stopped = true;
    this.#again = false;
    this.#wake.abort();
    // The driver's own client: mongoose would first wait for a connection that is being made.
    const client = this.#begun?.getClient();
    if (client !== undefined) await within(END_MS_MAX, client.close());
    // What was under way fails now; should it not, it finds the spool closed.
    if (this.#running !== null) await within(END_MS_MAX, this.#running);
  }
}

/** Waits for a promise to settle, but no longer than so many milliseconds. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const settled = new AbortController();
  const done = promise.then(
    () => undefined,
    () => undefined,
  );
  const late = pause(milliseconds, undefined, { signal: settled.signal }).catch(() => undefined);
  await Promise.race([done, late]);
  settled.abort();
}
