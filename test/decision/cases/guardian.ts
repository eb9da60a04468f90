import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "PERSONALIZATION";
/** A child of 13 years and 364 days: born on 16 June 2012, asked for on 15 June 2026. */
const CHILD = changeScene(GRANTED_SCENE, {
  field: { grants: [{ allow: [PURPOSE, "CUSTOMER_SUPPORT"], to: ["STAFF"] }], consents: [{ for: [PURPOSE] }] },
  purpose: PURPOSE,
  object: { birthDate: "2012-06-16" },
});
const BY_GUARDIAN = { id: "guardian", by: "GUARDIAN", verified: true } as const;

const children = casesOf("child", CHILD, [
  { name: "no consent", gives: "MASK GUARDIAN_CONSENT_REQUIRED" },
  { name: "no consent, denied otherwise", field: { category: "HEALTH" }, gives: "DENY GUARDIAN_CONSENT_REQUIRED" },
  { name: "the child's own consent", store: { consents: [{}] }, gives: "MASK GUARDIAN_CONSENT_REQUIRED" },
  {
    name: "the child's own consent in writing",
    store: { consents: [{ form: "WRITTEN" }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "a guardian whom nobody verified",
    store: { consents: [{ by: "GUARDIAN", verified: false }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  { name: "a verified guardian", store: { consents: [BY_GUARDIAN] }, gives: "ALLOW GRANTED", rests: ["guardian"] },
  {
    name: "a verified agent is no guardian",
    store: { consents: [{ by: "AGENT", verified: true }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the controller is no guardian",
    store: { consents: [{ by: "CONTROLLER", verified: true }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the guardian was asked",
    store: { consents: [{ ...BY_GUARDIAN, state: "REQUESTED" }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the guardian refused",
    store: { consents: [{ ...BY_GUARDIAN, state: "REFUSED" }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "the guardian withdrew",
    store: { consents: [{ ...BY_GUARDIAN, state: "WITHDRAWN" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  { name: "the child refused", store: { consents: [{ state: "REFUSED" }] }, gives: "MASK CONSENT_REFUSED" },
  {
    name: "the child withdrew what the guardian gave",
    store: {
      consents: [
        { ...BY_GUARDIAN, at: "2026-06-01T00:00:00Z" },
        { tenant: "t-1", state: "WITHDRAWN", at: "2026-06-02T00:00:00Z" },
      ],
    },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "the guardian's has ended",
    store: { consents: [{ ...BY_GUARDIAN, expires: "2026-06-01T00:00:00Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "the child's own has ended",
    store: { consents: [{ expires: "2026-06-01T00:00:00Z" }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the guardian's in too weak a form",
    field: { consents: [{ for: [PURPOSE], form: "EXPLICIT" }] },
    store: { consents: [BY_GUARDIAN] },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
  {
    name: "the guardian's for other categories",
    store: { consents: [{ ...BY_GUARDIAN, categories: ["PHONE_NUMBER"] }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the guardian's for another child",
    store: { consents: [{ ...BY_GUARDIAN, subject: "c-2" }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  { name: "a purpose that needs no consent needs no guardian", purpose: "CUSTOMER_SUPPORT", gives: "ALLOW GRANTED" },
]);

const ofAge = casesOf("coming of age", CHILD, [
  {
    name: "the last moment of childhood, own consent",
    object: { birthDate: "2012-06-15" },
    now: "2026-06-15T11:59:59.999Z",
    store: { consents: [{}] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "the birthday, own consent",
    object: { birthDate: "2012-06-15" },
    store: { consents: [{ id: "own", at: "2026-06-15T12:00:00Z" }] },
    gives: "ALLOW GRANTED",
    rests: ["own"],
  },
  {
    name: "what the child said by itself before it was the birthday everywhere never counts",
    object: { birthDate: "2012-06-15" },
    store: { consents: [{ at: "2026-06-15T11:59:59.999Z" }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "what the child said by itself takes no refusal back",
    object: { birthDate: "2012-06-15" },
    store: { consents: [{ state: "REFUSED" }, { id: "later", tenant: "t-1", at: "2026-06-14T00:00:00Z" }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "the last moment of childhood, the guardian's",
    object: { birthDate: "2012-06-15" },
    now: "2026-06-15T11:59:59.999Z",
    store: { consents: [BY_GUARDIAN] },
    gives: "ALLOW GRANTED",
    rests: ["guardian"],
  },
  {
    name: "the birthday, the guardian's has ended",
    object: { birthDate: "2012-06-15" },
    store: { consents: [BY_GUARDIAN] },
    gives: "MASK CONSENT_EXPIRED",
  },
  { name: "of age and no consent", object: { birthDate: "2000-01-01" }, gives: "MASK CONSENT_MISSING" },
  {
    name: "own consent after the guardian's",
    object: { birthDate: "2012-06-01" },
    store: { consents: [BY_GUARDIAN, { id: "own", tenant: "t-1", at: "2026-06-10T00:00:00Z" }] },
    gives: "ALLOW GRANTED",
    rests: ["own"],
  },
  {
    name: "another age by the deployment",
    object: { birthDate: "2008-06-16" },
    deployment: { guardianAge: 18 },
    store: { consents: [{}] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  {
    name: "another age by the deployment, reached",
    object: { birthDate: "2008-06-15" },
    deployment: { guardianAge: 18 },
    store: { consents: [{ id: "own", at: "2026-06-15T12:00:00Z" }] },
    gives: "ALLOW GRANTED",
    rests: ["own"],
  },
  {
    name: "a year in which it is not certain",
    object: { birthDate: "2012" },
    store: { consents: [{}] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
]);

const unknown = casesOf("unknown age", changeScene(CHILD, { object: { birthDate: null } }), [
  { name: "counts as of age", store: { consents: [{ id: "own" }] }, gives: "ALLOW GRANTED", rests: ["own"] },
  {
    name: "a day of birth that cannot be read counts as a child",
    object: { birthDate: "young" },
    store: { consents: [{ id: "own" }] },
    gives: "MASK GUARDIAN_CONSENT_REQUIRED",
  },
  { name: "no consent", gives: "MASK CONSENT_MISSING" },
  {
    name: "a verified guardian's stands",
    store: { consents: [BY_GUARDIAN] },
    gives: "ALLOW GRANTED",
    rests: ["guardian"],
  },
  { name: "a guardian whom nobody verified", store: { consents: [{ by: "GUARDIAN" }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "not declared",
    field: { subject: { id: "id", tenant: "tenantId" } },
    object: { birthDate: "2020-01-01" },
    store: { consents: [{ id: "own" }] },
    gives: "ALLOW GRANTED",
    rests: ["own"],
  },
]);

export const GUARDIAN_CASES: readonly Case[] = [...children, ...ofAge, ...unknown];
