import type { Agreement } from "../../consents/contract.ts";
import type { ConsentState } from "../../consents/standing.ts";
import { TIME } from "./consent-fixtures.ts";

const DAY = 86_400_000;

/** Events of one record in the order of storing, and what stands then: state, time of the event, given since. */
export const PROJECTION_CASES: readonly {
  readonly name: string;
  readonly states: readonly (readonly [ConsentState, number])[];
  readonly expected: readonly [ConsentState, number, number | null];
}[] = [
  { name: "given", states: [["GIVEN", TIME]], expected: ["GIVEN", TIME, TIME] },
  { name: "asked for, never given", states: [["REQUESTED", TIME]], expected: ["REQUESTED", TIME, null] },
  {
    name: "asked for, put off, refused",
    states: [
      ["REQUESTED", TIME],
      ["DEFERRED", TIME + DAY],
      ["REFUSED", TIME + 2 * DAY],
    ],
    expected: ["REFUSED", TIME + 2 * DAY, null],
  },
  {
    name: "renewed stands since it was given",
    states: [
      ["GIVEN", TIME],
      ["RENEWED", TIME + DAY],
      ["RENEWED", TIME + 2 * DAY],
    ],
    expected: ["RENEWED", TIME + 2 * DAY, TIME],
  },
  { name: "renewed without having been given", states: [["RENEWED", TIME]], expected: ["RENEWED", TIME, TIME] },
  {
    name: "withdrawn still tells since when it stood",
    states: [
      ["GIVEN", TIME],
      ["WITHDRAWN", TIME + DAY],
    ],
    expected: ["WITHDRAWN", TIME + DAY, TIME],
  },
  {
    name: "given anew stands since then",
    states: [
      ["GIVEN", TIME],
      ["WITHDRAWN", TIME + DAY],
      ["GIVEN", TIME + 2 * DAY],
    ],
    expected: ["GIVEN", TIME + 2 * DAY, TIME + 2 * DAY],
  },
  {
    name: "the one stored last stands, whatever its time",
    states: [
      ["GIVEN", TIME],
      ["WITHDRAWN", TIME - DAY],
    ],
    expected: ["WITHDRAWN", TIME - DAY, TIME],
  },
  {
    name: "revoked, invalidated",
    states: [
      ["GIVEN", TIME],
      ["REVOKED", TIME + 1],
      ["INVALIDATED", TIME + 2],
    ],
    expected: ["INVALIDATED", TIME + 2, TIME],
  },
  { name: "time 0 is a time", states: [["GIVEN", 0]], expected: ["GIVEN", 0, 0] },
];

/** Agreements of shop-1 as stored one after the other, and the id of the one that answers. */
export const PREVAILING_CASES: readonly {
  readonly name: string;
  readonly stored: readonly Partial<Agreement>[];
  readonly partner: string | null;
  readonly purpose: string;
  readonly expected: string | null;
}[] = [
  { name: "none stored", stored: [], partner: "p", purpose: "THIRD_PARTY_SHARING", expected: null },
  { name: "another purpose", stored: [{}], partner: "p", purpose: "ANALYTICS", expected: null },
  { name: "any partner", stored: [{ id: "any" }], partner: "p", purpose: "THIRD_PARTY_SHARING", expected: "any" },
  {
    name: "any partner, asked without one",
    stored: [{ id: "any" }],
    partner: null,
    purpose: "THIRD_PARTY_SHARING",
    expected: "any",
  },
  {
    name: "another partner's",
    stored: [{ partner: "q" }],
    partner: "p",
    purpose: "THIRD_PARTY_SHARING",
    expected: null,
  },
  {
    name: "a partner's, asked without one",
    stored: [{ partner: "q" }],
    partner: null,
    purpose: "THIRD_PARTY_SHARING",
    expected: null,
  },
  {
    name: "the partner's own before a later one for any",
    stored: [
      { id: "own", partner: "p", state: "REVOKED" },
      { id: "any", givenAt: TIME + DAY },
    ],
    partner: "p",
    purpose: "THIRD_PARTY_SHARING",
    expected: "own",
  },
  {
    name: "the one given last, whichever was stored last",
    stored: [{ id: "b" }, { id: "c", givenAt: TIME + DAY }, { id: "a" }],
    partner: "p",
    purpose: "THIRD_PARTY_SHARING",
    expected: "c",
  },
  {
    name: "the greater id of two given at one time",
    stored: [{ id: "b" }, { id: "a" }],
    partner: "p",
    purpose: "THIRD_PARTY_SHARING",
    expected: "b",
  },
  {
    name: "another tenant's",
    stored: [{ tenant: "shop-2" }],
    partner: "p",
    purpose: "THIRD_PARTY_SHARING",
    expected: null,
  },
];

/** Ids that careless quoting, trimming, folding or joining takes for one another. */
export const STRANGE_IDS: readonly string[] = [
  "",
  " ",
  "0",
  "null",
  "a",
  "A",
  "a\u0000b",
  "ä",
  "a\u0308",
  "'; --",
  '"]',
  "%",
  "_",
  "$where",
  "a.b",
  "__proto__",
  "constructor",
  "😀",
  "x".repeat(1_000),
];
