import fc from "fast-check";

/**
 * A row of drawn numbers that code reads from as it makes something, in whatever order it needs them. Once they are used up every
 * draw is 0: what stands first in a list of choices should be the simplest. Fewer and smaller numbers so make simpler things, which
 * is what fast-check shrinks to.
 */
export class Draws {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** From 0 to `bound` - 1. */
  below(bound: number): number {
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return bound <= 1 ? 0 : number % bound;
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(choices: readonly T[]): T {
    const index = this.below(choices.length);
    if (choices.length === 0) throw new RangeError("Cannot pick from nothing.");
    return choices[index] as T;
  }

  /** True in `percent` of a hundred draws; never once the numbers are used up. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** The first in most draws, else any. */
  mostly<T>(usual: T, ...others: readonly T[]): T {
    return this.chance(40) ? this.pick([usual, ...others]) : usual;
  }

  /** Some of the choices, at least `least` of them, in their order. */
  some<T>(choices: readonly T[], least = 0): T[] {
    const taken = choices.filter(() => this.chance(55));
    for (const choice of choices) {
      if (taken.length >= least) break;
      if (!taken.includes(choice)) taken.push(choice);
    }
    return taken;
  }

  list<T>(length: number, make: (index: number) => T): T[] {
    return Array.from({ length }, (_, index) => make(index));
  }
}

/** Numbers for `Draws`, mostly as many as can be used. Shrinking takes them away from the end and leaves the others as they are. */
export function numbers(lengthMax: number): fc.Arbitrary<number[]> {
  const seed = fc.noShrink(fc.noBias(fc.nat()));
  const length = fc.noBias(fc.nat(lengthMax * 3)).map((length) => Math.min(length, lengthMax));
  return fc.tuple(seed, length).map(([from, count]) => seeded(from, count));
}

/** As many numbers as asked for from one seed (mulberry32), for runs that fast-check does not drive. */
export function seeded(seed: number, length: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xffff;
  });
}
