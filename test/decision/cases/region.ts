import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const OWN = { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OWNER", "STAFF"] }] } as const;

const regions = casesOf("region", changeScene(GRANTED_SCENE, { field: OWN }), [
  { name: "the same", gives: "ALLOW GRANTED" },
  { name: "another", caller: { region: "EU" }, gives: "MASK CROSS_BORDER" },
  {
    name: "another, denied otherwise",
    caller: { region: "EU" },
    field: { category: "HEALTH" },
    gives: "DENY CROSS_BORDER",
  },
  {
    name: "another that may receive",
    caller: { region: "EU" },
    deployment: { transfers: { CN: ["US", "EU"] } },
    gives: "ALLOW GRANTED",
  },
  {
    name: "others may receive",
    caller: { region: "EU" },
    deployment: { transfers: { CN: ["US"] } },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "the way back is not allowed by the way there",
    caller: { region: "EU" },
    deployment: { transfers: { EU: ["CN"] } },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "two steps are not one",
    caller: { region: "US" },
    deployment: { transfers: { CN: ["EU"], EU: ["US"] } },
    gives: "MASK CROSS_BORDER",
  },
  { name: "regions differ by case", caller: { region: "cn" }, gives: "MASK CROSS_BORDER" },
  { name: "the subject's unknown, the deployment's the caller's", object: { region: null }, gives: "ALLOW GRANTED" },
  {
    name: "the subject's unknown, the deployment's another",
    object: { region: null },
    caller: { region: "EU" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "the subject's missing, transfers from the deployment's",
    object: { region: undefined },
    caller: { region: "EU" },
    deployment: { transfers: { CN: ["EU"] } },
    gives: "ALLOW GRANTED",
  },
  { name: "the caller's unknown, the deployment's the subject's", caller: { region: null }, gives: "ALLOW GRANTED" },
  {
    name: "the caller's unknown, the deployment's another",
    caller: { region: null },
    deployment: { region: "EU" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "the caller's unknown, transfers to the deployment's",
    caller: { region: null },
    deployment: { region: "EU", transfers: { CN: ["EU"] } },
    gives: "ALLOW GRANTED",
  },
  {
    name: "nothing known at all",
    object: { region: null },
    caller: { region: null },
    deployment: { region: null },
    gives: "ALLOW GRANTED",
  },
  {
    name: "only the caller's known",
    object: { region: null },
    deployment: { region: null },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "only the subject's known",
    caller: { region: null },
    deployment: { region: null },
    gives: "MASK CROSS_BORDER",
  },
  { name: "an empty region is a region", object: { region: "" }, gives: "MASK CROSS_BORDER" },
  {
    name: "a region called like a property of every object",
    object: { region: "constructor" },
    caller: { region: "EU" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "the prototype is no list of transfers",
    object: { region: "__proto__" },
    caller: { region: "EU" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "not declared",
    field: { subject: { id: "id", tenant: "tenantId" } },
    caller: { region: "EU" },
    gives: "ALLOW GRANTED",
  },
  { name: "one's own data abroad", caller: { role: "OWNER", sub: "c-1", region: "EU" }, gives: "ALLOW GRANTED" },
  {
    name: "an agent abroad is not oneself",
    caller: { role: "OWNER", sub: "a-1", region: "EU", act: { sub: "c-1", as: "AGENT" } },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "a child's guardian abroad is as the child",
    caller: { role: "OWNER", sub: "g-1", region: "EU", act: { sub: "c-1", as: "GUARDIAN" } },
    object: { birthDate: "2015-01-01" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "a guardian abroad, of another child",
    caller: { role: "OWNER", sub: "g-1", region: "EU", act: { sub: "c-2", as: "GUARDIAN" } },
    object: { birthDate: "2015-01-01" },
    gives: "DENY OUT_OF_REACH",
  },
  {
    name: "staff abroad that is the child's guardian is staff",
    caller: { sub: "g-1", region: "EU", act: { sub: "c-1", as: "GUARDIAN" } },
    object: { birthDate: "2015-01-01" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "staff that happens to have the subject's id is not oneself",
    caller: { sub: "c-1", region: "EU" },
    gives: "MASK CROSS_BORDER",
  },
  {
    name: "no purpose is exempt",
    caller: { region: "EU" },
    purpose: "RIGHTS_FULFILMENT",
    field: { grants: [{ allow: ["RIGHTS_FULFILMENT"], to: ["STAFF"] }] },
    gives: "MASK CROSS_BORDER",
  },
]);

export const REGION_CASES: readonly Case[] = regions;
