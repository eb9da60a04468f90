import { type Case, casesOf, changeScene, GRANTED_SCENE } from "../case.ts";

const PURPOSE = "DIRECT_MARKETING";
const V1 = { id: "privacy", version: "1", effectiveFrom: "2025-01-01T00:00:00Z", materialFor: [] };
const V2_MARKETING = { id: "privacy", version: "2", effectiveFrom: "2026-03-01T00:00:00Z", materialFor: [PURPOSE] };
const V2_ANALYTICS = { ...V2_MARKETING, materialFor: ["ANALYTICS"] };
const V2_EDITORIAL = { ...V2_MARKETING, materialFor: [] };
const V3_EDITORIAL = { id: "privacy", version: "3", effectiveFrom: "2026-05-01T00:00:00Z", materialFor: [] };
const COOKIES = { id: "cookies", version: "7", effectiveFrom: "2026-04-01T00:00:00Z", materialFor: [PURPOSE] };

const SCENE = changeScene(GRANTED_SCENE, {
  field: { grants: [{ allow: [PURPOSE], to: ["STAFF"] }], consents: [{ for: [PURPOSE] }] },
  purpose: PURPOSE,
  deployment: { notices: [V1, V2_MARKETING] },
});
const UNDER_1 = { consents: [{ id: "yes", notice: "privacy/1" }] } as const;
const UNDER_2 = { consents: [{ id: "yes", notice: "privacy/2" }] } as const;
const OK = { gives: "ALLOW GRANTED", rests: ["yes"] } as const;

const versions = casesOf("notice", SCENE, [
  { name: "the version in force", store: UNDER_2, ...OK },
  { name: "the version before a material change", store: UNDER_1, gives: "MASK CONSENT_OUTDATED" },
  { name: "outdated, denied otherwise", field: { category: "HEALTH" }, store: UNDER_1, gives: "DENY CONSENT_OUTDATED" },
  {
    name: "a change that concerns another purpose",
    store: UNDER_1,
    deployment: { notices: [V1, V2_ANALYTICS] },
    ...OK,
  },
  { name: "an editorial change", store: UNDER_1, deployment: { notices: [V1, V2_EDITORIAL] }, ...OK },
  {
    name: "a material change before an editorial one",
    store: UNDER_1,
    deployment: { notices: [V1, V2_MARKETING, V3_EDITORIAL] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "an editorial change after the version shown",
    store: UNDER_2,
    deployment: { notices: [V1, V2_MARKETING, V3_EDITORIAL] },
    ...OK,
  },
  {
    name: "versions are ordered by time, not as listed",
    store: UNDER_1,
    deployment: { notices: [V2_MARKETING, V1] },
    gives: "MASK CONSENT_OUTDATED",
  },
  { name: "a millisecond before the change is in force", store: UNDER_1, now: "2026-02-28T23:59:59.999Z", ...OK },
  {
    name: "the moment that the change is in force",
    store: UNDER_1,
    now: "2026-03-01T00:00:00.000Z",
    gives: "MASK CONSENT_OUTDATED",
  },
  { name: "no notices configured", store: UNDER_1, deployment: { notices: [] }, ...OK },
  {
    name: "a version that is not known",
    store: { consents: [{ notice: "privacy/0" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "a version that is not known, no change concerns the purpose",
    store: { consents: [{ id: "yes", notice: "privacy/0" }] },
    deployment: { notices: [V1, V2_ANALYTICS] },
    ...OK,
  },
  {
    name: "a material change of another notice",
    store: UNDER_2,
    deployment: { notices: [V1, V2_MARKETING, COOKIES] },
    ...OK,
  },
  {
    name: "a consent under the other notice",
    store: { consents: [{ id: "yes", notice: "cookies/7" }] },
    deployment: { notices: [V1, V2_MARKETING, COOKIES] },
    ...OK,
  },
  {
    name: "given under an old version after the change",
    store: { consents: [{ notice: "privacy/1", at: "2026-06-01T00:00:00Z" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "a first version that is material outdates nothing shown under it",
    store: UNDER_1,
    deployment: { notices: [{ ...V1, materialFor: [PURPOSE] }] },
    ...OK,
  },
  {
    name: "a version whose time cannot be read counts as in force",
    store: UNDER_1,
    deployment: { notices: [V1, { ...V2_MARKETING, effectiveFrom: "soon" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "renewed under the new version",
    store: {
      consents: [
        { id: "yes", state: "RENEWED", given: "2025-06-01T00:00:00Z", at: "2026-04-01T00:00:00Z", notice: "privacy/2" },
      ],
    },
    ...OK,
  },
]);

const without = casesOf("no notice shown", SCENE, [
  {
    name: "given before the change",
    store: { consents: [{ at: "2026-02-01T00:00:00Z" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  { name: "given after the change", store: { consents: [{ id: "yes", at: "2026-03-02T00:00:00Z" }] }, ...OK },
  { name: "given the moment of the change", store: { consents: [{ id: "yes", at: "2026-03-01T00:00:00Z" }] }, ...OK },
  {
    name: "given a millisecond before the change",
    store: { consents: [{ at: "2026-02-28T23:59:59.999Z" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "renewed after the change",
    store: { consents: [{ id: "yes", state: "RENEWED", given: "2025-06-01T00:00:00Z", at: "2026-04-01T00:00:00Z" }] },
    ...OK,
  },
  {
    name: "a change that concerns another purpose",
    store: { consents: [{ id: "yes", at: "2026-02-01T00:00:00Z" }] },
    deployment: { notices: [V1, V2_ANALYTICS] },
    ...OK,
  },
  {
    name: "a change to come",
    store: { consents: [{ id: "yes", at: "2026-02-01T00:00:00Z" }] },
    deployment: { notices: [{ ...V2_MARKETING, effectiveFrom: "2026-07-01T00:00:00Z" }] },
    ...OK,
  },
  {
    name: "a notice that is not known, given before a change",
    store: { consents: [{ notice: "terms/1", at: "2026-02-01T00:00:00Z" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "a notice that is not known, given after it",
    store: { consents: [{ id: "yes", notice: "terms/1", at: "2026-03-02T00:00:00Z" }] },
    ...OK,
  },
]);

const beside = casesOf("outdated beside other faults", changeScene(SCENE, { store: UNDER_1 }), [
  {
    name: "ended comes first",
    store: { consents: [{ notice: "privacy/1", expires: "2026-06-01T00:00:00Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "before a form too weak",
    field: { consents: [{ for: [PURPOSE], form: "WRITTEN" }] },
    gives: "MASK CONSENT_OUTDATED",
  },
  {
    name: "withdrawn comes first",
    store: { consents: [{ notice: "privacy/1", state: "WITHDRAWN" }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "a verified guardian's is outdated as well",
    object: { birthDate: "2015-01-01" },
    store: { consents: [{ notice: "privacy/1", by: "GUARDIAN", verified: true }] },
    gives: "MASK CONSENT_OUTDATED",
  },
]);

export const NOTICE_CASES: readonly Case[] = [...versions, ...without, ...beside];
