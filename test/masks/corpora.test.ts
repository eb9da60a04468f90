import { allFakers } from "@faker-js/faker";
import { describe, expect, test } from "@jest/globals";
import { getCountries, getCountryCallingCode } from "libphonenumber-js/min";
import { digitsOf, graphemesOf, mask } from "./harness.ts";

/** Locales whose names the library has of its own, by what they are called there. */
const LOCALES = Object.entries(allFakers).filter(([, { rawDefinitions }]) => rawDefinitions.person?.first_name);
const EACH = 15;

/** Numbers by which people are known, as their countries write them: digits `#`, letters `?`. */
const IDS: Readonly<Record<string, string>> = {
  AR: "##.###.###",
  AT: "#### ######",
  AU: "### ### ###",
  BE: "##.##.##-###.##",
  BR: "###.###.###-##",
  CA: "### ### ###",
  CH: "756.####.####.##",
  CL: "##.###.###-#",
  CN: "##################",
  CZ: "######/####",
  DE: "## ### ### ###",
  DK: "######-####",
  ES: "########?",
  FI: "######-###?",
  FR: "# ## ## ## ### ### ##",
  GB: "?? ## ## ## ?",
  HK: "?######(#)",
  IE: "#######?",
  IN: "#### #### ####",
  IT: "??????##?##?###?",
  JP: "#### #### ####",
  KR: "######-#######",
  MX: "????######??????##",
  NL: "#########",
  PL: "###########",
  RU: "#### ######",
  SE: "######-####",
  SG: "?#######?",
  TR: "###########",
  TW: "?#########",
  US: "###-##-####",
  ZA: "##########0##",
};

const characters = (text: string): number =>
  graphemesOf(text).filter((grapheme) => /^[\p{L}\p{N}]/u.test(grapheme)).length;

describe("what masks show of what people are called and known by", () => {
  test("names of more than 20 locales: one grapheme a word at most, and never a whole word", () => {
    expect(LOCALES.length).toBeGreaterThan(20);
    for (const [locale, faker] of LOCALES) {
      for (let seed = 0; seed < EACH; seed += 1) {
        faker.seed(seed);
        const clear = faker.person.fullName();
        const words = clear.trim().split(/\s+/);
        const shown = String(mask("PERSON_NAME", clear)).split(" ");
        for (const [at, word] of shown.entries()) {
          const kept = word.replaceAll("•", "");
          expect([locale, clear, graphemesOf(kept).length <= 1]).toEqual([locale, clear, true]);
          expect(words[at]?.startsWith(kept) ?? kept === "").toBe(true);
          expect(kept === "" || shown.length < words.length || kept !== words[at] || words.length > 1).toBe(true);
        }
      }
    }
  });

  test("e-mail addresses of those people: one grapheme before the @", () => {
    for (const [locale, faker] of LOCALES) {
      for (let seed = 0; seed < EACH; seed += 1) {
        faker.seed(seed);
        const clear = faker.internet.email({
          firstName: faker.person.firstName(),
          allowSpecialCharacters: seed % 2 === 0,
        });
        const [local = "", domain = ""] = String(mask("EMAIL", clear)).split("@");
        expect([locale, clear, graphemesOf(local.replaceAll("•", "")).length <= 1]).toEqual([locale, clear, true]);
        expect(domain === "" || clear.endsWith(`@${domain}`)).toBe(true);
      }
    }
  });

  test("phone numbers of all countries: the country's code and two digits, in China three and four of a mobile number", () => {
    const numbers = allFakers.en;
    for (const country of getCountries()) {
      const code = getCountryCallingCode(country);
      numbers.seed(code.length + country.charCodeAt(0) * 31 + country.charCodeAt(1));
      const national = numbers.string.numeric({ length: 9, allowLeadingZeros: false });
      for (const clear of [
        `+${code}${national}`,
        `+${code} ${national.slice(0, 3)} ${national.slice(3)}`,
        `+${code}-${national} ext. 12`,
      ]) {
        const shown = digitsOf(String(mask("PHONE", clear)));
        expect([clear, shown.length <= code.length + 2]).toEqual([clear, true]);
        expect([clear, shown === "" || shown.startsWith(code) || shown.length === 2]).toEqual([clear, true]);
      }
    }
    expect(mask("PHONE", "+86 138 0013 5678")).toBe("138••••5678");
  });

  test.each(Object.entries(IDS))(
    "ids of %s, %s: a third of the letters and digits at most, by every mask for them",
    (_country, form) => {
      const faker = allFakers.en;
      for (let seed = 0; seed < EACH; seed += 1) {
        faker.seed(seed);
        const clear = faker.helpers.replaceSymbols(form.replace(/\?/g, "?"));
        for (const name of ["ID_NUMBER", "LAST4", "PAN"] as const) {
          const shown = characters(String(mask(name, clear)).replaceAll("•", ""));
          expect([name, clear, shown * 3 <= characters(clear)]).toEqual([name, clear, true]);
        }
      }
    },
  );
});
