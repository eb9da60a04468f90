import { setImmediate as breathe } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { AccessEntry, AccessFilter, AccessPage, ProvableLog, RecordedCaller } from "../access-log.ts";
import type { Marks } from "../keeping/marks.ts";
import { originOf } from "../proof/checkpoint.ts";
import { FIRST_PREV_HASH, prepareLeaf, type SealedItem } from "../proof/leaf.ts";
import { logChange } from "../proof/log-change.ts";
import { verifierKey } from "../proof/note.ts";
import { type ConsistencyFile, PROOF_FORMAT, type ProofFile, writeTlogProof } from "../proof/proof-file.ts";
import { PRUNED_ACTION } from "../proof/pruning.ts";
import { digestOfTaken, itemsToTake, REDACTED_ACTION } from "../proof/redaction.ts";
import { RECORD_BYTES_MAX, splitEntry } from "../proof/split.ts";
import type { RedactionOrder, Verification, VerifyOptions } from "../proof/verification.ts";
import { type Database, openDatabase } from "./database.ts";
import { AppendQueue, type QueueBounds, unavailable } from "./log/append-queue.ts";
import type { Chain, Pending } from "./log/chain.ts";
import { CHECKPOINT_MS, Checkpointer, type Evidence } from "./log/checkpointer.ts";
import { type Committer, createLocalCommitter, createWorkerCommitter, type Step } from "./log/committer.ts";
import { isBehind, KnownHead, lostRace } from "./log/known-head.ts";
import { markPruned, nextPruningStep, prunableUpTo } from "./log/prune.ts";
import { LogReader } from "./log/query.ts";
import { forgettingSteps, type Taken, takingSteps } from "./log/redact.ts";
import type { RecordRow } from "./log/rows.ts";
import { LOG_COMPONENT } from "./log/schema.ts";
import { droppingSteps } from "./log/spool.ts";
import { TreeReader } from "./log/tree-reader.ts";
import { verifyLog } from "./log/verify.ts";

export type { Evidence } from "./log/checkpointer.ts";

export interface AccessLogOptions extends Partial<QueueBounds> {
  readonly clock: Clock;
  /** The writer's id; left out, the one that the store knows, or a new one. */
  readonly writer?: string;
  /** Keys and anchor of checkpoints; left out, none are made. */
  readonly evidence?: Evidence;
  /** Told how far the log has got, after every commit. */
  readonly marks?: Pick<Marks, "keepLog">;
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
  const committer = database.memory ? createLocalCommitter(database) : createWorkerCommitter(path);
  const log = new SqliteAccessLog(database, committer, options);
  await log.resume();
  return log;
}

export class SqliteAccessLog implements ProvableLog {
  readonly writer: string;
  readonly #database: Database;
  readonly #committer: Committer;
  readonly #writerNo: number;
  readonly #head: KnownHead;
  readonly #reader: LogReader;
  readonly #queue: AppendQueue;
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
    this.#head = new KnownHead(database, no);
    this.#reader = new LogReader(database);
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
    const work = { store: (records: readonly Pending[]) => this.#store(records), keepUp: () => committer.tidy() };
    this.#queue = new AppendQueue(work, { ...QUEUE_BOUNDS, ...options });
  }

  async append(entry: AccessEntry): Promise<string> {
    this.#queue.checkRoom();
    const id = newId(entry.time);
    return this.#queue.append(id, this.#prepare(id, entry));
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

  /** A transaction without content: it takes the lock that writing takes. */
  ping(): Promise<void> {
    return this.#read(() =>
      this.#queue.exclusively(async () => {
        this.#head.check();
        await this.#committer.commit([]);
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
      const [record] = (await this.#reader.page({ id }, { first: 1_000 })).records.filter((each) => each.part === part);
      if (record === undefined || record.writer !== this.writer) throw notFound("a record of this writer with this id");
      const { note, size } = await this.#checkpointAfter(record.seq);
      const row = this.#row(record.seq);
      if (row === undefined) throw notFound("the record's content");
      const path = new TreeReader(this.#database, this.#writerNo).inclusion(record.seq, size);
      const sealed = JSON.parse(row.sealed) as SealedItem[];
      return { format: PROOF_FORMAT, leaf: row.leaf, sealed, proof: writeTlogProof(record.seq, path, note) };
    });
  }

  proveConsistency(firstSize: number, secondSize: number): Promise<ConsistencyFile> {
    return this.#read(async () => {
      const find = this.#database
        .prepare<[number, number], string>("SELECT note FROM log_checkpoint WHERE writer = ? AND size = ?")
        .pluck();
      const first = find.get(this.#writerNo, firstSize);
      const second = find.get(this.#writerNo, secondSize);
      if (first === undefined || second === undefined || firstSize > secondSize) throw notFound("two such checkpoints");
      const path =
        firstSize === 0 ? [] : new TreeReader(this.#database, this.#writerNo).consistency(firstSize, secondSize);
      const base64 = path.map((digest) => Buffer.from(digest, "hex").toString("base64"));
      return { format: "fieldguard-consistency/1", first, second, path: base64 };
    });
  }

  verify(options: Partial<VerifyOptions> = {}): Promise<Verification> {
    return this.#read(async () => {
      const evidence = this.#evidence;
      const own = [...(evidence?.keys ?? []).map((key) => key.publicKey), ...(evidence?.formerKeys ?? [])];
      const anchored = options.anchored ?? (await evidence?.anchor?.read()) ?? [];
      return verifyLog(this.#database, { publicKeys: own, ...options, anchored });
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
        const taken = await this.#itemsToTake(order);
        const records = taken.length;
        const places = taken.flatMap(({ row: { writer, seq }, items }) => items.map((item) => ({ writer, seq, item })));
        const details = { action: REDACTED_ACTION, items: places.length, records, digest: digestOfTaken(places) };
        const id = await this.#change(details, by, (own) => [
          ...takingSteps(taken, own),
          ...forgettingSteps(this.#database, order),
        ]);
        return { id, records };
      }),
    );
  }

  /** Of a spool: takes out the content of records that are kept elsewhere by now; see `droppingSteps`. */
  drop(upTo: number): Promise<void> {
    return this.#read(() =>
      this.#queue.exclusively(async () => {
        const steps = droppingSteps(this.#database, this.#writerNo, upTo);
        if (steps.length === 0) return;
        await this.#committer.commit(steps);
        await this.#committer.forget();
      }),
    );
  }

  prune(before: number, by: RecordedCaller): Promise<{ readonly pruned: number }> {
    return this.#read(async () => {
      const pruned = await this.#queue.exclusively(async () => {
        await this.#makeCheckpoint();
        const upTo = prunableUpTo(this.#database, this.#writerNo, before);
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
      const step = nextPruningStep(this.#database, this.#writerNo);
      if (step === null) return;
      await this.#commitInTurn([step]);
      // Whoever waits to append has his turn before the next.
      await breathe();
    }
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const last = this.#checkpointer === null ? undefined : this.#queue.exclusively(() => this.#makeCheckpoint());
    // Whoever closes a log that cannot be written has done what could be done: the next opening makes up for it.
    await last?.catch(() => undefined);
    await this.#checkpointer?.close();
    await this.#queue.close();
    await this.#committer.close();
    this.#database.close();
  }

  #commitInTurn(steps: readonly Step[]): Promise<void> {
    return this.#queue.exclusively(() => this.#committer.commit(steps));
  }

  #prepare(id: string, entry: AccessEntry): Pending[] {
    const { writer } = this;
    const whole = prepareLeaf(entry, { id, part: 0, parts: 1, writer });
    // Counting bytes takes a copy of the text: not for the many records that cannot be too long whatever they hold.
    const isShort = jsonChars(whole) * UTF8_BYTES_MAX + PART_SLACK_BYTES <= RECORD_BYTES_MAX;
    if (isShort || jsonBytes(whole) + PART_SLACK_BYTES <= RECORD_BYTES_MAX) return [{ entry, prepared: whole }];
    const frame = jsonBytes(prepareLeaf({ ...entry, decisions: [], subjects: [] }, { id, part: 0, parts: 1, writer }));
    const entries = splitEntry(entry, RECORD_BYTES_MAX - frame - PART_SLACK_BYTES);
    return entries.map((share, part) => ({
      entry: share,
      prepared: prepareLeaf(share, { id, part, parts: entries.length, writer }),
    }));
  }

  async #makeCheckpoint(): Promise<string | null> {
    if (this.#checkpointer === null) return null;
    this.#head.check();
    this.#chain ??= this.#head.load();
    return this.#checkpointer.make(this.#chain);
  }

  /** The first checkpoint that covers a record; makes one where there is none yet. */
  async #checkpointAfter(seq: number): Promise<{ note: string; size: number }> {
    const find = this.#database.prepare<[number, number], { note: string; size: number }>(
      "SELECT note, size FROM log_checkpoint WHERE writer = ? AND size > ? ORDER BY size LIMIT 1",
    );
    const known = find.get(this.#writerNo, seq);
    if (known !== undefined) return known;
    await this.#queue.exclusively(() => this.#makeCheckpoint());
    const made = find.get(this.#writerNo, seq);
    if (made === undefined) throw notFound("a checkpoint, as no signing key is configured");
    return made;
  }

  #row(seq: number): RecordRow | undefined {
    return this.#database
      .prepare<[number, number], RecordRow>("SELECT * FROM log_record WHERE writer = ? AND seq = ?")
      .get(this.#writerNo, seq);
  }

  /** Of every record that names somebody of the order; in the order in which the redaction's digest takes them. */
  async #itemsToTake(order: RedactionOrder): Promise<Taken[]> {
    const filters: AccessFilter[] = [
      { subjects: order.subjects },
      ...(order.callers ?? []).map((caller): AccessFilter => ({ caller })),
    ];
    const rows = new Map<number, RecordRow>();
    for (const filter of filters) for await (const row of this.#reader.rows(filter)) rows.set(row.n, row);
    const inOrder = [...rows.values()].sort((one, other) => one.writer - other.writer || one.seq - other.seq);
    return inOrder.flatMap((row) => {
      const items = itemsToTake(row, order);
      return items.length === 0 ? [] : [{ row, items }];
    });
  }

  /** Changes stored records, and records that in the same transaction. */
  async #change(details: AccessEntry["details"], by: RecordedCaller, steps: (id: string) => Step[]): Promise<string> {
    const time = this.#clock.now();
    const id = newId(time);
    const entry = logChange(time, by, details);
    await this.#store(this.#prepare(id, entry), steps(id));
    this.#chain = null;
    this.#reader.forget();
    await this.#committer.forget();
    return id;
  }

  async #store(records: readonly Pending[], further: readonly Step[] = []): Promise<void> {
    for (let races = 0; ; races += 1) {
      try {
        this.#chain ??= this.#head.load();
        await this.#committer.commit([...this.#chain.extend(records), ...further]);
        const reached = this.#head.reached(this.writer, this.#chain);
        this.#marks?.keepLog(reached);
        if (this.#checkpointer?.isDue(this.#chain.size)) await this.#makeCheckpoint().catch(() => undefined);
        return;
      } catch (cause) {
        this.#chain = null;
        if (isBehind(cause)) throw cause;
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

function notFound(what: string): FieldguardError {
  return new FieldguardError("NOT_FOUND", `Cannot prove it: the log does not have ${what}.`);
}

/** Sequence numbers, positions and brackets that are not counted in the frame. */
const PART_SLACK_BYTES = 256;

/** Bytes that a UTF-16 unit of a text can take. */
const UTF8_BYTES_MAX = 3;

function jsonChars({ beforePrevHash, beforeSeq, afterSeq, sealed }: Pending["prepared"]): number {
  return beforePrevHash.length + beforeSeq.length + afterSeq.length + sealed.length;
}

function jsonBytes({ beforePrevHash, beforeSeq, afterSeq, sealed }: Pending["prepared"]): number {
  return Buffer.byteLength(beforePrevHash) + Buffer.byteLength(beforeSeq) + afterSeq.length + Buffer.byteLength(sealed);
}

export function claimWriter(
  database: Database,
  wanted: string | undefined,
  make: () => string,
): { id: string; no: number } {
  const find = database.prepare<[string], { id: string; no: number }>(
    "SELECT id, no FROM log_writer WHERE id = ? AND ended = 0",
  );
  const first = database.prepare<[], { id: string; no: number }>(
    "SELECT id, no FROM log_writer WHERE ended = 0 ORDER BY no LIMIT 1",
  );
  return database
    .transaction(() => {
      const known = wanted === undefined ? first.get() : find.get(wanted);
      if (known !== undefined) return known;
      const id = wanted ?? make();
      const { lastInsertRowid } = database
        .prepare("INSERT INTO log_writer (id, size, hash, pruned) VALUES (?, 0, ?, 0)")
        .run(id, FIRST_PREV_HASH);
      return { id, no: Number(lastInsertRowid) };
    })
    .immediate();
}
