import { expect, test } from "@jest/globals";
import { FieldguardError } from "../../src/core/errors.ts";
import { type AnswerTerm, dueDate, type WorkCalendar } from "../../src/evidence/due-date.ts";

const CHINA: WorkCalendar = {
  zone: "Asia/Shanghai",
  // National Day week of 2026, and the Sunday and Saturday worked instead, as a deployment would configure them.
  holidays: ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"],
  workdays: ["2026-09-27", "2026-10-10"],
};
const UTC: WorkCalendar = { zone: "UTC", holidays: [], workdays: [] };
const days = (count: number): AnswerTerm => ({ days: count, kind: "CALENDAR" });
const working = (count: number): AnswerTerm => ({ days: count, kind: "WORKING" });

test.each<[string, string, AnswerTerm, WorkCalendar, string]>([
  ["15 calendar days", "2026-01-01T09:00:00Z", days(15), UTC, "2026-01-16T23:59:59.999Z"],
  ["over a leap day", "2028-02-20T09:00:00Z", days(15), UTC, "2028-03-06T23:59:59.999Z"],
  ["one working day from a Friday", "2026-01-02T09:00:00Z", working(1), UTC, "2026-01-05T23:59:59.999Z"],
  ["one working day from a Saturday", "2026-01-03T09:00:00Z", working(1), UTC, "2026-01-05T23:59:59.999Z"],
  ["15 working days", "2026-01-01T09:00:00Z", working(15), UTC, "2026-01-22T23:59:59.999Z"],
  ["a day that has begun in Shanghai only", "2026-01-01T17:00:00Z", days(1), CHINA, "2026-01-03T15:59:59.999Z"],
  [
    "over a holiday week and its worked Saturday",
    "2026-09-30T02:00:00Z",
    working(3),
    CHINA,
    "2026-10-10T15:59:59.999Z",
  ],
  ["a worked Sunday counts", "2026-09-25T02:00:00Z", working(1), CHINA, "2026-09-27T15:59:59.999Z"],
])("%s", (_name, received, term, calendar, due) => {
  expect(new Date(dueDate(Date.parse(received), term, calendar)).toISOString()).toBe(due);
});

test.each([days(0), days(1.5), days(100_000), working(-1)])("refuses %j", (term) => {
  expect(() => dueDate(0, term)).toThrow(FieldguardError);
});

test("refuses a zone that does not exist", () => {
  expect(() => dueDate(0, days(1), { ...UTC, zone: "Mars/Base" })).toThrow(FieldguardError);
});
