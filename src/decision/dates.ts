import { DateTime } from "luxon";

export const DAY_MS = 86_400_000;

/** A point in time as a value of the data tells it. All arithmetic is in UTC. */
export interface Moment {
  /** Milliseconds since the epoch: the instant, or the start of the day. */
  readonly at: number;
  /** Whether only the day was told (`2026-01-31`): it then lasts until its end. */
  readonly wholeDay: boolean;
}

const PLAIN_DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const UTC_TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;
const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[T ]/;
const YEAR_AND_MONTH = /^(\d{4})(?:-(\d\d))?$/;
/** Longest text that is worth reading as a date. */
const TEXT_MAX = 64;
const REMEMBERED_MAX = 4096;

/** What luxon made of texts with an offset or in SQL's form: the slow way, so remembered. Cleared when full. */
const remembered = new Map<string, Moment | null>();

/**
 * Reads a date or time: an ISO 8601 calendar date or date with time (without an offset: UTC), SQL's `2026-01-31 10:00:00`,
 * a Date, or a number of milliseconds since the epoch. Anything else, also times without a date, week dates and numbers in
 * text, is null: what cannot be read for certain is not guessed at.
 */
export function readMoment(value: unknown): Moment | null {
  if (typeof value === "string") return readText(value);
  if (typeof value === "number") return readInstant(value);
  if (value instanceof Date) return readInstant(value.getTime());
  return null;
}

function readInstant(milliseconds: number): Moment | null {
  // beyond 100 million days from the epoch there is no date (ECMA-262, time values)
  return Math.abs(milliseconds) <= 8.64e15 ? { at: milliseconds, wholeDay: false } : null;
}

function readText(text: string): Moment | null {
  if (text.length > TEXT_MAX) return null;
  const day = PLAIN_DAY.exec(text);
  if (day !== null) {
    const at = startOfDay(Number(day[1]), Number(day[2]), Number(day[3]));
    return at === null ? null : { at, wholeDay: true };
  }
  const time = UTC_TIME.exec(text);
  if (time !== null) {
    // Date.parse takes 30 February for 1 March; the day is checked apart
    if (startOfDay(Number(time[1]), Number(time[2]), Number(time[3])) === null) return null;
    const at = Date.parse(text);
    return Number.isNaN(at) ? null : { at, wholeDay: false };
  }
  return DATE_AND_TIME.test(text) ? recall(text) : null;
}

function recall(text: string): Moment | null {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const zone = { zone: "utc" };
  const read = text.charAt(10) === "T" ? DateTime.fromISO(text, zone) : DateTime.fromSQL(text, zone);
  const moment = read.isValid ? { at: read.toMillis(), wholeDay: false } : null;
  remembered.set(text, moment);
  return moment;
}

/** Start of a day of the calendar in UTC; null where the calendar has no such day. `month` counts from 1. */
function startOfDay(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return utcMidnight(year, month, day);
}

/** Date.UTC takes the years 0 to 99 for 1900 to 1999: a typing error would make somebody a century younger or older. */
function utcMidnight(year: number, month: number, day: number): number {
  return year >= 100 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day);
}

/** Days of a month of the Gregorian calendar; `month` counts from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A day of the calendar as one number that compares like the day: 20260131. */
export type DayNumber = number;

/** The UTC day of an instant; null outside the years 0 to 9999, where nobody was born. */
export function dayNumberOf(milliseconds: number): DayNumber | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return null;
  return year * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/**
 * The day of birth, in UTC. Where only the year or the month is told, its last day: somebody counts as of age only when it is
 * certain. null where the text is no date.
 */
export function readBirthDay(text: string): DayNumber | null {
  const partial = YEAR_AND_MONTH.exec(text);
  if (partial !== null) {
    const year = Number(partial[1]);
    const month = partial[2] === undefined ? 12 : Number(partial[2]);
    if (month < 1 || month > 12) return null;
    return year * 10_000 + month * 100 + daysInMonth(year, month);
  }
  const moment = readText(text);
  return moment === null ? null : dayNumberOf(moment.at);
}

/**
 * Whether somebody born on `birthDay` is at least `years` old on `today`: full years, reached on the birthday; who was born on
 * 29 February reaches them on 1 March of other years.
 */
export function isAged(birthDay: DayNumber, years: number, today: DayNumber): boolean {
  return birthDay <= today - years * 10_000;
}
