import { DOT } from "./graphemes.ts";
import { readNumber } from "./number.ts";

const HIDDEN = DOT.repeat(4);
const KEPT = 4;
/** At most a third of the letters and digits is shown. */
const CHARACTERS_MIN = KEPT * 3;

/**
 * LAST4: the last 4 letters and digits, `••••1234`: how banks print account numbers. Separators are passed over, so that a grouped
 * IBAN shows as many as a plain one. Fewer than 12 letters and digits, and what is not one number alone, are masked whole.
 */
export function maskLast4(text: string): string {
  const number = readNumber(text);
  return number === null || number.length < CHARACTERS_MIN ? HIDDEN : HIDDEN + number.slice(-KEPT);
}
