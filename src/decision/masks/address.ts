import { generaliseChinese } from "./address-china.ts";
import { generaliseJapanese } from "./address-japan.ts";
import { generaliseKorean } from "./address-korea.ts";
import { generaliseRussian } from "./address-russia.ts";
import { generaliseWestern } from "./address-western.ts";
import { TEXT_UNITS_MAX } from "./graphemes.ts";
import { REDACTED } from "./redact.ts";

/** The longest address taken for one; what is longer is a text. */
const ADDRESS_UNITS_MAX = TEXT_UNITS_MAX / 4;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HANGUL = /\p{Script=Hangul}/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const ANY_NUMBER = /\p{N}/u;

/**
 * ADDRESS: generalised to country, province, city and district; street, house and everything after or before them go.
 * Free text tells its parts only by habit, so a part stays only where the habit of its country is plain (see the file of each);
 * otherwise, and where any number would stay, the whole is masked. Parts that are fields of their own are masked better.
 */
export function maskAddress(text: string): string {
  if (text.length > ADDRESS_UNITS_MAX) {
    return REDACTED;
  }
  const kept = generalise(text.normalize("NFKC"));
  return kept === null || kept === "" || ANY_NUMBER.test(kept) ? REDACTED : kept;
}

function generalise(text: string): string | null {
  if (HAN_OR_KANA.test(text)) {
    return generaliseJapanese(text) ?? generaliseChinese(text);
  }
  if (HANGUL.test(text)) {
    return generaliseKorean(text);
  }
  return CYRILLIC.test(text) ? generaliseRussian(text) : generaliseWestern(text);
}
