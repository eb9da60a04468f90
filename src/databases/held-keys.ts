import { statSync } from "node:fs";
import type { FieldguardError } from "../core/errors.ts";

/** A file beside a store without which what is written from now on could not be used after a restart. */
export interface HeldKey {
  readonly path: string;
  /** Whether what it holds still serves what this process writes. May throw, which counts as no. */
  readonly fits: (path: string) => boolean;
  readonly fault: (isGone: boolean) => FieldguardError;
  /** Whether others write to it in its place all the time, so that only another file in its place is a change. */
  readonly isWritten?: boolean;
  /** Looks besides whether it is of use, however it looks by name. Throws what stands in the way. */
  readonly look?: () => void;
}

/** Files beside a store as a process knows them; a key file may be changed (in a rotation), and is then read again. */
export class HeldKeys {
  readonly #keys: readonly { readonly key: HeldKey; stamp: string }[];

  constructor(keys: readonly HeldKey[]) {
    this.#keys = keys.map((key) => ({ key, stamp: stampOf(key) ?? "" }));
  }

  /** Throws what the key's fault is where it is gone, or does not serve any more. */
  check(): void {
    for (const each of this.#keys) {
      const stamp = stampOf(each.key);
      if (stamp !== null) each.key.look?.();
      if (stamp === each.stamp) continue;
      if (stamp === null) throw each.key.fault(true);
      if (!serves(each.key)) throw each.key.fault(false);
      each.stamp = stamp;
    }
  }
}

function stampOf({ path, isWritten = false }: HeldKey): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const { dev, ino, size, mtimeMs, ctimeMs } = found;
  return isWritten ? `${dev} ${ino} ${size}` : `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function serves({ path, fits }: HeldKey): boolean {
  try {
    return fits(path);
  } catch {
    return false;
  }
}
