import { type Beginning, beginningInChina } from "./address-china.ts";
import { beginningInJapan } from "./address-japan.ts";
import { beginningInKorea } from "./address-korea.ts";
import { generaliseParts } from "./address-parts.ts";
import { toAsciiDigits } from "./digits.ts";
import { TEXT_UNITS_MAX } from "./graphemes.ts";
import { maskPostcode } from "./postcode.ts";
import { REDACTED } from "./redact.ts";

/** The longest address taken for one; what is longer is a text. */
const ADDRESS_UNITS_MAX = TEXT_UNITS_MAX / 4;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
const HANGUL = /\p{Script=Hangul}/u;

/**
 * ADDRESS: generalised to country, region and the beginning of the postal code, in China also the city. Nothing stays that is not of a
 * list: free text does not tell a town from a house, a street, somebody's name or a remark. Where nothing is known, the whole is masked.
 * Parts that are fields of their own are masked better.
 */
export function maskAddress(text: string): string {
  if (text.length > ADDRESS_UNITS_MAX) return REDACTED;
  const plain = toAsciiDigits(text.normalize("NFKC").replace(IGNORABLE, ""));
  if (HAN_OR_KANA.test(plain)) return written(beginningInJapan(plain) ?? beginningInChina(plain));
  if (HANGUL.test(plain)) return written(beginningInKorea(plain));
  return generaliseParts(plain) ?? REDACTED;
}

function written(beginning: Beginning | null): string {
  if (beginning === null) return REDACTED;
  const postal = maskPostcode(beginning.postal);
  return postal === REDACTED ? beginning.places : `${postal} ${beginning.places}`;
}
