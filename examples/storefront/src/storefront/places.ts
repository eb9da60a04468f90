import type { Region } from "./rows.ts";

/** A city of the sample. Coordinates are its centre's; `code` begins the resident ids that are issued there (China only). */
export interface Place {
  readonly province: string;
  readonly city: string;
  readonly districts: readonly string[];
  /** The first digits of its postcodes. */
  readonly postcode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly code?: string;
}

export const PLACES: Readonly<Record<Region, readonly Place[]>> = {
  DE: [
    place("Sachsen", "Leipzig", ["Plagwitz", "Gohlis", "Connewitz"], "042", 51.34, 12.37),
    place("Berlin", "Berlin", ["Friedrichshain", "Wedding", "Steglitz"], "102", 52.52, 13.4),
    place("Hamburg", "Hamburg", ["Altona", "Eimsbüttel", "Wandsbek"], "227", 53.55, 9.99),
    place("Bayern", "München", ["Schwabing", "Sendling", "Giesing"], "807", 48.14, 11.58),
    place("Nordrhein-Westfalen", "Köln", ["Ehrenfeld", "Nippes", "Deutz"], "506", 50.94, 6.96),
    place("Baden-Württemberg", "Freiburg", ["Wiehre", "Herdern"], "791", 47.99, 7.85),
  ],
  CN: [
    place("浙江省", "杭州市", ["西湖区", "滨江区", "余杭区"], "3100", 30.27, 120.15, "330106"),
    place("上海市", "上海市", ["徐汇区", "静安区", "浦东新区"], "2000", 31.23, 121.47, "310104"),
    place("广东省", "深圳市", ["南山区", "福田区", "宝安区"], "5180", 22.54, 114.06, "440305"),
    place("四川省", "成都市", ["锦江区", "武侯区", "青羊区"], "6100", 30.57, 104.07, "510104"),
    place("北京市", "北京市", ["海淀区", "朝阳区", "东城区"], "1000", 39.9, 116.4, "110108"),
    place("湖北省", "武汉市", ["武昌区", "洪山区"], "4300", 30.59, 114.31, "420106"),
  ],
  US: [
    place("Washington", "Seattle", ["Ballard", "Fremont"], "981", 47.61, -122.33),
    place("Illinois", "Chicago", ["Logan Square", "Pilsen"], "606", 41.88, -87.63),
    place("Texas", "Austin", ["Hyde Park", "Zilker"], "787", 30.27, -97.74),
    place("Massachusetts", "Boston", ["Back Bay", "Dorchester"], "021", 42.36, -71.06),
    place("Oregon", "Portland", ["Alberta", "Sellwood"], "972", 45.52, -122.68),
  ],
  GB: [
    place("England", "Bristol", ["Clifton", "Bedminster"], "BS", 51.45, -2.59),
    place("Scotland", "Edinburgh", ["Leith", "Morningside"], "EH", 55.95, -3.19),
    place("England", "Leeds", ["Headingley", "Chapel Allerton"], "LS", 53.8, -1.55),
    place("Wales", "Cardiff", ["Roath", "Canton"], "CF", 51.48, -3.18),
  ],
};

export const STREETS: Readonly<Record<Region, readonly string[]>> = {
  DE: ["Lindenstraße", "Gartenweg", "Karl-Heine-Straße", "Am Mühlgraben", "Schillerstraße", "Ziegelgasse", "Uferweg"],
  CN: ["文三路", "人民路", "科技园路", "桂花巷", "中山北路", "解放大道", "梧桐街"],
  US: ["Maple Avenue", "Prospect Street", "Juniper Lane", "Harbor Drive", "Cedar Street", "Mill Road"],
  GB: ["Church Lane", "Victoria Road", "Orchard Close", "Station Road", "Kings Parade", "Mill Street"],
};

/** Area codes under which 555-01xx is set apart for fiction, and their like. */
export const PHONE_PREFIXES: Readonly<Record<Region, readonly string[]>> = {
  DE: ["+49151", "+49160", "+49170", "+49175"],
  CN: ["+86138", "+86139", "+86150", "+86158", "+86186", "+86188"],
  US: ["+120655501", "+131255501", "+151255501", "+161755501", "+150355501"],
  GB: ["+447700900"],
};

/** How many digits follow the prefix. */
export const PHONE_DIGITS: Readonly<Record<Region, number>> = { DE: 8, CN: 8, US: 2, GB: 3 };

function place(
  province: string,
  city: string,
  districts: readonly string[],
  postcode: string,
  latitude: number,
  longitude: number,
  code?: string,
): Place {
  return { province, city, districts, postcode, latitude, longitude, ...(code === undefined ? {} : { code }) };
}
