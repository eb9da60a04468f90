import { describe, expect, test } from "@jest/globals";
import { compileDecider } from "../../src/decision/compile.ts";
import type { ConsentDemand, Retention } from "../../src/policy/model.ts";
import { type Case, casesOf, changeScene, GRANTED_SCENE, type Line } from "./case.ts";
import { objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

async function decided(row: Case, changes: { consents?: ConsentDemand[]; retain?: Retention }) {
  const decider = compileDecider({ ...policyOf(row.field), ...changes }, VOCABULARY);
  const { outcome, reason } = await decider.decide(requestOf(row), objectOf(row));
  return { outcome, reason };
}

function check(
  title: string,
  rows: readonly Case[],
  changes: { consents?: ConsentDemand[]; retain?: Retention },
): void {
  describe(title, () => {
    test.each(rows)("$name", async (row) => {
      expect(await decided(row, changes)).toEqual({ outcome: row.expect.outcome, reason: row.expect.reason });
    });
  });
}

const PURPOSE = "PERSONALIZATION";
const DEMAND = { purposes: [PURPOSE], from: "SUBJECT", form: null } as const;
const PERSON = changeScene(GRANTED_SCENE, {
  field: { grants: [{ allow: [PURPOSE], to: ["STAFF"] }] },
  purpose: PURPOSE,
});
const BIRTHDAYS = { child: "2012-06-16", adult: "2012-06-15" };

const minors: Line[] = [
  { name: "an adult is not asked", object: { birthDate: BIRTHDAYS.adult }, gives: "ALLOW GRANTED" },
  {
    name: "an adult's refusal is no obstacle where it is not asked",
    object: { birthDate: BIRTHDAYS.adult },
    store: { consents: [{ state: "REFUSED" }] },
    gives: "ALLOW GRANTED",
  },
  { name: "a child", object: { birthDate: BIRTHDAYS.child }, gives: "MASK GUARDIAN_CONSENT_REQUIRED" },
  {
    name: "a child with its verified guardian's consent",
    object: { birthDate: BIRTHDAYS.child },
    store: { consents: [{ by: "GUARDIAN", verified: true }] },
    gives: "ALLOW GRANTED",
  },
  { name: "somebody whose age is not known", object: { birthDate: null }, gives: "MASK CONSENT_MISSING" },
];
check("consent of minors only", casesOf("minors only", PERSON, minors), {
  consents: [{ ...DEMAND, minorsOnly: true }],
});

const objections: Line[] = [
  { name: "nothing said", gives: "ALLOW GRANTED" },
  { name: "asked, not answered", store: { consents: [{ state: "REQUESTED" }] }, gives: "ALLOW GRANTED" },
  { name: "given, and over", store: { consents: [{ expires: "2026-01-11T00:00:00Z" }] }, gives: "ALLOW GRANTED" },
  { name: "refused", store: { consents: [{ state: "REFUSED" }] }, gives: "MASK CONSENT_REFUSED" },
  { name: "withdrawn", store: { consents: [{ state: "WITHDRAWN" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  {
    name: "a no to another category",
    store: { consents: [{ state: "REFUSED", categories: ["HEALTH"] }] },
    gives: "ALLOW GRANTED",
  },
  { name: "the store cannot answer", store: { down: true }, gives: "DENY CONSENT_STORE_UNAVAILABLE" },
  ...(
    [
      ["a later consent to this", {}, "ALLOW GRANTED"],
      ["a later consent to another category", { categories: ["HEALTH"] }, "MASK CONSENT_REFUSED"],
      ["a later consent to somebody else", { recipients: ["org-9"] }, "MASK CONSENT_REFUSED"],
      ["a later consent that has ended", { expires: "2026-01-12T00:00:00Z" }, "MASK CONSENT_REFUSED"],
      ["a consent yet to come", { at: "2027-01-01T00:00:00Z" }, "MASK CONSENT_REFUSED"],
      ["a later consent by an agent who was not verified", { by: "AGENT" }, "MASK CONSENT_REFUSED"],
      [
        "a later withdrawal for another category",
        { state: "WITHDRAWN", categories: ["HEALTH"] },
        "MASK CONSENT_REFUSED",
      ],
    ] as const
  ).map(
    ([name, later, gives]): Line => ({
      name: `a no everywhere, and at this shop ${name}`,
      store: { consents: [{ state: "REFUSED" }, { tenant: "t-1", at: "2026-01-11T00:00:00Z", ...later }] },
      gives,
    }),
  ),
];
check("objections", casesOf("objection", PERSON, objections), { consents: [{ ...DEMAND, optOut: true }] });

const ofTenants: Line[] = [
  { name: "no agreement is no no", gives: "ALLOW GRANTED" },
  { name: "an agreement refused", store: { agreements: [{ state: "REFUSED" }] }, gives: "MASK CONSENT_REFUSED" },
  { name: "an agreement taken back", store: { agreements: [{ state: "REVOKED" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "an agreement over", store: { agreements: [{ state: "EXPIRED" }] }, gives: "ALLOW GRANTED" },
  { name: "the store cannot answer", store: { down: true }, gives: "DENY CONSENT_STORE_UNAVAILABLE" },
];
check("objections of tenants", casesOf("tenant's objection", PERSON, ofTenants), {
  consents: [{ ...DEMAND, from: "TENANT", optOut: true }],
});

const minorsOfTenants: Line[] = [
  { name: "an adult: no agreement is asked for", object: { birthDate: BIRTHDAYS.adult }, gives: "ALLOW GRANTED" },
  { name: "a child: it is", object: { birthDate: BIRTHDAYS.child }, gives: "MASK CONSENT_MISSING" },
  { name: "an age that is not known: it is", object: { birthDate: null }, gives: "MASK CONSENT_MISSING" },
];
check("agreements for minors only", casesOf("agreement for minors", PERSON, minorsOfTenants), {
  consents: [{ ...DEMAND, from: "TENANT", minorsOnly: true }],
});

test.each([
  ["of who is not asked", { minorsOnly: true }, { state: "REFUSED" }],
  ["of who said nothing against it", { optOut: true }, { state: "GIVEN" }],
] as const)("a decision rests on no consent %s", async (_, how, consent) => {
  const scene = changeScene(PERSON, { object: { birthDate: BIRTHDAYS.adult }, store: { consents: [consent] } });
  const decider = compileDecider({ ...policyOf(scene.field), consents: [{ ...DEMAND, ...how }] }, VOCABULARY);
  const { reason, consentIds } = await decider.decide(requestOf(scene), objectOf(scene));
  expect([reason, consentIds]).toEqual(["GRANTED", []]);
});

/** In whatever order a store names them: of two at once the shop's own record speaks, unless only the general one is a no. */
const atOnce = (
  [
    ["both yes, the shop's by an agent who was not verified", { by: "AGENT" }, {}, "MASK CONSENT_MISSING"],
    ["both yes, the general by an agent who was not verified", {}, { by: "AGENT" }, "ALLOW GRANTED"],
    ["a general no", {}, { state: "REFUSED" }, "MASK CONSENT_REFUSED"],
    ["the shop's no", { state: "WITHDRAWN" }, {}, "MASK CONSENT_WITHDRAWN"],
    ["two noes", { state: "WITHDRAWN" }, { state: "REFUSED" }, "MASK CONSENT_WITHDRAWN"],
  ] as const
).flatMap(([name, own, general, gives]): Line[] => {
  const consents = [{ tenant: "t-1", ...own }, general];
  return [
    { name, store: { consents }, gives },
    { name: `${name}, the other way round`, store: { consents: consents.toReversed() }, gives },
  ];
});
check("consents of one moment", casesOf("at once", PERSON, atOnce), { consents: [DEMAND] });

const KEPT = changeScene(GRANTED_SCENE, { object: { paidAt: "2026-01-01" }, store: { status: "ERASED" } });
const RETAIN = { period: "P1Y", after: "paidAt" } as const;
const duty: Line[] = [
  { name: "within the law's period, kept and not used", gives: "MASK SUBJECT_RESTRICTED" },
  { name: "afterwards gone", now: "2027-01-02T00:00:00Z", gives: "DENY SUBJECT_ERASED" },
  { name: "not erased", store: { status: "ACTIVE" }, gives: "ALLOW GRANTED" },
];
const withDate = (rows: readonly Case[]) =>
  rows.map((row) => ({ ...row, field: { ...row.field, retain: { for: "P1Y", after: "paidAt" } } }));
check("a duty to keep", withDate(casesOf("duty", KEPT, duty)), { retain: { ...RETAIN, duty: true } });
check(
  "without a duty the erased is gone at once",
  withDate(casesOf("no duty", KEPT, [{ name: "erased", gives: "DENY SUBJECT_ERASED" }])),
  { retain: RETAIN },
);
