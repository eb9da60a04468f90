import { setImmediate as breathe } from "node:timers/promises";
import { FieldguardError } from "../../core/errors.ts";
import type { Pending } from "./chain.ts";

export interface QueueBounds {
  /** Records that may wait or be under way at once. */
  readonly queueRecordsMax: number;
  /** Bytes of JSON, likewise. */
  readonly queueBytesMax: number;
  /** How long an append may take altogether, in milliseconds. */
  readonly queueWaitMsMax: number;
}

/** What the queue has done, one at a time. */
export interface QueueWork {
  /** Writes a batch durably, or rejects with the error that its appends are rejected with. */
  store(records: readonly Pending[]): Promise<void>;
  /** One short step of upkeep, when there is time for it or it can wait no longer; resolves with whether more is to do. */
  keepUp(): Promise<boolean>;
}

/** What is written in one transaction at most. */
const BATCH_RECORDS_MAX = 1_024;
/**
 * Milliseconds that the last batch took to be written. On a disk as slow as this, or slower, the next batch waits for
 * those whom the last one answered: writing twice takes twice as long. On a faster one it begins with those who came
 * meanwhile, and the others get ready while it is written.
 */
const SLOW_WRITE_MS = 1;
/**
 * For so many bytes of records a step of upkeep is due, whether there is time for it or not. By bytes, because a record
 * about many people gives the index that much more to merge: a step does more than as many bytes bring.
 */
const BYTES_PER_UPKEEP = 128 * 1024;

interface Job {
  readonly id: string;
  readonly records: readonly Pending[];
  readonly bytes: number;
  readonly deadline: number;
  settle: ((error: FieldguardError | null) => void) | null;
}

/**
 * Gathers appends into batches, one under way at a time: what arrives meanwhile goes into the next. Bounded in records,
 * bytes and waiting time. A job's records are always in one batch. Other work on the log takes its turn between batches.
 */
export class AppendQueue {
  readonly #work: QueueWork;
  readonly #bounds: QueueBounds;
  readonly #waiting: Job[] = [];
  /** Unsettled jobs, oldest first; their deadlines rise. */
  readonly #open = new Set<Job>();
  readonly #turns: (() => Promise<void>)[] = [];
  #records = 0;
  #bytes = 0;
  #running: Promise<void> | null = null;
  #alarm: NodeJS.Timeout | null = null;
  #closed = false;
  /** Bytes written since. */
  #sinceUpkeep = 0;
  #writeMs = 0;
  #upkeepDue = false;

  constructor(work: QueueWork, bounds: QueueBounds) {
    this.#work = work;
    this.#bounds = bounds;
  }

  /** Throws AUDIT_UNAVAILABLE where nothing can be taken: before any work is done for a record that is refused. */
  checkRoom(): void {
    if (this.#closed) throw unavailable("it is closed");
    const { queueRecordsMax, queueBytesMax } = this.#bounds;
    if (this.#records >= queueRecordsMax || this.#bytes >= queueBytesMax) throw tooMany();
  }

  /** Resolves with `id` once the records are durable. Rejects with AUDIT_UNAVAILABLE. */
  append(id: string, records: readonly Pending[]): Promise<string> {
    if (this.#closed) return Promise.reject(unavailable("it is closed"));
    const bytes = records.reduce(
      (sum, { prepared }) => sum + prepared.beforePrevHash.length + prepared.sealed.length,
      0,
    );
    const { queueRecordsMax, queueBytesMax, queueWaitMsMax } = this.#bounds;
    if (this.#records + records.length > queueRecordsMax || this.#bytes + bytes > queueBytesMax) {
      return Promise.reject(tooMany());
    }
    return new Promise((resolve, reject) => {
      const job: Job = {
        id,
        records,
        bytes,
        deadline: performance.now() + queueWaitMsMax,
        settle: (error) => (error === null ? resolve(id) : reject(error)),
      };
      this.#records += records.length;
      this.#bytes += bytes;
      this.#open.add(job);
      this.#waiting.push(job);
      this.#watch();
      this.#start();
    });
  }

  /** Runs `work` between two batches, and gives what it gives. Allowed until `close` has resolved. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#turns.push(() => work().then(resolve, reject));
      this.#start();
    });
  }

  /** Refuses what comes from now on; resolves once what was there is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== null) await this.#running;
    if (this.#alarm !== null) clearTimeout(this.#alarm);
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#hasWork()) this.#start();
    });
  }

  async #run(): Promise<void> {
    while (this.#hasWork()) {
      // Those whom the last batch answered come again within this turn of the event loop.
      if (this.#waiting.length === 0 || this.#writeMs >= SLOW_WRITE_MS) await breathe();
      for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) await turn();
      const batch = this.#take();
      await this.#write(batch);
      if (batch.length === 0 || this.#sinceUpkeep >= BYTES_PER_UPKEEP) await this.#keepUp();
    }
  }

  #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#turns.length > 0 || (this.#upkeepDue && !this.#closed);
  }

  async #write(batch: readonly Job[]): Promise<void> {
    if (batch.length === 0) return;
    const records = batch.flatMap((job) => job.records);
    const begin = performance.now();
    const failure = await this.#work.store(records).then(
      () => null,
      (error: unknown) => (error instanceof FieldguardError ? error : unavailable("it could not be written", error)),
    );
    this.#writeMs = performance.now() - begin;
    this.#sinceUpkeep += batch.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#sinceUpkeep >= BYTES_PER_UPKEEP) this.#upkeepDue = true;
    for (const job of batch) {
      this.#release(job);
      this.#settle(job, failure);
    }
  }

  /** Upkeep that fails waits for the next records: nothing that was acknowledged depends on it. */
  async #keepUp(): Promise<void> {
    let steps = Math.max(1, Math.floor(this.#sinceUpkeep / BYTES_PER_UPKEEP));
    this.#sinceUpkeep %= BYTES_PER_UPKEEP;
    for (; steps > 0 && this.#upkeepDue && !this.#closed; steps -= 1) {
      this.#upkeepDue = await this.#work.keepUp().catch(() => false);
    }
  }

  /** The jobs of the next batch, without those that have been given up. */
  #take(): Job[] {
    const batch: Job[] = [];
    let records = 0;
    let taken = 0;
    for (const job of this.#waiting) {
      if (job.settle !== null && batch.length > 0 && records + job.records.length > BATCH_RECORDS_MAX) break;
      taken += 1;
      if (job.settle === null) continue;
      batch.push(job);
      records += job.records.length;
    }
    this.#waiting.splice(0, taken);
    return batch;
  }

  #release(job: Job): void {
    this.#records -= job.records.length;
    this.#bytes -= job.bytes;
  }

  #settle(job: Job, error: FieldguardError | null): void {
    this.#open.delete(job);
    const { settle } = job;
    job.settle = null;
    settle?.(error);
  }

  /** One timer for the oldest job: those behind it have later deadlines. */
  #watch(): void {
    if (this.#alarm !== null) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#alarm = setTimeout(
      () => {
        this.#alarm = null;
        this.#giveUp(performance.now());
        this.#watch();
      },
      Math.max(1, oldest.deadline - performance.now()),
    );
    this.#alarm.unref();
  }

  /** A job under way keeps its room until its batch is done: it is still held in memory, and it may yet be written. */
  #giveUp(now: number): void {
    for (const job of this.#open) {
      if (job.deadline > now) return;
      const at = this.#waiting.indexOf(job);
      if (at !== -1) {
        this.#waiting.splice(at, 1);
        this.#release(job);
      }
      this.#settle(job, unavailable("it took too long to be written"));
    }
  }
}

function tooMany(): FieldguardError {
  return unavailable("too many records wait to be written");
}

export function unavailable(why: string, cause?: unknown): FieldguardError {
  return new FieldguardError(
    "AUDIT_UNAVAILABLE",
    `Cannot use the access log: ${why}. Try again later; should it go on, tell the operator.`,
    cause === undefined ? {} : { cause },
  );
}
