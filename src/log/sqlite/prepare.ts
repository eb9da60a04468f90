import type { AccessEntry } from "../contract.ts";
import { prepareLeaf } from "../proof/leaf.ts";
import { RECORD_BYTES_MAX, splitEntry } from "../proof/split.ts";
import type { Pending } from "./chain.ts";

/** An entry as the leaves that it is stored as: one, or as many as it is split into. */
export function prepareEntry(writer: string, id: string, entry: AccessEntry): Pending[] {
  const whole = prepareLeaf(entry, { id, part: 0, parts: 1, writer });
  // Counting bytes takes a copy of the text: not for the many records that cannot be too long whatever they hold.
  const isShort = jsonChars(whole) * UTF8_BYTES_MAX + PART_SLACK_BYTES <= RECORD_BYTES_MAX;
  if (isShort || jsonBytes(whole) + PART_SLACK_BYTES <= RECORD_BYTES_MAX) return [{ entry, prepared: whole }];
  const frame = jsonBytes(prepareLeaf({ ...entry, decisions: [], subjects: [] }, { id, part: 0, parts: 1, writer }));
  const entries = splitEntry(entry, RECORD_BYTES_MAX - frame - PART_SLACK_BYTES);
  return entries.map((share, part) => ({
    entry: share,
    prepared: prepareLeaf(share, { id, part, parts: entries.length, writer }),
  }));
}

/** Sequence numbers, positions and brackets that are not counted in the frame. */
const PART_SLACK_BYTES = 256;

/** Bytes that a UTF-16 unit of a text can take. */
const UTF8_BYTES_MAX = 3;

function jsonChars({ beforePrevHash, beforeSeq, afterSeq, sealed }: Pending["prepared"]): number {
  return beforePrevHash.length + beforeSeq.length + afterSeq.length + sealed.length;
}

function jsonBytes({ beforePrevHash, beforeSeq, afterSeq, sealed }: Pending["prepared"]): number {
  return Buffer.byteLength(beforePrevHash) + Buffer.byteLength(beforeSeq) + afterSeq.length + Buffer.byteLength(sealed);
}
