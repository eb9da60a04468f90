import { toAsciiDigits } from "./digits.ts";
import { isShowable, splitGraphemes, TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

const KEPT = 3;
const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** Written before a postal code: the mark of Japan; a country's, a state's or a word's letters. */
const AHEAD = /^(?:〒\s*|[A-Z]{1,3}[\s-]+(?=\d))/i;
/** How postal codes begin: `518`, `12 3`, `SW1`. What begins otherwise is a name, and its beginning would tell it. */
const BEGINNING = /^(?:\d{3}|\d{2}[ -]\d|[A-Z]{1,2}\d)/i;
/** The longest is a ZIP code with its extension. */
const DIGITS_MAX = 10;
/**
 * ZIP areas in which 20,000 or fewer people live: Safe Harbor asks for 000 in their place. Those of the HHS guidance (Census 2000)
 * and those that the Census 2020 adds.
 * The country of a code is not known here, so a code of another country that looks the same is generalised too.
 */
const SPARSE_ZIP_AREAS = new Set(
  "036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893".split(" "),
);

/**
 * POSTCODE: the first 3 characters of a postal code (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(B)), letters of a country before it
 * left out. Nothing marks what is cut off: the result is a code of a larger area. 3 or fewer characters, and what does not begin
 * as a postal code does, are masked whole.
 */
export function maskPostcode(text: string): string {
  if (text.length > TEXT_UNITS_MAX) return REDACTED;
  const plain = toAsciiDigits(text.normalize("NFKC").replace(IGNORABLE, "")).trim().replace(AHEAD, "");
  const digits = plain.replace(/\D/g, "");
  if (digits.length > DIGITS_MAX || !BEGINNING.test(plain)) return REDACTED;
  if (isOfSparseArea(plain, digits)) return "000";
  const graphemes = splitGraphemes(plain);
  const kept = graphemes.slice(0, KEPT);
  return /[\p{L}\p{N}]/u.test(graphemes.slice(KEPT).join("")) &&
    kept.every((grapheme) => grapheme === " " || isShowable(grapheme))
    ? kept.join("").trimEnd()
    : REDACTED;
}

/** Whatever stands around the ZIP code or divides it. */
function isOfSparseArea(plain: string, digits: string): boolean {
  const runs = [digits, ...(plain.match(/\d+/g) ?? [])];
  return runs.some((run) => (run.length === 5 || run.length === 9) && SPARSE_ZIP_AREAS.has(run.slice(0, KEPT)));
}
