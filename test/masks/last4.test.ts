import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { digitsOf, graphemesOf, mask } from "./harness.ts";

describe("LAST4", () => {
  test.each([
    ["German IBAN", "DE89370400440532013000", "••••3000"],
    ["grouped IBAN", "DE89 3704 0044 0532 0130 00", "••••3000"],
    ["British IBAN", "GB29 NWBK 6016 1331 9268 19", "••••6819"],
    ["French IBAN", "FR14 2004 1010 0505 0001 3M02 606", "••••2606"],
    ["Brazilian IBAN", "BR1500000000000010932840814P2", "••••14P2"],
    ["Norwegian IBAN, the shortest", "NO93 8601 1117 947", "••••7947"],
    ["Chinese account", "6222 0202 0000 1234 567", "••••4567"],
    ["American account with routing number", "021000021-123456789", "••••6789"],
    ["Indian account", "50100123456789", "••••6789"],
    ["digits of another script", "١٢٣٤٥٦٧٨٩٠١٢", "••••9012"],
    ["12 characters", "123456789012", "••••9012"],
    ["a character that carries a text, left out", `123456789012345${"\u{e0041}".repeat(20)}`, "••••2345"],
    ["Maltese IBAN", "MT84MALT011000012345MTLCAST001S", "••••001S"],
  ])("keeps the end of %s", (_what, clear, masked) => {
    expect(mask("LAST4", clear)).toBe(masked);
  });

  test.each([
    ["nothing", ""],
    ["3 characters", "123"],
    ["5 characters", "12345"],
    ["6 characters with separators", "12-34 56"],
    ["11 characters", "12345678901"],
    ["11 characters and what is none", "1234567.8901...."],
    ["8 digits of another script", "١٢٣٤٥٦٧٨"],
    ["4 characters", "1234"],
    ["4 characters with separators", "12-34 "],
    ["4 characters behind a zero-width space", "\u200b1234"],
    ["4 graphemes of many units", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦"],
    ["half a surrogate pair at the end", "123456789012\ud83d"],
    ["a text", "x".repeat(5_000)],
    ["a number and a name", "DE89370400440532013000 Anna"],
    ["a grouped number and a name", "DE89 3704 0044 0532 0130 00 Anna"],
    ["a number with a name against it", "123456789012Anna"],
    ["a number and a name in another script", "1234567890123 张三"],
    ["a number and its PIN", "12345678 PIN 4711"],
    ["a number and a code", "123456789012 4711"],
    ["a bank, a kind and a number", "三菱 普通 0012345678"],
    ["two numbers", "123456789012, 210987654321"],
    ["emoji", "abcdefghijkl👨‍👩‍👧‍👦🇩🇪é👍🏽"],
    ["a password", "correcthorse1234"],
  ])("hides the whole of %s", (_what, clear) => {
    expect(mask("LAST4", clear)).toBe("••••");
  });

  test("shows at most the last 4 graphemes, and never more than a third", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme", maxLength: 40 }),
          fc.string({ unit: "binary" }),
          fc.stringMatching(/^[A-Z0-9 -]{1,40}$/),
        ),
        (clear) => {
          const masked = String(mask("LAST4", clear));
          expect(masked.startsWith("••••")).toBe(true);
          const shown = masked.slice(4);
          const plain = Array.from(clear.match(/[A-Za-z0-9\p{Nd}]/gu) ?? [], (each) =>
            /\p{Nd}/u.test(each) ? digitsOf(each) : each,
          ).join("");
          expect(plain.endsWith(shown)).toBe(true);
          const characters = graphemesOf(clear).filter((grapheme) => /^[\p{L}\p{N}]/u.test(grapheme)).length;
          expect(shown === "" || (graphemesOf(shown).length === 4 && characters >= 12)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
