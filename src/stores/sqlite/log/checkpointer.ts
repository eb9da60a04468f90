import type { Clock } from "../../../core/clock.ts";
import type { Anchor } from "../../proof/anchor.ts";
import { originOf, signCheckpoint } from "../../proof/checkpoint.ts";
import type { SigningKey } from "../../proof/note.ts";
import type { Database } from "../database.ts";
import type { Chain } from "./chain.ts";
import type { Committer } from "./committer.ts";

/** How a log vouches for itself. */
export interface Evidence {
  /** The current key first. While a key is rotated out, both: each signs. */
  readonly keys: readonly SigningKey[];
  /** Public keys of earlier generations that checkpoints may still bear. */
  readonly formerKeys?: readonly Buffer[];
  readonly anchor?: Anchor;
  /** A checkpoint is made after so many records, and after so many milliseconds where there are any. */
  readonly everyRecords?: number;
  readonly everyMs?: number;
}

export const CHECKPOINT_RECORDS = 1_000;
export const CHECKPOINT_MS = 60_000;

const INSERT_CHECKPOINT = "INSERT OR IGNORE INTO log_checkpoint (writer, size, time, note) VALUES (?, ?, ?, ?)";

/** Signs the log's size and root, keeps the note and anchors it. To be called between two batches only. */
export class Checkpointer {
  readonly #evidence: Evidence;
  readonly #clock: Clock;
  readonly #committer: Committer;
  readonly #origin: string;
  readonly #writerNo: number;
  #last: { readonly size: number; readonly note: string } | null;
  /** Notes that the anchor could not take yet. */
  #unanchored: string[] = [];

  constructor(
    evidence: Evidence,
    log: { readonly database: Database; readonly committer: Committer; readonly clock: Clock },
    writer: { readonly id: string; readonly no: number },
  ) {
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
  }

  /** Anchors the last note where a crash came between. */
  async resume(): Promise<void> {
    const { anchor } = this.#evidence;
    if (anchor === undefined || this.#last === null) return;
    const anchored = await anchor.read();
    if (!anchored.includes(this.#last.note)) this.#unanchored.push(this.#last.note);
    await this.#anchor();
  }

  /** Whether this writer has no checkpoint yet. */
  get isFirst(): boolean {
    return this.#last === null;
  }

  isDue(size: number): boolean {
    return size - (this.#last?.size ?? 0) >= (this.#evidence.everyRecords ?? CHECKPOINT_RECORDS);
  }

  /** The note for what the chain holds, which is durable. An anchor that fails gets the note with the next one. */
  async make(chain: Chain): Promise<string> {
    const { size } = chain;
    if (this.#last?.size !== size) {
      const checkpoint = { origin: this.#origin, size, root: chain.edge.root() };
      const note = signCheckpoint(checkpoint, this.#evidence.keys);
      await this.#committer.commit([
        { sql: INSERT_CHECKPOINT, rows: [[this.#writerNo, size, this.#clock.now(), note]] },
      ]);
      this.#last = { size, note };
      this.#unanchored.push(note);
    }
    await this.#anchor();
    return this.#last.note;
  }

  async #anchor(): Promise<void> {
    const { anchor } = this.#evidence;
    if (anchor === undefined) {
      this.#unanchored = [];
      return;
    }
    for (let [note] = this.#unanchored; note !== undefined; [note] = this.#unanchored) {
      const isKept = await anchor.append(note).then(
        () => true,
        () => false,
      );
      if (!isKept) return;
      this.#unanchored.shift();
    }
  }
}
