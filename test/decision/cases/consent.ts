import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "DIRECT_MARKETING";
const SCENE = changeScene(GRANTED_SCENE, {
  field: {
    grants: [{ allow: [PURPOSE, "ANALYTICS"], to: ["STAFF", "AGENCY"] }],
    consents: [{ for: [PURPOSE] }],
  },
  purpose: PURPOSE,
});
const GIVEN = [{ id: "yes" }] as const;

const states = casesOf("consent state", SCENE, [
  { name: "none", gives: "MASK CONSENT_MISSING" },
  { name: "none, denied otherwise", field: { category: "HEALTH" }, gives: "DENY CONSENT_MISSING" },
  { name: "GIVEN", store: { consents: GIVEN }, gives: "ALLOW GRANTED", rests: ["yes"] },
  {
    name: "GIVEN, denied otherwise",
    field: { category: "HEALTH" },
    store: { consents: GIVEN },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "RENEWED",
    store: { consents: [{ id: "again", state: "RENEWED" }] },
    gives: "ALLOW GRANTED",
    rests: ["again"],
  },
  { name: "REFUSED", store: { consents: [{ state: "REFUSED" }] }, gives: "MASK CONSENT_REFUSED" },
  { name: "WITHDRAWN", store: { consents: [{ state: "WITHDRAWN" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "REVOKED", store: { consents: [{ state: "REVOKED" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "INVALIDATED", store: { consents: [{ state: "INVALIDATED" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "EXPIRED", store: { consents: [{ state: "EXPIRED" }] }, gives: "MASK CONSENT_EXPIRED" },
  { name: "UNKNOWN", store: { consents: [{ state: "UNKNOWN" }] }, gives: "MASK CONSENT_MISSING" },
  { name: "REQUESTED", store: { consents: [{ state: "REQUESTED" }] }, gives: "MASK CONSENT_MISSING" },
  { name: "DEFERRED", store: { consents: [{ state: "DEFERRED" }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "REFUSED, denied otherwise",
    field: { category: "HEALTH" },
    store: { consents: [{ state: "REFUSED" }] },
    gives: "DENY CONSENT_REFUSED",
  },
  {
    name: "EXPIRED, denied otherwise",
    field: { category: "HEALTH" },
    store: { consents: [{ state: "EXPIRED" }] },
    gives: "DENY CONSENT_EXPIRED",
  },
  {
    name: "WITHDRAWN, denied otherwise",
    field: { category: "HEALTH" },
    store: { consents: [{ state: "WITHDRAWN" }] },
    gives: "DENY CONSENT_WITHDRAWN",
  },
  { name: "no consent is asked for another purpose of the grant", purpose: "ANALYTICS", gives: "ALLOW GRANTED" },
  {
    name: "consent to another purpose",
    store: { consents: [{ purpose: "ANALYTICS" }] },
    gives: "MASK CONSENT_MISSING",
  },
  { name: "another's consent", store: { consents: [{ subject: "c-2" }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "another's withdrawal",
    store: { consents: [{ id: "yes" }, { subject: "c-2", state: "WITHDRAWN" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "of somebody called 0",
    object: { id: 0 },
    store: { consents: [{ id: "yes", subject: "0" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "by the controller, imported",
    store: { consents: [{ id: "list", by: "CONTROLLER" }] },
    gives: "ALLOW GRANTED",
    rests: ["list"],
  },
  {
    name: "by a verified agent",
    store: { consents: [{ id: "agent", by: "AGENT", verified: true }] },
    gives: "ALLOW GRANTED",
    rests: ["agent"],
  },
  {
    name: "by an agent whom nobody verified",
    store: { consents: [{ by: "AGENT", verified: false }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "refused by an agent whom nobody verified",
    store: { consents: [{ state: "REFUSED", by: "AGENT" }] },
    gives: "MASK CONSENT_REFUSED",
  },
]);

const times = casesOf("consent time", SCENE, [
  {
    name: "ends in a millisecond",
    store: { consents: [{ id: "yes", expires: "2026-06-15T12:00:00.001Z" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  { name: "ends now", store: { consents: [{ expires: "2026-06-15T12:00:00.000Z" }] }, gives: "MASK CONSENT_EXPIRED" },
  { name: "ended", store: { consents: [{ expires: "2026-06-01T00:00:00.000Z" }] }, gives: "MASK CONSENT_EXPIRED" },
  {
    name: "ended in 1970 is not endless",
    store: { consents: [{ expires: "1970-01-01T00:00:00.000Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "given now",
    store: { consents: [{ id: "yes", at: "2026-06-15T12:00:00.000Z" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "given in a millisecond",
    store: { consents: [{ at: "2026-06-15T12:00:00.001Z" }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "withdrawn in a millisecond works at once",
    store: { consents: [{ state: "WITHDRAWN", at: "2026-06-15T12:00:00.001Z" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "withdrawn after its end",
    store: { consents: [{ state: "WITHDRAWN", expires: "2026-06-01T00:00:00.000Z" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "refused, with an end",
    store: { consents: [{ state: "REFUSED", expires: "2026-06-01T00:00:00.000Z" }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "renewed after having ended",
    store: {
      consents: [
        {
          id: "yes",
          state: "RENEWED",
          given: "2024-01-01T00:00:00Z",
          at: "2026-06-01T00:00:00Z",
          expires: "2027-06-01T00:00:00Z",
        },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
]);

const JUNE_1 = "2026-06-01T00:00:00.000Z";
const JUNE_2 = "2026-06-02T00:00:00.000Z";

const tenants = casesOf("consent per tenant", SCENE, [
  { name: "for this tenant", store: { consents: [{ id: "t", tenant: "t-1" }] }, gives: "ALLOW GRANTED", rests: ["t"] },
  { name: "for another tenant", store: { consents: [{ tenant: "t-2" }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "for a tenant, of an object without one",
    object: { tenantId: null },
    store: { consents: [{ tenant: "t-1" }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "for every tenant, of an object without one",
    object: { tenantId: null },
    store: { consents: [{ id: "g" }] },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "refused to another tenant",
    store: {
      consents: [
        { id: "g", at: JUNE_1 },
        { tenant: "t-2", state: "REFUSED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "withdrawn everywhere after the tenant's",
    store: {
      consents: [
        { tenant: "t-1", at: JUNE_1 },
        { state: "WITHDRAWN", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "withdrawn everywhere after the tenant's, first given long before",
    store: {
      consents: [
        { tenant: "t-1", at: JUNE_1 },
        { state: "WITHDRAWN", given: "2025-01-01T00:00:00Z", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "given to the tenant after having withdrawn everywhere",
    store: {
      consents: [
        { state: "WITHDRAWN", at: JUNE_1 },
        { id: "t", tenant: "t-1", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["t"],
  },
  {
    name: "withdrawn from the tenant after a general one",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", state: "WITHDRAWN", at: JUNE_2 }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "given everywhere after having withdrawn from the tenant",
    store: {
      consents: [
        { id: "g", at: JUNE_2 },
        { tenant: "t-1", state: "WITHDRAWN", at: JUNE_1 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "at the same moment the no wins",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", state: "REFUSED", at: JUNE_1 }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "at the same moment the no wins, whichever is stored first",
    store: { consents: [{ tenant: "t-1", state: "REFUSED", at: JUNE_1 }, { at: JUNE_1 }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "being asked everywhere takes the tenant's back no more",
    store: {
      consents: [
        { id: "t", tenant: "t-1", at: JUNE_1 },
        { state: "REQUESTED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["t"],
  },
  {
    name: "nor does putting it off",
    store: {
      consents: [
        { id: "g", at: JUNE_1 },
        { tenant: "t-1", state: "DEFERRED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "the later one has ended, the earlier has not",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", at: JUNE_2, expires: "2026-06-10T00:00:00Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "the later one is in a weaker form",
    field: { consents: [{ for: [PURPOSE], form: "EXPLICIT" }] },
    store: {
      consents: [
        { at: JUNE_1, form: "WRITTEN" },
        { tenant: "t-1", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
]);

const scopes = casesOf("consent scope", SCENE, [
  {
    name: "the category",
    store: { consents: [{ id: "s", categories: ["EMAIL_ADDRESS"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "one of several categories",
    store: { consents: [{ id: "s", categories: ["PHONE_NUMBER", "EMAIL_ADDRESS"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  { name: "another category", store: { consents: [{ categories: ["PHONE_NUMBER"] }] }, gives: "MASK CONSENT_MISSING" },
  { name: "no category", store: { consents: [{ categories: [] }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "another field's category",
    field: { category: "PHONE_NUMBER" },
    store: { consents: [{ id: "s", categories: ["PHONE_NUMBER"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "the caller's role",
    store: { consents: [{ id: "s", recipients: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "the caller's organisation",
    store: { consents: [{ id: "s", recipients: ["org-1"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "another recipient",
    store: { consents: [{ recipients: ["org-2", "AGENCY"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  { name: "no recipient", store: { consents: [{ recipients: [] }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "a caller without organisation",
    caller: { org: null },
    store: { consents: [{ recipients: ["org-1"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "the caller's id is no recipient",
    store: { consents: [{ recipients: ["u-1"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "both within",
    store: { consents: [{ id: "s", categories: ["EMAIL_ADDRESS"], recipients: ["org-1"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "category within, recipient not",
    store: { consents: [{ categories: ["EMAIL_ADDRESS"], recipients: ["org-2"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "a narrower later one narrows the earlier",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", at: JUNE_2, categories: ["PHONE_NUMBER"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "a refusal of other categories is no refusal of this",
    store: { consents: [{ state: "REFUSED", categories: ["PHONE_NUMBER"] }] },
    gives: "MASK CONSENT_MISSING",
  },
]);

const FORMS = ["IMPLIED", "EXPRESSED", "EXPLICIT", "SEPARATE", "WRITTEN"] as const;

/** Every demanded form against every given one. */
const forms = casesOf(
  "consent form",
  SCENE,
  FORMS.flatMap((demanded, least) =>
    FORMS.map((given, rank) => ({
      name: `${given} where ${demanded} is asked for`,
      field: { consents: [{ for: [PURPOSE], form: demanded }] },
      store: { consents: [{ id: "yes", form: given }] },
      ...(rank >= least
        ? ({ gives: "ALLOW GRANTED", rests: ["yes"] } as const)
        : ({ gives: "MASK CONSENT_FORM_TOO_WEAK" } as const)),
    })),
  ),
);

const moreForms = casesOf("consent form", SCENE, [
  {
    name: "any is enough where none is asked for",
    store: { consents: [{ id: "yes", form: "IMPLIED" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "too weak, denied otherwise",
    field: { category: "HEALTH", consents: [{ for: [PURPOSE], form: "EXPLICIT" }] },
    store: { consents: [{ form: "IMPLIED" }] },
    gives: "DENY CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "too weak and withdrawn",
    field: { consents: [{ for: [PURPOSE], form: "WRITTEN" }] },
    store: { consents: [{ form: "IMPLIED", state: "WITHDRAWN" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "too weak and ended",
    field: { consents: [{ for: [PURPOSE], form: "WRITTEN" }] },
    store: { consents: [{ form: "IMPLIED", expires: JUNE_1 }] },
    gives: "MASK CONSENT_EXPIRED",
  },
]);

const demands = casesOf("several demands", SCENE, [
  {
    name: "one of several purposes",
    field: { consents: [{ for: ["ANALYTICS", PURPOSE] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "the strongest counts",
    field: { consents: [{ for: [PURPOSE] }, { for: [PURPOSE], form: "SEPARATE" }] },
    store: { consents: [{ form: "EXPLICIT" }] },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "the strongest counts, first as well",
    field: { consents: [{ for: [PURPOSE], form: "SEPARATE" }, { for: [PURPOSE] }] },
    store: { consents: [{ form: "EXPLICIT" }] },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "one consent meets both, and is named once",
    field: { consents: [{ for: [PURPOSE] }, { for: [PURPOSE], form: "SEPARATE" }] },
    store: { consents: [{ id: "yes", form: "WRITTEN" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
  {
    name: "a demand for another purpose does not matter",
    field: { consents: [{ for: [PURPOSE] }, { for: ["ANALYTICS"], form: "WRITTEN" }] },
    store: { consents: [{ id: "yes" }] },
    gives: "ALLOW GRANTED",
    rests: ["yes"],
  },
]);

export const CONSENT_CASES: readonly Case[] = [
  ...states,
  ...times,
  ...tenants,
  ...scopes,
  ...forms,
  ...moreForms,
  ...demands,
];
