import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemClock } from "../../core/clock.ts";
import type { HeldKeys } from "../held-keys.ts";
import { takenAway } from "../losses.ts";
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
 * The files of a database as a connection has them open, and the keys beside it. One that is removed, moved or replaced
 * by another goes on to be written by who has it open, and what is written there is gone with the process: SQLite does
 * not tell. Looked at by name only: to open and close them would drop this process's locks on them.
 */
export class HeldFiles {
  readonly #database: Database;
  readonly #keys: Pick<HeldKeys, "check"> | undefined;
  readonly #held: readonly Held[];
  readonly #real: string;
  readonly #folders: Folders;
  /** Bytes of the file when it was last looked at. */
  #bytes = 0;
  #version: number;

  /** To be made right after opening, of a connection that has read or written. */
  constructor(database: Database, keys?: Pick<HeldKeys, "check">) {
    this.#database = database;
    this.#keys = keys;
    this.#version = versionOf(database);
    this.#real = database.memory ? "" : realpathSync(database.name);
    this.#held = database.memory ? [] : filesOf(database.name, this.#real);
    this.#folders = new Folders(this.#held.map(({ path }) => dirname(path)));
  }

  /**
   * Throws STORE_BEHIND where one of the files is not at its place any more, KEY_MISMATCH where a key is not. `all`: also
   * where no name in their folder has changed, as a key may be written over in its place.
   */
  check(all = false): void {
    if (this.#held.length === 0) return;
    const quiet = this.#folders.areQuiet() && !all;
    try {
      // Who opens the name next looks for the others beside the file that it leads to.
      if (!quiet && this.#leadsElsewhere()) throw takenAway("", "gone");
      for (const held of quiet ? this.#held.slice(0, 1) : this.#held) this.#checkPlace(held);
      if (!quiet) this.#keys?.check();
    } catch (cause) {
      this.#folders.lookAgain();
      throw cause;
    }
  }

  /** Whether the name leads to the file by another place, as when that was moved and a link is in its stead. */
  #leadsElsewhere(): boolean {
    try {
      const real = realpathSync(this.#database.name);
      return real !== this.#real && this.#held.some(({ ending, ino }) => inodeOf(real + ending) !== ino);
    } catch {
      return true;
    }
  }

  #checkPlace({ ending, path, dev, ino }: Held): void {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now === undefined) throw takenAway(ending, "gone");
    if (now.ino !== ino || now.dev !== dev) throw takenAway(ending, "another");
    if (ending === "") this.#checkLength(now.size);
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

/** Milliseconds within which a second change of a folder may bear the same time as the first. */
const TICK_MS = 100;

/** Whether any name in some folders was made, removed or given to another file: one look instead of one at each file. */
class Folders {
  readonly #paths: readonly string[];
  #stamp = "";

  constructor(paths: readonly string[]) {
    this.#paths = [...new Set(paths)];
  }

  /** To be asked before the files are looked at: what changes meanwhile is then seen the next time. */
  areQuiet(): boolean {
    const stats = this.#paths.map((path) => statSync(path, { throwIfNoEntry: false }));
    const stamp = stats.map((each) => `${each?.dev} ${each?.ino} ${each?.mtimeMs} ${each?.ctimeMs}`).join();
    const isQuiet = stamp === this.#stamp;
    const last = Math.max(...stats.map((each) => each?.ctimeMs ?? Number.POSITIVE_INFINITY));
    this.#stamp = systemClock.now() - last > TICK_MS ? stamp : "";
    return isQuiet;
  }

  lookAgain(): void {
    this.#stamp = "";
  }
}

function versionOf(database: Database): number {
  return database.pragma("schema_version", { simple: true }) as number;
}

/** Those beside it stand beside the file itself, where its name is a link. */
function filesOf(path: string, real: string): Held[] {
  return ENDINGS.flatMap((ending) => {
    const file = ending === "" ? path : real + ending;
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? [] : [{ ending, path: file, dev: found.dev, ino: found.ino }];
  });
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
