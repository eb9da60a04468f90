import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FieldguardError } from "../core/errors.ts";

/** What stands beside a database under its name, and is neither to be written over nor to be opened by anybody else. */
const BESIDE = ["", "-wal", "-shm", "-journal", ".key", ".sign.pem", ".marks"];

/**
 * Throws CONFIGURATION_INVALID where a file that is to be written (`what` names the setting) is the database itself or a
 * file that belongs to it, by whatever name or link. Written to, the database would be damaged; and opened and closed by
 * anything but SQLite, this process's locks on it would be dropped, so that other programs delete its WAL.
 */
export function checkApart(what: string, file: string, database: string): void {
  if (!belongsTo(file, database)) return;
  throw new FieldguardError(
    "CONFIGURATION_INVALID",
    `Cannot use ${what}: it names the database ${database} or a file that belongs to it. Name a file of its own.`,
  );
}

/** Whether a file is the database, or one that stands beside it. */
export function belongsTo(file: string, database: string): boolean {
  return BESIDE.some((ending) => isSame(file, database + ending));
}

function isSame(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other) || identityOf(one) === identityOf(other);
}

/** Where the file is, or would be. */
function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = dirname(resolve(file));
    return folder === resolve(file) ? folder : join(placeOf(folder), basename(file));
  }
}

/** The same for every hard link to a file; of its own where there is none. */
function identityOf(file: string): string {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return placeOf(file);
  }
}
