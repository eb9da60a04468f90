import { KOREAN_PROVINCES } from "./place-names.ts";

const COUNTRY = /^(?:대한민국|한국)$/;
const PROVINCE = new RegExp(`^(?:${KOREAN_PROVINCES.join("|")})(?:특별시|광역시|특별자치시|특별자치도|시|도)?$`);
/** City (시), county (군), district (구); no road (로, 길), quarter (동), building or housing area (지구). */
const AREA = /^(?!.*(?:지구|입구|출구)$)\p{Script=Hangul}{1,5}[시군구]$/u;
const AREAS_MAX = 2;

/**
 * Korean, from the largest part to the smallest, in words: `서울특별시 강남구 테헤란로 123` keeps `서울특별시 강남구`.
 * null where it does not begin with the country or a province.
 */
export function generaliseKorean(text: string): string | null {
  const words = text.trim().split(/[\s,]+/);
  const kept: string[] = [];
  let at = 0;
  if (COUNTRY.test(words[at] ?? "")) {
    kept.push(words[at] ?? "");
    at += 1;
  }
  if (PROVINCE.test(words[at] ?? "")) {
    kept.push(words[at] ?? "");
    at += 1;
    const areas = words.slice(at, at + AREAS_MAX);
    const end = areas.findIndex((word) => !AREA.test(word));
    kept.push(...(end === -1 ? areas : areas.slice(0, end)));
  }
  return kept.length === 0 ? null : kept.join(" ");
}
