import { type Case, casesOf, changeScene, GRANTED_SCENE, type Line } from "../case.ts";

const SCENE = changeScene(GRANTED_SCENE, {
  field: { retain: { for: "P30D", after: "closed" } },
  object: { closed: "2026-01-01" },
});

interface Boundary {
  readonly period: string;
  readonly after: unknown;
  /** The last millisecond at which the data is clear; a millisecond later it has expired. */
  readonly last: string;
}

/** Both sides of a boundary. */
function bothSides({ period, after, last }: Boundary): readonly Line[] {
  const given = { field: { retain: { for: period, after: "closed" } }, object: { closed: after } };
  const next = new Date(Date.parse(last) + 1).toISOString();
  const name = `${period} after ${typeof after === "number" ? "the number " : ""}${after instanceof Date ? `the Date ${after.toISOString()}` : String(after)}`;
  return [
    { name: `${name}, last moment`, ...given, now: last, gives: "ALLOW GRANTED" },
    { name: `${name}, over`, ...given, now: next, gives: "DENY RETENTION_EXPIRED" },
  ];
}

const BOUNDARIES: readonly Boundary[] = [
  { period: "P30D", after: "2026-01-01", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T00:00:00Z", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T23:59:59.999Z", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T12:00:00.000Z", last: "2026-01-31T23:59:59.999Z" },
  // west of Greenwich it was the day before: an instant counts as of the first day that it may have been
  { period: "P30D", after: "2026-01-01T11:59:59.999Z", last: "2026-01-30T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T23:00:00-05:00", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T00:00:00+08:00", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01T00:00:00-05:00", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: "2026-01-01 18:30:00", last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: Date.parse("2026-01-01T10:00:00Z"), last: "2026-01-30T23:59:59.999Z" },
  { period: "P30D", after: Date.parse("2026-01-01T12:00:00Z"), last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: String(Date.parse("2026-01-01T12:00:00Z")), last: "2026-01-31T23:59:59.999Z" },
  { period: "P30D", after: new Date("2026-01-01T10:00:00Z"), last: "2026-01-30T23:59:59.999Z" },
  { period: "P1D", after: "2026-02-28", last: "2026-03-01T23:59:59.999Z" },
  { period: "P1D", after: "2028-02-28", last: "2028-02-29T23:59:59.999Z" },
  { period: "P0D", after: "2026-06-15", last: "2026-06-15T23:59:59.999Z" },
  { period: "P2W", after: "2026-06-01", last: "2026-06-15T23:59:59.999Z" },
  { period: "P1M", after: "2026-01-31", last: "2026-02-28T23:59:59.999Z" },
  { period: "P1M", after: "2028-01-31", last: "2028-02-29T23:59:59.999Z" },
  { period: "P1M", after: "2025-12-15", last: "2026-01-15T23:59:59.999Z" },
  { period: "P3Y", after: "2023-06-15", last: "2026-06-15T23:59:59.999Z" },
  { period: "P1Y", after: "2024-02-29", last: "2025-02-28T23:59:59.999Z" },
  { period: "P1Y2M10D", after: "2025-01-31", last: "2026-04-10T23:59:59.999Z" },
  { period: "PT12H", after: "2026-06-15T00:00:00Z", last: "2026-06-15T11:59:59.999Z" },
  { period: "PT12H", after: "2026-06-15", last: "2026-06-15T11:59:59.999Z" },
  { period: "P1DT1H30M", after: "2026-06-14T10:00:00.500Z", last: "2026-06-15T11:30:00.499Z" },
  { period: "PT0.5S", after: "2026-06-15T12:00:00Z", last: "2026-06-15T12:00:00.499Z" },
  { period: "PT12H", after: Date.parse("2026-06-15T00:00:00Z"), last: "2026-06-15T11:59:59.999Z" },
];

const boundaries = casesOf("retention", SCENE, BOUNDARIES.flatMap(bothSides));

const unreadable = casesOf("retention", SCENE, [
  { name: "day 30 is clear", now: "2026-01-31T12:00:00Z", gives: "ALLOW GRANTED" },
  { name: "day 31 has expired", now: "2026-02-01T12:00:00Z", gives: "DENY RETENTION_EXPIRED" },
  { name: "a date to come", object: { closed: "2027-01-01" }, gives: "ALLOW GRANTED" },
  { name: "null", object: { closed: null }, gives: "DENY RETENTION_EXPIRED" },
  { name: "missing", object: { closed: undefined }, gives: "DENY RETENTION_EXPIRED" },
  { name: "an empty text", object: { closed: "" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "words", object: { closed: "last summer" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "no day of the calendar", object: { closed: "2026-02-30" }, gives: "DENY RETENTION_EXPIRED" },
  {
    name: "no day of the calendar, with a time",
    object: { closed: "2026-06-31T10:00:00Z" },
    gives: "DENY RETENTION_EXPIRED",
  },
  { name: "a time without a date is not today's", object: { closed: "10:00" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a year alone", object: { closed: "2026" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a number of seconds", object: { closed: 1_781_000_000 }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a number of seconds in text", object: { closed: "1781000000" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "the epoch", object: { closed: 0 }, now: "1970-01-02T00:00:00Z", gives: "DENY RETENTION_EXPIRED" },
  { name: "a compact time in text", object: { closed: "202606151030" }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a country's own order", object: { closed: "15.06.2026" }, gives: "DENY RETENTION_EXPIRED" },
  {
    name: "over for whoever has no grant as well",
    caller: { role: "SHOP" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "over where nobody declared a purpose",
    purpose: null,
    gives: "DENY RETENTION_EXPIRED",
  },
  { name: "over of nobody in particular", object: { id: null }, gives: "DENY RETENTION_EXPIRED" },
  { name: "no number", object: { closed: Number.NaN }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a number beyond the calendar", object: { closed: 9e15 }, gives: "DENY RETENTION_EXPIRED" },
  { name: "an endless number", object: { closed: Number.POSITIVE_INFINITY }, gives: "DENY RETENTION_EXPIRED" },
  { name: "true", object: { closed: true }, gives: "DENY RETENTION_EXPIRED" },
  { name: "a list", object: { closed: ["2026-06-01"] }, gives: "DENY RETENTION_EXPIRED" },
  {
    name: "a far year does not pass the comparison by its sign",
    object: { closed: "+012026-01-01" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "expired on a field that is denied otherwise",
    field: { category: "HEALTH" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "a legal hold keeps it for what the law obliges to",
    field: { grants: [{ allow: ["FINANCE_AND_TAX"], to: ["STAFF"] }] },
    purpose: "FINANCE_AND_TAX",
    store: { legalHold: true },
    gives: "ALLOW GRANTED",
  },
  {
    name: "without a hold the law's purposes lose it as well",
    field: { grants: [{ allow: ["FINANCE_AND_TAX"], to: ["STAFF"] }] },
    purpose: "FINANCE_AND_TAX",
    gives: "DENY RETENTION_EXPIRED",
  },
  { name: "a legal hold serves no other purpose", store: { legalHold: true }, gives: "DENY RETENTION_EXPIRED" },
  {
    name: "a legal hold helps an unreadable date too",
    field: { grants: [{ allow: ["LEGAL_COMPLIANCE"], to: ["STAFF"] }] },
    purpose: "LEGAL_COMPLIANCE",
    object: { closed: "soon" },
    store: { legalHold: true },
    gives: "ALLOW GRANTED",
  },
  { name: "expired also while the store is away", store: { down: true }, gives: "DENY RETENTION_EXPIRED" },
  {
    name: "within it while the store is away",
    object: { closed: "2026-06-14" },
    store: { down: true },
    gives: "DENY CONSENT_STORE_UNAVAILABLE",
  },
]);

export const RETENTION_CASES: readonly Case[] = [...boundaries, ...unreadable];
