import { expect, test } from "@jest/globals";
import { dueDate } from "../../src/consent/due-date.ts";

const CHINA_2026 = {
  days: 15,
  count: "WORKING",
  holidays: ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"],
  workedDays: ["2026-02-14", "2026-02-28"],
} as const;

test.each([
  ["2026-03-02T09:00:00Z", { days: 15, count: "CALENDAR" }, "2026-03-17"],
  ["2026-03-02T09:00:00Z", { days: 15, count: "WORKING" }, "2026-03-23"],
  ["2026-03-06T23:59:00Z", { days: 1, count: "WORKING" }, "2026-03-09"],
  ["2026-02-13T01:00:00Z", { days: 1, count: "WORKING" }, "2026-02-16"],
  ["2026-02-13T01:00:00Z", { ...CHINA_2026, days: 1 }, "2026-02-14"],
  ["2026-02-13T01:00:00Z", { ...CHINA_2026, days: 2 }, "2026-02-24"],
  ["2026-02-13T01:00:00Z", CHINA_2026, "2026-03-12"],
  ["2026-02-13T01:00:00Z", { days: 0, count: "WORKING" }, "2026-02-13"],
] as const)("a request of %s under %j is due by %s", (received, due, expected) => {
  expect(dueDate(Date.parse(received), due)).toBe(expected);
});
