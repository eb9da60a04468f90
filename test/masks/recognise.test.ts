import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MASKS, type Mask } from "../../src/masks/names.ts";
import { looksMasked } from "../../src/masks/recognise.ts";
import { mask } from "./harness.ts";

/** Masks whose output tells by a mark that it is one. */
const MARKED: readonly Mask[] = MASKS.filter(
  (name) => !["NULLIFY", "ADDRESS", "POSTCODE", "IP", "YEAR", "BUCKET"].includes(name),
);

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(""));
const SAMPLES: Readonly<Partial<Record<Mask, fc.Arbitrary<string>>>> = {
  PAN: digits(12, 19),
  LAST4: fc.oneof(digits(0, 30), fc.string({ maxLength: 40, unit: "grapheme" })),
  EMAIL: fc.oneof(fc.emailAddress(), fc.string({ maxLength: 40 })),
  PHONE: fc.oneof(
    digits(0, 15),
    digits(8, 12).map((rest) => `+49${rest}`),
    digits(9, 9).map((rest) => `13${rest}`),
  ),
  ID_NUMBER: fc.oneof(digits(15, 18), fc.stringMatching(/^[A-Z0-9]{6,20}$/)),
  PERSON_NAME: fc.oneof(
    fc.constantFrom("张伟", "欧阳 修", "Jane Doe", "Ludwig van Beethoven", "J. R. R. Tolkien", "Ж", "Ōe Kenzaburō"),
    fc.stringMatching(/^\p{Lu}\p{Ll}{1,9}( \p{Lu}\p{Ll}{1,9}){0,3}$/u),
  ),
};

describe("what a mask with a mark makes is known again", () => {
  test.each(MARKED)("%s", (name) => {
    fc.assert(
      fc.property(SAMPLES[name] ?? fc.string({ minLength: 1, unit: "grapheme" }), (text) => {
        const masked = mask(name, text);
        if (typeof masked === "string" && masked !== "") expect([masked, looksMasked(masked)]).toEqual([masked, true]);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  "",
  "•",
  "••",
  "• milk\n• bread",
  "milk • bread",
  "•••••",
  "••• see above",
  "see ••• above",
  "Rating: •••••",
  "a•••b",
  "me@•••",
  "••••12345",
  "h:1",
  "h:mm:ss",
  "13•5678",
])("a text of one's own is none: %j", (text) => {
  expect(looksMasked(text)).toBe(false);
});
