import { DateTime } from "luxon";
import { FieldguardError } from "../core/errors.ts";

/** How long somebody may take to answer a request. */
export interface AnswerTerm {
  readonly days: number;
  /** WORKING days pass over weekends and holidays. */
  readonly kind: "CALENDAR" | "WORKING";
}

/** Days off and days on of a country; dates are YYYY-MM-DD. China moves working days onto weekends, which is told in `workdays`. */
export interface WorkCalendar {
  /** IANA name of the zone in which days are counted. */
  readonly zone: string;
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

export const PLAIN_CALENDAR: WorkCalendar = { zone: "UTC", holidays: [], workdays: [] };

const DAYS_MAX = 3_650;

/**
 * The last moment of the day on which an answer is due, in milliseconds since the epoch. The day of receipt is not
 * counted (Regulation 1182/71 Art. 3; China's Civil Code 201).
 */
export function dueDate(received: number, term: AnswerTerm, calendar: WorkCalendar = PLAIN_CALENDAR): number {
  const first = DateTime.fromMillis(received, { zone: calendar.zone }).startOf("day");
  if (!first.isValid) throw new FieldguardError("BAD_INPUT", "Cannot count days: the calendar's zone is not known.");
  if (!Number.isInteger(term.days) || term.days < 1 || term.days > DAYS_MAX) {
    throw new FieldguardError("BAD_INPUT", `Cannot count days: expected 1 to ${DAYS_MAX} of them.`);
  }
  if (term.kind === "CALENDAR") return first.plus({ days: term.days }).endOf("day").toMillis();
  const holidays = new Set(calendar.holidays);
  const workdays = new Set(calendar.workdays);
  let day = first;
  for (let left = term.days; left > 0; ) {
    day = day.plus({ days: 1 });
    if (isWorkday(day, holidays, workdays)) left -= 1;
  }
  return day.endOf("day").toMillis();
}

function isWorkday(day: DateTime, holidays: ReadonlySet<string>, workdays: ReadonlySet<string>): boolean {
  const date = day.toISODate() ?? "";
  if (workdays.has(date)) return true;
  return day.weekday <= 5 && !holidays.has(date);
}
