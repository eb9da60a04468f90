import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

export const PURPOSE = "DIRECT_MARKETING";
/** What is read rests on consent, and nothing else is in the way. */
export const SCENE = changeScene(GRANTED_SCENE, {
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

export const CONSENT_CASES: readonly Case[] = [...states, ...times];
