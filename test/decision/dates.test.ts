import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DateTime } from "luxon";
import { addMonths, dayNumberOf, isAged, midnightOf, readBirthDay, readMoment } from "../../src/decision/dates.ts";

/** Any millisecond of the years 0 to 9999. */
const instant = fc.integer({ min: Date.parse("0000-01-01T00:00:00Z"), max: Date.parse("9999-12-31T23:59:59.999Z") });

describe("days of the calendar", () => {
  test("begin where luxon says that they begin", () => {
    fc.assert(
      fc.property(instant, (at) => {
        const day = dayNumberOf(at) ?? Number.NaN;
        expect(midnightOf(day)).toBe(DateTime.fromMillis(at, { zone: "utc" }).startOf("day").toMillis());
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });

  test("lie months apart as luxon counts them", () => {
    fc.assert(
      fc.property(instant, fc.nat({ max: 600 }), (at, months) => {
        const there = DateTime.fromMillis(at, { zone: "utc" }).startOf("day").plus({ months });
        expect(midnightOf(addMonths(dayNumberOf(at) ?? Number.NaN, months))).toBe(there.toMillis());
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });

  test("are null before the year 0 and where there is no date", () => {
    expect([-1e14, Number.NaN, 9e15, Number.NEGATIVE_INFINITY].map(dayNumberOf)).toEqual([null, null, null, null]);
  });
});

describe("a date or time of the data", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(instant, (at) => {
        const text = new Date(at).toISOString();
        expect(readMoment(text)).toEqual({ at, day: dayNumberOf(at), wholeDay: false });
        expect(readMoment(text.replace("Z", "+00:00"))?.at).toBe(at);
        expect(readMoment(text.slice(0, 10))).toEqual({
          at: Date.parse(text.slice(0, 10)),
          day: dayNumberOf(at),
          wholeDay: true,
        });
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test.each([
    ["2026-01-31T10:30:00Z", "2026-01-31T10:30:00.000Z"],
    ["2026-01-31T10:30:00.5Z", "2026-01-31T10:30:00.500Z"],
    ["2026-01-31T10:30:00.123456Z", "2026-01-31T10:30:00.123Z"],
    ["2026-01-31T10:30Z", "2026-01-31T10:30:00.000Z"],
    ["2026-01-31T10:30", "2026-01-31T10:30:00.000Z"],
    ["2026-01-31T24:00:00Z", "2026-02-01T00:00:00.000Z"],
    ["2026-01-31T10:30:00+08:00", "2026-01-31T02:30:00.000Z"],
    ["2026-01-31T01:00:00+0800", "2026-01-30T17:00:00.000Z"],
    ["2026-01-31 10:30:00", "2026-01-31T10:30:00.000Z"],
    ["2026-01-31 10:30:00.25", "2026-01-31T10:30:00.250Z"],
  ])("%s is %s", (text, iso) => {
    expect(readMoment(text)).toEqual({ at: Date.parse(iso), day: dayNumberOf(Date.parse(iso)), wholeDay: false });
    // a second time from memory
    expect(readMoment(text)?.at).toBe(Date.parse(iso));
  });

  test.each([
    "",
    "2026",
    "2026-01",
    "20260131",
    "2026-W05-6",
    "2026-031",
    "10:30",
    "T10:30",
    "2026-1-31",
    "2026-01-31T",
    "2026-01-31TT10:30:00Z",
    "2026-01-31T25:00:00Z",
    "2026-01-31T10:60:00Z",
    "2026-01-31T10:30:61Z",
    "2026-01-3１",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-02-29",
    "2026-02-29T10:00:00Z",
    "1900-02-29",
    "-2026-01-31",
    "+002026-01-31",
    " 2026-01-31",
    "2026-01-31 ",
    "31.01.2026",
    "01/31/2026",
    "Sat, 31 Jan 2026 10:30:00 GMT",
    "1769855400000",
    `2026-01-31T10:30:00${"0".repeat(100)}Z`,
  ])("%p is none", (text) => {
    expect(readMoment(text)).toBe(null);
  });

  test.each([
    null,
    undefined,
    true,
    false,
    {},
    [],
    ["2026-01-31"],
    Symbol("now"),
    10n,
    () => 0,
    new Date(Number.NaN),
    Number.NaN,
  ])("%p is none", (value) => {
    expect(readMoment(value)).toBe(null);
  });
});

describe("age", () => {
  test("is reached on the birthday, as luxon counts full years", () => {
    fc.assert(
      fc.property(instant, instant, fc.integer({ min: 1, max: 120 }), (one, other, years) => {
        const [born, now] = [Math.min(one, other), Math.max(one, other)];
        const [from, to] = [DateTime.fromMillis(born, { zone: "utc" }), DateTime.fromMillis(now, { zone: "utc" })];
        // luxon lets a leap day's birthday fall on 28 February; here it is 1 March
        if (from.month === 2 && from.day === 29) return;
        const full = Math.floor(to.startOf("day").diff(from.startOf("day"), "years").years);
        expect(isAged(dayNumberOf(born) ?? 0, years, dayNumberOf(now) ?? 0)).toBe(full >= years);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test("of somebody of whom only the year or the month is known counts from its end", () => {
    expect([readBirthDay("2008"), readBirthDay("2008-02"), readBirthDay("2008-06")]).toEqual([
      20081231, 20080229, 20080630,
    ]);
  });
});
