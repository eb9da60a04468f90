import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Removes what a process that was killed left beside a store: a half restored copy, key files that had not got their
 * name yet, another name of the database itself. Each holds people's data or a key, and nobody would look for it. To be
 * called with the store open, or held: no other restore, which holds it for itself, is under way.
 */
export function clearLeftovers(path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(`${name}.`)) continue;
    const ending = file.slice(name.length);
    if (UNFINISHED.test(ending) || (ASIDE.test(ending) && isSameFile(join(folder, file), path))) {
      rmSync(join(folder, file), { force: true });
    }
    const [, aside] = ASIDE_INDEX.exec(ending) ?? [];
    // Says where things stand in a log that is not there: of what a restore has kept whole it is let be.
    if (aside !== undefined && !existsSync(path + aside)) rmSync(join(folder, file), { force: true });
  }
}

const UNFINISHED =
  /^\.(restoring(-wal|-shm|-journal)?|sign\.pem\.new|(key|sign\.pem)\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/;
/** What a restore has kept is another file, unless it was broken off before it took its place. */
const ASIDE = /^\.before-[^.]+$/;

const ASIDE_INDEX = /^(\.before-[^.]+)-shm$/;

function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
