import { DOT, firstGrapheme, isShowable, TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

/** Scripts that write a name without spaces, family name first. */
const EAST_ASIAN =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー・·･\p{Variation_Selector}]+$/u;
const LETTER = /^\p{L}/u;
const A_LETTER = /\p{L}/u;
const EAST_ASIAN_HIDDEN = DOT.repeat(2);
/** More words than a name has are a text, whose initials would tell too much. */
const WORDS_MAX = 6;

/**
 * PERSON_NAME: the first character of a Chinese, Japanese or Korean name, `张••` (Hutool's DesensitizedUtil.chineseName; of a compound
 * surname too only the first), and the initial of each word of any other, `J••• D•••`. A name or word of one character is masked whole,
 * so is a word that begins with no letter, and a text of more than six words.
 */
export function maskPersonName(text: string): string {
  if (text.length > TEXT_UNITS_MAX) {
    return REDACTED;
  }
  const words = text.trim().split(/\s+/);
  const [first = ""] = words;
  if (words.every((word) => EAST_ASIAN.test(word))) {
    // Written with a space, the second word is the given name: hidden as it is without.
    return initial(first, EAST_ASIAN_HIDDEN, words.join(""));
  }
  if (words.length > WORDS_MAX) {
    return REDACTED;
  }
  return words.map((word) => initial(word, EAST_ASIAN.test(word) ? EAST_ASIAN_HIDDEN : REDACTED, word)).join(" ");
}

/** The first letter of `word` and dots, where another letter of `whole` stays hidden: of `J.` the initial is all there is. */
function initial(word: string, hidden: string, whole: string): string {
  const first = firstGrapheme(word);
  return LETTER.test(first) && isShowable(first) && A_LETTER.test(whole.slice(first.length))
    ? first + hidden
    : REDACTED;
}
