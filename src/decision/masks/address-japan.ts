import { JAPANESE_PREFECTURES } from "./place-names.ts";

const COUNTRY = /^日本国?/;
const POSTAL_CODE = /^〒?\d{3}[-‐－ー]?\d{4}/;
const PREFECTURE = new RegExp(`^(?:${JAPANESE_PREFECTURES.join("|")})`);
/** No ward, block (丁目, 番) or street before the word that ends the name. */
const NAME = "(?:(?![区丁目番通])[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}])";
const CITY = new RegExp(`^${NAME}{1,6}?市(?![谷ヶ場])`, "u");
const WARD = new RegExp(`^${NAME}{1,4}区`, "u");
const DISTRICT = new RegExp(`^${NAME}{1,5}?郡${NAME}{1,6}?[町村]`, "u");

/**
 * Japanese, from the largest part to the smallest: `東京都渋谷区神宮前1-2-3` keeps `東京都渋谷区`. It begins with one of the 47 prefectures;
 * a city, a ward, or a rural district with its town may follow. null where it does not begin so.
 */
export function generaliseJapanese(text: string): string | null {
  let rest = text.replace(/[\s,、]+/gu, "").replace(POSTAL_CODE, "");
  const country = COUNTRY.exec(rest)?.[0] ?? "";
  rest = rest.slice(country.length).replace(POSTAL_CODE, "");
  const prefecture = PREFECTURE.exec(rest)?.[0];
  if (prefecture === undefined) {
    return country === "" ? null : country;
  }
  rest = rest.slice(prefecture.length);
  const district = DISTRICT.exec(rest)?.[0];
  if (district !== undefined) {
    return country + prefecture + district;
  }
  const city = CITY.exec(rest)?.[0] ?? "";
  const ward = WARD.exec(rest.slice(city.length))?.[0] ?? "";
  return country + prefecture + city + ward;
}
