import type { Currency, PartnerKind, Region } from "./rows.ts";

/** A shop of the sample with what it sells. Prices are in the shop's currency. */
export interface Shop {
  readonly name: string;
  readonly region: Region;
  readonly about: string;
  readonly category: string;
  readonly audiences: readonly string[];
  readonly goods: readonly (readonly [name: string, price: number, option: string])[];
}

export const CURRENCIES: Readonly<Record<Region, Currency>> = { DE: "EUR", CN: "CNY", US: "USD", GB: "GBP" };

/** In order: the first is `m-1`. `audiences` are what the shop calls groups of customers by their taste. */
export const SHOPS: readonly Shop[] = [
  {
    name: "Lindenhof Teehandel",
    region: "DE",
    about: "Tee aus kleinen Gärten und was man braucht, um ihn zu trinken.",
    category: "tea",
    audiences: ["green-tea", "gift-giver", "collector", "organic-only"],
    goods: [
      ["Darjeeling First Flush, 100 g", 14.9, "Dose"],
      ["Sencha Kagoshima, 100 g", 17.5, "Beutel"],
      ["Long Jing, 50 g", 19.8, "Dose"],
      ["Kräutertee Abendruhe, 80 g", 6.4, "Beutel"],
      ["Teekanne Steinzeug, 0,8 l", 48, "blaugrau"],
      ["Teeschale Raku", 32.5, "schwarz"],
      ["Bambusbesen für Matcha", 21, "natur"],
      ["Adventskalender Tee", 39.9, "24 Sorten"],
    ],
  },
  {
    name: "云窗书房",
    region: "CN",
    about: "好书与文具，寄给爱读书的人。",
    category: "books",
    audiences: ["fiction", "children", "stationery", "history"],
    goods: [
      ["《山间来信》精装", 68, "精装"],
      ["《旧城地图》", 45, "平装"],
      ["儿童绘本《月亮邮差》", 39.8, "精装"],
      ["宣纸信笺一套", 58, "米白"],
      ["黄铜镇纸", 128, "山形"],
      ["钢笔 F 尖", 199, "墨绿"],
      ["帆布书袋", 49, "原色"],
      ["读书笔记本", 36, "方格"],
    ],
  },
  {
    name: "Harbor & Pine Outfitters",
    region: "US",
    about: "Gear for people who would rather be outside.",
    category: "outdoor",
    audiences: ["hiker", "paddler", "winter", "family"],
    goods: [
      ["Trail pack 28 l", 129, "moss"],
      ["Rain shell", 189, "slate"],
      ["Merino base layer", 79, "charcoal"],
      ["Two-person tent", 349, "sand"],
      ["Camp kettle", 34.5, "steel"],
      ["Trekking poles", 89, "carbon"],
      ["Headlamp 400 lm", 45, "black"],
      ["Dry bag 20 l", 29, "orange"],
    ],
  },
  {
    name: "Radwerk Leipzig",
    region: "DE",
    about: "Fahrräder und Teile, in der eigenen Werkstatt geprüft.",
    category: "bicycles",
    audiences: ["commuter", "touring", "cargo", "tinkerer"],
    goods: [
      ["Stadtrad Augustus, 8 Gänge", 899, "dunkelgrün"],
      ["Reiserad Elbe", 1690, "sandgrau"],
      ["Satteltasche gewachst", 74.9, "oliv"],
      ["Nabendynamo-Licht", 59, "silber"],
      ["Faltschloss 90 cm", 82.5, "schwarz"],
      ["Helm mit Rücklicht", 69.9, "M"],
      ["Kettenpflege-Set", 18.9, "biologisch"],
      ["Kinderanhänger", 449, "zweisitzig"],
    ],
  },
  {
    name: "小满生鲜",
    region: "CN",
    about: "当季水果与农家小菜，次日送到。",
    category: "food",
    audiences: ["fruit", "low-sugar", "family", "spicy"],
    goods: [
      ["阳山水蜜桃 8 枚", 88, "礼盒"],
      ["云南蓝莓 4 盒", 59.9, "125 克"],
      ["农家土鸡蛋 30 枚", 45, "散养"],
      ["手工豆腐乳", 18.5, "微辣"],
      ["五常大米 5 公斤", 69, "真空"],
      ["阳澄湖大闸蟹 6 只", 298, "公母各三"],
      ["有机小青菜 500 克", 9.9, "当日采"],
      ["桂花酒酿", 22, "无添加"],
    ],
  },
  {
    name: "Thistle & Co. Apothecary",
    region: "GB",
    about: "Skin care made in small batches, with every ingredient on the label.",
    category: "skin-care",
    audiences: ["sensitive-skin", "fragrance-free", "gift-giver", "men"],
    goods: [
      ["Oat and honey soap", 7.5, "100 g"],
      ["Night balm", 28, "50 ml"],
      ["Rosehip oil", 19.5, "30 ml"],
      ["Fragrance-free lotion", 16, "250 ml"],
      ["Beard wash", 14, "200 ml"],
      ["Sea salt scrub", 17.5, "300 g"],
      ["Lip salve", 5.5, "tin"],
      ["Gift box Highland", 45, "five pieces"],
    ],
  },
  {
    name: "青屿手作",
    region: "CN",
    about: "陶与木的日用器物，一件一件慢慢做。",
    category: "craft",
    audiences: ["ceramics", "wood", "tea-table", "wedding"],
    goods: [
      ["青釉饭碗", 68, "直径 12 厘米"],
      ["柴烧茶杯", 158, "孤品"],
      ["胡桃木托盘", 219, "长 36 厘米"],
      ["粗陶花器", 180, "高 22 厘米"],
      ["竹编果篮", 96, "圆形"],
      ["樱桃木勺", 48, "一对"],
      ["蓝染桌旗", 128, "180 厘米"],
      ["婚礼对杯", 320, "可刻字"],
    ],
  },
  {
    name: "Little Orbit Toys",
    region: "US",
    about: "Toys that run on curiosity instead of batteries.",
    category: "toys",
    audiences: ["age-0-3", "age-4-7", "age-8-12", "puzzles"],
    goods: [
      ["Wooden solar system", 64, "maple"],
      ["Marble run, 90 pieces", 72.5, "mixed"],
      ["Puzzle Night Train, 500 pieces", 24, "matte"],
      ["Microscope for beginners", 89, "40x"],
      ["Felt fox", 19.5, "rust"],
      ["Balance board", 119, "beech"],
      ["Paper theatre", 38, "six plays"],
      ["Star map", 15, "northern sky"],
    ],
  },
];

/** Companies that work for the shops. The ids are organisations: what a partner's token names as `org`. */
export const PARTNERS: readonly {
  readonly id: string;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly region: Region;
}[] = [
  { id: "lp-1", name: "Nordwind Logistik", kind: "CARRIER", region: "DE" },
  { id: "lp-2", name: "顺迅快递", kind: "CARRIER", region: "CN" },
  { id: "lp-3", name: "BlueHarbor Freight", kind: "CARRIER", region: "US" },
  { id: "lp-4", name: "Gullwing Couriers", kind: "CARRIER", region: "GB" },
  { id: "lp-5", name: "Kranich Express", kind: "CARRIER", region: "DE" },
  { id: "pp-1", name: "Tresor Pay", kind: "PAYMENT", region: "DE" },
  { id: "pp-2", name: "鹿付", kind: "PAYMENT", region: "CN" },
  { id: "pp-3", name: "Ledgerline Payments", kind: "PAYMENT", region: "US" },
  { id: "pp-4", name: "Sterling Gate", kind: "PAYMENT", region: "GB" },
  { id: "cb-1", name: "Zollkontor Hansa", kind: "CUSTOMS", region: "DE" },
  { id: "cb-2", name: "通衢报关行", kind: "CUSTOMS", region: "CN" },
  { id: "cb-3", name: "Gateway Customs Services", kind: "CUSTOMS", region: "US" },
  { id: "cb-4", name: "Channel Clearance", kind: "CUSTOMS", region: "GB" },
  { id: "ap-1", name: "Plakatwerk Media", kind: "ADVERTISING", region: "DE" },
  { id: "ap-2", name: "Brightside Ads", kind: "ADVERTISING", region: "US" },
  { id: "an-1", name: "Messpunkt", kind: "ANALYTICS", region: "DE" },
  { id: "tp-1", name: "LoyaltyLoop", kind: "APP", region: "DE" },
];

const CARRIERS: Readonly<Record<Region, readonly string[]>> = {
  DE: ["lp-1", "lp-5"],
  CN: ["lp-2"],
  US: ["lp-3"],
  GB: ["lp-4"],
};
const PAYMENT_PARTNERS: Readonly<Record<Region, string>> = { DE: "pp-1", CN: "pp-2", US: "pp-3", GB: "pp-4" };
const BROKERS: Readonly<Record<Region, string>> = { DE: "cb-1", CN: "cb-2", US: "cb-3", GB: "cb-4" };

/** The carriers that deliver in a region. */
export function carriersIn(region: Region): readonly string[] {
  return CARRIERS[region];
}

/** The institution through which people of a region pay. */
export function paymentPartnerIn(region: Region): string {
  return PAYMENT_PARTNERS[region];
}

/** The broker who clears what enters a region. */
export function brokerIn(region: Region): string {
  return BROKERS[region];
}
