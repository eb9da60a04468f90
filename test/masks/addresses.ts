import { allFakers, type Faker } from "@faker-js/faker";
import { iso31662 } from "iso-3166";

/** An address made for a test, and what of it a mask may show. */
export interface WrittenAddress {
  readonly country: string;
  readonly clear: string;
  readonly mayShow: readonly (string | RegExp)[];
}

interface Habit {
  readonly country: string;
  /** Names of the country as addresses write them. */
  readonly names: readonly string[];
  readonly locale: keyof typeof allFakers;
  /** Digits `#` and letters `?`. */
  readonly code: string;
  /** What follows the street, before the country; the largest part last, or first where `big`. */
  readonly parts: (code: string, city: string, region: string) => readonly string[];
  readonly big?: boolean;
}

const cityAfter = (code: string, city: string): readonly string[] => [`${code} ${city}`];
const cityBefore = (code: string, city: string): readonly string[] => [`${city} ${code}`];

const HABITS: readonly Habit[] = [
  {
    country: "US",
    names: ["USA", "United States", ""],
    locale: "en_US",
    code: "#####",
    parts: (code, city, region) => [city, `${region} ${code}`],
  },
  {
    country: "CA",
    names: ["Canada", ""],
    locale: "en_CA",
    code: "K#A #B#",
    parts: (code, city, region) => [city, `${region} ${code}`],
  },
  {
    country: "AU",
    names: ["Australia"],
    locale: "en_AU",
    code: "####",
    parts: (code, city, region) => [`${city} ${region} ${code}`],
  },
  {
    country: "GB",
    names: ["UK", "England", "Vereinigtes Königreich"],
    locale: "en_GB",
    code: "SW#A #AA",
    parts: (code, city) => [city, code],
  },
  { country: "IE", names: ["Ireland", "Éire"], locale: "en_IE", code: "D## X###", parts: (code, city) => [city, code] },
  {
    country: "IN",
    names: ["India", "भारत", "Indien"],
    locale: "en_IN",
    code: "######",
    parts: (code, city, region) => [city, `${region} ${code}`],
  },
  { country: "ZA", names: ["South Africa"], locale: "en_ZA", code: "####", parts: (code, city) => [city, code] },
  { country: "NG", names: ["Nigeria"], locale: "en_NG", code: "######", parts: cityBefore },
  { country: "GH", names: ["Ghana"], locale: "en_GH", code: "", parts: (_code, city) => [city] },
  { country: "DE", names: ["Deutschland", "Germany", "Allemagne"], locale: "de", code: "#####", parts: cityAfter },
  { country: "AT", names: ["Österreich", "Austria"], locale: "de_AT", code: "####", parts: cityAfter },
  { country: "CH", names: ["Schweiz", "Suisse"], locale: "fr_CH", code: "####", parts: cityAfter },
  { country: "FR", names: ["France", "Frankreich"], locale: "fr", code: "#####", parts: cityAfter },
  { country: "BE", names: ["België", "Belgique"], locale: "nl_BE", code: "####", parts: cityAfter },
  { country: "NL", names: ["Nederland", "The Netherlands"], locale: "nl", code: "#### AB", parts: cityAfter },
  { country: "ES", names: ["España", "Spain"], locale: "es", code: "#####", parts: cityAfter },
  {
    country: "MX",
    names: ["México"],
    locale: "es_MX",
    code: "#####",
    parts: (code, city, region) => [`${code} ${city}`, region],
  },
  { country: "IT", names: ["Italia", "Italy"], locale: "it", code: "#####", parts: cityAfter },
  { country: "PT", names: ["Portugal"], locale: "pt_PT", code: "####-###", parts: cityAfter },
  {
    country: "BR",
    names: ["Brasil", "Brazil"],
    locale: "pt_BR",
    code: "#####-###",
    parts: (code, city, region) => [`${city} - ${region}`, code],
  },
  { country: "PL", names: ["Polska", "Poland"], locale: "pl", code: "##-###", parts: cityAfter },
  { country: "CZ", names: ["Česko", "Czech Republic"], locale: "cs_CZ", code: "### ##", parts: cityAfter },
  { country: "SE", names: ["Sverige", "Sweden"], locale: "sv", code: "### ##", parts: cityAfter },
  { country: "TR", names: ["Türkiye", "Turkey"], locale: "tr", code: "#####", parts: cityAfter },
  {
    country: "RU",
    names: ["Россия", "РФ", ""],
    locale: "ru",
    code: "######",
    parts: (code, city) => [code, `г. ${city}`],
    big: true,
  },
  {
    country: "UA",
    names: ["Україна", "Украина"],
    locale: "uk",
    code: "#####",
    parts: (code, city) => [`м. ${city}`, code],
  },
  { country: "VN", names: ["Việt Nam"], locale: "vi", code: "######", parts: cityBefore },
  {
    country: "CN",
    names: ["中国", ""],
    locale: "zh_CN",
    code: "######",
    parts: (_code, city, region) => [region, city],
    big: true,
  },
];

/** What no list knows: houses, recipients, remarks, units, in a part of their own. */
const REMARKS: readonly ((faker: Faker) => string)[] = [
  (faker) => faker.person.fullName(),
  (faker) => `c/o ${faker.person.lastName()}`,
  (faker) => `${faker.person.lastName()} Nivas`,
  () => "diagnosed with cancer",
  () => "ring twice",
  () => "Il-Madonna",
  (faker) => String(faker.number.int({ min: 1, max: 99_999 })),
  (faker) => `Tel. ${faker.phone.number()}`,
];

/** Addresses written as in each of the countries, with what no mask may show in every place that people put it. */
export function* writtenAddresses(each: number): Generator<WrittenAddress> {
  for (const habit of HABITS) {
    const faker = allFakers[habit.locale];
    for (let seed = 0; seed < each; seed += 1) {
      faker.seed(seed);
      yield writeOne(habit, faker);
    }
  }
}

function writeOne({ country, names, locale, code: form, parts, big = false }: Habit, faker: Faker): WrittenAddress {
  const code = faker.helpers.replaceSymbols(form);
  const [city, region] = [faker.location.city(), regionFor(country, faker)];
  const street = `${faker.location.street()} ${faker.number.int({ min: 1, max: 9_999 })}`;
  const remark = faker.helpers.arrayElement(REMARKS)(faker);
  const name = faker.helpers.arrayElement(names);
  const inner = faker.helpers.shuffle([street, remark]);
  const places = parts(code, city, region);
  const ordered = big ? [name, ...places, ...inner] : [...inner, ...places, name];
  const glue =
    locale === "zh_CN" ? faker.helpers.arrayElement(["", " "]) : faker.helpers.arrayElement([", ", ",", "\n", "; "]);
  const clear = ordered.filter((part) => part !== "").join(glue);
  return { country, clear, mayShow: mayShow(country, name, city, region, code) };
}

/** The country; the region; a city that is a region itself (in China: any); three characters of the code. */
function mayShow(country: string, name: string, city: string, region: string, code: string): (string | RegExp)[] {
  const isRegion = iso31662.some(
    (each) => each.parent === country && each.name.split(/[,/]/).some((name) => bare(name) === bare(city)),
  );
  const cities =
    isRegion || country === "CN" || country === "RU" || city === "Київ" ? [`г. ${city}`, `м. ${city}`, city] : [];
  const head = [...code.replace(/^\D-/, "")].slice(0, 3).join("").trim();
  return [name, region, ...cities, ...(head === "" ? [] : [new RegExp(`(?:^|(?<=[\\s,]))(?:${head}|000)(?=[\\s,]|$)`)])]
    .filter((each) => each !== "")
    .sort((one, other) => String(other).length - String(one).length);
}

function regionFor(country: string, faker: Faker): string {
  return ["US", "CA", "AU", "BR"].includes(country)
    ? faker.location.state({ abbreviated: true })
    : faker.location.state();
}

function bare(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^\p{L}]/gu, "")
    .toLowerCase();
}
