// Plain JavaScript, because the commit worker loads it as it stands.

/** Records whose index is written together; a posting knows a record as one position of its segment. */
export const SEGMENT_RECORDS = 1_024;

/** A block's bytes at most, so that its row fits a page of the database. */
const BLOCK_BYTES_MAX = 3_900;
const TERM_BYTES = 6;
const SEGMENT_BYTES = 4;
const HEAD_BYTES = TERM_BYTES + SEGMENT_BYTES + 1;
const BITMAP_BYTES = SEGMENT_RECORDS / 8;
/** As many positions as take less room than the bitmap. */
const LIST_MAX = BITMAP_BYTES / 2 - 1;

/**
 * Which records of a segment have a term: `positions` is a list of 16-bit little-endian numbers where they are few, a
 * bitmap of 128 bytes where they are many; told apart by their length.
 * @typedef {{ readonly term: number, readonly segment: number, readonly positions: Buffer }} Posting
 */

/**
 * Postings one after another, ascending by term, then segment: each the term (6 bytes), the segment (4), the length of
 * the positions (1) and these, numbers big-endian. `term` and `segment` are those of the first.
 * @typedef {{ readonly term: number, readonly segment: number, readonly data: Buffer }} Block
 */

/** Packs postings, which come in ascending order, into blocks. */
export class BlockWriter {
  /** @type {Block[]} */
  #blocks = [];
  /** @type {Posting[]} */
  #open = [];
  #bytes = 0;

  /** @param {Posting} posting */
  add(posting) {
    const bytes = HEAD_BYTES + posting.positions.length;
    if (this.#bytes + bytes > BLOCK_BYTES_MAX) this.#seal();
    this.#open.push(posting);
    this.#bytes += bytes;
  }

  /** Blocks that are full. */
  get full() {
    return this.#blocks.length;
  }

  /** Gives the full blocks away. */
  takeFull() {
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  /** Gives all blocks, the last one too. */
  finish() {
    this.#seal();
    return this.takeFull();
  }

  #seal() {
    const [first] = this.#open;
    if (first === undefined) return;
    const data = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const { term, segment, positions } of this.#open) {
      data.writeUIntBE(term, at, TERM_BYTES);
      data.writeUInt32BE(segment, at + TERM_BYTES);
      data[at + HEAD_BYTES - 1] = positions.length;
      positions.copy(data, at + HEAD_BYTES);
      at += HEAD_BYTES + positions.length;
    }
    this.#blocks.push({ term: first.term, segment: first.segment, data });
    this.#open = [];
    this.#bytes = 0;
  }
}

/**
 * The postings of a block, in their order.
 * @param {Buffer} data
 * @returns {Posting[]}
 */
export function readBlock(data) {
  const postings = [];
  for (let at = 0; at + HEAD_BYTES <= data.length; at = endOf(data, at)) postings.push(postingAt(data, at));
  return postings;
}

/**
 * The postings of one term in a block, in their order.
 * @param {Buffer} data
 * @param {number} term
 * @returns {Posting[]}
 */
export function readTerm(data, term) {
  const postings = [];
  for (let at = 0; at + HEAD_BYTES <= data.length; at = endOf(data, at)) {
    const own = data.readUIntBE(at, TERM_BYTES);
    if (own > term) break;
    if (own === term) postings.push(postingAt(data, at));
  }
  return postings;
}

/**
 * @param {Buffer} data
 * @param {number} at
 */
function endOf(data, at) {
  return at + HEAD_BYTES + (data[at + HEAD_BYTES - 1] ?? 0);
}

/**
 * @param {Buffer} data
 * @param {number} at
 * @returns {Posting}
 */
function postingAt(data, at) {
  return {
    term: data.readUIntBE(at, TERM_BYTES),
    segment: data.readUInt32BE(at + TERM_BYTES),
    positions: data.subarray(at + HEAD_BYTES, endOf(data, at)),
  };
}

/** @param {readonly number[]} positions ascending, without doubles */
export function encodePositions(positions) {
  if (positions.length <= LIST_MAX) {
    const list = Buffer.allocUnsafe(positions.length * 2);
    for (let index = 0; index < positions.length; index += 1) list.writeUInt16LE(positions[index] ?? 0, index * 2);
    return list;
  }
  const bitmap = Buffer.alloc(BITMAP_BYTES);
  for (const position of positions) bitmap[position >> 3] = (bitmap[position >> 3] ?? 0) | (1 << (position & 7));
  return bitmap;
}

/**
 * @param {Buffer} stored
 * @returns {number[]} ascending, without doubles
 */
export function decodePositions(stored) {
  const positions = [];
  if (stored.length === BITMAP_BYTES) {
    for (let position = 0; position < SEGMENT_RECORDS; position += 1) {
      if (((stored[position >> 3] ?? 0) >> (position & 7)) & 1) positions.push(position);
    }
  } else {
    for (let at = 0; at + 1 < stored.length; at += 2) positions.push(stored.readUInt16LE(at));
  }
  return positions;
}
