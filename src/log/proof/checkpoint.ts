import type { Digest } from "./merkle.ts";
import { parseNote, type SigningKey, signersOf, signNote } from "./note.ts";

/** What a log commits to: so many records, with this root (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Digest;
}

/** Why a checkpoint is not believed. */
export type CheckpointFault = "MALFORMED" | "SIGNATURE_INVALID" | "KEY_UNKNOWN";

/** The name of a writer's log in its checkpoints: one word without spaces or plus signs. */
export function originOf(writer: string): string {
  return `fieldguard/log/${encodeURIComponent(writer)}`;
}

/** The writer whose log has this name; null where it is none of ours. */
export function writerOf(origin: string): string | null {
  const prefix = originOf("");
  return origin.startsWith(prefix) ? decodeURIComponent(origin.slice(prefix.length)) : null;
}

/** A signed note of the checkpoint. Several keys: each signs, so that a rotation hands the log over from one to the next. */
export function signCheckpoint({ origin, size, root }: Checkpoint, keys: readonly SigningKey[]): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root, "hex").toString("base64")}\n`, origin, keys);
}

/** Reads a checkpoint without believing it; null where the note is none. */
export function parseCheckpoint(note: string): Checkpoint | null {
  const parsed = parseNote(note);
  const [, origin, size, root] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(parsed?.text ?? "") ?? [];
  if (origin === undefined || size === undefined || root === undefined) return null;
  return { origin, size: Number(size), root: Buffer.from(root, "base64").toString("hex") };
}

/** The checkpoint of a note that one of the keys has signed under the log's name. */
export function openCheckpoint(note: string, publicKeys: readonly Buffer[]): Checkpoint | CheckpointFault {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(note);
  if (parsed === null || checkpoint === null) return "MALFORMED";
  const signers = signersOf(parsed, checkpoint.origin, publicKeys);
  if (signers === null) return "SIGNATURE_INVALID";
  return signers.length === 0 ? "KEY_UNKNOWN" : checkpoint;
}
