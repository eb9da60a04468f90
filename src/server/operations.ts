/** So many times as many as a connection may have under way are refused within a while before it is cut off. */
const REFUSALS_EACH = 10;
const WHILE_MS = 12_000;

/** Operations under way on one connection: what runs counts, whether its id is given up or not. */
export class Operations {
  readonly #max: number;
  readonly #now: () => number;
  /** By its id, as long as no answer to it is done without. */
  readonly #ids = new Map<string, object>();
  #running = 0;
  #refused = 0;
  #refusedSince = Number.NEGATIVE_INFINITY;

  constructor(max: number, now: () => number = () => performance.now()) {
    this.#max = max;
    this.#now = now;
  }

  get full(): boolean {
    return this.#running >= this.#max;
  }

  uses(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Counts one until what comes back is called. */
  begin(id: unknown): () => void {
    const own = {};
    if (typeof id === "string" && !this.#ids.has(id)) this.#ids.set(id, own);
    this.#running += 1;
    return () => {
      this.#running -= 1;
      // The same id may have been given up, and be another's by now.
      if (typeof id === "string" && this.#ids.get(id) === own) this.#ids.delete(id);
    };
  }

  giveUp(id: unknown): void {
    if (typeof id === "string") this.#ids.delete(id);
  }

  /** Counts a refusal; false where it is one of too many. */
  refuse(): boolean {
    const now = this.#now();
    if (now - this.#refusedSince > WHILE_MS) {
      this.#refusedSince = now;
      this.#refused = 0;
    }
    this.#refused += 1;
    return this.#refused <= REFUSALS_EACH * this.#max;
  }
}
