export const DAY_MS = 86_400_000;

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The time so many days before `now` (after it where negative), as ISO 8601. */
export function daysBefore(now: number, days: number): string {
  return isoTime(now - Math.round(days * DAY_MS));
}

/** The day of a time: `2024-03-01`. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}
