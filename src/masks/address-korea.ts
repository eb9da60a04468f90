import type { Beginning } from "./address-china.ts";
import { KOREAN_PROVINCES } from "./place-names.ts";

const COUNTRY = /^(?:대한민국|한국)$/;
const POSTAL_CODE = /^\(?(?:우편번호)?(\d{5})\)?$/;
const PROVINCE = new RegExp(`^(?:${KOREAN_PROVINCES.join("|")})(?:특별시|광역시|특별자치시|특별자치도|시|도)?$`);

/** Korean, from the largest part to the smallest, in words: `서울특별시 강남구 테헤란로 123` keeps `서울특별시`. null where it does not begin with a place. */
export function beginningInKorea(text: string): Beginning | null {
  const words = text.trim().split(/[\s,]+/);
  let postal = "";
  const places: string[] = [];
  for (const word of words) {
    const code = postal === "" ? POSTAL_CODE.exec(word)?.[1] : undefined;
    if (code !== undefined) {
      postal = code;
    } else if (places.length === 0 && COUNTRY.test(word)) {
      places.push(word);
    } else {
      if (PROVINCE.test(word)) places.push(word);
      break;
    }
  }
  return places.length === 0 ? null : { postal, places: places.join(" ") };
}
