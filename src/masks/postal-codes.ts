/**
 * Where in its part of an address, and in which form, a country writes its postal codes. What is of another form is no postal code:
 * it may be the number of a house.
 */
interface PostalForm {
  readonly at: "FIRST" | "LAST" | "EITHER";
  readonly form: string;
  /** A number alone may be a house's there, so it counts only beside a region. */
  readonly besideRegion?: boolean;
}

const FOUR = "\\d{4}";
const FIVE = "\\d{5}";
const SIX = "\\d{3} ?\\d{3}";

const FORMS: readonly (readonly [countries: string, PostalForm])[] = [
  ["US", { at: "LAST", form: "\\d{5}(?:-\\d{4})?", besideRegion: true }],
  ["AU", { at: "LAST", form: FOUR, besideRegion: true }],
  ["CA", { at: "LAST", form: "[A-Z]\\d[A-Z] ?\\d[A-Z]\\d" }],
  ["GB", { at: "LAST", form: "[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}" }],
  ["IE", { at: "LAST", form: "[A-Z]\\d[\\dW] ?[A-Z\\d]{4}" }],
  ["IN CN RU BY KZ SG VN RO", { at: "EITHER", form: SIX }],
  ["BR", { at: "EITHER", form: "\\d{5}-\\d{3}" }],
  ["JP", { at: "EITHER", form: "\\d{3}-\\d{4}" }],
  ["DE FR IT ES FI EE HR RS TR MX MY UA SA KR TH ID", { at: "EITHER", form: `(?:[A-Z]{1,2}-)?${FIVE}` }],
  ["SE CZ SK GR", { at: "FIRST", form: "(?:[A-Z]{1,2}-)?\\d{3} ?\\d{2}" }],
  ["AT CH BE DK NO HU LU SI BG", { at: "FIRST", form: `(?:[A-Z]{1,2}-)?${FOUR}` }],
  ["NL", { at: "FIRST", form: `${FOUR} ?[A-Z]{2}` }],
  ["PL", { at: "FIRST", form: "\\d{2}-\\d{3}" }],
  ["PT", { at: "FIRST", form: `${FOUR}-\\d{3}` }],
];

interface PostalReader {
  readonly patterns: readonly RegExp[];
  readonly besideRegion: boolean;
}

const readers: ReadonlyMap<string, PostalReader> = new Map(
  FORMS.flatMap(([countries, { at, form, besideRegion = false }]) => {
    const first = new RegExp(`^(?<code>${form})(?:\\s+(?<place>.+))?$`, "u");
    const last = new RegExp(`^(?:(?<place>.+?)[\\s-]+)?(?<code>${form})$`, "u");
    const patterns = at === "FIRST" ? [first] : at === "LAST" ? [last] : [first, last];
    return countries.split(" ").map((country): [string, PostalReader] => [country, { patterns, besideRegion }]);
  }),
);

/** The postal code in a part of an address, and what else stands there; null where there is none of the country's form. */
export function postalCodeIn(country: string, part: string): { readonly code: string; readonly place: string } | null {
  for (const pattern of readers.get(country)?.patterns ?? []) {
    const { code, place = "" } = pattern.exec(part)?.groups ?? {};
    if (code !== undefined) return { code: code.replace(/^[A-Z]{1,2}-/, ""), place };
  }
  return null;
}

/** Whether a number alone tells no postal code in that country. */
export function isPostalBesideRegion(country: string): boolean {
  return readers.get(country)?.besideRegion ?? false;
}
