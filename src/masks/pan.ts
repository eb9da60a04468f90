import { toAsciiDigits } from "./digits.ts";
import { DOT, TEXT_UNITS_MAX } from "./graphemes.ts";

const GROUP = DOT.repeat(4);
const WHOLE = `${GROUP} ${GROUP} ${GROUP} ${GROUP}`;
/** ISO/IEC 7812-1: a primary account number has at most 19 digits; none in use has fewer than 12. */
const DIGITS_MIN = 12;
const DIGITS_MAX = 19;
const NUMBER = /^[\d\s\p{Pd}]+$/u;
const SEPARATORS = /[\s\p{Pd}]+/u;
/** How cards are printed: groups of 3 to 6 digits; UnionPay also 6 and 13. */
const GROUP_MIN = 3;
const GROUP_MAX = 6;
const LAST_GROUP_UNIONPAY = 13;
/** A group this short, behind enough digits for a whole number, may be a security code. */
const SECURITY_CODE_MAX = 4;
const SHORTEST_BEFORE_CODE = 15;

/**
 * PAN: the last 4 digits of a payment card number, `•••• •••• •••• 1111`, in one form for every brand and length.
 * PCI DSS 4.0.1, 3.4.1 allows at most the BIN and the last 4; both together are for documented roles, so the BIN never shows.
 * Spaces and dashes are passed over where they group a number as cards do. Anything else in the text (an expiry date, a security
 * code, which 3.3.1 forbids to keep at all) makes its end doubtful: masked whole.
 */
export function maskPan(text: string): string {
  const plain = text.length > TEXT_UNITS_MAX ? "" : toAsciiDigits(text).trim();
  if (!NUMBER.test(plain)) {
    return WHOLE;
  }
  const groups = plain.split(SEPARATORS);
  const digits = groups.join("");
  return digits.length < DIGITS_MIN || digits.length > DIGITS_MAX || !isOneNumber(groups, digits)
    ? WHOLE
    : `${GROUP} ${GROUP} ${GROUP} ${digits.slice(-4)}`;
}

/** Whether the groups are one card number and nothing behind it. */
function isOneNumber(groups: readonly string[], digits: string): boolean {
  const last = groups.at(-1) ?? "";
  if (groups.length === 1 || (groups.length === 2 && last.length === LAST_GROUP_UNIONPAY)) {
    return true;
  }
  if (groups.some((group) => group.length < GROUP_MIN || group.length > GROUP_MAX)) {
    return false;
  }
  const before = digits.slice(0, digits.length - last.length);
  return (
    last.length > SECURITY_CODE_MAX ||
    before.length < SHORTEST_BEFORE_CODE ||
    (passesLuhn(digits) && !passesLuhn(before))
  );
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const weighed = place % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
