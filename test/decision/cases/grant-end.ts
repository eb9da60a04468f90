import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "CUSTOMER_SUPPORT";
const SCENE = changeScene(GRANTED_SCENE, {
  field: { grants: [{ allow: [PURPOSE], to: ["STAFF"], until: "done" }] },
  object: { done: "2026-06-15" },
});

const one = casesOf("until", SCENE, [
  { name: "a day lasts until its end", now: "2026-06-15T23:59:59.999Z", gives: "ALLOW GRANTED" },
  { name: "a day is over with the next", now: "2026-06-16T00:00:00.000Z", gives: "MASK GRANT_ENDED" },
  { name: "a day to come", object: { done: "2026-06-16" }, gives: "ALLOW GRANTED" },
  { name: "yesterday", object: { done: "2026-06-14" }, gives: "MASK GRANT_ENDED" },
  {
    name: "yesterday, denied otherwise",
    object: { done: "2026-06-14" },
    field: { category: "HEALTH" },
    gives: "DENY GRANT_ENDED",
  },
  { name: "a time, the millisecond before", object: { done: "2026-06-15T12:00:00.001Z" }, gives: "ALLOW GRANTED" },
  { name: "a time, at it", object: { done: "2026-06-15T12:00:00.000Z" }, gives: "MASK GRANT_ENDED" },
  { name: "a time without an offset is UTC", object: { done: "2026-06-15T12:00:01" }, gives: "ALLOW GRANTED" },
  { name: "an offset counts: still to come", object: { done: "2026-06-15T08:00:01-04:00" }, gives: "ALLOW GRANTED" },
  { name: "an offset counts: past", object: { done: "2026-06-15T20:00:00+08:00" }, gives: "MASK GRANT_ENDED" },
  { name: "SQL's form", object: { done: "2026-06-15 12:00:01" }, gives: "ALLOW GRANTED" },
  { name: "SQL's form, past", object: { done: "2026-06-15 11:59:59" }, gives: "MASK GRANT_ENDED" },
  { name: "milliseconds to come", object: { done: Date.parse("2026-06-15T12:00:00.001Z") }, gives: "ALLOW GRANTED" },
  { name: "milliseconds past", object: { done: Date.parse("2026-06-15T12:00:00.000Z") }, gives: "MASK GRANT_ENDED" },
  { name: "0 is 1970, not missing", object: { done: 0 }, gives: "MASK GRANT_ENDED" },
  { name: "a Date to come", object: { done: new Date("2026-06-15T12:00:00.001Z") }, gives: "ALLOW GRANTED" },
  { name: "a Date past", object: { done: new Date("2026-06-15T12:00:00.000Z") }, gives: "MASK GRANT_ENDED" },
  { name: "a Date that is none", object: { done: new Date(Number.NaN) }, gives: "MASK GRANT_ENDED" },
  { name: "null has not ended", object: { done: null }, gives: "ALLOW GRANTED" },
  { name: "missing has not ended", object: { done: undefined }, gives: "ALLOW GRANTED" },
  { name: "an empty text has ended", object: { done: "" }, gives: "MASK GRANT_ENDED" },
  { name: "words have ended", object: { done: "never" }, gives: "MASK GRANT_ENDED" },
  { name: "a year has ended", object: { done: "2030" }, gives: "MASK GRANT_ENDED" },
  { name: "a time of day is not today's", object: { done: "23:59" }, gives: "MASK GRANT_ENDED" },
  { name: "false has ended", object: { done: false }, gives: "MASK GRANT_ENDED" },
  { name: "an object has ended", object: { done: {} }, gives: "MASK GRANT_ENDED" },
  { name: "an endless number has ended", object: { done: Number.POSITIVE_INFINITY }, gives: "MASK GRANT_ENDED" },
  { name: "no day of the calendar", object: { done: "2027-02-29" }, gives: "MASK GRANT_ENDED" },
  { name: "a leap day", object: { done: "2028-02-29" }, gives: "ALLOW GRANTED" },
]);

const TWO = {
  grants: [
    { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier", until: "done" },
    { allow: [PURPOSE], to: ["CARRIER"], assigned: "broker", until: "cleared" },
  ],
} as const;

const several = casesOf(
  "several grants' ends",
  changeScene(GRANTED_SCENE, {
    field: TWO,
    caller: { role: "CARRIER", org: "org-1" },
    object: { carrier: "org-1", broker: "org-1", done: "2026-06-01", cleared: "2026-06-01" },
  }),
  [
    { name: "both ended", gives: "MASK GRANT_ENDED" },
    { name: "the second runs", object: { cleared: "2026-07-01" }, gives: "ALLOW GRANTED" },
    { name: "the first runs", object: { done: "2026-07-01" }, gives: "ALLOW GRANTED" },
    {
      name: "the one that runs does not reach",
      object: { broker: "org-2", cleared: "2026-07-01" },
      gives: "MASK GRANT_ENDED",
    },
    { name: "the first ended and reaches, the second neither", object: { broker: "org-2" }, gives: "MASK GRANT_ENDED" },
    {
      name: "the second ended and reaches, the first neither",
      object: { carrier: "org-2" },
      gives: "MASK GRANT_ENDED",
    },
    {
      name: "none reaches, though one runs",
      object: { carrier: "org-2", broker: "org-2", done: "2026-07-01" },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "a grant to the role for another purpose that runs does not help",
      field: {
        grants: [
          { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier", until: "done" },
          { allow: ["DELIVERY"], to: ["CARRIER"], assigned: "carrier" },
        ],
      },
      gives: "MASK GRANT_ENDED",
    },
    {
      name: "one without an end beside one that ended",
      field: {
        grants: [
          { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier", until: "done" },
          { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier" },
        ],
      },
      gives: "ALLOW GRANTED",
    },
  ],
);

export const GRANT_END_CASES: readonly Case[] = [...one, ...several];
