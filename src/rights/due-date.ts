import { DAY_MS, isoDate, isWeekend } from "../core/dates.ts";

/** How long a deployment has for answering a person's request. */
export interface RightsDue {
  readonly days: number;
  /** WORKING: Monday to Friday but for `holidays`, and `workedDays`, weekend days that are worked instead (as in China). */
  readonly count: "CALENDAR" | "WORKING";
  /** ISO 8601 dates. */
  readonly holidays?: readonly string[] | undefined;
  readonly workedDays?: readonly string[] | undefined;
}

/**
 * The last UTC day, as an ISO 8601 date, on which a request must be answered that came at `receivedAt` (milliseconds since the
 * epoch). The day on which it came does not count. Years whose holidays are not given count weekends alone, which ends earlier.
 */
export function dueDate(receivedAt: number, { days, count, holidays = [], workedDays = [] }: RightsDue): string {
  let at = receivedAt;
  let left = days;
  while (left > 0) {
    at += DAY_MS;
    const day = isoDate(at);
    const worked = workedDays.includes(day) || !(isWeekend(at) || holidays.includes(day));
    if (count === "CALENDAR" || worked) left -= 1;
  }
  return isoDate(at);
}
