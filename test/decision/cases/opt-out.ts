import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const SCENE = changeScene(GRANTED_SCENE, {
  field: {
    grants: [
      {
        allow: ["TARGETED_ADVERTISING", "THIRD_PARTY_SHARING", "DIRECT_MARKETING", "ANALYTICS", "CUSTOMER_SUPPORT"],
        to: ["STAFF"],
      },
    ],
  },
  headers: { "sec-gpc": "1" },
});

const optOut = casesOf("opt-out signal", SCENE, [
  { name: "targeted advertising", purpose: "TARGETED_ADVERTISING", gives: "MASK OPTED_OUT" },
  { name: "sharing with third parties", purpose: "THIRD_PARTY_SHARING", gives: "MASK OPTED_OUT" },
  { name: "denied otherwise", purpose: "THIRD_PARTY_SHARING", field: { category: "HEALTH" }, gives: "DENY OPTED_OUT" },
  { name: "marketing by mail is not meant", purpose: "DIRECT_MARKETING", gives: "ALLOW GRANTED" },
  { name: "analytics are not meant", purpose: "ANALYTICS", gives: "ALLOW GRANTED" },
  { name: "a contract is not meant", gives: "ALLOW GRANTED" },
  { name: "without the signal", purpose: "TARGETED_ADVERTISING", headers: { "sec-gpc": "" }, gives: "ALLOW GRANTED" },
  { name: "only the value 1", purpose: "TARGETED_ADVERTISING", headers: { "sec-gpc": "true" }, gives: "ALLOW GRANTED" },
  { name: "0 is no signal", purpose: "TARGETED_ADVERTISING", headers: { "sec-gpc": "0" }, gives: "ALLOW GRANTED" },
  {
    name: "over a consent that stands",
    purpose: "TARGETED_ADVERTISING",
    field: { consents: [{ for: ["TARGETED_ADVERTISING"] }] },
    store: { consents: [{}] },
    gives: "MASK OPTED_OUT",
  },
  {
    name: "named before a consent that was withdrawn",
    purpose: "TARGETED_ADVERTISING",
    field: { consents: [{ for: ["TARGETED_ADVERTISING"] }] },
    store: { consents: [{ state: "WITHDRAWN" }] },
    gives: "MASK OPTED_OUT",
  },
  {
    name: "Do Not Track is off by default",
    purpose: "TARGETED_ADVERTISING",
    headers: { "sec-gpc": "", dnt: "1" },
    gives: "ALLOW GRANTED",
  },
  {
    name: "Do Not Track where it is switched on",
    purpose: "TARGETED_ADVERTISING",
    headers: { "sec-gpc": "", dnt: "1" },
    deployment: { doNotTrack: true },
    gives: "MASK OPTED_OUT",
  },
]);

export const OPT_OUT_CASES: readonly Case[] = optOut;
