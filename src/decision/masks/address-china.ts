import { CHINESE_CITIES, CHINESE_PROVINCES } from "./place-names.ts";

const COUNTRY = /^(?:中华人民共和国|中華人民共和國|中国|中國)/;
const POSTAL_CODE = /^(?:邮编|郵編)?[:：]?\d{6}(?!\d)/;
/** Provinces that are cities: no other city follows, though streets are called after cities (上海市南京西路). */
const MUNICIPALITY = /^(?:北京|天津|上海|重庆|重慶|香港|澳门|澳門)/;
const PROVINCE = placeOf(CHINESE_PROVINCES, "省|市|维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|特別行政區");
const CITY = placeOf(CHINESE_CITIES, "市|[\\p{Script=Han}]{0,8}自治州|地区|盟");
/** What a place name without its kind may be the beginning of: 北京路, 中山公园, 南京饭店. */
const STREET_AHEAD = /^\p{Script=Han}{0,3}[路街道巷弄号號村苑园園楼樓厦廈院店馆館场場站桥橋港里口小]/u;

/** No word of a street or a building, and no other area. */
const NAME = "(?:(?![路街道巷弄号號村苑园園楼樓栋棟幢室院厦廈镇鎮區区县縣市])\\p{Script=Han})";
const AREA = new RegExp(
  [
    `^(?:${NAME}{1,10}自治[县縣旗]`,
    // Part of an estate rather than of a city: 小区, 社区, 七区, 丽景湾北区.
    `(?!${NAME}{0,5}(?:[小社校厂庫库景住宅活属墅里一二三四五六七八九十甲乙丙丁]|${NAME}{2}[东西南北中東])[区區])(?:[镇鎮道]${NAME}{1,4}|${NAME}{2,5})[区區]`,
    `(?:[镇鎮道]${NAME}{0,4}|${NAME}{1,5})[县縣]`,
    // A market rather than a city: 超市, 菜市.
    `(?!${NAME}{0,5}[超菜夜花集门門鱼魚早闹鬧股]市)${NAME}{2,5}市)(?![域间間块塊内道路街巷城医民政场場长長委立郊前门門区區])`,
  ].join("|"),
  "u",
);
const BANNER = new RegExp(`^${NAME}{1,8}旗(?![路街道杆])`, "u");
/** Districts whose name holds one of the words left out above. */
const KNOWN_AREA = /^(?:鼓楼|鼓樓|钟楼|黄楼|路桥|路北|路南|市中|市南|市北|新市|沙市|湖里|道里|万里|小店|张店)[区區]/;

/**
 * Chinese, from the largest part to the smallest: `浙江省杭州市西湖区文三路478号` keeps `浙江省杭州市西湖区`. Provinces and cities are those of
 * a list; only behind one of them is a county-level area looked for. null where the address does not begin so.
 */
export function generaliseChinese(text: string): string | null {
  let rest = text.replace(/[\s,，、]+/gu, "").replace(POSTAL_CODE, "");
  const country = COUNTRY.exec(rest)?.[0] ?? "";
  rest = rest.slice(country.length);
  const province = takePlace(PROVINCE, rest);
  rest = rest.slice(province.length);
  const city = MUNICIPALITY.test(province) ? "" : takePlace(CITY, rest);
  rest = rest.slice(city.length);
  const area = province === "" && city === "" ? "" : takeArea(rest, province);
  const kept = country + province + city + area;
  return kept === "" ? null : kept;
}

/** The place at the beginning of the text; without the word of its kind only where no street of that name can be meant. */
function takePlace(place: RegExp, text: string): string {
  const [found = "", kind] = place.exec(text) ?? [];
  const rest = text.slice(found.length);
  return kind !== undefined ||
    !STREET_AHEAD.test(rest) ||
    CITY.exec(rest)?.[1] !== undefined ||
    takeArea(rest, found) !== ""
    ? found
    : "";
}

function takeArea(text: string, province: string): string {
  const banner = province.startsWith("内蒙古") || province.startsWith("內蒙古") ? BANNER.exec(text) : null;
  return (KNOWN_AREA.exec(text) ?? AREA.exec(text) ?? banner)?.[0] ?? "";
}

function placeOf(names: readonly string[], kinds: string): RegExp {
  const longestFirst = [...names].sort((one, other) => other.length - one.length);
  return new RegExp(`^(?:${longestFirst.join("|")})(${kinds})?`, "u");
}
