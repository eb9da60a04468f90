import { createHash, randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { FieldguardError } from "../core/errors.ts";
import { markUnusable } from "./losses.ts";

/** How far a writer's log had got: so many records, and the hash of the last one. */
export interface LogMark {
  readonly writer: string;
  readonly size: number;
  readonly hash: string;
}

/** What a mark file says that its store must hold: every statement was true once. */
export interface MarksRead {
  /** By it a store knows its own mark file. */
  readonly id: string;
  readonly log: readonly LogMark[];
  /** Of the last changes of consents: their number (SQLite), or the id of the commit (MongoDB). */
  readonly consents: readonly string[];
}

/** Fixed places of one file, each written whole; a part has two, which take turns, so that one of them is always whole. */
const SLOT_BYTES = 1_024;
const SLOTS = { id: [0], log: [1, 2], consents: [3, 4] } as const;
const SLOTS_ALL = 5;
const FORMAT = "fieldguard-marks/1";
const CHECKSUM_DIGITS = 16;

/**
 * The mark beside a store: how far it had got when it last acknowledged something. A store that has not got so far is an
 * older copy, or has lost its WAL. What could happen between any two steps:
 * - the store has committed, the mark is not written: it says less than is so. The next one makes up for it.
 * - the power fails before the system has written it to disk: likewise, as it is not waited for.
 * - it cannot be written: nothing is acknowledged, and readiness says so, until it can be.
 */
export class Marks {
  readonly path: string;
  readonly #turns = { log: 0, consents: 0 };

  private constructor(path: string) {
    this.path = path;
  }

  /** A mark file that there is already. */
  static at(path: string): Marks {
    return new Marks(path);
  }

  /** Makes the file anew: it says nothing of the store yet. Throws STORE_UNREADABLE. */
  static make(path: string): { readonly marks: Marks; readonly id: string } {
    const id = randomUUID();
    const empty = Buffer.alloc(SLOT_BYTES * (SLOTS_ALL - 1), " ");
    try {
      writeFileSync(path, Buffer.concat([slotOf({ format: FORMAT, id }), empty]), { mode: 0o600, flush: true });
    } catch (cause) {
      throw new FieldguardError("STORE_UNREADABLE", `Cannot write the mark ${path}: check its permissions.`, { cause });
    }
    return { marks: new Marks(path), id };
  }

  /** What the file says; null where there is none, or one that is no mark. Throws STORE_BEHIND where it cannot be read. */
  static read(path: string): MarksRead | null {
    if (!existsSync(path)) return null;
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (cause) {
      throw markUnusable(path, cause);
    }
    const [head] = contentsOf(bytes, SLOTS.id) as { format?: unknown; id?: unknown }[];
    if (head?.format !== FORMAT || typeof head.id !== "string") return null;
    return {
      id: head.id,
      log: contentsOf(bytes, SLOTS.log) as LogMark[],
      consents: contentsOf(bytes, SLOTS.consents) as string[],
    };
  }

  /** Throws STORE_BEHIND where the file cannot be written. */
  static check(path: string): void {
    try {
      closeSync(openSync(path, "r+"));
    } catch (cause) {
      throw markUnusable(path, cause);
    }
  }

  /** To be called once the store has got so far, and before anybody is told. Throws STORE_BEHIND. */
  keepLog(mark: LogMark): void {
    this.#keep("log", mark);
  }

  keepConsents(change: string): void {
    this.#keep("consents", change);
  }

  #keep(part: "log" | "consents", content: unknown): void {
    const slot = slotOf(content);
    // Only a writer's id that somebody has chosen could be as long.
    if (slot.length > SLOT_BYTES) return;
    const turn = 1 - this.#turns[part];
    try {
      const file = openSync(this.path, "r+");
      try {
        writeSync(file, slot, 0, SLOT_BYTES, (SLOTS[part][turn] ?? 0) * SLOT_BYTES);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw markUnusable(this.path, cause);
    }
    this.#turns[part] = turn;
  }
}

function slotOf(content: unknown): Buffer {
  const text = JSON.stringify(content);
  return Buffer.from(`${`${checksum(text)} ${text}`.padEnd(SLOT_BYTES - 1)}\n`);
}

/** What the slots hold; one that is empty, or was cut off by a loss of power, holds nothing. */
function contentsOf(bytes: Buffer, slots: readonly number[]): unknown[] {
  return slots.flatMap((slot) => {
    const line = bytes.toString("utf8", slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES).trimEnd();
    const text = line.slice(CHECKSUM_DIGITS + 1);
    return text !== "" && line.slice(0, CHECKSUM_DIGITS) === checksum(text) ? [JSON.parse(text) as unknown] : [];
  });
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, CHECKSUM_DIGITS);
}
