import { countCharacters, DOT, isShowable, lastGraphemes, TEXT_UNITS_MAX } from "./graphemes.ts";

const HIDDEN = DOT.repeat(4);
const KEPT = 4;
/** At most a third of the letters and digits is shown. */
const CHARACTERS_MIN = KEPT * 3;
/** What most account numbers are. */
const PLAIN = /^[A-Za-z0-9]{12,}$/;
const SEPARATORS = /[\s\p{Pd}]+/gu;

/**
 * LAST4: the last 4 graphemes, `••••1234`: how banks print account numbers. Spaces and dashes are passed over,
 * so that a grouped IBAN shows as many as a plain one. A value of fewer than 12 letters and digits is masked whole.
 */
export function maskLast4(text: string): string {
  if (text.length > TEXT_UNITS_MAX) {
    return HIDDEN;
  }
  if (PLAIN.test(text)) {
    return HIDDEN + text.slice(-KEPT);
  }
  const last = lastGraphemes(text.replace(SEPARATORS, ""), KEPT);
  return last !== null && countCharacters(text) >= CHARACTERS_MIN && last.kept.every(isShowable)
    ? HIDDEN + last.kept.join("")
    : HIDDEN;
}
