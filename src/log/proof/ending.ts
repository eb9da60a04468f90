import type { Digest } from "./merkle.ts";
import { parseNote, type SigningKey, signersOf, signNote } from "./note.ts";

/** A writer's log to which nothing more is written: as many records, the last one with this hash. */
export interface Ending {
  readonly writer: string;
  readonly size: number;
  readonly hash: Digest;
}

/** No checkpoint's name of a log begins like this: neither passes for the other. */
function nameOf(writer: string): string {
  return `fieldguard/ended/${encodeURIComponent(writer)}`;
}

function textOf({ writer, size, hash }: Ending): string {
  return `${nameOf(writer)}\n${size}\n${hash}\n`;
}

/** A signed note that a log ends where it does. */
export function signEnding(ending: Ending, keys: readonly SigningKey[]): string {
  return signNote(textOf(ending), nameOf(ending.writer), keys);
}

/** Whether a note says so, signed by one of the keys; without any keys, whether it says so at all. */
export function isEnding(note: string, ending: Ending, publicKeys: readonly Buffer[]): boolean {
  const parsed = parseNote(note);
  if (parsed === null || parsed.text !== textOf(ending)) return false;
  if (publicKeys.length === 0) return true;
  return (signersOf(parsed, nameOf(ending.writer), publicKeys) ?? []).length > 0;
}
