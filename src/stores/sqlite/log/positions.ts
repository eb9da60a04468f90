import { SEGMENT_RECORDS } from "./schema.ts";

/** Positions within a segment, ascending, without doubles. */
export type Positions = readonly number[];

const BITMAP_BYTES = SEGMENT_RECORDS / 8;
/** As many as would take the bitmap's room. */
const LIST_MAX = BITMAP_BYTES / 2 - 1;

/** 16-bit little-endian numbers where they are few, a bitmap where they are many; told apart by their length. */
export function encodePositions(positions: Positions): Buffer {
  if (positions.length <= LIST_MAX) {
    const list = Buffer.alloc(positions.length * 2);
    for (const [index, position] of positions.entries()) list.writeUInt16LE(position, index * 2);
    return list;
  }
  const bitmap = Buffer.alloc(BITMAP_BYTES);
  for (const position of positions) bitmap[position >> 3] = (bitmap[position >> 3] ?? 0) | (1 << (position & 7));
  return bitmap;
}

export function decodePositions(stored: Buffer): number[] {
  const positions: number[] = [];
  if (stored.length === BITMAP_BYTES) {
    for (let position = 0; position < SEGMENT_RECORDS; position += 1) {
      if (((stored[position >> 3] ?? 0) >> (position & 7)) & 1) positions.push(position);
    }
  } else {
    for (let at = 0; at + 1 < stored.length; at += 2) positions.push(stored.readUInt16LE(at));
  }
  return positions;
}

/** What is in every list, ascending. */
export function intersect(lists: readonly Positions[]): Positions {
  const [first = [], ...others] = [...lists].sort((one, other) => one.length - other.length);
  const sets = others.map((list) => new Set(list));
  return first.filter((position) => sets.every((set) => set.has(position)));
}

/** What is in any list, ascending. */
export function unite(lists: readonly Positions[]): Positions {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only;
  return [...new Set(lists.flat())].sort((one, other) => one - other);
}
