import type { Term } from "./terms.ts";

const SLOTS = 16_384;
const EMPTY = -1;
/** Multiplier of Fibonacci hashing: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

/**
 * Which positions have a term, for the records of one segment: a hash table in typed arrays. A Map of arrays does the same
 * and leaves thousands of objects for each segment to the garbage collector, which costs more than the table.
 */
export class TermTable {
  #terms = new Float64Array(SLOTS).fill(EMPTY);
  /** By slot: the term's first and last entry in the two lists below. */
  #first = new Int32Array(SLOTS);
  #last = new Int32Array(SLOTS);
  #positions = new Uint16Array(SLOTS);
  #next = new Int32Array(SLOTS);
  #count = 0;
  #entries = 0;

  /** Positions come in ascending order; one that a term has already changes nothing. */
  add(term: Term, position: number): void {
    const slot = this.#slotOf(term);
    const last = this.#last[slot] ?? EMPTY;
    const isNew = this.#terms[slot] === EMPTY;
    if (!isNew && this.#positions[last] === position) return;
    const entry = this.#newEntry(position);
    this.#last[slot] = entry;
    if (!isNew) {
      this.#next[last] = entry;
      return;
    }
    this.#terms[slot] = term;
    this.#first[slot] = entry;
    this.#count += 1;
    if (this.#count * 2 > this.#terms.length) this.#grow();
  }

  positions(term: Term): number[] {
    const slot = this.#slotOf(term);
    const positions: number[] = [];
    if (this.#terms[slot] === EMPTY) return positions;
    for (let entry = this.#first[slot] ?? EMPTY; entry !== EMPTY; entry = this.#next[entry] ?? EMPTY) {
      positions.push(this.#positions[entry] ?? 0);
    }
    return positions;
  }

  /** Ascending. */
  terms(): Float64Array {
    return this.#terms.filter((term) => term !== EMPTY).sort();
  }

  clear(): void {
    this.#terms.fill(EMPTY);
    this.#count = 0;
    this.#entries = 0;
  }

  /** The term's slot, or the free one where it belongs. */
  #slotOf(term: Term): number {
    const mask = this.#terms.length - 1;
    let slot = (Math.imul((term | 0) ^ (term / 2 ** 32), SPREAD) >>> 8) & mask;
    for (let found = this.#terms[slot]; found !== term && found !== EMPTY; found = this.#terms[slot]) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #newEntry(position: number): number {
    const entry = this.#entries;
    if (entry === this.#positions.length) {
      const [positions, next] = [this.#positions, this.#next];
      this.#positions = new Uint16Array(entry * 2);
      this.#positions.set(positions);
      this.#next = new Int32Array(entry * 2);
      this.#next.set(next);
    }
    this.#positions[entry] = position;
    this.#next[entry] = EMPTY;
    this.#entries += 1;
    return entry;
  }

  #grow(): void {
    const [terms, first, last] = [this.#terms, this.#first, this.#last];
    this.#terms = new Float64Array(terms.length * 2).fill(EMPTY);
    this.#first = new Int32Array(terms.length * 2);
    this.#last = new Int32Array(terms.length * 2);
    for (let old = 0; old < terms.length; old += 1) {
      const term = terms[old] ?? EMPTY;
      if (term === EMPTY) continue;
      const slot = this.#slotOf(term);
      this.#terms[slot] = term;
      this.#first[slot] = first[old] ?? EMPTY;
      this.#last[slot] = last[old] ?? EMPTY;
    }
  }
}
