import type { Reason } from "../../../src/decision/model.ts";
import { type Case, type Changes, casesOf, changeScene, GRANTED_SCENE, type Line, type Scene } from "../case.ts";

const PURPOSE = "TARGETED_ADVERTISING";

/** Everything that any test could look at is there, and holds. */
const ALL_HOLD: Scene = changeScene(GRANTED_SCENE, {
  field: {
    grants: [{ allow: [PURPOSE], to: ["SHOP"], until: "done" }],
    consents: [{ for: [PURPOSE], form: "EXPRESSED" }],
    retain: { for: "P1Y", after: "closed" },
  },
  caller: { role: "SHOP" },
  purpose: PURPOSE,
  object: { done: "2026-12-31", closed: "2026-01-01" },
  store: { consents: [{ id: "yes" }] },
  deployment: { minimumAge: 18 },
});

/** What makes one test fail and leaves the others alone, in the order of the table. */
const FAULTS: readonly { readonly reason: Reason; readonly changes: Changes }[] = [
  { reason: "SUBJECT_ERASED", changes: { store: { status: "ERASED" } } },
  { reason: "RETENTION_EXPIRED", changes: { object: { closed: "2025-01-01" } } },
  { reason: "CONSENT_STORE_UNAVAILABLE", changes: { store: { down: true } } },
  { reason: "ROLE_NOT_ALLOWED", changes: { caller: { role: "STAFF" } } },
  { reason: "PURPOSE_MISSING", changes: { purpose: null } },
  { reason: "PURPOSE_NOT_ALLOWED", changes: { purpose: "THIRD_PARTY_SHARING" } },
  { reason: "SUBJECT_UNKNOWN", changes: { object: { id: null } } },
  { reason: "OUT_OF_REACH", changes: { caller: { tenants: ["t-2"] } } },
  { reason: "GRANT_ENDED", changes: { object: { done: "2026-06-01" } } },
  { reason: "SUBJECT_RESTRICTED", changes: { store: { status: "RESTRICTED" } } },
  { reason: "MINOR_NOT_SERVED", changes: { object: { birthDate: "2010-01-01" } } },
  { reason: "CROSS_BORDER", changes: { caller: { region: "EU" } } },
  { reason: "OPTED_OUT", changes: { headers: { "sec-gpc": "1" } } },
  { reason: "CONSENT_WITHDRAWN", changes: { store: { consents: [{ state: "WITHDRAWN" }] } } },
];

/** Pairs that cannot be had at once, or where one hides the other: an erased person is not known to be, of nobody is nothing asked. */
const EXCLUDED: ReadonlySet<string> = new Set([
  "PURPOSE_MISSING PURPOSE_NOT_ALLOWED",
  "SUBJECT_ERASED SUBJECT_RESTRICTED",
  "SUBJECT_ERASED CONSENT_STORE_UNAVAILABLE",
  "SUBJECT_ERASED SUBJECT_UNKNOWN",
  "CONSENT_STORE_UNAVAILABLE SUBJECT_UNKNOWN",
]);

const ALWAYS_DENIED: ReadonlySet<Reason> = new Set([
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "CONSENT_STORE_UNAVAILABLE",
]);

function givesOf(reason: Reason): Line["gives"] {
  return ALWAYS_DENIED.has(reason) ? `DENY ${reason}` : `MASK ${reason}`;
}

const single = casesOf("one fault", ALL_HOLD, [
  { name: "none", gives: "ALLOW GRANTED", rests: ["yes"] },
  ...FAULTS.map(({ reason, changes }): Line => ({ name: reason, ...changes, gives: givesOf(reason) })),
]);

/** Of two tests that fail, the first in the table is named. */
const pairs = FAULTS.flatMap((first, index) =>
  FAULTS.slice(index + 1)
    .filter((second) => !EXCLUDED.has(`${first.reason} ${second.reason}`))
    .flatMap((second) =>
      casesOf("two faults", changeScene(ALL_HOLD, second.changes), [
        { name: `${first.reason} before ${second.reason}`, ...first.changes, gives: givesOf(first.reason) },
      ]),
    ),
);

const everything = casesOf("all at once", ALL_HOLD, [
  {
    name: "a stranger with no purpose, nobody's expired data, abroad",
    field: { otherwise: "MASK" },
    caller: { role: "OUTSIDER", tenants: [], region: "EU" },
    purpose: null,
    object: { id: null, closed: null, done: "past", birthDate: null },
    store: { down: true },
    headers: { "sec-gpc": "1" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "the right role and purpose, and all else wrong",
    caller: { tenants: [], region: "EU" },
    object: { id: null, closed: null, done: "past", birthDate: null },
    store: { down: true },
    headers: { "sec-gpc": "1" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "a stranger with no purpose, nobody's data, abroad",
    caller: { role: "OUTSIDER", tenants: [], region: "EU" },
    purpose: null,
    object: { id: null, done: "past", birthDate: null },
    store: { down: true },
    headers: { "sec-gpc": "1" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
]);

export const PRECEDENCE_CASES: readonly Case[] = [...single, ...pairs, ...everything];
