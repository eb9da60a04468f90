import { getCountries } from "libphonenumber-js/min";
import { COUNTRY_ALIASES, COUNTRY_LANGUAGES } from "./place-names.ts";
import { readWords } from "./street-words.ts";

const SEPARATORS = /[,;\n\r|，،]+/;
/** A place: a few words of letters. */
const PLACE = /^\p{L}[\p{L}\p{M}'’.\- ]{0,59}$/u;
const PLACE_WORDS_MAX = 4;
/** The Old Mill, The Green: houses and village streets are called so, towns hardly ever. */
const WITH_ARTICLE = /^the\s/i;
const NUMBER = /\p{N}/u;
/** District or city, and region; with a country, one more. */
const PLACES_MAX = 2;

/** Postal codes before a place (`75008`, `D-10115`, `1012 AB`, `00-950`, `110 00`) and after one (`10118-0110`, `SW1A 2AA`, `M5V 3L9`, `01310-100`, `560 001`, `2000`). */
const POSTAL_FIRST =
  /^(?:[A-Z]{1,3}-)?(?:\d{4}\s?[A-Z]{2}(?=\s|$)|\d{2}-\d{3}|\d{5}-\d{3}|\d{3}\s\d{2}|\d{4,6})(?=\s|$)/;
const POSTAL_LAST =
  /(?:^|[\s-])(?:\d{5}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{3}\s\d{3}|\d{4}|\d{6})$/;

/** Regions before a postal code whose codes look like words for streets and floors: Colorado, Connecticut, Florida. */
const REGION_CODE = /(?<=^|\s)(?:CO|CT|FL)$/;

/**
 * Written from the smallest part to the largest with commas or lines between: `350 Fifth Avenue, New York, NY 10118, USA` keeps
 * `New York, NY, USA`. Read from the end: a country by its name, then at most two places; a postal code beside the last of them goes.
 * The places stay only where a part before them is plainly a street: otherwise one of them may be a house or a street without
 * a number. The first part never stays, but for a country alone. null where nothing may stay.
 */
export function generaliseWestern(text: string): string | null {
  const parts = text
    .split(SEPARATORS)
    .map((part) => part.trim().replace(/\s+/g, " "))
    .filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const country = isCountry(last) ? [last] : [];
  const kept = [...placesOf(country.length === 0 ? parts : parts.slice(0, -1)), ...country];
  return kept.length === 0 ? null : kept.join(", ");
}

/** The places at the end of the parts, the largest last. */
function placesOf(parts: readonly string[]): readonly string[] {
  const places: string[] = [];
  let at = parts.length - 1;
  for (; at > 0 && places.length < PLACES_MAX; at -= 1) {
    const part = parts[at] ?? "";
    // A number further in front is a house's: `Unit 4, 12345 Sunset, Los Angeles`.
    const place = places.length === 0 ? withoutPostalCode(part) : part;
    if (place !== "" && !isPlace(place === part ? place : place.replace(REGION_CODE, "City"))) {
      break;
    }
    if (place !== "") {
      places.unshift(place);
    }
  }
  return parts.slice(0, at + 1).some(isStreet) ? places : [];
}

function withoutPostalCode(part: string): string {
  const found = (POSTAL_FIRST.exec(part) ?? POSTAL_LAST.exec(part))?.[0] ?? "";
  return part.replace(found, "").replace(/^[\s-]+|[\s-]+$/g, "");
}

function isPlace(part: string): boolean {
  if (!PLACE.test(part) || WITH_ARTICLE.test(part) || part.split(" ").length > PLACE_WORDS_MAX) {
    return false;
  }
  const { road, unit } = readWords(part);
  return !road && !unit;
}

function isStreet(part: string): boolean {
  const { road, unit, house } = readWords(part);
  return road || house || (NUMBER.test(part) && !unit);
}

let countries: ReadonlySet<string> | null = null;

/** Whether the part is a country's name in one of some languages, or its ISO 3166-1 code. */
function isCountry(part: string): boolean {
  countries ??= collectCountries();
  return countries.has(part) || countries.has(part.toLowerCase());
}

function collectCountries(): ReadonlySet<string> {
  const codes = getCountries();
  const names = COUNTRY_LANGUAGES.flatMap((language) => {
    const display = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    return codes.map((code) => display.of(code) ?? "");
  });
  return new Set([
    ...codes,
    ...[...names, ...COUNTRY_ALIASES].filter((name) => name !== "").map((name) => name.toLowerCase()),
  ]);
}
