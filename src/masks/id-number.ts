import { DOT } from "./graphemes.ts";
import { readNumber } from "./number.ts";
import { REDACTED } from "./redact.ts";

/** Resident identity number of China (GB 11643): 18 characters, formerly 15 digits; the birth date stands from the 7th on. */
const CN_RESIDENT = /^(?:\d{17}[\dXx]|\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})$/;
/** Fixed for the numbers of other countries, so that their length does not tell the kind of document. */
const HIDDEN = DOT.repeat(6);
/** Three are shown: at most a third. */
const LENGTH_MIN = 9;

/**
 * ID_NUMBER: the first 1 and the last 2 characters (Hutool's DesensitizedUtil.idCardNum with 1 and 2). Of a Chinese resident id the
 * 15 (or 12) between show as so many dots: region, birth date and most of the sequence are gone. Of any other id of at least 9
 * letters and digits six dots stand between; a shorter one, and what is not one number alone, is masked whole.
 */
export function maskIdNumber(text: string): string {
  const number = readNumber(text);
  if (number === null || number.length < LENGTH_MIN) return REDACTED;
  const hidden = CN_RESIDENT.test(number) ? DOT.repeat(number.length - 3) : HIDDEN;
  return number.slice(0, 1) + hidden + number.slice(-2);
}
