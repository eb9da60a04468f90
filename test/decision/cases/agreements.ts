import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "ANALYTICS";
const SCENE = changeScene(GRANTED_SCENE, {
  field: {
    grants: [{ allow: [PURPOSE, "CUSTOMER_SUPPORT"], to: ["AGENCY"] }],
    consents: [{ for: [PURPOSE], from: "TENANT" }],
  },
  caller: { role: "AGENCY", org: "agency-1", tenants: ["t-1"] },
  purpose: PURPOSE,
});
const SIGNED = { agreements: [{ id: "signed" }] } as const;
const OK = { gives: "ALLOW GRANTED", rests: ["signed"] } as const;

const agreements = casesOf("agreement", SCENE, [
  { name: "on record", store: SIGNED, ...OK },
  { name: "none", gives: "MASK CONSENT_MISSING" },
  { name: "none, denied otherwise", field: { category: "HEALTH" }, gives: "DENY CONSENT_MISSING" },
  { name: "renewed", store: { agreements: [{ id: "signed", state: "RENEWED" }] }, ...OK },
  { name: "withdrawn", store: { agreements: [{ state: "WITHDRAWN" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "revoked", store: { agreements: [{ state: "REVOKED" }] }, gives: "MASK CONSENT_WITHDRAWN" },
  { name: "refused", store: { agreements: [{ state: "REFUSED" }] }, gives: "MASK CONSENT_REFUSED" },
  { name: "only requested", store: { agreements: [{ state: "REQUESTED" }] }, gives: "MASK CONSENT_MISSING" },
  { name: "stored as expired", store: { agreements: [{ state: "EXPIRED" }] }, gives: "MASK CONSENT_EXPIRED" },
  {
    name: "ends in a millisecond",
    store: { agreements: [{ id: "signed", expires: "2026-06-15T12:00:00.001Z" }] },
    ...OK,
  },
  { name: "ends now", store: { agreements: [{ expires: "2026-06-15T12:00:00.000Z" }] }, gives: "MASK CONSENT_EXPIRED" },
  {
    name: "dated in a millisecond",
    store: { agreements: [{ at: "2026-06-15T12:00:00.001Z" }] },
    gives: "MASK CONSENT_MISSING",
  },
  { name: "of another tenant", store: { agreements: [{ tenant: "t-2" }] }, gives: "MASK CONSENT_MISSING" },
  { name: "with another partner", store: { agreements: [{ partner: "agency-2" }] }, gives: "MASK CONSENT_MISSING" },
  { name: "with any partner", store: { agreements: [{ id: "signed", partner: null }] }, ...OK },
  { name: "for another purpose", store: { agreements: [{ purposes: ["DELIVERY"] }] }, gives: "MASK CONSENT_MISSING" },
  { name: "for several purposes", store: { agreements: [{ id: "signed", purposes: ["DELIVERY", PURPOSE] }] }, ...OK },
  {
    name: "in too weak a form",
    field: { consents: [{ for: [PURPOSE], from: "TENANT", form: "WRITTEN" }] },
    store: SIGNED,
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "in writing",
    field: { consents: [{ for: [PURPOSE], from: "TENANT", form: "WRITTEN" }] },
    store: { agreements: [{ id: "signed", form: "WRITTEN" }] },
    ...OK,
  },
  { name: "the person's consent is no agreement", store: { consents: [{}] }, gives: "MASK CONSENT_MISSING" },
  { name: "not asked for another purpose", purpose: "CUSTOMER_SUPPORT", gives: "ALLOW GRANTED" },
  {
    name: "of an object without tenant",
    field: { grants: [{ allow: [PURPOSE], to: ["STAFF"] }] },
    caller: { role: "STAFF" },
    object: { tenantId: null },
    store: SIGNED,
    gives: "MASK CONSENT_MISSING",
  },
  { name: "a child's data need the tenant's alone", object: { birthDate: "2020-01-01" }, store: SIGNED, ...OK },
  {
    name: "a change of the notice does not touch it",
    deployment: {
      notices: [{ id: "privacy", version: "2", effectiveFrom: "2026-03-01T00:00:00Z", materialFor: [PURPOSE] }],
    },
    store: SIGNED,
    ...OK,
  },
]);

const BOTH = { consents: [{ for: [PURPOSE] }, { for: [PURPOSE], from: "TENANT" }] } as const;

const both = casesOf("consent and agreement", changeScene(SCENE, { field: BOTH }), [
  { name: "both", store: { consents: [{ id: "yes" }], ...SIGNED }, gives: "ALLOW GRANTED", rests: ["yes", "signed"] },
  { name: "consent alone", store: { consents: [{}] }, gives: "MASK CONSENT_MISSING" },
  { name: "agreement alone", store: SIGNED, gives: "MASK CONSENT_MISSING" },
  {
    name: "consent withdrawn, agreement in force",
    store: { consents: [{ state: "WITHDRAWN" }], ...SIGNED },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "consent in force, agreement ended",
    store: { consents: [{}], agreements: [{ expires: "2026-06-01T00:00:00Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "consent expired, agreement missing: missing is named",
    store: { consents: [{ state: "EXPIRED" }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "consent expired, agreement refused: refused is named",
    store: { consents: [{ state: "EXPIRED" }], agreements: [{ state: "REFUSED" }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "consent refused, agreement withdrawn: refused is named",
    store: { consents: [{ state: "REFUSED" }], agreements: [{ state: "WITHDRAWN" }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "a child without guardian, agreement ended: ended is named",
    object: { birthDate: "2020-01-01" },
    store: { agreements: [{ state: "EXPIRED" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
]);

export const AGREEMENT_CASES: readonly Case[] = [...agreements, ...both];
