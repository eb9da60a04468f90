import {
  addMonths,
  DAY_MS,
  type DayNumber,
  type Duration,
  dayNumberOf,
  type Moment,
  midnightOf,
  parseDuration,
  readMoment,
} from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";

/**
 * Parses the period of `@retain(for:)`, an ISO 8601 duration such as `P30D`, `P1Y6M` or `PT12H`.
 * Throws POLICY_INVALID for anything that is none, is negative, or has fractions of a calendar unit.
 */
export function parsePeriod(text: string): Duration {
  const period = parseDuration(text);
  if (period !== null) return period;
  throw new FieldguardError(
    "POLICY_INVALID",
    `Cannot use "${text}" as the period of @retain: expected an ISO 8601 duration without fractions of days, such as "P30D" or "P3Y".`,
  );
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
export function hasExpired(after: unknown, period: Duration, now: number): boolean {
  const moment = readMoment(after);
  // the comparison is turned so that a limit beyond the calendar (NaN) is expired as well
  return moment === null || !(now < endOf(moment, period));
}

function endOf({ at, earliest }: Moment, period: Duration): number {
  if (period.time === null) return lastDayOf(earliest, period) + DAY_MS;
  const day = dayNumberOf(at) ?? Number.NaN;
  return lastDayOf(day, period) + (at - midnightOf(day)) + period.time;
}

function lastDayOf(from: DayNumber, { months, days }: Duration): number {
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
