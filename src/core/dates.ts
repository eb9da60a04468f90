/** Dates, times, durations and days: all that is reckoned with them. Arithmetic is in UTC and in the Gregorian calendar. */

const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** How far the day on earth may be behind and ahead of the day in UTC: UTC-12 and UTC+14. */
const BEHIND_MS = 12 * HOUR_MS;
const AHEAD_MS = 14 * HOUR_MS;

/** A point in time as a value of the data tells it. All arithmetic is in UTC. */
export interface Moment {
  /** Milliseconds since the epoch: the instant, or the start of the day. */
  readonly at: number;
  /**
   * The day that is told; of an instant, which tells none, the days that it may have been on, wherever on earth whoever noted it
   * was. A fact is never read in the caller's favour: what ends a time after it starts from the first, an age from the last.
   */
  readonly earliest: DayNumber;
  readonly latest: DayNumber;
  /** Whether only the day was told (`2026-01-31`): it then lasts until its end. */
  readonly wholeDay: boolean;
}

const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[T ]/;
const YEAR_AND_MONTH = /^(\d{4})(?:-(\d\d))?$/;
/** Longest text that is worth reading as a date. */
const TEXT_MAX = 64;
const REMEMBERED_MAX = 4096;

/** What was made of texts with an offset, without seconds or in SQL's form: the slow way, so remembered. Cleared when full. */
const remembered = new Map<string, Moment | null>();

const TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,30}))?)?)?(.*)$/;
const OFFSET = "([Zz])|([+-]\\d\\d)(?::?(\\d\\d))?";
const ZONE_NAME = "[A-Za-z_+-]{1,256}(?::?\\/[A-Za-z0-9_+-]{1,256}){0,2}";
/** After ISO 8601's time: `Z`, `+08:00`, `[Europe/Berlin]` (RFC 9557), which counts for more than the offset before it. */
const ISO_ZONE = new RegExp(`^(?:${OFFSET})?(?:\\[(${ZONE_NAME})\\])?$`);
/** After SQL's: `Z`, `+08`, `Europe/Berlin`. */
const SQL_ZONE = new RegExp(`^ ?(?:${OFFSET}|(${ZONE_NAME}))?$`);

/** Numbers smaller than this may be seconds as well as milliseconds. */
const READABLE_FROM = 1e11;
const NUMBER = /^-?\d{12,15}$/;
/** `yyyyMMddHHmm`: of as many digits as the milliseconds of some months of 1976. */
const COMPACT_TIME = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d$/;

/**
 * Reads a date or time, of whichever fact: an ISO 8601 calendar date or date with time (without an offset: UTC), SQL's
 * `2026-01-31 10:00:00`, a Date, or a number of milliseconds since the epoch, also as text (what GraphQL's String makes of a
 * Date). Anything else, also times without a date, week dates, dates in a country's own order, and numbers that may be seconds, is
 * null: what cannot be read for certain is not guessed at.
 *
 * A date tells its day, and so does a time without an offset, or at midnight of its offset. Any other instant tells none.
 */
export function readMoment(value: unknown): Moment | null {
  if (typeof value === "string") return readText(value);
  if (typeof value === "number") return Math.abs(value) >= READABLE_FROM ? readInstant(value) : null;
  if (typeof value === "bigint") return readMoment(Number(value));
  if (value instanceof Date) return readInstant(value.getTime());
  return null;
}

function readInstant(milliseconds: number): Moment | null {
  const earliest = dayNumberOf(milliseconds - BEHIND_MS);
  const latest = dayNumberOf(milliseconds + AHEAD_MS);
  return earliest === null || latest === null ? null : { at: milliseconds, earliest, latest, wholeDay: false };
}

function readText(text: string): Moment | null {
  if (text.length > TEXT_MAX) return null;
  const day = readDay(text);
  if (day === null) return NUMBER.test(text) && !COMPACT_TIME.test(text) ? readMoment(Number(text)) : null;
  if (text.length === 10) return { at: midnightOf(day), earliest: day, latest: day, wholeDay: true };
  const time = readUtcTime(text);
  if (time === 0) return { at: midnightOf(day), earliest: day, latest: day, wholeDay: false };
  if (time !== null) return readInstant(midnightOf(day) + time);
  return DATE_AND_TIME.test(text) ? recall(text, day) : null;
}

/**
 * The day that a text begins with, as `2026-01-31`, where the calendar has it. Read by hand, as is the time below: of a list of a
 * thousand rows each has its dates, and a regular expression makes objects of each.
 */
function readDay(text: string): DayNumber | null {
  if (text.length < 10 || text.charAt(4) !== "-" || text.charAt(7) !== "-") return null;
  const year = readDigits(text, 0, 4);
  const month = readDigits(text, 5, 2);
  const day = readDigits(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return year * 10_000 + month * 100 + day;
}

/** Milliseconds into the day of `...T10:30:00Z` or `...T10:30:00.000Z`; null where the time has another form. */
function readUtcTime(text: string): number | null {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text.charAt(10) !== "T" || text.charAt(length - 1) !== "Z") return null;
  if (text.charAt(13) !== ":" || text.charAt(16) !== ":" || (length === 24 && text.charAt(19) !== ".")) return null;
  const hours = readDigits(text, 11, 2);
  const minutes = readDigits(text, 14, 2);
  const seconds = readDigits(text, 17, 2);
  const milliseconds = length === 24 ? readDigits(text, 20, 3) : 0;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return null;
  return milliseconds < 0 ? null : hours * HOUR_MS + minutes * MINUTE_MS + seconds * 1000 + milliseconds;
}

/** The number that `count` digits from `start` make; negative where one is no digit. */
function readDigits(text: string, start: number, count: number): number {
  let number = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function recall(text: string, day: DayNumber): Moment | null {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const moment = readSlowly(text, day);
  remembered.set(text, moment);
  return moment;
}

function readSlowly(text: string, day: DayNumber): Moment | null {
  const [, hours = "", minutes, seconds = "0", fraction = "0", rest = ""] = TIME.exec(text.slice(11)) ?? [];
  const zone = (text.charAt(10) === "T" ? ISO_ZONE : SQL_ZONE).exec(rest);
  const time = millisecondsOf(Number(hours), Number(minutes ?? "0"), Number(seconds), Number(`0.${fraction}`));
  if (hours === "" || zone === null || time === null) return null;
  const local = midnightOf(day) + time;
  const at = instantOf(local, zone);
  const moment = at === null ? null : readInstant(at);
  if (moment === null) return null;
  const isLocal = zone.slice(1).every((part) => part === undefined);
  if (isLocal || (time === 0 && minutes !== undefined && Number(fraction) === 0)) {
    const told = dayNumberOf(local) ?? day;
    return { ...moment, earliest: told, latest: told };
  }
  return moment;
}

/** Milliseconds into a day; null where no clock shows that. The end of the day may be written as 24:00. */
function millisecondsOf(hours: number, minutes: number, seconds: number, fraction: number): number | null {
  const milliseconds = Math.floor(fraction * 1000);
  if (minutes > 59 || seconds > 59 || hours > 24) return null;
  if (hours === 24 && (minutes > 0 || seconds > 0 || milliseconds > 0)) return null;
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * 1000 + milliseconds;
}

/** The instant at which clocks of the zone show `local` (as milliseconds of UTC); null where there is no such zone. */
function instantOf(local: number, [, zulu, hours, minutes = "0", name]: RegExpExecArray): number | null {
  if (name !== undefined) return instantIn(name, local);
  if (zulu !== undefined || hours === undefined) return local;
  const offset = Math.abs(Number(hours)) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return hours.startsWith("-") ? local + offset : local - offset;
}

/**
 * Of an hour that clocks leave out, the instant that many minutes later than they leave it out; of one that they show twice, one of the two.
 */
function instantIn(zone: string, local: number): number | null {
  const offsetAt = offsetsOf(zone);
  if (offsetAt === null) return null;
  const guess = offsetAt(local);
  const there = offsetAt(local - guess);
  if (there === guess) return local - guess;
  return local - Math.min(there, offsetAt(local - there));
}

/** Offsets by instant, by name of the zone; null where there is none of that name. Cleared when full: names come from data. */
const zones = new Map<string, ((at: number) => number) | null>();
const ZONES_MAX = 1_000;
const SHOWN_OFFSET = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/;

function offsetsOf(zone: string): ((at: number) => number) | null {
  const remembered = zones.get(zone);
  if (remembered !== undefined) return remembered;
  if (zones.size >= ZONES_MAX) zones.clear();
  const offsetAt = readZone(zone);
  zones.set(zone, offsetAt);
  return offsetAt;
}

function readZone(timeZone: string): ((at: number) => number) | null {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    return (at) => {
      const [, sign, hours = 0, minutes = 0, seconds = 0] = SHOWN_OFFSET.exec(format.format(at)) ?? [];
      const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
      return sign === "-" ? -offset : offset;
    };
  } catch {
    return null;
  }
}

/** Milliseconds of the start of a day in UTC. */
export function midnightOf(day: DayNumber): number {
  const year = Math.floor(day / 10_000);
  const month = Math.floor(day / 100) % 100;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  const days = before * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? Number.NaN) + leapDay + (day % 100) - 1;
  return (days - DAYS_BEFORE_EPOCH) * DAY_MS;
}

/** Days of a common year before each month. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
/** From 1 January of the year 1 to 1 January 1970. */
const DAYS_BEFORE_EPOCH = 719_162;

/** The day that lies months later, or before where the count is negative; the last of a shorter month stands in for a day that it lacks. */
export function addMonths(day: DayNumber, count: number): DayNumber {
  const months = Math.floor(day / 10_000) * 12 + (Math.floor(day / 100) % 100) - 1 + count;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  return year * 10_000 + month * 100 + Math.min(day % 100, daysInMonth(year, month));
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month of the Gregorian calendar; `month` counts from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A day of the calendar, from the year 0 on, as one number that compares like the day: 20260131. */
export type DayNumber = number;

/** The UTC day of an instant; null where there is none, or it lies before the year 0. */
export function dayNumberOf(milliseconds: number): DayNumber | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 0 ? year * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate() : null;
}

/**
 * The day that has begun everywhere on earth: a birthday counts from when it is that day also in the last zone. Whoever is a child
 * somewhere is a child.
 */
export function dayEverywhere(milliseconds: number): DayNumber | null {
  return dayNumberOf(milliseconds - BEHIND_MS);
}

/** The instant from which `dayEverywhere` is this day. */
export function startEverywhere(day: DayNumber): number {
  return midnightOf(day) + BEHIND_MS;
}

/** Stands for a day of birth that cannot be read: later than any day, so that the person counts as a child. */
export const UNREADABLE_DAY: DayNumber = 9999_12_31;

/**
 * The day of birth: the last of those that it may have been, as somebody counts as of age only when it is certain. Of a year or
 * a month alone that is its last day, of an instant the latest anywhere on earth. UNREADABLE_DAY where there is something that
 * is no date; null where there is nothing.
 */
export function readBirthDay(value: unknown): DayNumber | null {
  if (value === null || value === undefined) return null;
  const partial = typeof value === "string" ? YEAR_AND_MONTH.exec(value) : null;
  if (partial === null) return readMoment(value)?.latest ?? UNREADABLE_DAY;
  const year = Number(partial[1]);
  const month = partial[2] === undefined ? 12 : Number(partial[2]);
  return month < 1 || month > 12 ? UNREADABLE_DAY : year * 10_000 + month * 100 + daysInMonth(year, month);
}

/**
 * Whether somebody born on `birthDay` is at least `years` old on `today`: full years, reached on the birthday; who was born on
 * 29 February reaches them on 1 March of other years.
 */
export function isAged(birthDay: DayNumber, years: number, today: DayNumber): boolean {
  return birthDay <= today - years * 10_000;
}

/** A length of time: calendar units apart from exact time, because a month has no fixed length. None is negative. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  /** Milliseconds of hours, minutes and seconds; null where it is one of whole days. */
  readonly time: number | null;
}

const DURATION =
  /^P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$/;
const PART = /^\d{1,20}(?:\.\d{1,20})?$/;

/**
 * Reads an ISO 8601 duration with at least one part and no fraction of a calendar unit (`P3Y`, `P1Y6M`, `P2W`, `PT12H`, `PT0.5H`);
 * null for anything else.
 */
export function parseDuration(text: string): Duration | null {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined || !/\d/.test(text) || text.endsWith("T")) return null;
  if (!parts.every((part) => part === undefined || PART.test(part))) return null;
  const [years = 0, months = 0, weeks = 0, days = 0] = parts.slice(0, 4).map((part = "0") => Number(part));
  if (![years, months, weeks, days].every(Number.isSafeInteger)) return null;
  const [hours, minutes, seconds, fraction = "0"] = parts.slice(4);
  const hasTime = hours !== undefined || minutes !== undefined || seconds !== undefined;
  const exact = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * 1000;
  return {
    months: years * 12 + months,
    days: weeks * 7 + days,
    time: hasTime ? exact + Math.floor(Number(`0.${fraction}`) * 1000) : null,
  };
}

/** Whether the first is certainly no longer than the second, however long the months and years in them are. */
export function isNoLonger(first: Duration, second: Duration): boolean {
  const isSame = first.months === second.months && first.days === second.days && first.time === second.time;
  return isSame || daysOf(first, 366, 31) <= daysOf(second, 365, 28);
}

/** Whole years first, so that P12M and P1Y compare as equal. */
function daysOf({ months, days, time }: Duration, perYear: number, perMonth: number): number {
  return Math.floor(months / 12) * perYear + (months % 12) * perMonth + days + (time ?? 0) / DAY_MS;
}

/** The instant that lies so long before `at`, months first; the epoch where it would lie before it. */
export function subtract(at: number, { months, days, time }: Duration): number {
  const today = dayNumberOf(at) ?? Number.NaN;
  const midnight = midnightOf(months === 0 ? today : addMonths(today, -months));
  const before = midnight + (at - midnightOf(today)) - days * DAY_MS - (time ?? 0);
  return before > 0 ? before : 0;
}

/** The ISO 8601 date of an instant's UTC day. */
export function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Whether the UTC day of an instant is a Saturday or a Sunday. */
export function isWeekend(milliseconds: number): boolean {
  return [0, 6].includes(new Date(milliseconds).getUTCDay());
}
