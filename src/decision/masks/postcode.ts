import { hasVisible, isShowable, splitGraphemes, TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

const KEPT = 3;
/** Written before a postal code in Japan. */
const POSTAL_MARK = /^〒\s*/;
const US_ZIP = /^\d{5}(?:-?\d{4})?$/;
/**
 * ZIP areas in which 20,000 or fewer people live: Safe Harbor asks for 000 in their place. Those of the HHS guidance (Census 2000)
 * and those that the Census 2020 adds.
 * The country of a code is not known here, so a code of another country that looks the same is generalised too.
 */
const SPARSE_ZIP_AREAS = new Set(
  "036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893".split(" "),
);

/**
 * POSTCODE: the first 3 characters of a postal code (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(B)) or of the name of a place.
 * Nothing marks what is cut off: the result is a code of a larger area. 3 or fewer characters are masked whole.
 */
export function maskPostcode(text: string): string {
  const trimmed = text.trim().replace(POSTAL_MARK, "");
  if (trimmed.length > TEXT_UNITS_MAX) {
    return REDACTED;
  }
  if (US_ZIP.test(trimmed)) {
    const area = trimmed.slice(0, KEPT);
    return SPARSE_ZIP_AREAS.has(area) ? "000" : area;
  }
  const graphemes = splitGraphemes(trimmed);
  const kept = graphemes.slice(0, KEPT);
  return hasVisible(graphemes.slice(KEPT).join("")) &&
    kept.every((grapheme) => grapheme === " " || isShowable(grapheme))
    ? kept.join("").trimEnd()
    : REDACTED;
}
