import { type Case, casesOf, changeScene, GRANTED_SCENE, type Line } from "../case.ts";

const SCENE = changeScene(GRANTED_SCENE, { deployment: { minimumAge: 18 } });

const minimum = casesOf("minimum age", SCENE, [
  { name: "an adult", gives: "ALLOW GRANTED" },
  { name: "the day before the birthday", object: { birthDate: "2008-06-16" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "the birthday", object: { birthDate: "2008-06-15" }, gives: "ALLOW GRANTED" },
  { name: "the day after it", object: { birthDate: "2008-06-14" }, gives: "ALLOW GRANTED" },
  {
    name: "the last moment before it is the birthday everywhere",
    object: { birthDate: "2008-06-15" },
    now: "2026-06-15T11:59:59.999Z",
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "the first moment of the birthday everywhere",
    object: { birthDate: "2008-06-15" },
    now: "2026-06-15T12:00:00.000Z",
    gives: "ALLOW GRANTED",
  },
  {
    name: "a minor, denied otherwise",
    object: { birthDate: "2015-01-01" },
    field: { category: "HEALTH" },
    gives: "DENY MINOR_NOT_SERVED",
  },
  {
    name: "born on a leap day, 28 February",
    object: { birthDate: "2008-02-29" },
    now: "2026-02-28T12:00:00Z",
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "born on a leap day, 1 March",
    object: { birthDate: "2008-02-29" },
    now: "2026-03-01T12:00:00Z",
    gives: "ALLOW GRANTED",
  },
  {
    name: "on a leap day, born on 28 February",
    object: { birthDate: "2010-02-28" },
    now: "2028-02-29T12:00:00Z",
    gives: "ALLOW GRANTED",
  },
  {
    name: "on a leap day, born on 1 March",
    object: { birthDate: "2010-03-01" },
    now: "2028-02-29T12:00:00Z",
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "born at the turn of the year",
    object: { birthDate: "2008-12-31" },
    now: "2026-12-30T12:00:00Z",
    gives: "MASK MINOR_NOT_SERVED",
  },
  { name: "a day of birth with a time", object: { birthDate: "2008-06-15T10:00:00" }, gives: "ALLOW GRANTED" },
  {
    name: "an instant of that day everywhere",
    object: { birthDate: "2008-06-15T09:59:59.999Z" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "an instant that is the next day somewhere",
    object: { birthDate: "2008-06-15T10:00:00.000Z" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "midnight in Shanghai, as a date's JSON tells it",
    object: { birthDate: "2008-06-15T16:00:00.000Z" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  { name: "midnight in Shanghai", object: { birthDate: "2008-06-15T00:00:00+08:00" }, gives: "ALLOW GRANTED" },
  {
    name: "midnight in Shanghai of the day after",
    object: { birthDate: "2008-06-16T00:00:00+08:00" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  { name: "midnight in New York", object: { birthDate: "2008-06-15T00:00:00-04:00" }, gives: "ALLOW GRANTED" },
  { name: "midnight in UTC", object: { birthDate: "2008-06-15T00:00:00.000Z" }, gives: "ALLOW GRANTED" },
  { name: "a Date", object: { birthDate: new Date("2008-06-15T09:00:00Z") }, gives: "ALLOW GRANTED" },
  {
    name: "a Date of the day after, in Shanghai",
    object: { birthDate: new Date("2008-06-16T00:00:00+08:00") },
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "a Date as text",
    object: { birthDate: String(Date.parse("2008-06-15T09:00:00Z")) },
    gives: "ALLOW GRANTED",
  },
  {
    name: "a Date of long ago as text",
    object: { birthDate: String(Date.parse("1950-06-15T09:00:00Z")) },
    gives: "ALLOW GRANTED",
  },
  { name: "milliseconds", object: { birthDate: Date.parse("2008-06-15T09:00:00Z") }, gives: "ALLOW GRANTED" },
  { name: "seconds", object: { birthDate: 643_161_600 }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "a compact day", object: { birthDate: "19900520" }, gives: "MASK MINOR_NOT_SERVED" },
  {
    name: "a compact time, which is no milliseconds",
    object: { birthDate: "201611270830" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "unreadable, where no purpose but rights counts",
    object: { birthDate: "27.11.1990" },
    purpose: "RIGHTS_FULFILMENT",
    field: { grants: [{ allow: ["RIGHTS_FULFILMENT"], to: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "a time whose UTC day is a day later",
    object: { birthDate: "2008-06-15T23:00:00-05:00" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  { name: "a year that is certain", object: { birthDate: "2007" }, gives: "ALLOW GRANTED" },
  { name: "a year that is not", object: { birthDate: "2008" }, gives: "MASK MINOR_NOT_SERVED" },
  {
    name: "a year that is, on its last day",
    object: { birthDate: "2008" },
    now: "2026-12-31T12:00:00Z",
    gives: "ALLOW GRANTED",
  },
  { name: "a month that is certain", object: { birthDate: "2008-05" }, gives: "ALLOW GRANTED" },
  { name: "a month that is not", object: { birthDate: "2008-06" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "no month of the calendar", object: { birthDate: "2000-13" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "null", object: { birthDate: null }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "missing", object: { birthDate: undefined }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "an empty text", object: { birthDate: "" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "words", object: { birthDate: "of age" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "no day of the calendar", object: { birthDate: "1990-02-30" }, gives: "MASK MINOR_NOT_SERVED" },
  { name: "a day to come", object: { birthDate: "2030-01-01" }, gives: "MASK MINOR_NOT_SERVED" },
  {
    name: "a year of five digits is not an old one",
    object: { birthDate: "+012000-01-01" },
    gives: "MASK MINOR_NOT_SERVED",
  },
  { name: "a day and month the other way round", object: { birthDate: "31.01.1990" }, gives: "MASK MINOR_NOT_SERVED" },
  {
    name: "the rights of a minor",
    object: { birthDate: "2015-01-01" },
    purpose: "RIGHTS_FULFILMENT",
    field: { grants: [{ allow: ["RIGHTS_FULFILMENT"], to: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "the rights of somebody of unknown age",
    object: { birthDate: null },
    purpose: "RIGHTS_FULFILMENT",
    field: { grants: [{ allow: ["RIGHTS_FULFILMENT"], to: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "no other purpose of the law",
    object: { birthDate: "2015-01-01" },
    purpose: "LEGAL_COMPLIANCE",
    field: { grants: [{ allow: ["LEGAL_COMPLIANCE"], to: ["STAFF"] }] },
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "a minor's life",
    object: { birthDate: "2015-01-01" },
    purpose: "EMERGENCY",
    field: { grants: [{ allow: ["EMERGENCY"], to: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "no limit set",
    object: { birthDate: "2015-01-01" },
    deployment: { minimumAge: null },
    gives: "ALLOW GRANTED",
  },
  {
    name: "no limit set and no day known",
    object: { birthDate: null },
    deployment: { minimumAge: null },
    gives: "ALLOW GRANTED",
  },
  { name: "a limit of 0 is none", object: { birthDate: null }, deployment: { minimumAge: 0 }, gives: "ALLOW GRANTED" },
  {
    name: "a limit of 1",
    object: { birthDate: "2025-06-16" },
    deployment: { minimumAge: 1 },
    gives: "MASK MINOR_NOT_SERVED",
  },
  {
    name: "a minor's own data are not served either",
    object: { birthDate: "2015-01-01" },
    caller: { role: "OWNER", sub: "c-1" },
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OWNER"] }] },
    gives: "MASK MINOR_NOT_SERVED",
  },
]);

const ZONES = ["+14:00", "+08:00", "+05:30", "+00:00", "-05:00", "-09:30", "-12:00"] as const;

/** Every zone's midnight of the birthday, whichever form the day of birth has: nobody is of age before the last of them. */
const midnights = casesOf(
  "a birthday's midnight",
  SCENE,
  ["2008-06-15", "2008-06-15T00:00:00", "2008-06-15T00:00:00+08:00", "2008-06-15 00:00:00"].flatMap((birthDate) =>
    ZONES.flatMap((zone) =>
      [-1, 0].map((after): Line => {
        const at = Date.parse(`2026-06-15T00:00:00${zone}`) + after;
        const come = zone === "-12:00" && after === 0;
        return {
          name: `${birthDate}, ${after === 0 ? "at" : "a millisecond before"} midnight ${zone}`,
          object: { birthDate },
          now: new Date(at).toISOString(),
          gives: come ? "ALLOW GRANTED" : "MASK MINOR_NOT_SERVED",
        };
      }),
    ),
  ),
);

export const AGE_CASES: readonly Case[] = [...minimum, ...midnights];
