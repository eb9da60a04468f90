import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "CUSTOMER_SUPPORT";

const none = casesOf(
  "reach NONE",
  changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: [PURPOSE], to: ["OUTSIDER"] }] },
    caller: { role: "OUTSIDER" },
  }),
  [
    { name: "reaches nothing", gives: "DENY OUT_OF_REACH" },
    { name: "not oneself", caller: { sub: "c-1" }, gives: "DENY OUT_OF_REACH" },
    { name: "denied otherwise", field: { category: "HEALTH" }, gives: "DENY OUT_OF_REACH" },
  ],
);

const all = casesOf("reach ALL", GRANTED_SCENE, [
  { name: "another's tenant", object: { tenantId: "t-9" }, gives: "ALLOW GRANTED" },
  { name: "no tenant", object: { tenantId: null }, gives: "ALLOW GRANTED" },
  { name: "a caller without tenants and organisation", caller: { tenants: [], org: null }, gives: "ALLOW GRANTED" },
]);

const self = casesOf(
  "reach SELF",
  changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: [PURPOSE], to: ["OWNER"] }] },
    caller: { role: "OWNER", sub: "c-1", org: null, tenants: [] },
  }),
  [
    { name: "oneself", gives: "ALLOW GRANTED" },
    { name: "another", caller: { sub: "c-2" }, gives: "DENY OUT_OF_REACH" },
    {
      name: "another, denied otherwise",
      caller: { sub: "c-2" },
      field: { category: "HEALTH" },
      gives: "DENY OUT_OF_REACH",
    },
    {
      name: "a number in the data is the text of the token",
      caller: { sub: "0" },
      object: { id: 0 },
      gives: "ALLOW GRANTED",
    },
    { name: "another number", caller: { sub: "0" }, object: { id: 1 }, gives: "DENY OUT_OF_REACH" },
    { name: "ids differ by case", caller: { sub: "C-1" }, gives: "DENY OUT_OF_REACH" },
    { name: "an id that begins alike", caller: { sub: "c-11" }, gives: "DENY OUT_OF_REACH" },
    { name: "ids differ by a space", caller: { sub: "c-1 " }, gives: "DENY OUT_OF_REACH" },
    { name: "a tenant in common is not oneself", caller: { sub: "c-2", tenants: ["t-1"] }, gives: "DENY OUT_OF_REACH" },
    { name: "no id in the token", caller: { sub: null }, gives: "DENY OUT_OF_REACH" },
    {
      name: "no id on either side is nobody",
      caller: { sub: null },
      object: { id: null },
      gives: "DENY SUBJECT_UNKNOWN",
    },
    {
      name: "as the guardian of another",
      caller: { sub: "g-1", act: { sub: "c-1", as: "GUARDIAN" } },
      object: { birthDate: "2015-01-01" },
      gives: "ALLOW GRANTED",
    },
    {
      name: "as the agent of another",
      caller: { sub: "a-1", act: { sub: "c-1", as: "AGENT" } },
      gives: "ALLOW GRANTED",
    },
    {
      name: "as the guardian of somebody else",
      caller: { sub: "g-1", act: { sub: "c-2", as: "GUARDIAN" } },
      gives: "DENY OUT_OF_REACH",
    },
    {
      name: "one's own data while acting for another",
      caller: { sub: "c-1", act: { sub: "c-2", as: "AGENT" } },
      gives: "ALLOW GRANTED",
    },
  ],
);

const tenant = casesOf(
  "reach TENANT",
  changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: [PURPOSE], to: ["SHOP"] }] },
    caller: { role: "SHOP", tenants: ["t-1", "t-2"] },
  }),
  [
    { name: "the first of the caller's", gives: "ALLOW GRANTED" },
    { name: "the second of the caller's", object: { tenantId: "t-2" }, gives: "ALLOW GRANTED" },
    { name: "another's", object: { tenantId: "t-3" }, gives: "MASK OUT_OF_REACH" },
    {
      name: "another's, denied otherwise",
      object: { tenantId: "t-3" },
      field: { category: "HEALTH" },
      gives: "DENY OUT_OF_REACH",
    },
    { name: "null", object: { tenantId: null }, gives: "MASK OUT_OF_REACH" },
    { name: "missing", object: { tenantId: undefined }, gives: "MASK OUT_OF_REACH" },
    { name: "a caller without tenants", caller: { tenants: [] }, gives: "MASK OUT_OF_REACH" },
    {
      name: "no tenant on either side",
      caller: { tenants: [] },
      object: { tenantId: null },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "an empty tenant is a tenant",
      caller: { tenants: [""] },
      object: { tenantId: "" },
      gives: "ALLOW GRANTED",
    },
    { name: "0 is a tenant", caller: { tenants: ["0"] }, object: { tenantId: 0 }, gives: "ALLOW GRANTED" },
    {
      name: "the text null is not null",
      caller: { tenants: ["null"] },
      object: { tenantId: null },
      gives: "MASK OUT_OF_REACH",
    },
    { name: "tenants differ by case", object: { tenantId: "T-1" }, gives: "MASK OUT_OF_REACH" },
    {
      name: "the organisation is not a tenant",
      caller: { org: "t-3" },
      object: { tenantId: "t-3" },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "one's own data at another's",
      caller: { sub: "c-1" },
      object: { tenantId: "t-3" },
      gives: "MASK OUT_OF_REACH",
    },
  ],
);

const assigned = casesOf(
  "reach ASSIGNED",
  changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier" }] },
    caller: { role: "CARRIER", org: "org-1", tenants: [] },
    object: { carrier: "org-1" },
  }),
  [
    { name: "the organisation assigned", gives: "ALLOW GRANTED" },
    { name: "another", object: { carrier: "org-2" }, gives: "MASK OUT_OF_REACH" },
    {
      name: "another, denied otherwise",
      object: { carrier: "org-2" },
      field: { category: "HEALTH" },
      gives: "DENY OUT_OF_REACH",
    },
    { name: "null", object: { carrier: null }, gives: "MASK OUT_OF_REACH" },
    { name: "missing", object: { carrier: undefined }, gives: "MASK OUT_OF_REACH" },
    { name: "a caller without organisation", caller: { org: null }, gives: "MASK OUT_OF_REACH" },
    { name: "null on both sides", caller: { org: null }, object: { carrier: null }, gives: "MASK OUT_OF_REACH" },
    {
      name: "missing on both sides",
      caller: { org: null },
      object: { carrier: undefined },
      gives: "MASK OUT_OF_REACH",
    },
    { name: "a number in the data", caller: { org: "7" }, object: { carrier: 7 }, gives: "ALLOW GRANTED" },
    { name: "0 in the data", caller: { org: "0" }, object: { carrier: 0 }, gives: "ALLOW GRANTED" },
    {
      name: "false is no organisation",
      caller: { org: "false" },
      object: { carrier: false },
      gives: "MASK OUT_OF_REACH",
    },
    { name: "an empty text is an organisation", caller: { org: "" }, object: { carrier: "" }, gives: "ALLOW GRANTED" },
    { name: "a list of organisations is not one", object: { carrier: ["org-1"] }, gives: "MASK OUT_OF_REACH" },
    { name: "organisations differ by case", object: { carrier: "ORG-1" }, gives: "MASK OUT_OF_REACH" },
    {
      name: "the caller's own id is not the organisation",
      caller: { sub: "org-2" },
      object: { carrier: "org-2" },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "a tenant is not the organisation",
      caller: { tenants: ["org-2"] },
      object: { carrier: "org-2" },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "a grant without `assigned` reaches nothing",
      field: { grants: [{ allow: [PURPOSE], to: ["CARRIER"] }] },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "a field of the object called like a property of every object",
      field: { grants: [{ allow: [PURPOSE], to: ["CARRIER"], assigned: "constructor" }] },
      object: { constructor: undefined },
      gives: "MASK OUT_OF_REACH",
    },
  ],
);

const mixed = casesOf(
  "assigned beside other roles",
  changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: [PURPOSE], to: ["CARRIER", "SHOP", "STAFF"], assigned: "carrier" }] },
    caller: { tenants: ["t-1"] },
    object: { carrier: "org-2" },
  }),
  [
    { name: "the partner goes by it", caller: { role: "CARRIER" }, gives: "MASK OUT_OF_REACH" },
    { name: "the partner assigned", caller: { role: "CARRIER", org: "org-2" }, gives: "ALLOW GRANTED" },
    { name: "a tenant goes by its own reach", caller: { role: "SHOP" }, gives: "ALLOW GRANTED" },
    { name: "another tenant is out of it", caller: { role: "SHOP", tenants: ["t-2"] }, gives: "MASK OUT_OF_REACH" },
    { name: "reach ALL goes by its own", gives: "ALLOW GRANTED" },
    {
      name: "it binds the roles of a grant that names no partner",
      field: { grants: [{ allow: [PURPOSE], to: ["SHOP", "STAFF"], assigned: "carrier" }] },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "and lets them pass where it names their organisation",
      field: { grants: [{ allow: [PURPOSE], to: ["SHOP", "STAFF"], assigned: "carrier" }] },
      object: { carrier: "org-1" },
      gives: "ALLOW GRANTED",
    },
    {
      name: "on top of their own reach",
      field: { grants: [{ allow: [PURPOSE], to: ["SHOP"], assigned: "carrier" }] },
      caller: { role: "SHOP", tenants: ["t-2"] },
      object: { carrier: "org-1" },
      gives: "MASK OUT_OF_REACH",
    },
  ],
);

const several = casesOf(
  "several grants in reach",
  changeScene(GRANTED_SCENE, {
    field: {
      grants: [
        { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier" },
        { allow: [PURPOSE], to: ["CARRIER"], assigned: "broker" },
      ],
    },
    caller: { role: "CARRIER", org: "org-1" },
    object: { carrier: "org-8", broker: "org-9" },
  }),
  [
    { name: "neither", gives: "MASK OUT_OF_REACH" },
    { name: "the first", object: { carrier: "org-1" }, gives: "ALLOW GRANTED" },
    { name: "the second", object: { broker: "org-1" }, gives: "ALLOW GRANTED" },
    { name: "both", object: { carrier: "org-1", broker: "org-1" }, gives: "ALLOW GRANTED" },
    {
      name: "a grant for another purpose does not reach for this one",
      field: {
        grants: [
          { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier" },
          { allow: ["DELIVERY"], to: ["CARRIER"], assigned: "broker" },
        ],
      },
      object: { broker: "org-1" },
      gives: "MASK OUT_OF_REACH",
    },
    {
      name: "a grant to another role does not reach for this one",
      field: {
        grants: [
          { allow: [PURPOSE], to: ["CARRIER"], assigned: "carrier" },
          { allow: [PURPOSE], to: ["STAFF"] },
        ],
      },
      gives: "MASK OUT_OF_REACH",
    },
  ],
);

export const REACH_CASES: readonly Case[] = [...none, ...all, ...self, ...tenant, ...assigned, ...mixed, ...several];
