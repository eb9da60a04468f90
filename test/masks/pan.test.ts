import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { digitsOf, mask, SCRIPTS, writeDigits } from "./harness.ts";

const WHOLE = "•••• •••• •••• ••••";

describe("PAN", () => {
  test.each([
    ["Visa, 16", "4111111111111111", "1111"],
    ["Visa, 13", "4222222222222", "2222"],
    ["Visa, 19", "4000000000000000006", "0006"],
    ["Mastercard, grouped", "5555 5555 5555 4444", "4444"],
    ["Mastercard, 2 series", "2223003122003222", "3222"],
    ["American Express, 15", "378282246310005", "0005"],
    ["American Express, grouped 4-6-5", "3782 822463 10005", "0005"],
    ["Diners Club, 14", "3056 930902 5904", "5904"],
    ["Discover", "6011-1111-1111-1117", "1117"],
    ["JCB", "3530111333300000", "0000"],
    ["UnionPay, 16", "6200 0000 0000 0005", "0005"],
    ["UnionPay, 19", "6205500000000000004", "0004"],
    ["UnionPay, 19, grouped 6-13", "620550 0000000000004", "0004"],
    ["UnionPay, 19, grouped 4-4-4-4-3", "6205 5000 0000 0000 004", "0004"],
    ["UnionPay, 19, grouped, with a 9 where it counts once", "6205 5000 0000 9090 006", "0006"],
    ["Maestro, 12", "630495060000", "0000"],
    ["Mir", "2200 0000 0000 0053", "0053"],
    ["RuPay", "6521 5256 0000 0009", "0009"],
    ["Elo", "6362 9700 0045 7013", "7013"],
    ["en dashes and no-break spaces", "4111–1111\u00a01111–1234", "1234"],
    ["full width", "４１１１１１１１１１１１１２３４", "1234"],
    ["Arabic-Indic digits", "٤١١١ ١١١١ ١١١١ ١٢٣٤", "1234"],
    ["spaces around", " 4111111111111111\n", "1111"],
  ])("keeps the last 4 of %s", (_what, clear, last) => {
    expect(mask("PAN", clear)).toBe(`•••• •••• •••• ${last}`);
  });

  test.each([
    ["nothing", ""],
    ["a last 4", "1111"],
    ["11 digits", "41111111111"],
    ["20 digits", "41111111111111111111"],
    ["a number with its security code", "4111111111111111 123"],
    ["a grouped number with its security code", "4111 1111 1111 1111 123"],
    ["an American Express number with its code", "3782 822463 10005 1234"],
    ["a number with its expiry date", "4111111111111111 12/27"],
    ["an expiry date in groups", "378282246310005 12 27"],
    ["a word", "Visa 4111111111111111"],
    ["a number cut by the provider", "411111******1111"],
    ["a zero-width space", "4111111111111111\u200b"],
    ["two digits before a short number", "12 4111 1111 1111"],
    ["groups longer than a card has them", "41111111 1111 1111"],
    ["short groups before 13 digits", "62 05 5000000000000"],
    ["groups with a code, none of them with a check digit", "3782 822463 10006 123"],
    ["a text longer than is read", `${" ".repeat(1_024)}4111111111111111`],
    ["text", "no card"],
  ])("hides the whole of %s", (_what, clear) => {
    expect(mask("PAN", clear)).toBe(WHOLE);
  });

  test("shows of any text at most its last 4 digits, in one length", () => {
    const cards = fc
      .tuple(fc.stringMatching(/^\d{1,24}$/), fc.constantFrom(...SCRIPTS), fc.constantFrom("", " ", "-", "\u00a0"))
      .map(([digits, zero, separator]) => writeDigits(digits.replace(/(\d{4})(?=\d)/g, `$1${separator}`), zero));
    fc.assert(
      fc.property(fc.oneof(cards, fc.string({ unit: "binary" })), (clear) => {
        const masked = mask("PAN", clear);
        expect(masked).toMatch(/^•••• •••• •••• (?:••••|\d{4})$/);
        const shown = String(masked).replace(/[^\d]/g, "");
        if (shown !== "") {
          expect(digitsOf(clear).length).toBeGreaterThanOrEqual(12);
          expect(digitsOf(clear).slice(-4)).toBe(shown);
        }
      }),
      { numRuns: 500 },
    );
  });
});
