import { toAsciiDigits } from "./digits.ts";
import { TEXT_UNITS_MAX } from "./graphemes.ts";

/** What most numbers are. */
const PLAIN = /^[A-Z]{0,2}\d+$/;
const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_OFFSET = 0xfee0;
/** What numbers are grouped by: `529.982.247-25`, `850101/1234`, `19121212+1212`, `A123456(7)`. */
const SEPARATORS = /[\s\p{Pd}./()+]+/u;
/** Letters and digits; those of other scripts than Latin only in front, as series of passports have them: `МР 1234567`. */
const CHARACTERS = /^\p{Lu}{0,3}[A-Za-z0-9]*$/u;
const LETTERS = /^\p{L}+$/u;
/** The longest run of letters that numbers hold (an IBAN of Malta has 7): a longer one is a word. */
const WORD = /[A-Za-z]{9}/;
/** A number ends with at most two letters, small ones but one: what is more is a name written against it. */
const ENDS_IN_NAME = /[A-Za-z]{3}$|[a-z][A-Za-z]$|[A-Z][a-z]$/;
const IBAN_HEAD = /^[A-Z]{2}\d{2}$/;
const IBAN_BANK = /^[A-Z]{4}$/;
const SERIES_MAX = 3;
/** A group this short, behind one that is a whole number, may be a PIN or a security code. */
const CODE_MAX = 4;
const WHOLE_MIN = 9;

/**
 * The letters and digits of a text that is one number and nothing else, digits in ASCII; null for any other text. A name, a PIN or a
 * remark beside the number would be what a mask shows of its end.
 */
export function readNumber(text: string): string | null {
  if (PLAIN.test(text)) return text.length > TEXT_UNITS_MAX ? null : text;
  if (text.length > TEXT_UNITS_MAX) return null;
  const folded = toAsciiDigits(text.replace(FULL_WIDTH, fromFullWidth).replace(IGNORABLE, "")).trim();
  const groups = folded.split(SEPARATORS).filter((group) => group !== "");
  const plain = groups.join("");
  const isOne = CHARACTERS.test(plain) && /\d/.test(plain) && !WORD.test(plain) && !ENDS_IN_NAME.test(plain);
  return isOne && groups.every(isOfNumber) && !endsInCode(folded, groups) ? plain : null;
}

function fromFullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET);
}

/** Letters alone: a series in front, a check letter at the end, the bank of an IBAN. */
function isOfNumber(group: string, at: number, groups: readonly string[]): boolean {
  if (!LETTERS.test(group)) return true;
  if (at === 0) return group.length <= SERIES_MAX;
  if (at === groups.length - 1) return group.length === 1;
  return at === 1 && IBAN_BANK.test(group) && IBAN_HEAD.test(groups[0] ?? "");
}

/** `123456789012 4711`: a whole number, a space and a short one. */
function endsInCode(text: string, [first = "", last = "", ...more]: readonly string[]): boolean {
  return (
    more.length === 0 && first.length >= WHOLE_MIN && last !== "" && last.length <= CODE_MAX && /\s[^\s]+$/u.test(text)
  );
}
