import { createKeyring } from "../../src/core/keys.ts";
import { compileMask, type MaskedField, type MaskScope, type MaskTools } from "../../src/masks/index.ts";
import type { Mask } from "../../src/masks/names.ts";

export const keyring = createKeyring([{ version: 1, secret: Buffer.alloc(32, 7) }]);
export const scope: MaskScope = { tenant: "m-1", purpose: "DELIVERY" };

/** Stands in the year 2026. */
export const tools: MaskTools = { keyring, clock: { now: () => Date.UTC(2026, 10, 27) } };

/** Masks one value of a field, by default of a `String`. */
export function mask(name: Mask, value: unknown, field: Partial<MaskedField> = {}, within: MaskScope = scope): unknown {
  return compileMask(name, { category: "PERSON_NAME", leaf: "String", ...field }, tools)(value, within);
}

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Graphemes by the platform, without the shortcuts of the code under test. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Decimal digits of any script, as ASCII. */
export function digitsOf(text: string): string {
  return Array.from(text.matchAll(/\p{Nd}/gu), ([digit]) => DIGITS.get(digit) ?? "").join("");
}

/** Unicode holds the digits of every script in tens, each from zero on, so a digit's place among all tells its value. */
const DIGITS = new Map(
  Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point))
    .filter((character) => /^\p{Nd}$/u.test(character))
    .map((digit, place) => [digit, String(place % 10)]),
);

/** Zeros of scripts that the tests write numbers in. */
export const SCRIPTS = ["0", "٠", "۰", "०", "০", "๐", "߀", "𝟎", "𝟬", "０"];

/** ASCII digits written in one of those scripts or in full width. */
export function writeDigits(ascii: string, zero: string): string {
  return ascii.replace(/\d/g, (digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)));
}
