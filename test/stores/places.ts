import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { openStores, type Stores } from "../../src/stores/open.ts";

/** The file of the store in a folder, or one beside it. */
export const pathIn = (place: string, ending = ""): string => join(place, `store.db${ending}`);
export const urlOf = (place: string): string => `sqlite:${pathIn(place)}`;

export function openPlace(place: string, despite = false): Promise<Stores> {
  return openStores(urlOf(place), { clock: systemClock, logKey: null, spool: "", anchor: null, despite });
}

export async function closePlace({ accessLog, consents }: Stores): Promise<void> {
  await Promise.all([accessLog.close(), consents.close()]);
}

let made = 0;

export function newPlace(folder: string): string {
  made += 1;
  const place = join(folder, `place-${made}`);
  mkdirSync(place);
  return place;
}

/** All files of a place, as they are now. */
export function copyPlace(folder: string, from: string): string {
  const to = newPlace(folder);
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
  return to;
}
