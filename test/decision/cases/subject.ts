import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const declared = casesOf("subject", GRANTED_SCENE, [
  { name: "null", object: { id: null }, gives: "MASK SUBJECT_UNKNOWN" },
  { name: "missing", object: { id: undefined }, gives: "MASK SUBJECT_UNKNOWN" },
  {
    name: "null on a field that is denied otherwise",
    object: { id: null },
    field: { category: "HEALTH" },
    gives: "DENY SUBJECT_UNKNOWN",
  },
  { name: "0 is an id", object: { id: 0 }, gives: "ALLOW GRANTED" },
  { name: "an empty text is an id", object: { id: "" }, gives: "ALLOW GRANTED" },
  { name: "false is an id", object: { id: false }, gives: "ALLOW GRANTED" },
  { name: "a number is an id", object: { id: 4711 }, gives: "ALLOW GRANTED" },
  {
    name: "null although the store knows nobody is restricted",
    object: { id: null },
    store: { status: "ACTIVE" },
    gives: "MASK SUBJECT_UNKNOWN",
  },
]);

const SELF = changeScene(GRANTED_SCENE, {
  field: {
    grants: [
      { allow: ["CUSTOMER_SUPPORT"], to: ["OWNER", "SHOP", "CARRIER", "OUTSIDER", "STAFF"], assigned: "carrier" },
    ],
  },
  object: { carrier: "org-1" },
});

const undeclared = casesOf("no subject declared", changeScene(SELF, { field: { subject: null } }), [
  { name: "reach ALL needs none", gives: "ALLOW GRANTED" },
  { name: "reach ASSIGNED needs none", caller: { role: "CARRIER" }, gives: "ALLOW GRANTED" },
  { name: "reach SELF needs one", caller: { role: "OWNER", sub: "c-1" }, gives: "DENY SUBJECT_UNKNOWN" },
  { name: "reach TENANT needs its tenant", caller: { role: "SHOP" }, gives: "MASK SUBJECT_UNKNOWN" },
  { name: "reach NONE is out of reach before anything", caller: { role: "OUTSIDER" }, gives: "DENY OUT_OF_REACH" },
  {
    name: "a consent needs one",
    field: { consents: [{ for: ["CUSTOMER_SUPPORT"] }] },
    store: { consents: [{}] },
    gives: "MASK SUBJECT_UNKNOWN",
  },
  {
    name: "a tenant's agreement needs one, for its tenant",
    field: { consents: [{ for: ["CUSTOMER_SUPPORT"], from: "TENANT" }] },
    store: { agreements: [{}] },
    gives: "MASK SUBJECT_UNKNOWN",
  },
  {
    name: "a consent for another purpose needs none",
    field: { consents: [{ for: ["DIRECT_MARKETING"] }] },
    gives: "ALLOW GRANTED",
  },
  { name: "the store is not asked, so it may be away", store: { down: true }, gives: "ALLOW GRANTED" },
  { name: "a minimum age has nobody to apply to", deployment: { minimumAge: 18 }, gives: "ALLOW GRANTED" },
  { name: "a region abroad has no data to go to", caller: { region: "EU" }, gives: "ALLOW GRANTED" },
  {
    name: "retention is tested all the same",
    field: { retain: { for: "P30D", after: "closed" } },
    object: { closed: "2026-05-01" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "a legal hold has nobody to hold",
    field: {
      grants: [{ allow: ["FINANCE_AND_TAX"], to: ["STAFF"] }],
      retain: { for: "P30D", after: "closed" },
    },
    purpose: "FINANCE_AND_TAX",
    store: { legalHold: true },
    object: { closed: "2026-05-01" },
    gives: "DENY RETENTION_EXPIRED",
  },
  {
    name: "the grant's end is tested all the same",
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["STAFF"], until: "closed" }] },
    object: { closed: "2026-05-01" },
    gives: "MASK GRANT_ENDED",
  },
]);

const partial = casesOf("subject's keys", GRANTED_SCENE, [
  { name: "only an id is declared", field: { subject: { id: "id" } }, gives: "ALLOW GRANTED" },
  {
    name: "without a tenant key nothing is in reach of a tenant",
    field: { subject: { id: "id" }, grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] }] },
    caller: { role: "SHOP" },
    gives: "MASK OUT_OF_REACH",
  },
  {
    name: "without a region key no border is crossed",
    field: { subject: { id: "id" } },
    caller: { region: "EU" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "without a key for the day of birth nobody is too young",
    field: { subject: { id: "id" } },
    object: { birthDate: "2020-01-01" },
    deployment: { minimumAge: 18 },
    gives: "ALLOW GRANTED",
  },
]);

export const SUBJECT_CASES: readonly Case[] = [...declared, ...undeclared, ...partial];
