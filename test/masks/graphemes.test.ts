import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toAsciiDigits } from "../../src/masks/digits.ts";
import { firstGrapheme, isShowable, lastGraphemes, splitGraphemes } from "../../src/masks/graphemes.ts";
import { digitsOf, graphemesOf } from "./harness.ts";

/** Letters of the scripts that go past the segmenter, with what joins them. */
const mixed = fc.string({
  unit: fc.constantFrom(
    ..."aZ é ß Ж ع م あ ン 张 한 ᄀ ᅡ ᆨ 가".split(""),
    "\u0301",
    "\u064b",
    "\u3099",
    "\u200d",
    "\ufe0f",
    "\u20e3",
    "1",
    "👍",
    "🏽",
    "🇩",
    "\r",
    "\n",
    "\ud83d",
    "\udc4d",
  ),
});

describe("graphemes", () => {
  test("are those of the platform, also where the shortcut is taken", () => {
    fc.assert(
      fc.property(
        fc.oneof(mixed, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.string()),
        (text) => {
          const graphemes = graphemesOf(text);
          expect(splitGraphemes(text)).toEqual(graphemes);
          expect(firstGrapheme(text)).toBe(graphemes[0] ?? "");
          expect(lastGraphemes(text, 2)).toEqual(
            graphemes.length < 2 ? null : { kept: graphemes.slice(-2), rest: graphemes.slice(0, -2).join("") },
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(["a", "é", "e\u0301", "张", "7", "!", "👍🏽", "👩🏻‍❤️‍💋‍👩🏿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "क्षि"])(
    "%s may be shown",
    (grapheme) => {
      expect(isShowable(grapheme)).toBe(true);
    },
  );

  test.each([
    "",
    " ",
    "\n",
    "\0",
    "\u200b",
    "\u202e",
    "\ud83d",
    "\u0301",
    "e".padEnd(17, "\u0301"),
    `🏴${"\u{e0061}".repeat(20)}`,
  ])("%j may not", (grapheme) => {
    expect(isShowable(grapheme)).toBe(false);
  });
});

test("digits of every script are read as ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(toAsciiDigits(text).replace(/[^0-9]/g, "")).toBe(digitsOf(text));
    }),
  );
  const all = Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point)).join("");
  expect(toAsciiDigits(all).replace(/[^0-9]/g, "")).toBe(digitsOf(all));
});
