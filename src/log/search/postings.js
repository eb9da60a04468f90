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
/** Less is copied faster byte by byte than by a call. */
const FEW_BYTES = 48;

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

/** Packs postings, which come in ascending order, into blocks: as bytes at once, as there are millions to merge. */
export class BlockWriter {
  /** @type {Block[]} */
  #blocks = [];
  #data = Buffer.allocUnsafe(BLOCK_BYTES_MAX);
  #bytes = 0;

  /** @param {Posting} posting */
  add({ term, segment, positions }) {
    positions.copy(this.#data, this.#begin(term, segment, positions.length));
  }

  /**
   * @param {number} term
   * @param {number} segment
   * @param {readonly number[]} positions ascending, without doubles
   */
  addPositions(term, segment, positions) {
    if (positions.length > LIST_MAX) return this.add({ term, segment, positions: encodePositions(positions) });
    const at = this.#begin(term, segment, positions.length * 2);
    for (let index = 0; index < positions.length; index += 1) {
      this.#data.writeUInt16LE(positions[index] ?? 0, at + index * 2);
    }
  }

  /**
   * Takes a posting over from a block as it stands there.
   * @param {Buffer} data
   * @param {number} from
   * @param {number} to
   */
  copy(data, from, to) {
    if (this.#bytes + to - from > BLOCK_BYTES_MAX) this.#seal();
    if (to - from < FEW_BYTES)
      for (let at = from; at < to; at += 1) this.#data[this.#bytes + at - from] = data[at] ?? 0;
    else data.copy(this.#data, this.#bytes, from, to);
    this.#bytes += to - from;
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

  /**
   * Writes a posting's head; returns where its positions go.
   * @param {number} term
   * @param {number} segment
   * @param {number} length of the positions, in bytes
   */
  #begin(term, segment, length) {
    if (this.#bytes + HEAD_BYTES + length > BLOCK_BYTES_MAX) this.#seal();
    const at = this.#bytes;
    this.#data.writeUIntBE(term, at, TERM_BYTES);
    this.#data.writeUInt32BE(segment, at + TERM_BYTES);
    this.#data[at + HEAD_BYTES - 1] = length;
    this.#bytes += HEAD_BYTES + length;
    return at + HEAD_BYTES;
  }

  #seal() {
    if (this.#bytes === 0) return;
    // Memory of its own: of a piece of a larger one, a thread that gets it would get the whole.
    const data = Buffer.allocUnsafeSlow(this.#bytes);
    this.#data.copy(data, 0, 0, this.#bytes);
    this.#blocks.push({ term: termAt(data, 0), segment: segmentAt(data, 0), data });
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
  for (let at = 0; hasPosting(data, at); at = endOf(data, at)) postings.push(postingAt(data, at));
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
  for (let at = 0; hasPosting(data, at); at = endOf(data, at)) {
    const termHere = termAt(data, at);
    if (termHere > term) break;
    if (termHere === term) postings.push(postingAt(data, at));
  }
  return postings;
}

/**
 * Whether a block goes on at a place.
 * @param {Buffer} data
 * @param {number} at
 */
export function hasPosting(data, at) {
  return at + HEAD_BYTES <= data.length;
}

/**
 * Where the posting ends that begins at a place.
 * @param {Buffer} data
 * @param {number} at
 */
export function endOf(data, at) {
  return at + HEAD_BYTES + (data[at + HEAD_BYTES - 1] ?? 0);
}

/**
 * @param {Buffer} data
 * @param {number} at
 */
export function termAt(data, at) {
  return data.readUIntBE(at, TERM_BYTES);
}

/**
 * @param {Buffer} data
 * @param {number} at
 */
export function segmentAt(data, at) {
  return data.readUInt32BE(at + TERM_BYTES);
}

/**
 * @param {Buffer} data
 * @param {number} at
 * @returns {Posting}
 */
function postingAt(data, at) {
  const positions = data.subarray(at + HEAD_BYTES, endOf(data, at));
  return { term: termAt(data, at), segment: segmentAt(data, at), positions };
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
