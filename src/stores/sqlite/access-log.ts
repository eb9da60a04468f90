import type { Clock } from "../../core/clock.ts";
import { FieldguardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import type { AccessEntry, AccessFilter, AccessLog, AccessPage } from "../access-log.ts";
import { FIRST_PREV_HASH, prepareLeaf } from "../proof/leaf.ts";
import { RECORD_BYTES_MAX, splitEntry } from "../proof/split.ts";
import { type Database, openDatabase } from "./database.ts";
import { AppendQueue, type QueueBounds, unavailable } from "./log/append-queue.ts";
import { Chain, type Pending } from "./log/chain.ts";
import { CommitError, type Committer, createLocalCommitter, createWorkerCommitter } from "./log/committer.ts";
import { LogReader } from "./log/query.ts";
import { LOG_COMPONENT } from "./log/schema.ts";

export interface AccessLogOptions extends Partial<QueueBounds> {
  readonly clock: Clock;
  /** The writer's id; left out, the one that the store knows, or a new one. */
  readonly writer?: string;
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
export async function openAccessLog(path: string, options: AccessLogOptions): Promise<AccessLog> {
  const database = openDatabase(path, [LOG_COMPONENT]);
  const committer = database.memory ? createLocalCommitter(database) : createWorkerCommitter(path);
  return new SqliteAccessLog(database, committer, options);
}

export class SqliteAccessLog implements AccessLog {
  readonly writer: string;
  readonly #database: Database;
  readonly #committer: Committer;
  readonly #writerNo: number;
  readonly #reader: LogReader;
  readonly #queue: AppendQueue;
  /** null: to be read from the file, as it is not known what the last commit left there. */
  #chain: Chain | null = null;
  #closing: Promise<void> | null = null;

  constructor(database: Database, committer: Committer, options: AccessLogOptions) {
    this.#database = database;
    this.#committer = committer;
    const { id, no } = claimWriter(database, options.writer, () => newId(options.clock.now()));
    this.writer = id;
    this.#writerNo = no;
    this.#reader = new LogReader(database);
    const work = { store: (records: readonly Pending[]) => this.#store(records), keepUp: () => committer.tidy() };
    this.#queue = new AppendQueue(work, { ...QUEUE_BOUNDS, ...options });
  }

  async append(entry: AccessEntry): Promise<string> {
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
    return this.#read(() => this.#queue.exclusively(() => this.#committer.commit([])));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    await this.#committer.close();
    this.#database.close();
  }

  #prepare(id: string, entry: AccessEntry): Pending[] {
    const { writer } = this;
    const whole = prepareLeaf(entry, { id, part: 0, parts: 1, writer });
    const bytes = jsonBytes(whole);
    if (bytes + PART_SLACK_BYTES <= RECORD_BYTES_MAX) return [{ entry, prepared: whole }];
    const frame = jsonBytes(prepareLeaf({ ...entry, decisions: [], subjects: [] }, { id, part: 0, parts: 1, writer }));
    const entries = splitEntry(entry, RECORD_BYTES_MAX - frame - PART_SLACK_BYTES);
    return entries.map((share, part) => ({
      entry: share,
      prepared: prepareLeaf(share, { id, part, parts: entries.length, writer }),
    }));
  }

  async #store(records: readonly Pending[]): Promise<void> {
    for (let races = 0; ; races += 1) {
      try {
        this.#chain ??= Chain.load(this.#database, this.#writerNo);
        await this.#committer.commit(this.#chain.extend(records));
        return;
      } catch (cause) {
        this.#chain = null;
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

/** Sequence numbers, positions and brackets that are not counted in the frame. */
const PART_SLACK_BYTES = 256;

function jsonBytes({ beforePrevHash, beforeSeq, afterSeq, sealed }: Pending["prepared"]): number {
  return Buffer.byteLength(beforePrevHash) + Buffer.byteLength(beforeSeq) + afterSeq.length + Buffer.byteLength(sealed);
}

/** Another process took the place (n or sequence number) between our reading and our writing: nothing was written. */
function lostRace(cause: unknown): boolean {
  const code = cause instanceof CommitError || (cause instanceof Error && "code" in cause) ? String(cause.code) : "";
  return code.startsWith("SQLITE_CONSTRAINT");
}

export function claimWriter(
  database: Database,
  wanted: string | undefined,
  make: () => string,
): { id: string; no: number } {
  const find = database.prepare<[string], { id: string; no: number }>("SELECT id, no FROM log_writer WHERE id = ?");
  const first = database.prepare<[], { id: string; no: number }>("SELECT id, no FROM log_writer ORDER BY no LIMIT 1");
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
