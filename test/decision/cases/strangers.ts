import { type Case, casesOf, changeScene, GRANTED_SCENE, type Line } from "../case.ts";

const OWN = changeScene(GRANTED_SCENE, {
  field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OWNER", "STAFF"] }] },
  caller: { role: "OWNER", sub: "c-1" },
});

/** Who gets no mask, and who does, where a field's category alone says MASK. */
const byCategory: readonly Line[] = [
  { name: "a role of reach NONE", caller: { role: "OUTSIDER" }, gives: "DENY ROLE_NOT_ALLOWED" },
  {
    name: "a role of reach NONE with the id of the person",
    caller: { role: "OUTSIDER", sub: "c-1" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  { name: "a role that is not of the vocabulary", caller: { role: "NOBODY" }, gives: "DENY ROLE_NOT_ALLOWED" },
  { name: "another of reach SELF", caller: { sub: "c-2" }, gives: "DENY OUT_OF_REACH" },
  { name: "another of reach SELF, no purpose", caller: { sub: "c-2" }, purpose: null, gives: "DENY PURPOSE_MISSING" },
  { name: "of an unknown subject", object: { id: null }, gives: "DENY SUBJECT_UNKNOWN" },
  { name: "oneself, no purpose", purpose: null, gives: "MASK PURPOSE_MISSING" },
  { name: "oneself, another purpose", purpose: "ANALYTICS", gives: "MASK PURPOSE_NOT_ALLOWED" },
  { name: "oneself, no grant", field: { grants: [] }, gives: "MASK ROLE_NOT_ALLOWED" },
  { name: "oneself, too young", deployment: { minimumAge: 60 }, gives: "MASK MINOR_NOT_SERVED" },
  {
    name: "a ward",
    caller: { sub: "g-1", act: { sub: "c-1", as: "GUARDIAN" } },
    object: { birthDate: "2015-01-01" },
    purpose: null,
    gives: "MASK PURPOSE_MISSING",
  },
  {
    name: "a principal",
    caller: { sub: "a-1", act: { sub: "c-1", as: "AGENT" } },
    purpose: null,
    gives: "MASK PURPOSE_MISSING",
  },
  {
    name: "somebody who is not the ward",
    caller: { sub: "g-1", act: { sub: "c-2", as: "GUARDIAN" } },
    purpose: null,
    gives: "DENY PURPOSE_MISSING",
  },
  {
    name: "a role of reach TENANT, of another's",
    caller: { role: "SHOP", tenants: ["t-9"] },
    gives: "MASK ROLE_NOT_ALLOWED",
  },
  {
    name: "a role of reach TENANT, of no tenant",
    caller: { role: "SHOP", tenants: [] },
    gives: "MASK ROLE_NOT_ALLOWED",
  },
  {
    name: "a partner, of what is assigned to another",
    caller: { role: "CARRIER" },
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["CARRIER"], assigned: "carrier" }] },
    object: { carrier: "org-2" },
    gives: "MASK OUT_OF_REACH",
  },
  { name: "a role of reach ALL", caller: { role: "STAFF" }, purpose: null, gives: "MASK PURPOSE_MISSING" },
];

const REASONED: readonly Line[] = byCategory.map((line) => ({
  ...line,
  name: `${line.name}, where the field says MASK`,
  field: { ...line.field, otherwise: "MASK" },
  gives: line.gives.replace("DENY", "MASK") as Line["gives"],
}));

const DENIED: readonly Line[] = byCategory.map((line) => ({
  ...line,
  name: `${line.name}, where the field says DENY`,
  field: { ...line.field, otherwise: "DENY" },
  gives: line.gives.replace("MASK", "DENY") as Line["gives"],
}));

/** A guardian reaches a child: as long as it is one, as far as is known. */
const ward = casesOf(
  "ward",
  changeScene(OWN, {
    caller: { sub: "g-1", act: { sub: "c-1", as: "GUARDIAN" } },
    object: { birthDate: "2012-06-16" },
  }),
  [
    { name: "on the last day of childhood", gives: "ALLOW GRANTED" },
    { name: "come of age", object: { birthDate: "2012-06-15" }, gives: "DENY OUT_OF_REACH" },
    { name: "of 46 years", object: { birthDate: "1980-01-01" }, gives: "DENY OUT_OF_REACH" },
    { name: "whose day of birth cannot be read", object: { birthDate: "27.11.2016" }, gives: "DENY OUT_OF_REACH" },
    { name: "whose day of birth is not known", object: { birthDate: null }, gives: "ALLOW GRANTED" },
    {
      name: "come of age, whose agent the caller is",
      caller: { act: { sub: "c-1", as: "AGENT" } },
      object: { birthDate: "1980-01-01" },
      gives: "ALLOW GRANTED",
    },
    {
      name: "oneself, acting for another",
      caller: { sub: "c-1", act: { sub: "c-9", as: "GUARDIAN" } },
      gives: "ALLOW GRANTED",
    },
  ],
);

export const STRANGER_CASES: readonly Case[] = [
  ...casesOf("strangers", OWN, [...byCategory, ...REASONED, ...DENIED]),
  ...ward,
];
