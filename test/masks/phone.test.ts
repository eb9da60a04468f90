import { de, en, Faker, zh_CN } from "@faker-js/faker";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type CountryCode, getCountries, getCountryCallingCode, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { digitsOf, mask, SCRIPTS, writeDigits } from "./harness.ts";

describe("PHONE", () => {
  test.each([
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "+8613812345678",
    "+86 138 1234 5678",
    "+86-138-1234-5678",
    "(+86)13812345678",
    "(+86) 138 1234 5678",
    "0086 13812345678",
    "86 13812345678",
    "+86 138 123 45678",
    "＋８６ １３８ １２３４ ５６７８",
    " 13812345678 ",
    "tel:+86-138-1234-5678",
    "+86 138 1234 5678 ext. 9",
  ])("keeps the first 3 and the last 4 of the Chinese mobile number %s", (clear) => {
    expect(mask("PHONE", clear)).toBe("138••••5678");
  });

  test.each([
    ["Germany", "+49 1512 3456756", "+49••••••56"],
    ["Germany with trunk zero", "+49 (0)30 123456-56", "+49••••••56"],
    ["USA", "+1 (415) 555-2671", "+1••••••71"],
    ["USA with extension", "+1 415 555 2671 ext. 89", "+1••••••71"],
    ["USA as URI", "tel:+1-415-555-2671;ext=89", "+1••••••71"],
    ["Canada with dots", "+1.613.555.0199", "+1••••••99"],
    ["United Kingdom", "+44 20 7946 0958", "+44••••••58"],
    ["France", "+33 6 12 34 56 78", "+33••••••78"],
    ["Japan", "+81 90-1234-5678", "+81••••••78"],
    ["Brazil", "+55 11 91234-5678", "+55••••••78"],
    ["India", "+91 98765 43210", "+91••••••10"],
    ["Russia", "+7 (912) 345-67-89", "+7••••••89"],
    ["Hong Kong", "+852 5123 4567", "+852••••••67"],
    ["Taiwan", "+886 912 345 678", "+886••••••78"],
    ["Beijing, no mobile", "+86 10 6552 9988", "+86••••••88"],
    ["Israel", "+972 50-234-5678", "+972••••••78"],
    ["Arabic-Indic digits", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+966••••••67"],
    ["words around", "call +49 1512 3456756 after six", "+49••••••56"],
    ["few digits", "+49 110", "+49••••••"],
  ])("keeps country code and last 2: %s", (_what, clear, masked) => {
    expect(mask("PHONE", clear)).toBe(masked);
  });

  test.each([
    ["Germany", "030 12345656", "••••••56"],
    ["USA", "(415) 555-2671", "••••••71"],
    ["USA with its own code, which begins like a Chinese number", "1-415-555-2671", "••••••71"],
    ["the same in digits only", "14155552671", "••••••71"],
    ["China, no mobile", "010-65529988", "••••••88"],
    ["another country's prefix", "0044 20 7946 0958", "••••••58"],
    ["no such country", "+999 123 456 78", "••••••78"],
  ])("keeps the last 2 of a number without a country: %s", (_what, clear, masked) => {
    expect(mask("PHONE", clear)).toBe(masked);
  });

  test.each(["", "110", "12345", "+", "+1", "none", "•••", "\u202e123", "1".repeat(100), "+800"])(
    "hides the whole of %j or all but its country code",
    (clear) => {
      expect(mask("PHONE", clear)).toMatch(/^(?:•••|\+\d{1,3}••••••)$/);
    },
  );

  test.each(getCountries())("knows the country code of %s", (country: CountryCode) => {
    const example = getExampleNumber(country, examples);
    const code = getCountryCallingCode(country);
    const national = example?.nationalNumber ?? "";
    const expected =
      country === "CN"
        ? `${national.slice(0, 3)}••••${national.slice(-4)}`
        : `+${code}••••••${national.length < 6 ? "" : national.slice(-2)}`;
    expect(mask("PHONE", example?.number)).toBe(expected);
    expect(mask("PHONE", example?.formatInternational())).toBe(expected);
  });

  test("shows of any text only digits that the convention allows", () => {
    const numbers = fc
      .tuple(
        fc.constantFrom("", "+", "+86", "00", "+49 ", "(0)"),
        fc.stringMatching(/^[0-9 ().-]{1,24}$/),
        fc.constantFrom(...SCRIPTS),
      )
      .map(([prefix, digits, zero]) => prefix + writeDigits(digits, zero));
    fc.assert(
      fc.property(fc.oneof(numbers, fc.string({ unit: "binary" })), (clear) => {
        const masked = String(mask("PHONE", clear));
        const digits = digitsOf(clear);
        const [, first, last] = /^(1[3-9]\d)••••(\d{4})$/.exec(masked) ?? [];
        if (first !== undefined && last !== undefined) {
          expect(digits).toMatch(new RegExp(`^(?:86|0086|)${first}\\d{4}${last}`));
          return;
        }
        const [whole, code = "", end = ""] = /^(?:(\+\d{1,3})?••••••(\d{2})?|•••)$/.exec(masked) ?? [];
        expect(whole).toBe(masked);
        expect(digits).toContain(code.slice(1));
        expect(digits).toContain(end);
        expect(end === "" || digits.length >= 7).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("hides the middle of what people in China, Germany and America write", () => {
    for (const [index, locale] of [[zh_CN, en], [de, en], [en]].entries()) {
      const faker = new Faker({ locale });
      faker.seed(index);
      for (let count = 0; count < 100; count += 1) {
        const clear = faker.phone.number();
        const shown = digitsOf(String(mask("PHONE", clear)));
        expect(shown.length).toBeLessThanOrEqual(7);
        expect(digitsOf(clear).length - shown.length).toBeGreaterThanOrEqual(4);
      }
    }
  });
});
