import { FieldguardError } from "../../core/errors.ts";
import { logEnded, wentBack } from "../../databases/losses.ts";
import type { LogMark } from "../../databases/marks.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import type { HeldFiles } from "../../databases/sqlite/held-files.ts";
import { Chain } from "./chain.ts";
import { errorCode } from "./error-code.ts";
import { TreeReader } from "./tree-reader.ts";

/**
 * How far this process knows a writer's log to have got: what was acknowledged. A file that does not hold it any more was
 * replaced by an older one under the running process: going on from there would put others in the place of what is lost.
 */
export class KnownHead {
  readonly #database: Database;
  readonly #writerNo: number;
  readonly #files: HeldFiles;
  #last: { readonly size: number; readonly hash: string } | null = null;

  constructor(database: Database, writerNo: number, files: HeldFiles) {
    this.#database = database;
    this.#writerNo = writerNo;
    this.#files = files;
  }

  /** To be called after every commit; gives what the mark is to say. */
  reached(writer: string, { size, hash }: Chain): LogMark {
    this.#last = { size, hash };
    return { writer, size, hash };
  }

  /** Whether the files are still those that were opened. Throws STORE_BEHIND, KEY_MISMATCH. */
  checkPlaces(): void {
    this.#files.check();
  }

  /** Throws STORE_BEHIND, KEY_MISMATCH. */
  check(): void {
    this.#files.check(true);
    const ended = this.#database.prepare("SELECT ended FROM log_writer WHERE no = ?").pluck().get(this.#writerNo);
    if (ended === 1) throw logEnded();
    const last = this.#last;
    if (last === null || last.size === 0) return;
    if (new TreeReader(this.#database, this.#writerNo).leaf(last.size - 1) !== last.hash) throw wentBack();
  }

  /** The end of the log as the file has it. Throws as `check` does. */
  load(): Chain {
    return this.#database.transaction(() => {
      this.check();
      return Chain.load(this.#database, this.#writerNo);
    })();
  }
}

/** Another process took the place (n or sequence number) between our reading and our writing: nothing was written. */
export function lostRace(cause: unknown): boolean {
  return errorCode(cause).startsWith("SQLITE_CONSTRAINT");
}

/** What no further attempt mends: told as it is. */
export function isOfKeeping(cause: unknown): boolean {
  return cause instanceof FieldguardError && (cause.code === "STORE_BEHIND" || cause.code === "KEY_MISMATCH");
}
