import type { Beginning } from "./address-china.ts";
import { JAPANESE_PREFECTURES } from "./place-names.ts";

const COUNTRY = /^日本国?/;
const POSTAL_CODE = /^〒?(\d{3}[-‐－ー]?\d{4})(?!\d)/;
const PREFECTURE = new RegExp(`^(?:${JAPANESE_PREFECTURES.join("|")})`);

/** Japanese, from the largest part to the smallest: `東京都渋谷区神宮前1-2-3` keeps `東京都`. null where it does not begin with a place. */
export function beginningInJapan(text: string): Beginning | null {
  let rest = text.replace(/[\s,、]+/gu, "");
  const country = COUNTRY.exec(rest)?.[0] ?? "";
  rest = rest.slice(country.length);
  const [written = "", postal = ""] = POSTAL_CODE.exec(rest) ?? [];
  rest = rest.slice(written.length);
  const before = country === "" ? (COUNTRY.exec(rest)?.[0] ?? "") : "";
  const places = country + before + (PREFECTURE.exec(rest.slice(before.length))?.[0] ?? "");
  return places === "" ? null : { postal, places };
}
