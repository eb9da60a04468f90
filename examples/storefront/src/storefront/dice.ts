import type { Faker } from "@faker-js/faker";

/** Choices of the sample: all of them come from one seeded faker, so that the same seed makes the same shop. */
export class Dice {
  readonly #faker: Faker;

  constructor(faker: Faker) {
    this.#faker = faker;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return this.#faker.number.int({ min: least, max: most });
  }

  chance(probability: number): boolean {
    return this.between(0, 9_999) < probability * 10_000;
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[this.between(0, list.length - 1)];
    if (chosen === undefined) throw new RangeError("Cannot pick from a list as it is empty.");
    return chosen;
  }

  /** Chosen by weight: `[[“common”, 9], [“rare”, 1]]`. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let left = this.between(
      1,
      choices.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [choice, weight] of choices) {
      left -= weight;
      if (left <= 0) return choice;
    }
    throw new RangeError("Cannot pick by weight as no weight is positive.");
  }

  digits(length: number): string {
    let text = "";
    for (let left = length; left > 0; left -= 9) {
      const part = Math.min(left, 9);
      text += String(this.between(0, 10 ** part - 1)).padStart(part, "0");
    }
    return text;
  }

  /** Lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = "";
    while (text.length < length) text += this.between(0, 0xffffffff).toString(16).padStart(8, "0");
    return text.slice(0, length);
  }
}
