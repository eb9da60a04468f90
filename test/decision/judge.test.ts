import { describe, expect, test } from "@jest/globals";
import { compileDecider } from "../../src/decision/compile.ts";
import {
  type ConsentQuestion,
  findDeciding,
  judgeAgreement,
  judgeConsent,
  type Majority,
} from "../../src/decision/consent.ts";
import type { AgreementStanding, SubjectStatus } from "../../src/decision/model.ts";
import type { ConsentDemand } from "../../src/policy/model.ts";
import { type ConsentRow, changeScene, GRANTED_SCENE } from "./case.ts";
import { consentOf, objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

const NOW = Date.parse(GRANTED_SCENE.now);
const { caller } = requestOf(GRANTED_SCENE);
const question: ConsentQuestion = {
  purpose: "ANALYTICS",
  category: "EMAIL_ADDRESS",
  caller,
  now: NOW,
  today: 20260615,
  guardianAge: 14,
  changes: { effective: new Map(), latest: new Map(), latestOfAll: null },
};
const demand: ConsentDemand = { purposes: ["ANALYTICS"], from: "SUBJECT", form: null };
const record = (row: ConsentRow) => consentOf(row, "c", "ANALYTICS");

describe("whom a demand is about", () => {
  test.each<[string, Partial<ConsentDemand>, Majority, string]>([
    ["everybody: the grown", {}, "OF_AGE", "CONSENT_MISSING"],
    ["everybody: a child", {}, "MINOR", "GUARDIAN_CONSENT_REQUIRED"],
    ["everybody: whoever has no birthday", {}, "UNKNOWN", "CONSENT_MISSING"],
    ["minors only: the grown", { minorsOnly: true }, "OF_AGE", "MET"],
    ["minors only: a child", { minorsOnly: true }, "MINOR", "GUARDIAN_CONSENT_REQUIRED"],
    ["minors only: whoever has no birthday", { minorsOnly: true }, "UNKNOWN", "CONSENT_MISSING"],
    ["objections: silence", { optOut: true }, "OF_AGE", "MET"],
  ])("%s", (_name, more, majority, finding) => {
    expect(judgeConsent(null, { ...demand, ...more }, majority, question)).toBe(finding);
  });

  test.each<[string, ConsentRow, string]>([
    ["a refusal", { state: "REFUSED" }, "CONSENT_REFUSED"],
    ["a withdrawal", { state: "WITHDRAWN" }, "CONSENT_WITHDRAWN"],
    ["a refusal of another category", { state: "REFUSED", categories: ["HEALTH"] }, "MET"],
    ["a refusal of another recipient", { state: "REFUSED", recipients: ["org-2"] }, "MET"],
    ["a consent that has ended", { expires: "2026-01-20T00:00:00Z" }, "MET"],
  ])("objections: %s", (_name, row, finding) => {
    expect(judgeConsent(record(row), { ...demand, optOut: true }, "OF_AGE", question)).toBe(finding);
  });
});

test("a word about another purpose does not decide", () => {
  const other = consentOf({ at: "2026-06-01T00:00:00Z" }, "other", "DIRECT_MARKETING");
  const mine = record({ state: "REFUSED" });
  expect(findDeciding([other, mine], "t-1", "ANALYTICS")).toBe(mine);
  expect(findDeciding([other], "t-1", "ANALYTICS")).toBeNull();
});

describe("an agreement", () => {
  const signed: AgreementStanding = {
    id: "a",
    tenant: "t-1",
    state: "GIVEN",
    form: "WRITTEN",
    givenAt: 0,
    expiresAt: null,
  };

  test.each<[string, AgreementStanding | null | undefined, string | null, string]>([
    ["of the tenant", signed, "t-1", "MET"],
    ["of another tenant", signed, "t-2", "CONSENT_MISSING"],
    ["of nobody's tenant", signed, null, "CONSENT_MISSING"],
    ["that is not there", undefined, "t-1", "CONSENT_MISSING"],
    ["that the store cannot tell of", null, "t-1", "CONSENT_STORE_UNAVAILABLE"],
    ["that was ended", { ...signed, state: "REVOKED" }, "t-1", "CONSENT_WITHDRAWN"],
    ["that has ended", { ...signed, expiresAt: NOW }, "t-1", "CONSENT_EXPIRED"],
    ["of tomorrow", { ...signed, givenAt: NOW + 1 }, "t-1", "CONSENT_MISSING"],
  ])("%s", (_name, agreement, tenant, finding) => {
    expect(judgeAgreement(agreement, tenant, { ...demand, from: "TENANT" }, NOW)).toBe(finding);
  });
});

describe("a duty to keep", () => {
  test.each<[string, boolean, SubjectStatus, string, string]>([
    ["keeps what stands while it runs", true, "ACTIVE", "2026-06-01", "ALLOW GRANTED"],
    ["of an erased person keeps, and shows nobody", true, "ERASED", "2026-06-01", "MASK SUBJECT_RESTRICTED"],
    ["ends, and the erasure is complete", true, "ERASED", "2026-01-01", "DENY SUBJECT_ERASED"],
    ["is not what every retention is", false, "ERASED", "2026-06-01", "DENY SUBJECT_ERASED"],
  ])("%s", async (_name, duty, status, closed, gives) => {
    const scene = changeScene(GRANTED_SCENE, { object: { closed }, store: { status } });
    const policy = { ...policyOf(scene.field), retain: { period: "P30D", after: "closed", ...(duty ? { duty } : {}) } };
    const object = objectOf(changeScene(scene, { field: { retain: { for: "P30D", after: "closed" } } }));
    const { outcome, reason } = await compileDecider(
      policy as typeof policy & { retain: { duty: true } },
      VOCABULARY,
    ).decide(requestOf(scene), object);
    expect(`${outcome} ${reason}`).toBe(gives);
  });
});
