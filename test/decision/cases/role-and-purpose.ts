import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const TWO_GRANTS = {
  grants: [
    { allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] },
    { allow: ["FRAUD_PREVENTION", "EMERGENCY"], to: ["STAFF", "CARRIER"] },
  ],
} as const;

const roles = casesOf("role", GRANTED_SCENE, [
  { name: "the grant names it", gives: "ALLOW GRANTED" },
  { name: "no grant names it", caller: { role: "SHOP" }, gives: "MASK ROLE_NOT_ALLOWED" },
  { name: "the field has no grant at all", field: { grants: [] }, gives: "MASK ROLE_NOT_ALLOWED" },
  {
    name: "no grant, and the field is denied otherwise",
    field: { grants: [], category: "GOVERNMENT_ID" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  {
    name: "GUEST is no role of the grant",
    caller: { sub: null, role: "GUEST", org: null, tenants: [] },
    purpose: null,
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  { name: "names differ by case", caller: { role: "staff" }, gives: "DENY ROLE_NOT_ALLOWED" },
  { name: "a role that starts like one that is named", caller: { role: "STAFF_LEAD" }, gives: "DENY ROLE_NOT_ALLOWED" },
  {
    name: "a role called like a property of every object",
    caller: { role: "constructor" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  { name: "an empty role", caller: { role: "" }, gives: "DENY ROLE_NOT_ALLOWED" },
  {
    name: "one of several roles of the grant",
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OWNER", "SHOP", "STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "an outcome of its own turns a masked category into a denied one",
    field: { otherwise: "DENY" },
    caller: { role: "SHOP" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  {
    name: "an outcome of its own turns a denied category into a masked one",
    field: { category: "GOVERNMENT_ID", otherwise: "MASK" },
    caller: { role: "SHOP" },
    gives: "MASK ROLE_NOT_ALLOWED",
  },
  { name: "a denied category is shown where all holds", field: { category: "GOVERNMENT_ID" }, gives: "ALLOW GRANTED" },
]);

const purposes = casesOf("purpose", GRANTED_SCENE, [
  { name: "none declared", purpose: null, gives: "MASK PURPOSE_MISSING" },
  {
    name: "none declared on a field that is denied otherwise",
    purpose: null,
    field: { category: "HEALTH" },
    gives: "DENY PURPOSE_MISSING",
  },
  { name: "one that the grant does not name", purpose: "DIRECT_MARKETING", gives: "MASK PURPOSE_NOT_ALLOWED" },
  {
    name: "one that the grant does not name, on a field that is denied otherwise",
    purpose: "DIRECT_MARKETING",
    field: { category: "HEALTH" },
    gives: "DENY PURPOSE_NOT_ALLOWED",
  },
  {
    name: "one of several purposes of the grant",
    purpose: "EMERGENCY",
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT", "EMERGENCY"], to: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "a grant that names no purpose grants nothing",
    field: { grants: [{ allow: [], to: ["STAFF"] }] },
    gives: "MASK PURPOSE_NOT_ALLOWED",
  },
]);

const severalGrants = casesOf("several grants", changeScene(GRANTED_SCENE, { field: TWO_GRANTS }), [
  { name: "role of one and purpose of another make no grant", gives: "MASK PURPOSE_NOT_ALLOWED" },
  { name: "the other way round", caller: { role: "SHOP" }, purpose: "EMERGENCY", gives: "MASK PURPOSE_NOT_ALLOWED" },
  { name: "the second suffices", purpose: "FRAUD_PREVENTION", gives: "ALLOW GRANTED" },
  { name: "the first suffices", caller: { role: "SHOP" }, gives: "ALLOW GRANTED" },
  { name: "named by neither", caller: { role: "OWNER" }, gives: "DENY ROLE_NOT_ALLOWED" },
  { name: "named by the second, no purpose", purpose: null, gives: "MASK PURPOSE_MISSING" },
  {
    name: "the same grant twice is one",
    field: { grants: [...GRANTED_SCENE.field.grants, ...GRANTED_SCENE.field.grants] },
    gives: "ALLOW GRANTED",
  },
  {
    name: "two grants to one role for different purposes: the first purpose",
    field: {
      grants: [
        { allow: ["CUSTOMER_SUPPORT"], to: ["STAFF"] },
        { allow: ["EMERGENCY"], to: ["STAFF"] },
      ],
    },
    gives: "ALLOW GRANTED",
  },
  {
    name: "two grants to one role for different purposes: the second purpose",
    purpose: "EMERGENCY",
    field: {
      grants: [
        { allow: ["CUSTOMER_SUPPORT"], to: ["STAFF"] },
        { allow: ["EMERGENCY"], to: ["STAFF"] },
      ],
    },
    gives: "ALLOW GRANTED",
  },
]);

export const ROLE_AND_PURPOSE_CASES: readonly Case[] = [...roles, ...purposes, ...severalGrants];
