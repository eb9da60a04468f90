import { toAsciiDigits } from "./digits.ts";
import { REDACTED } from "./redact.ts";

/** The longest text in which a date is looked for. */
const DATE_UNITS_MAX = 64;
/** `1990`, `1990-05-17`, `1990-05-17T10:00:00Z`, `1990/5/17`, `19900517`, `1990年5月17日`. */
const YEAR_FIRST =
  /^(\d{4})(?:$|-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?:$|[T ])|-(?:0[1-9]|1[0-2])$|[-/.年년]\s?\d{1,2}(?:$|[-/.月월]\s?\d{1,2}(?:日|일|\.)?(?:$|[T ])))/;
/** `17.05.1990`, `05/17/1990`, `17-5-1990 10:00`. */
const YEAR_LAST = /^\d{1,2}([-/.])\s?\d{1,2}\1\s?(\d{4})(?:$|[T ,])/;
/** `May 17, 1990`, `17. Mai 1990`, `Thu, 17 May 1990 10:00:00 GMT`. */
const MONTH_NAME =
  /(?:^|[^\p{L}])(?:jan|feb|m[aä]r|apr|avr|ma[iy]|jun|juin|jul|juil|aug|ao[uû]t|sep|o[ck]t|nov|d[eé][cz])\p{L}*(?:$|[^\p{L}])/iu;
const YEARS = /(?<![\d:+-])[12]\d{3}(?!\d)/g;

const DATE_TIME = /[T ]\d{2}:\d{2}/;
const ZONED = /(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/** How scalars that carry a time of day are called; the others carry a date. */
const TIME_LEAF = /datetime|timestamp|instant|zoned|offset/i;
const LOCAL_LEAF = /local|naive|plain/i;
const SECONDS_LEAF = /unix|epoch|second/i;
const MILLISECONDS_LEAF = /milli|ms$/i;
const YEAR_LEAF = /year$/i;

/**
 * Safe Harbor makes one group of all ages over this, and lets no date tell one of them. A year to come is of another calendar (the
 * Buddhist 2468 is 1925) as likely as not, so it tells an age as well.
 */
const AGE_MAX = 89;

/**
 * YEAR of a text for `String` and `ID`: `1990` (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C): all of a date but the year goes).
 * A text in which no date is found is masked whole, so is a year more than 89 before this one or after it.
 */
export function maskYear(text: string, now: number): string {
  const year = yearOf(text, now);
  return year === null ? REDACTED : year;
}

/**
 * YEAR for a date scalar: the first of January of the year, in the forms that the scalar may want, the likeliest first:
 * that of its name (DateTime: `1990-01-01T00:00:00.000Z`, LocalDateTime: `1990-01-01T00:00:00`), that of the value, a plain date, a year.
 * Numbers are a year where the scalar is named so, else the time since the Unix epoch. Empty where no date is found,
 * and of a year more than 89 before this one or after it.
 */
export function yearCandidates(value: string | number, leaf: string, now: number): readonly (string | number)[] {
  if (typeof value === "number") {
    return yearsOfNumber(value, leaf, now);
  }
  const year = yearOf(value, now);
  if (year === null) {
    return [];
  }
  const date = `${year}-01-01`;
  const local = `${date}T00:00:00`;
  const zoned = `${local}.000Z`;
  const timed = DATE_TIME.test(value);
  if (TIME_LEAF.test(leaf)) {
    return LOCAL_LEAF.test(leaf) ? [local, zoned, date] : [zoned, local, date];
  }
  if (timed) {
    return ZONED.test(value) ? [zoned, date, local] : [local, date, zoned];
  }
  return value.length === year.length ? [year, date] : [date, zoned, local, year];
}

function yearsOfNumber(value: number, leaf: string, now: number): readonly number[] {
  if (YEAR_LEAF.test(leaf)) {
    return Number.isInteger(value) && isShownYear(value, now) ? [value] : [];
  }
  const unit = SECONDS_LEAF.test(leaf) && !MILLISECONDS_LEAF.test(leaf) ? 1_000 : 1;
  const year = new Date(value * unit).getUTCFullYear();
  return isShownYear(year, now) ? [Date.UTC(year, 0, 1) / unit] : [];
}

function isShownYear(year: number, now: number): boolean {
  const age = new Date(now).getUTCFullYear() - year;
  return age >= 0 && age <= AGE_MAX;
}

/** The year in which the date of the text lies, as written there (its own time zone, Gregorian calendar); null where there is no one date that may be told. */
function yearOf(text: string, now: number): string | null {
  const year = yearIn(text);
  return year === null || !isShownYear(Number(year), now) ? null : year;
}

function yearIn(text: string): string | null {
  if (text.length > DATE_UNITS_MAX) {
    return null;
  }
  const plain = toAsciiDigits(text.trim());
  const year = YEAR_FIRST.exec(plain)?.[1] ?? YEAR_LAST.exec(plain)?.[2];
  if (year !== undefined) {
    return year;
  }
  const years = MONTH_NAME.test(plain) ? plain.match(YEARS) : null;
  return years?.length === 1 ? (years[0] ?? null) : null;
}
