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
  #version: number;

  /** To be made right after opening, of a connection that has read or written. */
  constructor(database: Database) {
    this.#database = database;
    this.#version = versionOf(database);
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

  /**
   * Written over in its place it is the same file. SQLite makes it shorter by VACUUM alone, which counts the schema's
   * version up; an older copy's version is no greater.
   */
  #checkLength(bytes: number): void {
    if (bytes >= this.#bytes) {
      this.#bytes = bytes;
      return;
    }
    const version = versionOf(this.#database);
    if (version <= this.#version) throw takenAway("", "another");
    this.#version = version;
    this.#bytes = bytes;
  }
}

function versionOf(database: Database): number {
  return database.pragma("schema_version", { simple: true }) as number;
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
