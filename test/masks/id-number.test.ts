import { en, Faker } from "@faker-js/faker";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { digitsOf, graphemesOf, mask, SCRIPTS, writeDigits } from "./harness.ts";

describe("ID_NUMBER", () => {
  test.each([
    ["China, 18", "11010519491231002X", "1•••••••••••••••2X"],
    ["China, 18, small x", "11010519491231002x", "1•••••••••••••••2x"],
    ["China, grouped", "440524 18800101 0014", "4•••••••••••••••14"],
    ["China, full width", "４４０５２４１８８００１０１００１４", "4•••••••••••••••14"],
    ["China, 15", "110105491231002", "1••••••••••••02"],
    ["Taiwan", "A123456789", "A••••••89"],
    ["USA, SSN", "123-45-6789", "1••••••89"],
    ["USA, SSN without dashes", "123456789", "1••••••89"],
    ["Germany, identity card", "T220001293", "T••••••93"],
    ["Germany, tax", "86 095 742 719", "8••••••19"],
    ["United Kingdom, NI number", "QQ 12 34 56 C", "Q••••••6C"],
    ["France, NIR", "2 55 08 14 168 025 38", "2••••••38"],
    ["Japan, My Number", "1234 5678 9012", "1••••••12"],
    ["Brazil, CPF", "529.982.247-25", "5••••••25"],
    ["India, Aadhaar", "2341 2341 2346", "2••••••46"],
    ["India, PAN", "ABCPD1234E", "A••••••4E"],
    ["Russia, passport", "45 04 346534", "4••••••34"],
    ["Russia, SNILS", "112-233-445 95", "1••••••95"],
    ["Korea, RRN", "900517-1234567", "9••••••67"],
    ["Italy, codice fiscale", "RSSMRA85T10A562S", "R••••••2S"],
    ["passport", "C01X00T47", "C••••••47"],
    ["Arabic-Indic digits", "١٢٣٤٥٦٧٨٩٠", "1••••••90"],
  ])("keeps the first 1 and the last 2: %s", (_what, clear, masked) => {
    expect(mask("ID_NUMBER", clear)).toBe(masked);
  });

  test.each([
    "",
    "1",
    "AB12345",
    "AB123456",
    "A123456(7)",
    "1234 5678",
    "12-34-56",
    "👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽",
    "........",
    "1".repeat(2_000),
    // Something beside the number would be what shows.
    "11010119900307123X 张三",
    "11010119900307123X张三",
    "11010119900307123X张",
    "张三 11010119900307123X",
    "11010119900307123X 4711",
    "12345678 PIN 4711",
    "123456789 Anna",
    "123456789Anna",
    "123456789 Li",
    "123456789Jo",
    "Passport: C01X00T47",
    "123456789, 987654321",
    "P<D<<MUSTERMANN<<ERIKA<<<<<<",
    "MUSTERMANN",
  ])("hides the whole of %j", (clear) => {
    expect(mask("ID_NUMBER", clear)).toBe("•••");
  });

  test("never shows the 2nd to the 16th character of a Chinese id, with the birth date in 7 to 14", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{17}[\dX]$/), fc.constantFrom(...SCRIPTS), (id, zero) => {
        expect(mask("ID_NUMBER", writeDigits(id, zero))).toBe(`${id[0]}${"•".repeat(15)}${id.slice(-2)}`);
      }),
    );
  });

  test("shows of any text at most its first and last 2, hiding at least six", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.string({ unit: "binary" }),
          fc.stringMatching(/^[A-Z0-9 -]{1,30}$/),
        ),
        (clear) => {
          const masked = String(mask("ID_NUMBER", clear));
          if (masked === "•••") return;
          const [, first = "", last = ""] = /^([\s\S]+?)(?:•{6}|•{12}|•{15})([\s\S]+)$/.exec(masked) ?? [];
          expect([graphemesOf(first).length, graphemesOf(last).length]).toEqual([1, 2]);
          const characters = graphemesOf(clear).filter((grapheme) => /^[\p{L}\p{N}]/u.test(grapheme));
          expect(characters.length).toBeGreaterThanOrEqual(9);
          expect(plain(characters.slice(-2).join(""))).toBe(plain(last));
          expect(plain(characters[0] ?? "")).toBe(plain(first));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("tells nothing of the length of an id of another country", () => {
    const faker = new Faker({ locale: en });
    faker.seed(3);
    const lengths = Array.from(
      { length: 50 },
      (_, index) => String(mask("ID_NUMBER", `A${faker.string.numeric(8 + (index % 20))}`)).length,
    );
    expect(new Set(lengths)).toEqual(new Set([9]));
  });
});

/** Digits in ASCII, whatever the script. */
function plain(text: string): string {
  return /\p{Nd}/u.test(text) ? text.replace(/\p{Nd}/gu, (digit) => digitsOf(digit)) : text;
}
