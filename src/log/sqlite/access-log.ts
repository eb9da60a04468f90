import { setImmediate as breathe } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { HeldKeys } from "../../databases/held-keys.ts";
import type { Marks } from "../../databases/marks.ts";
import { type Database, openDatabase, usingStore } from "../../databases/sqlite/database.ts";
import { HeldFiles } from "../../databases/sqlite/held-files.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type {
  AccessEntry,
  AccessFilter,
  AccessPage,
  ProvableLog,
  RecordedCaller,
  RedactionOrder,
} from "../contract.ts";
import { gatewayEntry } from "../entry.ts";
import { originOf } from "../proof/checkpoint.ts";
import { FIRST_PREV_HASH } from "../proof/leaf.ts";
import type { ProofFile } from "../proof/model.ts";
import { verifierKey } from "../proof/note.ts";
import { PRUNED_ACTION } from "../proof/pruning.ts";
import { digestOfTaken, REDACTED_ACTION } from "../proof/redaction.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { Verification, VerifyOptions } from "../verification.ts";
import { AppendQueue, type QueueBounds, unavailable } from "./append-queue.ts";
import type { Chain, Pending } from "./chain.ts";
import { CHECKPOINT_MS, Checkpointer, type Evidence } from "./checkpointer.ts";
import { claimWriter } from "./claim-writer.ts";
import { type Committer, createLocalCommitter, createWorkerCommitter } from "./committer.ts";
import { isOfKeeping, KnownHead, lostRace } from "./known-head.ts";
import { prepareEntry } from "./prepare.ts";
import { Probe } from "./probe.ts";
import { checkpointAfter, notFound, proveRecord, writerNo } from "./prove.ts";
import { markPruned, nextPruningStep, prunableUpTo } from "./prune.ts";
import { LogReader, PAGE_RECORDS_MAX } from "./query.ts";
import { takenBy, takingSteps } from "./redact.ts";
import { LOG_COMPONENT } from "./schema.ts";
import { droppingSteps } from "./spool.ts";
import { verifyLog } from "./verify.ts";

export type { Evidence } from "./checkpointer.ts";

export interface AccessLogOptions extends Partial<QueueBounds> {
  readonly clock: Clock;
  /** The writer's id; left out, the one that the store knows, or a new one. */
  readonly writer?: string;
  /** Keys and anchor of checkpoints; left out, none are made. */
  readonly evidence?: Evidence;
  /** Told how far the log has got, after every commit. */
  readonly marks?: Pick<Marks, "keepLog">;
  /** Files beside the database without which what is written could not be used: looked at with every commit. */
  readonly keys?: Pick<HeldKeys, "check">;
}

export const QUEUE_BOUNDS: QueueBounds = {
  queueRecordsMax: 10_000,
  queueBytesMax: 64 * 1024 * 1024,
  queueWaitMsMax: 5_000,
};

/** How often a batch is put together anew because another process wrote at the same place first. */
const RACES_MAX = 20;

/**
 * Opens the access log in a SQLite file (shared with the consent store and with other processes), or in `:memory:`.
 * Throws STORE_UNREADABLE, STORE_VERSION_UNKNOWN, STORE_UNAVAILABLE; see `openDatabase`.
 */
export async function openAccessLog(path: string, options: AccessLogOptions): Promise<SqliteAccessLog> {
  const database = openDatabase(path, [LOG_COMPONENT]);
  return usingStore(path, async () => {
    try {
      const committer = database.memory ? createLocalCommitter(database) : createWorkerCommitter(path);
      const log = new SqliteAccessLog(database, committer, options);
      await log.resume();
      return log;
    } catch (cause) {
      database.close();
      throw cause;
    }
  });
}

export class SqliteAccessLog implements ProvableLog {
  readonly writer: string;
  readonly #database: Database;
  readonly #committer: Committer;
  readonly #writerNo: number;
  readonly #head: KnownHead;
  /** Of what is stored: what is being appended is indexed by the chain. */
  readonly #index: SearchIndex;
  readonly #reader: LogReader;
  readonly #queue: AppendQueue;
  readonly #probe = new Probe();
  readonly #clock: Clock;
  readonly #evidence: Evidence | null;
  readonly #marks: AccessLogOptions["marks"];
  readonly #checkpointer: Checkpointer | null;
  readonly #timer: NodeJS.Timeout | null = null;
  /** null: to be read from the file, as it is not known what the last commit left there. */
  #chain: Chain | null = null;
  #closing: Promise<void> | null = null;

  constructor(database: Database, committer: Committer, options: AccessLogOptions) {
    this.#database = database;
    this.#committer = committer;
    const { id, no } = claimWriter(database, options.writer, () => newId(options.clock.now()));
    this.writer = id;
    this.#writerNo = no;
    this.#head = new KnownHead(database, no, new HeldFiles(database, options.keys));
    this.#index = new SearchIndex(database);
    this.#reader = new LogReader(database, this.#index);
    this.#clock = options.clock;
    this.#evidence = options.evidence ?? null;
    this.#marks = options.marks;
    this.#checkpointer =
      options.evidence === undefined
        ? null
        : new Checkpointer(
            options.evidence,
            { database, committer, clock: options.clock, commitInTurn: (steps) => this.#commitInTurn(steps) },
            { id, no },
          );
    if (this.#checkpointer !== null) {
      const makeOne = () => void this.checkpoint().catch(() => undefined);
      this.#timer = setInterval(makeOne, options.evidence?.everyMs ?? CHECKPOINT_MS).unref();
    }
    const work = { store: (records: readonly Pending[]) => this.#store(records), keepUp: () => committer.keepIndex() };
    this.#queue = new AppendQueue(work, { ...QUEUE_BOUNDS, ...options });
  }

  async append(entry: AccessEntry): Promise<string> {
    this.#queue.checkRoom();
    const id = newId(entry.time);
    return this.#queue.append(id, prepareEntry(this.writer, id, entry));
  }

  query(filter: AccessFilter, page: { readonly first: number; readonly after?: string }): Promise<AccessPage> {
    return this.#read(() => this.#reader.page(filter, page));
  }

  head(): Promise<{ readonly size: number; readonly hash: string }> {
    return this.#read(async () => {
      const head = this.#database
        .prepare<[number], { size: number; hash: string }>("SELECT size, hash FROM log_writer WHERE no = ?")
        .get(this.#writerNo);
      return head ?? { size: 0, hash: FIRST_PREV_HASH };
    });
  }

  /** Writes as much as a record takes, under the lock that records take: what the next one would find. */
  ping(): Promise<void> {
    return this.#read(() =>
      this.#queue.exclusively(async () => {
        this.#head.check();
        await this.#committer.commit(this.#probe.steps());
        this.#probe.proved();
        this.#head.checkPlaces();
      }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** To be called once after opening. */
  async resume(): Promise<void> {
    await this.#checkpointer?.resume().catch(() => undefined);
    // Vouched for before its first record: a crash before the next checkpoint leaves no log of an unknown writer. Nobody
    // has to wait for it, as it has its turn before any append.
    if (this.#checkpointer?.isFirst) void this.checkpoint().catch(() => undefined);
    void this.#removePruned().catch(() => undefined);
  }

  checkpoint(): Promise<string | null> {
    return this.#read(async () => {
      const note = await this.#queue.exclusively(() => this.#makeCheckpoint());
      await this.#checkpointer?.anchored();
      return note;
    });
  }

  prove(id: string, part = 0): Promise<ProofFile> {
    return this.#read(async () => {
      const { records } = await this.#reader.page({ id }, { first: PAGE_RECORDS_MAX });
      const record = records.find((each) => each.part === part);
      if (record === undefined) throw notFound("a record with this id");
      const no = writerNo(this.#database, record.writer);
      if (no === this.#writerNo && checkpointAfter(this.#database, no, record.seq) === null) {
        await this.#queue.exclusively(() => this.#makeCheckpoint());
      }
      return proveRecord(this.#database, no, record.seq);
    });
  }

  verify(options: Partial<VerifyOptions> = {}): Promise<Verification> {
    return this.#read(async () => {
      const evidence = this.#evidence;
      const trustedKeys = [...(evidence?.keys ?? []).map((key) => key.publicKey), ...(evidence?.formerKeys ?? [])];
      const anchored = options.anchored ?? (await evidence?.anchor?.read()) ?? [];
      return verifyLog(this.#database, { publicKeys: trustedKeys, ...options, anchored });
    });
  }

  async verifierKeys(): Promise<string[]> {
    const { keys = [], formerKeys = [] } = this.#evidence ?? {};
    const all = [...keys.map(({ publicKey }) => publicKey), ...formerKeys];
    return all.map((publicKey) => verifierKey(originOf(this.writer), publicKey));
  }

  redact(order: RedactionOrder, by: RecordedCaller): Promise<{ readonly id: string; readonly records: number }> {
    return this.#read(() =>
      this.#queue.exclusively(async () => {
        const taken = await takenBy(this.#reader, order);
        const records = taken.length;
        const places = taken.flatMap(({ row: { writer, seq }, items }) => items.map((item) => ({ writer, seq, item })));
        const details = { action: REDACTED_ACTION, items: places.length, records, digest: digestOfTaken(places) };
        const id = await this.#change(details, by, (own) => [
          ...takingSteps(taken, own),
          ...this.#index.forgetPeople(order),
        ]);
        return { id, records };
      }),
    );
  }

  /** Of a spool: takes out the content of records that are kept elsewhere by now; see `droppingSteps`. */
  drop(upTo: number): Promise<void> {
    return this.#read(() =>
      this.#queue.exclusively(async () => {
        const steps = droppingSteps(this.#database, this.#index, this.#writerNo, upTo);
        if (steps.length === 0) return;
        await this.#committer.commit(steps);
        await this.#committer.restartUpkeep();
      }),
    );
  }

  prune(before: number, by: RecordedCaller): Promise<{ readonly pruned: number }> {
    return this.#read(async () => {
      const pruned = await this.#queue.exclusively(async () => {
        await this.#makeCheckpoint();
        const upTo = prunableUpTo(this.#database, this.#index, this.#writerNo, before);
        if (upTo === 0) return 0;
        const details = { action: PRUNED_ACTION, writer: this.writer, upTo };
        await this.#change(details, by, () => [markPruned(this.#writerNo, upTo)]);
        return upTo;
      });
      await this.#removePruned();
      return { pruned };
    });
  }

  /** Removes what counts as gone, a batch at a time, with appends between. Closing breaks it off: the next opening goes on. */
  async #removePruned(): Promise<void> {
    while (this.#closing === null) {
      const step = nextPruningStep(this.#database, this.#index, this.#writerNo);
      if (step === null) return;
      await this.#commitInTurn([step]);
      // Callers that wait to append have their turn before the next.
      await breathe();
    }
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const last = this.#checkpointer === null ? undefined : this.#queue.exclusively(() => this.#makeCheckpoint());
    // A log that cannot be written is closed all the same: the next opening makes up for it.
    await last?.catch(() => undefined);
    await this.#checkpointer?.close();
    await this.#queue.close();
    await this.#committer.close();
    this.#database.close();
  }

  #commitInTurn(steps: readonly Step[]): Promise<void> {
    return this.#queue.exclusively(() => this.#committer.commit(steps));
  }

  async #makeCheckpoint(): Promise<string | null> {
    if (this.#checkpointer === null) return null;
    this.#head.check();
    this.#chain ??= this.#head.load();
    return this.#checkpointer.make(this.#chain);
  }

  /** Changes stored records, and records that in the same transaction. */
  async #change(details: AccessEntry["details"], by: RecordedCaller, steps: (id: string) => Step[]): Promise<string> {
    const time = this.#clock.now();
    const id = newId(time);
    const entry = gatewayEntry({ kind: "LOG_CHANGE", time, caller: by, details });
    await this.#store(prepareEntry(this.writer, id, entry), steps(id));
    this.#chain = null;
    this.#index.reread();
    await this.#committer.restartUpkeep();
    return id;
  }

  async #store(records: readonly Pending[], further: readonly Step[] = []): Promise<void> {
    for (let races = 0; ; races += 1) {
      try {
        this.#chain ??= this.#head.load();
        await this.#committer.commit([...this.#chain.extend(records), ...further]);
        // Looked at after the commit: files that are still in their places then held it when it was made.
        this.#head.checkPlaces();
        this.#probe.proved();
        const reached = this.#head.reached(this.writer, this.#chain);
        this.#marks?.keepLog(reached);
        if (this.#checkpointer?.isDue(this.#chain.size)) await this.#makeCheckpoint().catch(() => undefined);
        return;
      } catch (cause) {
        this.#chain = null;
        this.#probe.failed();
        if (isOfKeeping(cause)) throw cause;
        if (!lostRace(cause) || races >= RACES_MAX) throw unavailable("it could not be written", cause);
      }
    }
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw unavailable("it is closed");
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof FieldguardError ? cause : unavailable("it could not be read", cause);
    }
  }
}
