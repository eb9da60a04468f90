import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  createReadStream,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CONSENT_COMPONENT } from "../../consents/sqlite/schema.ts";
import { FieldguardError } from "../../core/errors.ts";
import type { Keyring } from "../../core/keys.ts";
import { z } from "../../core/zod.ts";
import { keyFaults, wrongLogKey } from "../../databases/keys.ts";
import { holdAlone } from "../../databases/sqlite/alone.ts";
import { openDatabase, usingStore } from "../../databases/sqlite/database.ts";
import { type Sqlite, SqliteDatabase } from "../../databases/sqlite/driver.ts";
import { readHead } from "../../log/sqlite/chain.ts";
import { writerRows } from "../../log/sqlite/rows.ts";
import { LOG_COMPONENT } from "../../log/sqlite/schema.ts";
import { KEEPING_COMPONENT, knownKeys, revisionOf } from "./keeping.ts";
import { clearLeftovers } from "./leftovers.ts";

const COMPONENTS = [LOG_COMPONENT, CONSENT_COMPONENT, KEEPING_COMPONENT];
const FORMAT = "fieldguard-backup/1";
const DATABASE = "store.db";
const MANIFEST = "backup.json";
/** In one step, as a view of one moment: in steps, a busy gateway would have it begin anew without end. */
const ALL_PAGES = 0x7fffffff;

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  madeAt: z.iso.datetime(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  writers: z.array(z.strictObject({ id: z.string(), size: z.number().int(), hash: z.string() })),
  consents: z.number().int().nullable(),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

/**
 * Copies a store's database into a folder that is not there yet, or empty, by SQLite's backup API: whole, as it was at
 * one moment, while gateways write to it. The keys are not copied. The manifest comes last: a folder without one holds
 * no backup. Throws BAD_INPUT, STORE_UNREADABLE.
 */
export async function backUp(path: string, folder: string, madeAt: string): Promise<BackupManifest> {
  makeFolder(folder);
  return usingStore(path, () => copyInto(path, folder, madeAt));
}

async function copyInto(path: string, folder: string, madeAt: string): Promise<BackupManifest> {
  const file = join(folder, DATABASE);
  closeSync(openSync(file, "wx", 0o600));
  const source = openDatabase(path, COMPONENTS, { readonly: true });
  try {
    await source.backup(file, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new SqliteDatabase(file);
  let state: Pick<BackupManifest, "writers" | "consents">;
  try {
    // One file, with nothing beside it that could be forgotten.
    copy.pragma("journal_mode = DELETE");
    if (copy.pragma("quick_check", { simple: true }) !== "ok") {
      throw new FieldguardError("STORE_UNREADABLE", `Cannot back up ${path}: it is damaged.`);
    }
    const writers = writerRows(copy).map(({ id, no }) => ({ id, ...readHead(copy, no) }));
    state = { writers, consents: revisionOf(copy) };
  } finally {
    copy.close();
  }
  const manifest = {
    format: FORMAT,
    madeAt,
    sha256: await digestOf(file),
    bytes: statSync(file).size,
    ...state,
  } as const;
  sync(file);
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {
    flag: "wx",
    mode: 0o600,
    flush: true,
  });
  return manifest;
}

/** What a backup's manifest says; its database is as it was made. Throws BAD_INPUT. */
export async function readBackup(folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")));
  } catch (cause) {
    const message = `Cannot restore from ${folder}: expected a folder that \`fieldguard store backup\` has finished, with ${MANIFEST}.`;
    throw new FieldguardError("BAD_INPUT", message, { cause });
  }
  const file = join(folder, DATABASE);
  if (!existsSync(file) || statSync(file).size !== manifest.bytes || (await digestOf(file)) !== manifest.sha256) {
    throw new FieldguardError(
      "BAD_INPUT",
      `Cannot restore from ${folder}: ${DATABASE} is not the one that was backed up. Take another backup.`,
    );
  }
  return manifest;
}

/**
 * Puts a backup's database in the place of the store's, which is kept beside it. To be followed by an acceptance: until
 * then the mark says that the store is behind, so that a crash in between is noticed at the next start.
 * Returns where the store that was there is kept; null where there was none. Throws STORE_UNAVAILABLE while a gateway
 * has it open, KEY_MISMATCH where the backup was written with another log key than is given.
 */
export function putBack(path: string, folder: string, keyring: Keyring, suffix: string): string | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const incoming = `${path}.restoring`;
  const aside = `${path}.before-${suffix}`;
  // From the beginning: who starts meanwhile clears up what he takes for left over.
  const held = holdAlone(path, "restore", intoOneFile);
  try {
    clearLeftovers(path);
    copyFileSync(join(folder, DATABASE), incoming);
    checkKeys(incoming, keyring);
    sync(incoming);
    // What a damaged store has beside it is not to be taken for the new one's.
    for (const ending of ["-wal", "-shm", "-journal"]) {
      if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
    }
    const isThere = existsSync(path);
    if (isThere) linkSync(path, aside);
    renameSync(incoming, path);
    sync(dirname(path));
    return isThere ? aside : null;
  } finally {
    rmSync(incoming, { force: true });
    held?.close();
  }
}

function checkKeys(file: string, keyring: Keyring): void {
  const copy = openDatabase(file, [KEEPING_COMPONENT]);
  try {
    copy.pragma("journal_mode = DELETE");
    const faults = keyFaults(knownKeys(copy, "log"), keyring.fingerprints);
    if (faults.length > 0) throw wrongLogKey(faults);
  } finally {
    copy.close();
  }
}

function intoOneFile(database: Sqlite.Database): void {
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.pragma("journal_mode = DELETE");
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (readdirSync(folder).length === 0) return;
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot back up into ${folder}: check its name and permissions.`, { cause });
  }
  throw new FieldguardError("BAD_INPUT", `Cannot back up into ${folder}: it holds something. Name a new folder.`);
}

/** On disk, whatever happens next. Not of a file that SQLite has open in this process; see `database.ts`. */
function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new FieldguardError("BAD_INPUT", `Cannot read the backup's ${file}: check what it is, and its permissions.`, {
      cause,
    });
  }
  return hash.digest("hex");
}
