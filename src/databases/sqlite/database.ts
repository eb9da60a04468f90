import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FieldguardError } from "../../core/errors.ts";
import { type Sqlite, SqliteDatabase } from "./driver.ts";

export type Database = Sqlite.Database;

/** One step of a store's schema: SQL, or a function for what SQL alone cannot do. Runs inside a transaction. */
export type Migration = string | ((database: Database) => void);

/**
 * A store's part of the file. Its schema version is the number of migrations applied, so the list only ever grows at
 * its end: a migration that has been released is never edited.
 */
export interface Component {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

export interface OpenOptions {
  /** Neither creates nor migrates: for those who only look. */
  readonly readonly?: boolean;
  /** How long a statement waits for another connection's lock, in milliseconds. */
  readonly busyTimeoutMs?: number;
}

export const BUSY_TIMEOUT_MS = 5_000;
const MEMORY = ":memory:";
const SCHEMA_TABLE = `CREATE TABLE IF NOT EXISTS fieldguard_schema (
  component TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (component, version)
) STRICT, WITHOUT ROWID`;

/**
 * Opens the one SQLite file that all embedded stores share (each on a connection of its own) and brings the components'
 * schemas up to date. `path` is a file, made with its folder where missing, or `:memory:`.
 * WAL with synchronous=FULL: a committed transaction survives the death of the process and loss of power.
 * Throws STORE_UNREADABLE (not a database, damaged, not permitted), STORE_VERSION_UNKNOWN (written by a newer version),
 * STORE_UNAVAILABLE (locked by somebody for longer than the busy timeout).
 */
export function openDatabase(path: string, components: readonly Component[], options: OpenOptions = {}): Database {
  const readonly = options.readonly ?? false;
  let database: Database | undefined;
  try {
    if (path !== MEMORY && !readonly) makePrivateFile(path);
    database = new SqliteDatabase(path, {
      readonly,
      fileMustExist: readonly,
      timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS,
    });
    if (!readonly) configure(database);
    for (const component of components) migrate(database, component, readonly);
    return database;
  } catch (cause) {
    database?.close();
    throw openingError(path, cause);
  }
}

/**
 * The file holds private data: readable by its owner alone. SQLite gives its side files (-wal, -shm) the same mode.
 * A file that is there is not opened: closing any descriptor of a file drops every POSIX lock that the process has on it,
 * those of SQLite's connections too. Another process would then take itself for the last one, and delete the WAL.
 */
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw cause;
    // A link to a file that is not there yet: it is that file which is to be made.
    if (!existsSync(path)) {
      makePrivateFile(resolve(dirname(path), readlinkSync(path)));
      return;
    }
    // Told better than by SQLite.
    if (statSync(path).isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

function configure(database: Database): void {
  // The switch to WAL needs the file alone and does not wait for it by itself when several processes start at once.
  retryWhileBusy(() => database.pragma("journal_mode = WAL"));
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  database.pragma("trusted_schema = OFF");
}

function migrate(database: Database, component: Component, readonly: boolean): void {
  const newest = component.migrations.length;
  const found = schemaVersion(database, component.name);
  if (found > newest) throw newerSchema(component.name, found, newest);
  if (found === newest) return;
  if (readonly) {
    throw new FieldguardError(
      "STORE_UNREADABLE",
      `Cannot read the store: its part "${component.name}" has version ${found} and version ${newest} is needed. Start the gateway once; it brings the file up to date.`,
    );
  }
  // IMMEDIATE, and the version read again inside: of several gateways that start together one migrates, the others see it done.
  database
    .transaction(() => {
      database.exec(SCHEMA_TABLE);
      for (let version = schemaVersion(database, component.name); version < newest; version += 1) {
        const migration = component.migrations[version];
        if (typeof migration === "string") database.exec(migration);
        else migration?.(database);
        database
          .prepare("INSERT INTO fieldguard_schema (component, version, applied_at) VALUES (?, ?, unixepoch() * 1000)")
          .run(component.name, version + 1);
      }
    })
    .immediate();
}

function schemaVersion(database: Database, component: string): number {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'fieldguard_schema'")
    .get();
  if (table === undefined) return 0;
  return database
    .prepare("SELECT coalesce(max(version), 0) FROM fieldguard_schema WHERE component = ?")
    .pluck()
    .get(component) as number;
}

const BUSY_PAUSE_MS = 10;

function retryWhileBusy(act: () => void): void {
  for (let waited = 0; ; waited += BUSY_PAUSE_MS) {
    try {
      act();
      return;
    } catch (cause) {
      if (!isBusy(cause) || waited >= BUSY_TIMEOUT_MS) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

/** Whether SQLite refused because another connection holds the lock. */
export function isBusy(cause: unknown): boolean {
  return errorCode(cause).startsWith("SQLITE_BUSY");
}

/** By shape, not by class: an error may come from another thread or realm. */
function errorCode(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "";
}

const UNREADABLE: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: "it is not a SQLite database, or what stands beside it (-wal, -shm) is not its own",
  SQLITE_CORRUPT:
    "it is damaged, or what stands beside it (-wal, -shm) is not its own; put a backup of them all in their place",
  SQLITE_IOERR: "reading or writing it fails, or a file beside it (-wal, -shm) cannot be used",
  SQLITE_CANTOPEN: "it, or a file beside it (-wal, -shm), cannot be opened",
  SQLITE_PROTOCOL: "its locks cannot be had",
  SQLITE_NOMEM: "there is not enough memory to read it, or it is damaged",
  SQLITE_TOOBIG: "it is damaged; put a backup in its place",
  SQLITE_MISMATCH: "it is damaged; put a backup in its place",
  SQLITE_CONSTRAINT: "what it holds contradicts itself: it is damaged; put a backup in its place",
  SQLITE_SCHEMA: "its tables are not those of a store",
  SQLITE_ERROR: "its tables are not those of a store; put a backup in its place",
  SQLITE_READONLY: "it may not be written to",
  SQLITE_PERM: "access to it is not permitted",
  SQLITE_AUTH: "access to it is not permitted",
  SQLITE_FULL: "the disk is full",
  EACCES: "access to it is not permitted",
  EPERM: "access to it is not permitted",
  EROFS: "its file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EEXIST: "a part of its path is not a folder",
  ENOSPC: "the disk is full",
};

function openingError(path: string, cause: unknown): FieldguardError {
  return (
    storeFault(path, cause) ??
    new FieldguardError("STORE_UNREADABLE", `Cannot use the store at ${path}: it cannot be opened. ${NAME_ANOTHER}`, {
      cause,
    })
  );
}

const NAME_ANOTHER = "Name a file that the gateway may read and write, or none yet in a folder that it may write to.";

/**
 * What SQLite or the system says of a store, as an operator is told; null where it is neither's word. The one place where
 * their codes become ours.
 */
export function storeFault(path: string, cause: unknown): FieldguardError | null {
  if (cause instanceof FieldguardError) return cause;
  if (isBusy(cause) || errorCode(cause).startsWith("SQLITE_LOCKED")) {
    return new FieldguardError(
      "STORE_UNAVAILABLE",
      `Cannot use the store at ${path}: another process holds its lock. Try again once that one is done.`,
      { cause },
    );
  }
  const why = reasonOf(cause);
  if (why === null) return null;
  return new FieldguardError("STORE_UNREADABLE", `Cannot use the store at ${path}: ${why}. ${NAME_ANOTHER}`, { cause });
}

/** Why SQLite or the system refused, in words; null where it did not. */
export function reasonOf(cause: unknown): string | null {
  const code = errorCode(cause);
  const known = Object.keys(UNREADABLE).find((prefix) => code === prefix || code.startsWith(`${prefix}_`));
  if (known !== undefined) return UNREADABLE[known] ?? null;
  return code.startsWith("SQLITE_") && !isBusy(cause) ? "SQLite cannot use it" : null;
}

/** Does work on a store, and throws what SQLite says of it, whenever it does, as `openDatabase` would. */
export async function usingStore<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeFault(path, cause) ?? cause;
  }
}

function newerSchema(component: string, found: number, known: number): FieldguardError {
  return new FieldguardError(
    "STORE_VERSION_UNKNOWN",
    `Cannot use the store: its part "${component}" has version ${found}, and this Fieldguard knows versions up to ${known}. Run the Fieldguard that wrote it, or a newer one.`,
  );
}
