import { CHINESE_CITIES, CHINESE_PROVINCES } from "./place-names.ts";

const COUNTRY = /^(?:中华人民共和国|中華人民共和國|中国|中國)/;
const POSTAL_CODE = /^(?:邮编|郵編)?[:：]?(\d{6})(?!\d)/;
/** Provinces that are cities: no other city follows, though streets are called after cities (上海市南京西路). */
const MUNICIPALITY = /^(?:北京|天津|上海|重庆|重慶|香港|澳门|澳門)/;
const PROVINCE = placeOf(CHINESE_PROVINCES, "省|市|维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|特別行政區");
const CITY = placeOf(CHINESE_CITIES, "市|(?:[\\p{Script=Han}]{1,8}族)?自治州|地区|盟");
/** What a place name without its kind may be the beginning of: 北京路, 中山公园, 南京饭店. */
const STREET_AHEAD = /^\p{Script=Han}{0,3}[路街道巷弄号號村苑园園楼樓厦廈院店馆館场場站桥橋港里口小]/u;

/** What is known at the beginning of an East Asian address: postal code and places, the largest first. */
export interface Beginning {
  readonly postal: string;
  readonly places: string;
}

/**
 * Chinese, from the largest part to the smallest: `浙江省杭州市西湖区文三路478号` keeps `浙江省杭州市`. Provinces and cities are those of a
 * list; a city's name alone, without the word of its kind, only behind a province: people are called so too. null where the address
 * does not begin with a place.
 */
export function beginningInChina(text: string): Beginning | null {
  let rest = text.replace(/[\s,，、]+/gu, "");
  const [written = "", postal = ""] = POSTAL_CODE.exec(rest) ?? [];
  rest = rest.slice(written.length);
  const country = COUNTRY.exec(rest)?.[0] ?? "";
  rest = rest.slice(country.length);
  const province = takePlace(PROVINCE, rest, true);
  rest = rest.slice(province.length);
  const city = MUNICIPALITY.test(province) ? "" : takePlace(CITY, rest, province !== "");
  const places = country + province + city;
  return places === "" ? null : { postal, places };
}

/** The place at the beginning of the text; without the word of its kind only where that `mayBeBare` and no street of that name can be meant. */
function takePlace(place: RegExp, text: string, mayBeBare: boolean): string {
  const [found = "", kind] = place.exec(text) ?? [];
  if (kind !== undefined) return found;
  const rest = text.slice(found.length);
  return mayBeBare && (CITY.exec(rest)?.[1] !== undefined || !STREET_AHEAD.test(rest)) ? found : "";
}

function placeOf(names: readonly string[], kinds: string): RegExp {
  const longestFirst = [...names].sort((one, other) => other.length - one.length);
  return new RegExp(`^(?:${longestFirst.join("|")})(${kinds})?`, "u");
}
