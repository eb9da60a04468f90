import { Duration } from "luxon";

/**
 * Whether a text is an ISO 8601 duration with at least one part, none negative and no fraction of a calendar unit
 * (`P3Y`, `P1Y6M`, `PT12H`): what retention can be counted in.
 */
export function isDuration(text: string): boolean {
  // luxon reads "P" and "PT" as nothing, and takes signs as an extension of the standard
  if (!/\d/.test(text) || /[-+]/.test(text) || text.endsWith("T")) return false;
  const duration = Duration.fromISO(text);
  return (
    duration.isValid && [duration.years, duration.months, duration.weeks, duration.days].every(Number.isSafeInteger)
  );
}

/** Whether the first is certainly no longer than the second, however long the months and years in them are. */
export function isNoLonger(first: string, second: string): boolean {
  if (first === second) return true;
  return days(first, "longest") <= days(second, "shortest");
}

function days(text: string, by: "longest" | "shortest"): number {
  const {
    years = 0,
    months = 0,
    weeks = 0,
    days = 0,
    hours = 0,
    minutes = 0,
    seconds = 0,
  } = Duration.fromISO(text).toObject();
  // whole years first, so that P12M and P1Y compare as equal
  const allMonths = years * 12 + months;
  const perYear = by === "longest" ? 366 : 365;
  const perMonth = by === "longest" ? 31 : 28;
  const calendar = Math.floor(allMonths / 12) * perYear + (allMonths % 12) * perMonth;
  return calendar + weeks * 7 + days + (hours + (minutes + seconds / 60) / 60) / 24;
}
