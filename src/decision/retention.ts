import { Duration } from "luxon";
import { addMonths, DAY_MS, type DayNumber, dayNumberOf, type Moment, midnightOf, readMoment } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";

/** A parsed `@retain(for:)`: calendar units apart from exact time, because a month has no fixed length. */
export interface Period {
  readonly months: number;
  readonly days: number;
  /** Milliseconds of hours, minutes and seconds; null where the period is one of whole days. */
  readonly time: number | null;
}

/**
 * Parses an ISO 8601 duration such as `P30D`, `P1Y6M` or `PT12H`.
 * Throws POLICY_INVALID for anything that is none, is negative, or has fractions of a calendar unit.
 */
export function parsePeriod(text: string): Period {
  const duration = Duration.fromISO(text);
  const parts = duration.isValid ? duration.toObject() : {};
  const { years = 0, months = 0, weeks = 0, days = 0, hours, minutes, seconds, milliseconds = 0 } = parts;
  const calendar = [years, months, weeks, days];
  const clock = [hours ?? 0, minutes ?? 0, seconds ?? 0, milliseconds];
  const sound =
    Object.keys(parts).length > 0 &&
    calendar.every((part) => Number.isSafeInteger(part) && part >= 0) &&
    clock.every((part) => Number.isFinite(part) && part >= 0);
  if (!sound) {
    throw new FieldguardError(
      "POLICY_INVALID",
      `Cannot use "${text}" as the period of @retain: expected an ISO 8601 duration without fractions of days, such as "P30D" or "P3Y".`,
    );
  }
  const hasTime = hours !== undefined || minutes !== undefined || seconds !== undefined;
  const [h = 0, m = 0, s = 0, ms = 0] = clock;
  return {
    months: years * 12 + months,
    days: weeks * 7 + days,
    time: hasTime ? h * 3_600_000 + m * 60_000 + s * 1000 + ms : null,
  };
}

/**
 * Whether data may no longer be used. `after` is the value of the field from which the period counts.
 *
 * A period of days, months or years counts in whole UTC days: with `P30D` after 1 January the data is clear through 31 January,
 * day 30, and expired from 00:00 UTC on 1 February, day 31. An instant tells no day: it counts as of the first that it may have
 * been, wherever on earth it was noted. The end of a shorter month stands
 * in for a day that it lacks (31 January and `P1M`: 28 February). A period with hours, minutes or seconds counts to the
 * millisecond from the time given, or from the start of a plain date, and has expired at its end.
 * Missing, null or unreadable dates count as expired.
 */
export function hasExpired(after: unknown, period: Period, now: number): boolean {
  const moment = readMoment(after);
  // the comparison is turned so that a limit beyond the calendar (NaN) is expired as well
  return moment === null || !(now < endOf(moment, period));
}

function endOf({ at, earliest }: Moment, period: Period): number {
  if (period.time === null) return lastDayOf(earliest, period) + DAY_MS;
  const day = dayNumberOf(at) ?? Number.NaN;
  return lastDayOf(day, period) + (at - midnightOf(day)) + period.time;
}

function lastDayOf(from: DayNumber, { months, days }: Period): number {
  return midnightOf(months === 0 ? from : addMonths(from, months)) + days * DAY_MS;
}

/**
 * Whether a grant's `until` is past. Missing or null: not ended. A plain date ends with its UTC day, a time at its instant;
 * what cannot be read has ended.
 */
export function hasEnded(until: unknown, now: number): boolean {
  if (until === null || until === undefined) return false;
  const moment = readMoment(until);
  if (moment === null) return true;
  return !(now < (moment.wholeDay ? moment.at + DAY_MS : moment.at));
}
