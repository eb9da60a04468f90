import { countryOf, isRegion, isRegionCode } from "./countries.ts";
import { isPostalBesideRegion, postalCodeIn } from "./postal-codes.ts";
import { maskPostcode } from "./postcode.ts";
import { REDACTED } from "./redact.ts";

const SEPARATORS = /[,;\n\r|،，]+/;
/** What may stand in a name, so that nothing else rides along with it. */
const NAME = /^\p{L}[\p{L}\p{M}'’.&()\- ]{0,59}$/u;
/** `India - 600001`, `USA 10118`; two letters are more likely a region: `IL 62704`. */
const COUNTRY_AND_CODE = /^(.*?\p{L}{3}[).]?)[\s–-]+(\d[\d\s-]*)$/u;
/** `г. Москва`, `м. Київ`. */
const WORD_FOR_CITY = /^(?:г|гор|город|м|гр|місто)(?:\.\s*|\s+)(?=\p{Lu})/u;
/** Countries that their own addresses leave out, told by a region's code beside a postal code (or by a city that is one). */
const IMPLIED: readonly string[] = ["US", "CA", "AU", "RU"];

/**
 * Written in parts with commas or lines between, from the smallest to the largest or the other way: `350 Fifth Avenue, New York,
 * NY 10118, USA` keeps `NY 101, USA`. Only what is known stays: the country at one end, beside it a region of that country and the
 * beginning of the postal code. A name that is in no list may be a house, a street or somebody: null where nothing is known.
 */
export function generaliseParts(text: string): string | null {
  const parts = text
    .split(SEPARATORS)
    .map((part) => part.trim().replace(/\s+/g, " "))
    .filter((part) => part !== "");
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  const [, beforeCode = "", code = ""] = COUNTRY_AND_CODE.exec(last) ?? [];
  const outward = parts.slice(0, -1);
  const inward = parts.slice(1).reverse();
  return (
    within(last, outward) ??
    within(beforeCode, [...outward, code]) ??
    within(first, inward) ??
    withoutCountry(parts) ??
    withoutCountry(parts.toReversed())
  );
}

/** `country`, if it is one, and what is known of the parts beside it, the nearest last. */
function within(country: string, parts: readonly string[]): string | null {
  const code = NAME.test(country) ? countryOf(country) : null;
  if (code === null) return null;
  const { region, postal } = nextTo(code, parts);
  return [[region, postal].filter((each) => each !== "").join(" "), country].filter((each) => each !== "").join(", ");
}

function withoutCountry(parts: readonly string[]): string | null {
  for (const country of IMPLIED) {
    const { region, postal } = nextTo(country, parts);
    if (region !== "" && (postal !== "" || country === "RU")) return [region, postal].join(" ").trim();
  }
  return null;
}

/** The region and the beginning of the postal code at the end of the parts; "" for what is not known. */
function nextTo(country: string, parts: readonly string[]): { readonly region: string; readonly postal: string } {
  const part = parts.at(-1) ?? "";
  const found = postalCodeIn(country, part);
  const place = found === null ? part : found.place === "" ? (parts.at(-2) ?? "") : found.place;
  const region = regionIn(country, place, found !== null);
  if (found === null || (region === "" && isPostalBesideRegion(country))) return { region, postal: "" };
  const postal = maskPostcode(found.code);
  return { region, postal: postal === REDACTED ? "" : postal };
}

/** The whole of the text where it is a region; beside a postal code also a region's code at its end. */
function regionIn(country: string, text: string, besideCode: boolean): string {
  const name = text.replace(WORD_FOR_CITY, "");
  if (NAME.test(name) && isRegion(country, name)) return text;
  const word = /(?:^|\s)([A-Z]{2,3})$/.exec(text)?.[1] ?? "";
  return besideCode && isRegionCode(country, word) ? word : "";
}
