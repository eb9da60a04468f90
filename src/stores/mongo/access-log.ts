import { FieldguardError } from "../../core/errors.ts";
import type { AccessEntry, AccessFilter, AccessLog, AccessPage } from "../access-log.ts";
import { type AccessLogOptions, openAccessLog } from "../sqlite/access-log.ts";
import type { MongoBounds } from "./connection.ts";
import { type PageAsked, readPage } from "./log-query.ts";
import { Shipper } from "./log-shipper.ts";
import { Spool } from "./log-spool.ts";

export interface SpoolBounds {
  /** Records that may wait for MongoDB. */
  readonly spoolRecordsMax: number;
  /** How long the oldest of them may wait, in milliseconds. */
  readonly spoolMsMax: number;
}

export interface MongoAccessLogOptions extends AccessLogOptions, MongoBounds, Partial<SpoolBounds> {
  /** The spool: a file of this gateway's own. */
  readonly spool: string;
  /** How long closing waits for records to be shipped, in milliseconds. */
  readonly drainMsMax?: number;
}

export const SPOOL_BOUNDS: SpoolBounds = { spoolRecordsMax: 1_000_000, spoolMsMax: 24 * 3_600_000 };
const DRAIN_MS_MAX = 5_000;
/** The bounds are kept to within what can be appended in this time. */
const LOOK_EVERY_MS = 50;

/**
 * Opens the access log in MongoDB. Records are durable in the gateway's own SQLite spool when `append` resolves, and are
 * shipped to MongoDB from there, so that an outage neither loses nor doubles nor holds up anything; beyond the spool's
 * bounds `append` rejects with AUDIT_UNAVAILABLE. Each gateway has a spool, and with it a writer, of its own; `query`
 * answers for all of them. Throws as `openAccessLog` does; MongoDB itself may be away.
 */
export async function openMongoAccessLog(url: string, options: MongoAccessLogOptions): Promise<MongoAccessLog> {
  const log = await openAccessLog(options.spool, options);
  try {
    const spool = new Spool(options.spool);
    return new MongoAccessLog(log, spool, new Shipper(url, options, spool), options);
  } catch (cause) {
    await log.close();
    throw cause;
  }
}

export class MongoAccessLog implements AccessLog {
  readonly #log: AccessLog;
  readonly #spool: Spool;
  readonly #shipper: Shipper;
  readonly #options: MongoAccessLogOptions;
  readonly #bounds: SpoolBounds;
  /** How many records may come, and until when, before the spool is looked at again. */
  #room = 0;
  #lookAgainAt = 0;
  #closing: Promise<void> | null = null;

  constructor(log: AccessLog, spool: Spool, shipper: Shipper, options: MongoAccessLogOptions) {
    this.#log = log;
    this.#spool = spool;
    this.#shipper = shipper;
    this.#options = options;
    this.#bounds = {
      spoolRecordsMax: options.spoolRecordsMax ?? SPOOL_BOUNDS.spoolRecordsMax,
      spoolMsMax: options.spoolMsMax ?? SPOOL_BOUNDS.spoolMsMax,
    };
    shipper.start();
  }

  get writer(): string {
    return this.#log.writer;
  }

  async append(entry: AccessEntry): Promise<string> {
    this.#checkSpool();
    const id = await this.#log.append(entry);
    this.#shipper.start();
    return id;
  }

  async query(filter: AccessFilter, page: PageAsked): Promise<AccessPage> {
    this.#checkOpen();
    try {
      return await readPage(filter, page, this.#spool.allUnshipped(), () => this.#shipper.records());
    } catch (cause) {
      if (cause instanceof FieldguardError && cause.code === "BAD_INPUT") throw cause;
      throw unavailable("MongoDB cannot answer", cause);
    }
  }

  head(): Promise<{ readonly size: number; readonly hash: string }> {
    return this.#log.head();
  }

  /** How many records wait in the spool for MongoDB; none once the log is closed. */
  waiting(): number {
    return this.#closing === null ? this.#spool.backlog().records : 0;
  }

  /** Whether records are taken: MongoDB may be away as long as the spool has room. */
  async ping(): Promise<void> {
    this.#checkSpool();
    await this.#log.ping();
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#log.close();
      await this.#shipper.stop(this.#options.drainMsMax ?? DRAIN_MS_MAX);
      this.#spool.close();
    })();
    return this.#closing;
  }

  #checkSpool(): void {
    this.#checkOpen();
    if (this.#shipper.forked !== null) throw unavailable("MongoDB holds other records of this writer");
    this.#room -= 1;
    if (this.#room >= 0 && performance.now() < this.#lookAgainAt) return;
    const { records, since } = this.#spool.backlog();
    const { spoolRecordsMax, spoolMsMax } = this.#bounds;
    if (records >= spoolRecordsMax) throw unavailable("too many records wait for MongoDB");
    if (since !== null && this.#options.clock.now() - since > spoolMsMax) {
      throw unavailable("records have been waiting for MongoDB for too long");
    }
    this.#room = spoolRecordsMax - records - 1;
    this.#lookAgainAt = performance.now() + LOOK_EVERY_MS;
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw unavailable("it is closed");
  }
}

function unavailable(why: string, cause?: unknown): FieldguardError {
  return new FieldguardError(
    "AUDIT_UNAVAILABLE",
    `Cannot use the access log: ${why}. Try again later; should it go on, tell the operator.`,
    cause === undefined ? {} : { cause },
  );
}
