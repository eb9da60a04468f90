import { type Case, casesOf, changeScene, GRANTED_SCENE, type Line } from "../case.ts";

const EVERY_PURPOSE = [
  "CUSTOMER_SUPPORT",
  "DELIVERY",
  "LEGAL_COMPLIANCE",
  "SECURITY_OPERATIONS",
  "FINANCE_AND_TAX",
  "RIGHTS_FULFILMENT",
  "FRAUD_PREVENTION",
  "EMERGENCY",
  "ANALYTICS",
] as const;
type Purpose = (typeof EVERY_PURPOSE)[number];

// in China there is no legitimate interest, on which preventing fraud rests
const SCENE = changeScene(GRANTED_SCENE, {
  deployment: { region: "EU" },
  field: { grants: [{ allow: EVERY_PURPOSE, to: ["STAFF", "OWNER"] }] },
});

/** One line a purpose: what comes of it in a state of the subject. */
function perPurpose(store: Line["store"], gives: Readonly<Record<Purpose, Line["gives"]>>): readonly Line[] {
  return EVERY_PURPOSE.map((purpose) => ({ name: purpose, purpose, ...(store && { store }), gives: gives[purpose] }));
}

const erased = casesOf(
  "erased",
  SCENE,
  perPurpose(
    { status: "ERASED" },
    {
      CUSTOMER_SUPPORT: "DENY SUBJECT_ERASED",
      DELIVERY: "DENY SUBJECT_ERASED",
      LEGAL_COMPLIANCE: "DENY SUBJECT_ERASED",
      SECURITY_OPERATIONS: "DENY SUBJECT_ERASED",
      FINANCE_AND_TAX: "DENY SUBJECT_ERASED",
      RIGHTS_FULFILMENT: "DENY SUBJECT_ERASED",
      FRAUD_PREVENTION: "DENY SUBJECT_ERASED",
      EMERGENCY: "DENY SUBJECT_ERASED",
      ANALYTICS: "DENY SUBJECT_ERASED",
    },
  ),
);

const erasedAndHeld = casesOf(
  "erased under legal hold",
  SCENE,
  perPurpose(
    { status: "ERASED", legalHold: true },
    {
      CUSTOMER_SUPPORT: "DENY SUBJECT_ERASED",
      DELIVERY: "DENY SUBJECT_ERASED",
      LEGAL_COMPLIANCE: "ALLOW GRANTED",
      SECURITY_OPERATIONS: "ALLOW GRANTED",
      FINANCE_AND_TAX: "ALLOW GRANTED",
      RIGHTS_FULFILMENT: "ALLOW GRANTED",
      FRAUD_PREVENTION: "DENY SUBJECT_ERASED",
      EMERGENCY: "DENY SUBJECT_ERASED",
      ANALYTICS: "DENY SUBJECT_ERASED",
    },
  ),
);

const restricted = casesOf(
  "restricted",
  SCENE,
  perPurpose(
    { status: "RESTRICTED" },
    {
      CUSTOMER_SUPPORT: "MASK SUBJECT_RESTRICTED",
      DELIVERY: "MASK SUBJECT_RESTRICTED",
      LEGAL_COMPLIANCE: "ALLOW GRANTED",
      SECURITY_OPERATIONS: "ALLOW GRANTED",
      FINANCE_AND_TAX: "MASK SUBJECT_RESTRICTED",
      RIGHTS_FULFILMENT: "ALLOW GRANTED",
      FRAUD_PREVENTION: "MASK SUBJECT_RESTRICTED",
      EMERGENCY: "ALLOW GRANTED",
      ANALYTICS: "MASK SUBJECT_RESTRICTED",
    },
  ),
);

const states = casesOf("state", SCENE, [
  { name: "active", gives: "ALLOW GRANTED" },
  { name: "a legal hold on somebody active changes nothing", store: { legalHold: true }, gives: "ALLOW GRANTED" },
  {
    name: "erased on a field that is denied otherwise",
    field: { category: "HEALTH" },
    store: { status: "ERASED" },
    gives: "DENY SUBJECT_ERASED",
  },
  {
    name: "restricted on a field that is denied otherwise",
    field: { category: "HEALTH" },
    store: { status: "RESTRICTED" },
    gives: "DENY SUBJECT_RESTRICTED",
  },
  {
    name: "a legal hold does not lift a restriction",
    store: { status: "RESTRICTED", legalHold: true },
    purpose: "FINANCE_AND_TAX",
    gives: "MASK SUBJECT_RESTRICTED",
  },
  {
    name: "erased for oneself as well",
    caller: { role: "OWNER", sub: "c-1" },
    store: { status: "ERASED" },
    gives: "DENY SUBJECT_ERASED",
  },
  {
    name: "restricted for others, not for oneself",
    caller: { role: "OWNER", sub: "c-1" },
    store: { status: "RESTRICTED" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "restricted, kept by a duty, of somebody erased: for oneself as well",
    caller: { role: "OWNER", sub: "c-1" },
    field: { retain: { for: "P1Y", after: "closed", duty: true } },
    object: { closed: "2026-06-01" },
    store: { status: "ERASED" },
    gives: "MASK SUBJECT_RESTRICTED",
  },
  {
    name: "restricted, not for the child's guardian",
    caller: { role: "OWNER", sub: "g-1", act: { sub: "c-1", as: "GUARDIAN" } },
    object: { birthDate: "2015-01-01" },
    store: { status: "RESTRICTED" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "restricted, not for one's agent",
    caller: { role: "OWNER", sub: "a-1", act: { sub: "c-1", as: "AGENT" } },
    store: { status: "RESTRICTED" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "restricted, for staff that happens to have the subject's id",
    caller: { sub: "c-1" },
    store: { status: "RESTRICTED" },
    gives: "MASK SUBJECT_RESTRICTED",
  },
  {
    name: "restricted, for a tenant's staff that happens to have the subject's id",
    caller: { role: "SHOP", sub: "c-1" },
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] }] },
    store: { status: "RESTRICTED" },
    gives: "MASK SUBJECT_RESTRICTED",
  },
  { name: "the store is away", store: { down: true }, gives: "DENY CONSENT_STORE_UNAVAILABLE" },
  {
    name: "the store is away, denied otherwise",
    field: { category: "HEALTH" },
    store: { down: true },
    gives: "DENY CONSENT_STORE_UNAVAILABLE",
  },
  {
    name: "the store is away: a legal obligation does not do without it",
    purpose: "LEGAL_COMPLIANCE",
    store: { down: true },
    gives: "DENY CONSENT_STORE_UNAVAILABLE",
  },
  {
    name: "the store is away and the subject unknown",
    object: { id: null },
    store: { down: true },
    gives: "MASK SUBJECT_UNKNOWN",
  },
]);

const ASKERS: Readonly<Record<string, Line["caller"]>> = {
  "a role that no grant names": { role: "SHOP" },
  "a role that is not of the vocabulary": { role: "NOBODY" },
  "a stranger": { role: "OUTSIDER" },
  "somebody else of reach SELF": { role: "OWNER", sub: "c-2" },
};

/** Erased comes first, whoever asks: not even a mask leaves to whoever has no grant, or no purpose. */
const erasedFirst = casesOf(
  "erased first",
  changeScene(SCENE, { field: { otherwise: "MASK" }, store: { status: "ERASED" } }),
  [
    ...Object.entries(ASKERS).map(
      ([name, caller]): Line => ({ name, ...(caller && { caller }), gives: "DENY SUBJECT_ERASED" }),
    ),
    { name: "no purpose", purpose: null, gives: "DENY SUBJECT_ERASED" },
    { name: "another purpose", purpose: "PERSONALIZATION", gives: "DENY SUBJECT_ERASED" },
    { name: "over its time as well", field: { retain: { for: "P1D", after: "closed" } }, gives: "DENY SUBJECT_ERASED" },
    {
      name: "kept by duty, over its time",
      field: { retain: { for: "P1D", after: "closed", duty: true } },
      object: { closed: "2020-01-01" },
      gives: "DENY SUBJECT_ERASED",
    },
    {
      name: "kept by duty, within its time",
      field: { retain: { for: "P1D", after: "closed", duty: true } },
      object: { closed: "2026-06-15" },
      gives: "MASK SUBJECT_RESTRICTED",
    },
    {
      name: "under a legal hold, by a duty of another's",
      purpose: "FINANCE_AND_TAX",
      caller: { role: "SHOP" },
      store: { legalHold: true },
      gives: "MASK ROLE_NOT_ALLOWED",
    },
    {
      name: "not known, whoever asks",
      caller: { role: "SHOP" },
      store: { down: true },
      gives: "DENY CONSENT_STORE_UNAVAILABLE",
    },
    { name: "of nobody in particular", object: { id: null }, gives: "MASK SUBJECT_UNKNOWN" },
  ],
);

export const STATE_CASES: readonly Case[] = [...erased, ...erasedAndHeld, ...restricted, ...states, ...erasedFirst];
