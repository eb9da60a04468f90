import { iso31661, iso31662 } from "iso-3166";
import { COUNTRY_ALIASES, LOCAL_REGIONS, WIDELY_READ_LANGUAGES } from "./place-names.ts";

/** In other languages shorter names of countries are names of people as well: Ira, Lau, Siri, Kata. */
const NAME_UNITS_MIN = 6;
/** Countries in whose addresses a region is written as its code: `NSW 2000`, `São Paulo - SP`. */
const WRITTEN_AS_CODE: ReadonlySet<string> = new Set(["US", "CA", "AU", "BR"]);
/** Countries whose ISO 3166-2 subdivisions are towns, parishes and islands of a few thousand people rather than regions. */
const TOWNS_FOR_REGIONS: ReadonlySet<string> = new Set(
  "AD AG AZ BB BM BS BZ DM EE FM GB GD GL IS KI KN LC LI LV MC MH MK MT MV NR PW SC SI SM TO TT TV VC WS".split(" "),
);
/** What may stand in the name of one, so that nothing else rides along with it. */
const REGION_NAME = /^\p{L}[\p{L}\p{M}'’.()\- ]{0,59}$/u;
/** Words of what kind a region is, that addresses leave out. */
const KIND =
  / (?:shi|sheng|zizhiqu|lan|oblast|oblasts|kray|krai|respublika|voblasts|county|province|teukbyeolsi|gwangyeoksi|teukbyeoljachisi|teukbyeoljachido|do)$/;
const LATIN_MARKS = /[\u0300-\u036f]/g;

/** A name as it is compared: without case, marks of punctuation and, where it is not short, accents (Irã is not Ira). */
function foldName(text: string): string {
  const plain = text.normalize("NFKD").replace(LATIN_MARKS, "");
  return (plain.length < NAME_UNITS_MIN ? text : plain)
    .normalize("NFC")
    .toLowerCase()
    .replace(/['’‘ʼ]/g, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}

let countries: ReadonlyMap<string, string> | null = null;

/** The ISO 3166-1 code of a country by its name in any language that the platform knows, or by its code in capitals; null for what is none. */
export function countryOf(text: string): string | null {
  countries ??= collectCountries();
  return countries.get(text) ?? countries.get(foldName(text)) ?? null;
}

function collectCountries(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const language of languages()) {
    const isWidelyRead = WIDELY_READ_LANGUAGES.includes(language);
    const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const { alpha2 } of iso31661) {
      const name = foldName(names.of(alpha2) ?? "");
      const isTelling = isWidelyRead || !/^[a-z]/.test(name) || name.length >= NAME_UNITS_MIN;
      if (name !== "" && isTelling && !found.has(name)) found.set(name, alpha2);
    }
  }
  for (const [name, code] of COUNTRY_ALIASES) found.set(foldName(name), code);
  for (const { alpha2 } of iso31661) found.set(alpha2, alpha2);
  return found;
}

/** Widely read ones first: of a name that means two countries theirs counts. */
function languages(): readonly string[] {
  const letters = "abcdefghijklmnopqrstuvwxyz".split("");
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return [...new Set([...WIDELY_READ_LANGUAGES, ...Intl.DisplayNames.supportedLocalesOf(codes)])];
}

const regionsByCountry = new Map<string, ReadonlySet<string>>();

/** Whether a text is the name of a region of that country (ISO 3166-2), or its code where addresses are written so. */
export function isRegion(country: string, text: string): boolean {
  let regions = regionsByCountry.get(country);
  if (regions === undefined) {
    regions = collectRegions(country);
    regionsByCountry.set(country, regions);
  }
  return regions.has(text) || regions.has(foldName(text));
}

/** Whether a text is the name of a region of any country. */
export function isRegionAnywhere(text: string): boolean {
  return REGION_NAME.test(text) && iso31661.some(({ alpha2 }) => isRegion(alpha2, text));
}

/** Whether a word is the code of a region that addresses of the country are written with. */
export function isRegionCode(country: string, word: string): boolean {
  return /^[A-Z]{2,3}$/.test(word) && isRegion(country, word);
}

function collectRegions(country: string): ReadonlySet<string> {
  const found = new Set((LOCAL_REGIONS[country] ?? []).map(foldName));
  if (TOWNS_FOR_REGIONS.has(country)) return found;
  for (const { code, name, parent } of iso31662) {
    if (parent !== country) continue;
    // `Madrid, Comunidad de`, `Valle d'Aosta, Vallée d'Aoste`, `Bolzano / Bozen`.
    for (const each of [name, ...name.split(/[,/]/)].map(foldName)) {
      found.add(each);
      found.add(each.replace(KIND, ""));
    }
    if (WRITTEN_AS_CODE.has(country)) found.add(code.slice(country.length + 1));
  }
  return found;
}
