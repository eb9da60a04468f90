import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { Step } from "../../databases/sqlite/step.ts";
import type { Anchor } from "../proof/anchor.ts";
import { originOf, signCheckpoint } from "../proof/checkpoint.ts";
import type { SigningKey } from "../proof/note.ts";
import { AnchorFeed, type RetryBounds } from "./anchor-feed.ts";
import type { Chain } from "./chain.ts";
import type { Committer } from "./committer.ts";

/** How a log vouches for itself. */
export interface Evidence extends Partial<RetryBounds> {
  /** The current key first. While a key is rotated out, both: each signs. */
  readonly keys: readonly SigningKey[];
  /** Public keys of earlier generations that checkpoints may still bear. */
  readonly formerKeys?: readonly Buffer[];
  readonly anchor?: Anchor;
  /** A checkpoint is made after so many records, and after so many milliseconds where there are any. */
  readonly everyRecords?: number;
  readonly everyMs?: number;
  /** Told when the anchor did not take a checkpoint, and why. It is tried again. */
  readonly onAnchorFailure?: (why: string) => void;
}

export const CHECKPOINT_RECORDS = 1_000;
export const CHECKPOINT_MS = 60_000;
/** How long closing waits for an anchor that is far away, in milliseconds. */
const ANCHOR_CLOSE_MS_MAX = 2_000;

const INSERT_CHECKPOINT = "INSERT OR IGNORE INTO log_checkpoint (writer, size, time, note) VALUES (?, ?, ?, ?)";

export interface CheckpointedLog {
  readonly database: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  /** Commits in a turn of its own, between two batches. */
  readonly commitInTurn: (steps: readonly Step[]) => Promise<void>;
}

/** Signs the log's size and root, keeps the note and has it anchored. */
export class Checkpointer {
  readonly #evidence: Evidence;
  readonly #clock: Clock;
  readonly #committer: Committer;
  readonly #origin: string;
  readonly #writerNo: number;
  readonly #feed: AnchorFeed | null;
  #last: { readonly size: number; readonly note: string } | null;

  constructor(evidence: Evidence, log: CheckpointedLog, writer: { readonly id: string; readonly no: number }) {
    this.#evidence = evidence;
    this.#clock = log.clock;
    this.#committer = log.committer;
    this.#origin = originOf(writer.id);
    this.#writerNo = writer.no;
    this.#last =
      log.database
        .prepare<[number], { size: number; note: string }>(
          "SELECT size, note FROM log_checkpoint WHERE writer = ? ORDER BY size DESC LIMIT 1",
        )
        .get(writer.no) ?? null;
    const { anchor, onAnchorFailure, retryMsMin, retryMsMax } = evidence;
    this.#feed =
      anchor === undefined
        ? null
        : new AnchorFeed(anchor, {
            database: log.database,
            writerNo: writer.no,
            commit: log.commitInTurn,
            onFailure: onAnchorFailure,
            ...(retryMsMin === undefined ? {} : { retryMsMin }),
            ...(retryMsMax === undefined ? {} : { retryMsMax }),
          });
  }

  /** Has anchored what a crash came between. */
  async resume(): Promise<void> {
    await this.#feed?.resume();
  }

  /** Whether this writer has no checkpoint yet. */
  get isFirst(): boolean {
    return this.#last === null;
  }

  isDue(size: number): boolean {
    return size - (this.#last?.size ?? 0) >= (this.#evidence.everyRecords ?? CHECKPOINT_RECORDS);
  }

  /** The note for what the chain holds, which is durable. To be called between two batches only. */
  async make(chain: Chain): Promise<string> {
    const { size } = chain;
    if (this.#last?.size !== size) {
      const checkpoint = { origin: this.#origin, size, root: chain.edge.root() };
      const note = signCheckpoint(checkpoint, this.#evidence.keys);
      await this.#committer.commit([
        { sql: INSERT_CHECKPOINT, rows: [[this.#writerNo, size, this.#clock.now(), note]] },
      ]);
      this.#last = { size, note };
    }
    this.#feed?.feed();
    return this.#last.note;
  }

  /** Resolves once the notes made so far are anchored, or could not be; at once where the anchor is far away. */
  async anchored(): Promise<void> {
    await this.#feed?.fed();
  }

  async close(): Promise<void> {
    await this.#feed?.close(ANCHOR_CLOSE_MS_MAX);
  }
}
