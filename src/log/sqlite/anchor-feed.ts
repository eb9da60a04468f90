import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { Anchor } from "../proof/anchor.ts";

/** After how many milliseconds an anchor that failed is tried again: twice as long each time. */
export interface RetryBounds {
  readonly retryMsMin: number;
  readonly retryMsMax: number;
}

export const RETRY_BOUNDS: RetryBounds = { retryMsMin: 1_000, retryMsMax: 300_000 };

export interface AnchorFeedOptions extends Partial<RetryBounds> {
  readonly database: Database;
  readonly writerNo: number;
  /** Commits between two batches. */
  readonly commit: (steps: readonly Step[]) => Promise<void>;
  readonly onFailure?: ((why: string) => void) | undefined;
}

const MARK = `INSERT INTO log_anchored (writer, anchor, size, given) VALUES (?, ?, ?, ?)
  ON CONFLICT (writer, anchor) DO UPDATE SET size = max(size, excluded.size), given = max(given, excluded.given)`;

/** The last notes that an anchor of this name was given, of the logs that go on or are just being ended. */
export function notesGiven(database: Database, anchor: string): string[] {
  return database
    .prepare<[string], string>(
      `SELECT c.note FROM log_anchored AS a
       JOIN log_writer AS w ON w.no = a.writer JOIN log_checkpoint AS c ON c.writer = a.writer AND c.size = a.size
       WHERE a.anchor = ? AND a.given = 1 AND (w.ended = 0 OR w.id IN (SELECT writer FROM keeping_ending))`,
    )
    .pluck()
    .all(anchor);
}

/**
 * Gives an anchor one writer's checkpoints, in their order. What is still to be given stands in the database, so that it
 * outlives the process. What could happen between any two steps:
 * - the anchor has the note, and nothing says so: it is given again after the next start (a file is looked into first).
 * - the anchor fails or is away: tried again, less and less often. Records are written meanwhile.
 * - another process feeds the same anchor: a note may come twice, as above.
 */
export class AnchorFeed {
  readonly #anchor: Anchor;
  readonly #options: AnchorFeedOptions;
  readonly #bounds: RetryBounds;
  readonly #next;
  readonly #mark;
  /** Notes that the anchor was found to have at the start. */
  #known: ReadonlySet<string> = new Set();
  #given = 0;
  #hasGiven = false;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(anchor: Anchor, options: AnchorFeedOptions) {
    this.#anchor = anchor;
    this.#options = options;
    this.#bounds = { ...RETRY_BOUNDS, ...options };
    this.#next = options.database.prepare<[number, number], { size: number; note: string }>(
      "SELECT size, note FROM log_checkpoint WHERE writer = ? AND size > ? ORDER BY size LIMIT 1",
    );
    this.#mark = options.database
      .prepare<[number, string], number>("SELECT size FROM log_anchored WHERE writer = ? AND anchor = ?")
      .pluck();
  }

  /** Goes on where the last process ended. An anchor that is new is given the last checkpoint and those that follow. */
  async resume(): Promise<void> {
    const { database, writerNo, commit } = this.#options;
    if (this.#mark.get(writerNo, this.#anchor.name) === undefined) {
      const before = database
        .prepare<[number], number>(
          "SELECT size FROM log_checkpoint WHERE writer = ? ORDER BY size DESC LIMIT 1 OFFSET 1",
        )
        .pluck()
        .get(writerNo);
      await commit([{ sql: MARK, rows: [[writerNo, this.#anchor.name, before ?? -1, 0]] }]);
    }
    this.#known = new Set((await this.#anchor.read().catch(() => null)) ?? []);
    this.feed();
    await this.fed();
  }

  /** Begins to give what is there to give. Holds nobody up. */
  feed(): void {
    if (this.#closed) return;
    this.#again = true;
    if (this.#timer === null) this.#start();
  }

  /** Resolves once what was begun is done or has failed; at once where the anchor is far away. */
  async fed(): Promise<void> {
    if (this.#anchor.near && this.#running !== null) await this.#running;
  }

  /** Tries once more what is left, for at most so many milliseconds; the rest is for the next start. */
  async close(waitMsMax: number): Promise<void> {
    this.#stopWaiting();
    this.#again = true;
    this.#start();
    const late = new Promise((resolve) => setTimeout(resolve, waitMsMax).unref());
    await Promise.race([this.#running, late]);
    this.#stopWaiting();
    await this.#keepMark();
    this.#closed = true;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#again && this.#timer === null && !this.#closed) this.#start();
    });
  }

  async #run(): Promise<void> {
    const { writerNo } = this.#options;
    this.#again = false;
    try {
      // Another process may have given some.
      this.#given = Math.max(this.#given, this.#mark.get(writerNo, this.#anchor.name) ?? -1);
      const from = this.#given;
      for (let next = this.#next.get(writerNo, this.#given); next !== undefined && !this.#closed; ) {
        if (!this.#known.has(next.note)) await this.#anchor.append(next.note);
        this.#given = next.size;
        this.#hasGiven = true;
        next = this.#next.get(writerNo, this.#given);
      }
      this.#known = new Set();
      this.#failures = 0;
      if (this.#given > from) void this.#keepMark();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (this.#closed) return;
    void this.#keepMark();
    const { retryMsMin, retryMsMax } = this.#bounds;
    const wait = Math.min(retryMsMax, retryMsMin * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#start();
    }, wait).unref();
    this.#options.onFailure?.(cause instanceof Error ? cause.message : String(cause));
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A mark that is lost means that notes are given again, nothing worse. */
  async #keepMark(): Promise<void> {
    if (this.#closed) return;
    const { writerNo, commit } = this.#options;
    await commit([{ sql: MARK, rows: [[writerNo, this.#anchor.name, this.#given, Number(this.#hasGiven)]] }]).catch(
      () => undefined,
    );
  }
}
