import { DOT, splitGraphemes, TEXT_UNITS_MAX } from "./graphemes.ts";

/**
 * What the masks that leave a mark make, and nothing else: a text in which somebody uses the same dots is a text. Kept beside
 * the masks, whose every output a test holds against it.
 */
const MADE: readonly RegExp[] = [
  // REDACT, and what the masks hide whole
  /^•{3,4}$/u,
  // EMAIL
  /^[^\s•@]{0,16}•••@[\p{L}\p{N}\p{M}_.-]+$/u,
  // PAN
  /^•{4} •{4} •{4} (?:•{4}|\p{Nd}{1,4})$/u,
  // PHONE
  /^(?:1\p{Nd}{2}•{4}\p{Nd}{4}|(?:\+\p{Nd}{1,3})?•{6}\p{Nd}{0,2})$/u,
  // ID_NUMBER
  /^[^\s•]{1,16}(?:•{6}|•{12}|•{15})[^\s•]{2,32}$/u,
  // HASH
  /^h:\d+:[0-9a-f]{32,}$/,
];

const LAST4 = /^•{4}([^\s•]+)$/u;
/** A word of a name: its first letter and dots; one that shows nothing. */
const NAME_WORD = /^(\p{L}[^\s•]{0,15})?•{2,3}$/u;
const NAME_WORDS_MAX = 6;

/** Whether a text is what a mask made. */
export function looksMasked(given: string): boolean {
  if (given.length > TEXT_UNITS_MAX) return false;
  // Invisible characters make no difference to a reader.
  const text = given.replace(/\p{Cf}/gu, "").trim();
  if (!text.includes(DOT) && !text.startsWith("h:")) return false;
  if (MADE.some((form) => form.test(text))) return true;
  const kept = LAST4.exec(text)?.[1];
  if (kept !== undefined) return splitGraphemes(kept).length <= 4;
  const words = text.split(/\s+/);
  return words.length <= NAME_WORDS_MAX && words.every(isNameWord);
}

function isNameWord(word: string): boolean {
  const found = NAME_WORD.exec(word);
  if (found === null) return false;
  const first = found[1];
  return first === undefined ? word === "•••" : splitGraphemes(first).length === 1;
}
