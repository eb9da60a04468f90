/*
 * The log in MongoDB stands on the one in SQLite: each gateway has a SQLite log of its own (the spool), to which records
 * are appended, chained, indexed and signed exactly as without MongoDB, and from which they are shipped. What is particular to
 * MongoDB (shipping, reading, proving, redacting, pruning and verifying what was shipped) is in this folder. Of
 * `log/sqlite` it uses the log (access-log.ts), the reader (query.ts) and the tables (schema.ts, spool.ts), nothing else:
 * test/architecture.test.ts holds that. Consents in MongoDB use nothing of SQLite's.
 */
import { FieldguardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { MongoBounds } from "../../databases/mongo/connection.ts";
import { KnownThere } from "../../databases/mongo/known-there.ts";
import { usingStore } from "../../databases/sqlite/database.ts";
import type {
  AccessEntry,
  AccessFilter,
  AccessPage,
  ProvableLog,
  RecordedCaller,
  RedactionOrder,
} from "../contract.ts";
import { gatewayEntry } from "../entry.ts";
import type { ProofFile } from "../proof/model.ts";
import { type AccessLogOptions, openAccessLog, type SqliteAccessLog } from "../sqlite/access-log.ts";
import type { Verification, VerifyOptions } from "../verification.ts";
import type { LogModels, StoredWriter } from "./proof-model.ts";
import { proveRecord } from "./prove.ts";
import { pruneRecords } from "./prune.ts";
import { type PageAsked, readPage } from "./query.ts";
import { redactRecords } from "./redact.ts";
import { Shipper, within } from "./shipper.ts";
import { Spool } from "./spool.ts";
import { verifyMongoLog } from "./verify.ts";

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
  /** What MongoDB is held against before more is shipped to it; nothing, as left out. */
  readonly known?: KnownThere;
}

export const SPOOL_BOUNDS: SpoolBounds = { spoolRecordsMax: 1_000_000, spoolMsMax: 24 * 3_600_000 };
const DRAIN_MS_MAX = 5_000;
/** How long opening waits to hear whether the database can be used: one that does not answer holds up nothing. */
const CHECK_MS_MAX = 1_000;
/** How long work over the whole log waits for this gateway's records to be shipped. */
const SETTLE_MS_MAX = 30_000;
const UPKEEP_MS = 10_000;
/** The bounds are kept to within what can be appended in this time. */
const LOOK_EVERY_MS = 50;

/**
 * Opens the access log in MongoDB. Records are durable in the gateway's own SQLite spool when `append` resolves, and are
 * shipped to MongoDB from there, so that an outage neither loses nor doubles nor holds up anything; beyond the spool's
 * bounds `append` rejects with AUDIT_UNAVAILABLE. Each gateway has a spool, and with it a writer, of its own; `query`
 * answers for all of them. Throws as `openAccessLog` and `prepareMongo` do; MongoDB itself may be away.
 */
export async function openMongoAccessLog(url: string, options: MongoAccessLogOptions): Promise<MongoAccessLog> {
  return usingStore(options.spool, () => openOverSpool(url, options));
}

async function openOverSpool(url: string, options: MongoAccessLogOptions): Promise<MongoAccessLog> {
  // First, for it is what makes the file a spool.
  const spool = new Spool(options.spool);
  try {
    const log = await openAccessLog(options.spool, options);
    const publicKeys = (options.evidence?.keys ?? []).map((key) => key.publicKey);
    const shipper = new Shipper(url, options, spool, publicKeys, options.known ?? new KnownThere());
    await within(CHECK_MS_MAX, shipper.models());
    const { refusal } = shipper;
    if (refusal === null) return new MongoAccessLog(log, spool, shipper, options);
    await log.close();
    throw refusal;
  } catch (cause) {
    spool.close();
    throw cause;
  }
}

export class MongoAccessLog implements ProvableLog {
  readonly #log: SqliteAccessLog;
  readonly #spool: Spool;
  readonly #shipper: Shipper;
  readonly #options: MongoAccessLogOptions;
  readonly #bounds: SpoolBounds;
  /** How many records may come, and until when, before the spool is looked at again. */
  #room = 0;
  #lookAgainAt = 0;
  readonly #upkeep: NodeJS.Timeout;
  #closing: Promise<void> | null = null;

  constructor(log: SqliteAccessLog, spool: Spool, shipper: Shipper, options: MongoAccessLogOptions) {
    this.#log = log;
    this.#spool = spool;
    this.#shipper = shipper;
    this.#options = options;
    this.#bounds = {
      spoolRecordsMax: options.spoolRecordsMax ?? SPOOL_BOUNDS.spoolRecordsMax,
      spoolMsMax: options.spoolMsMax ?? SPOOL_BOUNDS.spoolMsMax,
    };
    shipper.start();
    this.#upkeep = setInterval(() => void this.#keepUp().catch(() => undefined), UPKEEP_MS).unref();
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
      return await readPage(filter, page, this.#spool, () => this.#shipper.records());
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

  /** Of this gateway's own records. */
  async checkpoint(): Promise<string | null> {
    const note = await this.#log.checkpoint();
    this.#shipper.start();
    return note;
  }

  prove(id: string, part = 0): Promise<ProofFile> {
    return this.#withModels((models) =>
      proveRecord(models, id, part, async (writer) => {
        if (writer !== this.writer) return;
        await this.#log.checkpoint();
        await this.#shipper.settle(SETTLE_MS_MAX);
      }),
    );
  }

  verify(options: Partial<VerifyOptions> = {}): Promise<Verification> {
    return this.#withModels(async (models) => {
      const { keys = [], formerKeys = [], anchor } = this.#options.evidence ?? {};
      const publicKeys = [...keys.map((key) => key.publicKey), ...formerKeys];
      const anchored = options.anchored ?? (await anchor?.read()) ?? [];
      return verifyMongoLog(models, { publicKeys, ...options, anchored });
    });
  }

  verifierKeys(): Promise<string[]> {
    return this.#withModels(async ({ writers }) => {
      const named = await writers.find({}).sort({ _id: 1 }).lean<StoredWriter[]>();
      return named.flatMap(({ keys }) => keys);
    });
  }

  redact(order: RedactionOrder, by: RecordedCaller): Promise<{ readonly id: string; readonly records: number }> {
    const id = newId(this.#options.clock.now());
    return this.#withModels((models) => redactRecords(models, order, id, (details) => this.#note(details, by)));
  }

  prune(before: number, by: RecordedCaller): Promise<{ readonly pruned: number }> {
    return this.#withModels(async (models) => {
      await this.#log.checkpoint();
      await this.#shipper.settle(SETTLE_MS_MAX);
      return pruneRecords(models, before, (details) => this.#note(details, by));
    });
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      clearInterval(this.#upkeep);
      const drainMsMax = this.#options.drainMsMax ?? DRAIN_MS_MAX;
      const isDrained = await this.#shipper.settle(drainMsMax).then(
        () => true,
        () => false,
      );
      if (isDrained) await this.#log.drop(this.#shipper.kept(this.writer)).catch(() => undefined);
      await this.#log.close();
      // The last checkpoint, which closing makes.
      this.#shipper.start();
      await this.#shipper.stop(isDrained ? drainMsMax : 0);
      this.#spool.close();
    })();
    return this.#closing;
  }

  /** Ships checkpoints that no record follows, and lets go of what is in MongoDB with its proof. */
  async #keepUp(): Promise<void> {
    this.#shipper.start();
    if (this.#shipper.behind === null) await this.#log.drop(this.#shipper.kept(this.writer));
  }

  #note(details: AccessEntry["details"], by: RecordedCaller): Promise<string> {
    const time = this.#options.clock.now();
    return this.append(gatewayEntry({ kind: "LOG_CHANGE", time, caller: by, details }));
  }

  /** For work over all that is recorded: this gateway's own records are shipped before. */
  async #withModels<T>(work: (models: LogModels) => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      await this.#shipper.settle(SETTLE_MS_MAX);
      const result = await work(await this.#shipper.models());
      await this.#shipper.settle(SETTLE_MS_MAX);
      return result;
    } catch (cause) {
      throw cause instanceof FieldguardError ? cause : unavailable("MongoDB cannot answer", cause);
    }
  }

  #checkSpool(): void {
    this.#checkOpen();
    if (this.#shipper.refusal !== null)
      throw unavailable("its database is to be migrated first", this.#shipper.refusal);
    if (this.#shipper.behind !== null) throw this.#shipper.behind;
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
