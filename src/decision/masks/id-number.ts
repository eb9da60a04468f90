import { toAsciiDigits } from "./digits.ts";
import { DOT, isShowable, splitGraphemes, TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

/** Resident identity number of China (GB 11643): 18 characters, formerly 15 digits; the birth date stands from the 7th on. */
const CN_RESIDENT = /^(?:\d{17}[\dXx]|\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})$/;
/** What most other numbers are. */
const PLAIN = /^[A-Za-z0-9]{9,}$/;
const SEPARATORS = /[\s\p{Pd}]+/gu;
const KEEPABLE = /^[\p{L}\p{N}]/u;
/** Fixed for the numbers of other countries, so that their length does not tell the kind of document. */
const HIDDEN = DOT.repeat(6);
/** Three are shown: at most a third. */
const LENGTH_MIN = 9;

/**
 * ID_NUMBER: the first 1 and the last 2 characters (Hutool's DesensitizedUtil.idCardNum with 1 and 2). Of a Chinese resident id the
 * 15 (or 12) between show as so many dots: region, birth date and most of the sequence are gone. Of any other id of at least 9
 * letters and digits six dots stand between; a shorter one is masked whole. Separators are passed over.
 */
export function maskIdNumber(text: string): string {
  if (text.length > TEXT_UNITS_MAX) {
    return REDACTED;
  }
  const plain = toAsciiDigits(text).replace(SEPARATORS, "");
  if (CN_RESIDENT.test(plain)) {
    return `${plain.slice(0, 1)}${DOT.repeat(plain.length - 3)}${plain.slice(-2)}`;
  }
  if (PLAIN.test(plain)) {
    return plain.slice(0, 1) + HIDDEN + plain.slice(-2);
  }
  const characters = splitGraphemes(plain).filter((grapheme) => KEEPABLE.test(grapheme));
  const [first = ""] = characters;
  const last = characters.slice(-2);
  return characters.length >= LENGTH_MIN && [first, ...last].every(isShowable)
    ? first + HIDDEN + last.join("")
    : REDACTED;
}
