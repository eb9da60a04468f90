/**
 * What a person sees as one character (extended grapheme cluster, UAX #29): the unit in which masks keep and hide.
 * `Intl.Segmenter` is right and slow (about 5 us a text), so plain text of the common scripts goes past it.
 */

/** The character that stands for what is hidden. */
export const DOT = "•";

/** What is longer is no name, number or address, and is masked whole: keeps the segmenter's cost bounded. */
export const TEXT_UNITS_MAX = 1_024;

/**
 * A kept grapheme is at most so many UTF-16 units: the longest emoji sequence in use has 15. Without a bound one grapheme
 * could carry a text, since combining marks, tags and variation selectors all belong to the character before them.
 */
const GRAPHEME_UNITS_MAX = 16;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

// Without CR: CR LF is one grapheme.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII as such
const ASCII_TEXT = /^[\x00-\x0c\x0e-\x7f]*$/;
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}]/u;
const CHARACTER = /^[\p{L}\p{N}]/u;
const VISIBLE_ANYWHERE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The graphemes of a text, in order. */
export function splitGraphemes(text: string): string[] {
  return ASCII_TEXT.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The first grapheme; "" of an empty text. */
export function firstGrapheme(text: string): string {
  const first = text.charCodeAt(0);
  if (text.length < 2 || (isSimple(first) && isSimple(text.charCodeAt(1)))) {
    return text.slice(0, 1);
  }
  // Enough units for any grapheme that may be kept, so that a long text costs no more than a short one.
  for (const { segment } of segmenter.segment(text.slice(0, GRAPHEME_UNITS_MAX * 2))) {
    return segment;
  }
  return "";
}

/** The last `count` graphemes and the text before them; null where there are fewer. */
export function lastGraphemes(
  text: string,
  count: number,
): { readonly kept: readonly string[]; readonly rest: string } | null {
  const graphemes = splitGraphemes(text);
  return graphemes.length < count
    ? null
    : { kept: graphemes.slice(graphemes.length - count), rest: graphemes.slice(0, -count).join("") };
}

/** Whether a text hides anything when it is left out: something that one can see. */
export function hasVisible(text: string): boolean {
  return VISIBLE_ANYWHERE.test(text);
}

/** How many of the graphemes are letters or digits: what a mask that shows some of them is measured by. */
export function countCharacters(text: string): number {
  return splitGraphemes(text).filter((grapheme) => CHARACTER.test(grapheme)).length;
}

/** Whether a grapheme may be shown: a letter, number, mark of punctuation or symbol of bounded size; no space, control or half a surrogate pair. */
export function isShowable(grapheme: string): boolean {
  return grapheme.length <= GRAPHEME_UNITS_MAX && VISIBLE.test(grapheme);
}

/**
 * First and last units of ranges in which no character joins its neighbour of these ranges (UAX #29: other letters, and whole Hangul
 * syllables): printable ASCII, letters of Latin, Greek, Cyrillic and Arabic, Kana, Han, Hangul.
 */
const SIMPLE_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xc0, 0x24f],
  [0x391, 0x3ff],
  [0x410, 0x44f],
  [0x621, 0x64a],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
];

function isSimple(unit: number): boolean {
  return SIMPLE_RANGES.some(([first, last]) => unit >= first && unit <= last);
}
