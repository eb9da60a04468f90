import { realpathSync, statSync } from "node:fs";
import { takenAway } from "../keeping/losses.ts";
import type { Database } from "./database.ts";

/** What SQLite has open besides the file itself, for as long as a connection in WAL mode is open. */
const ENDINGS = ["", "-wal", "-shm"] as const;

interface Held {
  readonly ending: string;
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
}

/**
 * The files of a database as a connection has them open. One that is removed, moved or replaced by another goes on to be
 * written by who has it open, and what is written there is gone with the process: SQLite does not tell. Looked at by name
 * only: to open and close them would drop this process's locks on them.
 */
export class HeldFiles {
  readonly #database: Database;
  readonly #held: readonly Held[];
  /** Bytes of the file when it was last looked at. */
  #bytes = 0;

  /** To be made right after opening, of a connection that has read or written. */
  constructor(database: Database) {
    this.#database = database;
    this.#held = database.memory ? [] : filesOf(database.name);
  }

  /** Throws STORE_BEHIND where one of the files is not at its place any more. */
  check(): void {
    for (const { ending, path, dev, ino } of this.#held) {
      const now = statSync(path, { throwIfNoEntry: false });
      if (now === undefined) throw takenAway(ending, "gone");
      if (now.ino !== ino || now.dev !== dev) throw takenAway(ending, "another");
      if (ending === "") this.#checkLength(now.size);
    }
  }

  /** Written over in its place it is the same file; where it is shorter than what SQLite counts, it was not SQLite. */
  #checkLength(bytes: number): void {
    const before = this.#bytes;
    this.#bytes = bytes;
    if (bytes >= before) return;
    const pages = this.#database.pragma("page_count", { simple: true }) as number;
    const pageBytes = this.#database.pragma("page_size", { simple: true }) as number;
    if (pages * pageBytes < before) return;
    this.#bytes = before;
    throw takenAway("", "another");
  }
}

/** Those beside it stand beside the file itself, where its name is a link. */
function filesOf(path: string): Held[] {
  const real = realpathSync(path);
  return ENDINGS.flatMap((ending) => {
    const file = ending === "" ? path : real + ending;
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? [] : [{ ending, path: file, dev: found.dev, ino: found.ino }];
  });
}
