import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DateTime, Duration } from "luxon";
import {
  addMonths,
  dayNumberOf,
  isAged,
  isNoLonger,
  midnightOf,
  parseDuration,
  readBirthDay,
  readMoment,
  subtract,
  UNREADABLE_DAY,
} from "../../src/core/dates.ts";

/** Any millisecond of the years 0 to 9999, but for the day at either end. */
const instant = fc.integer({ min: Date.parse("0000-01-02T00:00:00Z"), max: Date.parse("9999-12-30T23:59:59.999Z") });

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
        expect(readMoment(text)?.at).toBe(at);
        expect(readMoment(text.replace("Z", "+00:00"))).toEqual(readMoment(text));
        const day = dayNumberOf(at);
        expect(readMoment(text.slice(0, 10))).toEqual({
          at: Date.parse(text.slice(0, 10)),
          earliest: day,
          latest: day,
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
    expect(readMoment(text)).toMatchObject({ at: Date.parse(iso), wholeDay: false });
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
    "1769855400",
    "99999999999",
    "-99999999999",
    "202601311030",
    "190001010000",
    "209912312359",
    "0x1769855400000",
    "1769855400000.5",
    "1e12",
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
    0,
    99_999_999_999,
    -99_999_999_999,
    () => 0,
    new Date(Number.NaN),
    Number.NaN,
  ])("%p is none", (value) => {
    expect(readMoment(value)).toBe(null);
  });
});

const DAYS = ["2026-01-31", "2024-02-29", "1969-12-31", "0101-01-02", "2026-03-29", "2026-11-01", "1890-06-01"];
const TIMES = [
  ...["10:30:00", "10:30", "10", "1030", "103000", "02:30:00", "01:30:00", "24:00", "24:00:01", "25:00", "10:60"],
  ...[
    "10:30:60",
    "10:30:00.5",
    "10:30:00,123456",
    "23:59:59.999999",
    "1:30",
    "",
    "10:30:00.",
    "00:00:00",
    "000000.000",
  ],
];
const ZONES = [
  ...["", "Z", "z", "+08:00", "-0800", "+05:45", "+00", "-00:30", "+14:00", "+99:99", "+8", " Z", " +02:00", " ", "  "],
  ...[" UTC", " EST", " Europe/Berlin", " america/new_york", " Nowhere/Else", "[Asia/Tokyo]", "+02:00[Europe/Berlin]"],
  ...["Z[America/Argentina/Buenos_Aires]", "[]", "[Etc/GMT+5]", " Etc/GMT-10", "Europe/Paris", " Pacific/Apia", "\n"],
];

/** Of an hour that clocks show twice luxon takes the one or the other by the season in which it is asked. */
const SHOWN_TWICE = /^2026-11-01 01:30:00 america/;

function byLuxon(text: string): number | null {
  const utc = { zone: "utc" };
  const read = text.charAt(10) === "T" ? DateTime.fromISO(text, utc) : DateTime.fromSQL(text, utc);
  return read.isValid && text.charAt(10) !== "t" ? read.toMillis() : null;
}

describe("a text of a date and time", () => {
  test.each(DAYS)("of %s is the instant that luxon reads, or none where luxon reads none", (day) => {
    const texts = TIMES.flatMap((time) =>
      ["T", " ", "t"].flatMap((mark) => ZONES.map((zone) => day + mark + time + zone)),
    );
    const certain = texts.filter((text) => !SHOWN_TWICE.test(text));
    expect(certain.map((text) => [text, readMoment(text)?.at ?? null])).toEqual(
      certain.map((text) => [text, byLuxon(text)]),
    );
  });

  test.each([
    ["2026-01-31T00:30:00[Asia/Tokyo]", 20260130, 20260131],
    ["2026-01-31 12:30:00 Etc/GMT+5", 20260131, 20260201],
    ["2026-01-31T05:30:00z", 20260130, 20260131],
    ["2026-01-31T00:00:00[Asia/Tokyo]", 20260131, 20260131],
    ["2026-01-31 00:00:00 Europe/Berlin", 20260131, 20260131],
    ["2026-01-31 23:00:00", 20260131, 20260131],
    ["2026-01-31T24:00", 20260201, 20260201],
  ])("%s tells no day but at midnight or without a zone", (text, earliest, latest) => {
    expect(readMoment(text)).toMatchObject({ earliest, latest });
  });
});

describe("a duration", () => {
  const number = fc.constantFrom(
    "",
    "0",
    "1",
    "18",
    "007",
    "1.0",
    "1.5",
    "-1",
    "99999999999999999999",
    "1.",
    ".5",
    "1,5",
  );
  const part = (unit: string) => number.map((text) => (text === "" ? "" : `${text}${unit}`));
  const text = fc
    .tuple(fc.constantFrom("P", "-P", "+P", "p", ""), ...["Y", "M", "W", "D"].map(part), fc.constantFrom("T", ""))
    .chain((date) => fc.tuple(...["H", "M", "S"].map(part)).map((time) => [...date, ...time].join("")));

  test("is what luxon reads, where it is positive and has no fraction of a calendar unit", () => {
    fc.assert(
      fc.property(text, (written) => {
        const { years = 0, months = 0, weeks = 0, days = 0, ...time } = Duration.fromISO(written).toObject();
        const calendar = [years, months, weeks, days];
        const sound =
          Duration.fromISO(written).isValid &&
          /\d/.test(written) &&
          !/[-+]|T$/.test(written) &&
          calendar.every(Number.isSafeInteger);
        const exact = Object.keys(time).length === 0 ? null : Duration.fromObject(time).toMillis();
        const expected = sound ? { months: years * 12 + months, days: weeks * 7 + days, time: exact } : null;
        expect([written, parseDuration(written)]).toEqual([written, expected]);
      }),
      { numRuns: 4_000, seed: 1 },
    );
  });

  test("is taken from an instant as luxon takes it", () => {
    fc.assert(
      fc.property(instant, fc.nat(1_000), fc.nat(1_000), fc.option(fc.nat(9e9)), (at, months, days, time) => {
        const there = DateTime.fromMillis(at, { zone: "utc" }).minus({ months, days, milliseconds: time ?? 0 });
        expect(subtract(at, { months, days, time })).toBe(Math.max(0, there.toMillis()));
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });

  test.each([
    ["P12M", "P1Y", true],
    ["P1Y", "P12M", true],
    ["P365D", "P1Y", true],
    ["P366D", "P1Y", false],
    ["P1M", "P30D", false],
    ["P1M", "P31D", true],
    ["PT24H", "P1D", true],
    ["PT24H1S", "P1D", false],
    ["PT1.5S", "PT1S", false],
    ["P4W", "P1M", true],
  ])("%s is certainly no longer than %s: %p", (first, second, expected) => {
    const [own, other] = [parseDuration(first), parseDuration(second)];
    expect(own !== null && other !== null && isNoLonger(own, other)).toBe(expected);
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

/** Offsets of UTC in minutes, as clocks on earth have them. */
const offset = fc.constantFrom(-720, -570, -300, -210, 0, 60, 330, 345, 480, 570, 765, 840);

function written(at: number, minutes: number): string {
  return (
    DateTime.fromMillis(at)
      .setZone(`UTC${minutes < 0 ? "-" : "+"}${hoursOf(minutes)}`)
      .toISO() ?? ""
  );
}

function hoursOf(minutes: number): string {
  const absolute = Math.abs(minutes);
  return `${Math.floor(absolute / 60)}:${String(absolute % 60).padStart(2, "0")}`;
}

/** The first and last day that clocks show at an instant, from one end of the earth to the other, by looking at each of them. */
function daysOnEarth(at: number): { readonly first: number; readonly last: number } {
  const days: number[] = [];
  for (let minutes = -720; minutes <= 840; minutes += 15) days.push(dayNumberOf(at + minutes * 60_000) ?? Number.NaN);
  return { first: Math.min(...days), last: Math.max(...days) };
}

/** Milliseconds that are told apart from seconds, around midnights as often as not. */
const told = fc
  .tuple(
    fc.integer({ min: 4_000, max: 40_000 }),
    fc.constantFrom(0, 1, -1, 36_000_000, 43_199_999, 43_200_000, 50_399_999, 50_400_000),
    offset,
  )
  .map(([day, past, minutes]) => day * 86_400_000 + past - minutes * 60_000);

describe("an instant without a day", () => {
  test("may have been any day that clocks on earth showed then, in whatever form it is told", () => {
    fc.assert(
      fc.property(told, offset, (at, minutes) => {
        const { first, last } = daysOnEarth(at);
        const text = written(at, minutes);
        const isMidnight = (at + minutes * 60_000) % 86_400_000 === 0;
        const day = Number(text.slice(0, 10).replaceAll("-", ""));
        for (const form of [at, String(at), BigInt(at), new Date(at)]) {
          expect(readMoment(form)).toEqual({ at, earliest: first, latest: last, wholeDay: false });
        }
        expect(readMoment(text)).toEqual(
          isMidnight
            ? { at, earliest: day, latest: day, wholeDay: false }
            : { at, earliest: first, latest: last, wholeDay: false },
        );
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });

  test("makes nobody older than they are, wherever they were born", () => {
    fc.assert(
      fc.property(told, offset, offset, (at, minutes, other) => {
        const bornOn = dayNumberOf(at + minutes * 60_000) ?? Number.NaN;
        for (const form of [at, String(at), new Date(at), new Date(at).toISOString(), written(at, other)]) {
          const isMidnight = typeof form === "string" && /T00:00:00.000/.test(form);
          if (!isMidnight) expect(readBirthDay(form) ?? 0).toBeGreaterThanOrEqual(bornOn);
        }
        expect(readBirthDay(written(Math.floor(at / 86_400_000) * 86_400_000 - other * 60_000, other))).toBe(
          dayNumberOf(at),
        );
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });
});

describe("a day of birth that cannot be read", () => {
  test.each([
    "",
    " ",
    "27.11.2016",
    "11/27/2016",
    "2016-11-31",
    "2016-13",
    "20161127",
    "201611270830",
    "1480204800",
    "Sun Nov 27 2016 00:00:00 GMT+0800 (China Standard Time)",
    "true",
    1990,
    1_480_204_800,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    {},
    [],
    new Date(Number.NaN),
  ])("%p is a child's", (value) => {
    const born = readBirthDay(value);
    expect(born).toBe(UNREADABLE_DAY);
    expect(isAged(born ?? 0, 0, 20261127)).toBe(false);
  });

  test.each([null, undefined])("%p is none", (value) => {
    expect(readBirthDay(value)).toBe(null);
  });
});
