import { describe, expect, test } from "@jest/globals";
import { compileDecider } from "../../src/decision/compile.ts";
import { type ConsentQuestion, findChosen, firstOf, judgeAgreement } from "../../src/decision/consent.ts";
import type { AgreementStanding, SubjectStatus } from "../../src/decision/model.ts";
import type { ConsentDemand } from "../../src/policy/model.ts";
import { type ConsentRow, changeScene, GRANTED_SCENE } from "./case.ts";
import { consentOf, objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

const NOW = Date.parse(GRANTED_SCENE.now);
const demand: ConsentDemand = { purposes: ["CUSTOMER_SUPPORT"], from: "SUBJECT", form: null };

/** The decision of a field with one demand, about somebody born then, who said so. */
async function decided(more: Partial<ConsentDemand>, birthDate: string | null, consents: readonly ConsentRow[]) {
  const scene = changeScene(GRANTED_SCENE, { object: { birthDate }, store: { consents } });
  const policy = { ...policyOf(scene.field), consents: [{ ...demand, ...more }] };
  return (await compileDecider(policy, VOCABULARY).decide(requestOf(scene), objectOf(scene))).reason;
}

describe("whom a demand is about", () => {
  test.each<[string, Partial<ConsentDemand>, string | null, string]>([
    ["everybody: the grown", {}, "1990-05-20", "CONSENT_MISSING"],
    ["everybody: a child", {}, "2020-05-20", "GUARDIAN_CONSENT_REQUIRED"],
    ["everybody: whoever has no birthday", {}, null, "CONSENT_MISSING"],
    ["minors only: the grown", { minorsOnly: true }, "1990-05-20", "GRANTED"],
    ["minors only: a child", { minorsOnly: true }, "2020-05-20", "GUARDIAN_CONSENT_REQUIRED"],
    ["minors only: whoever has no birthday", { minorsOnly: true }, null, "CONSENT_MISSING"],
    ["objections: silence", { optOut: true }, "1990-05-20", "GRANTED"],
    ["a tenant's objection: silence", { optOut: true, from: "TENANT" }, "1990-05-20", "GRANTED"],
    ["a tenant's agreement: silence", { from: "TENANT" }, "1990-05-20", "CONSENT_MISSING"],
  ])("%s", async (_name, more, birthDate, reason) => {
    expect(await decided(more, birthDate, [])).toBe(reason);
  });

  test.each<[string, ConsentRow, string]>([
    ["a refusal", { state: "REFUSED" }, "CONSENT_REFUSED"],
    ["a withdrawal", { state: "WITHDRAWN" }, "CONSENT_WITHDRAWN"],
    ["a refusal of another category", { state: "REFUSED", categories: ["HEALTH"] }, "GRANTED"],
    ["a refusal of another recipient", { state: "REFUSED", recipients: ["org-2"] }, "GRANTED"],
    ["a consent that has ended", { expires: "2026-01-20T00:00:00Z" }, "GRANTED"],
  ])("objections: %s", async (_name, row, reason) => {
    expect(await decided({ optOut: true }, "1990-05-20", [row])).toBe(reason);
  });

  test.each<[string, ConsentRow]>([
    ["that has ended", { expires: "2026-02-20T00:00:00Z" }],
    ["of tomorrow", { at: "2026-07-01T00:00:00Z" }],
    ["of a guardian whom nobody verified", { by: "GUARDIAN" }],
    ["to something narrower", { categories: ["HEALTH"] }],
  ])("a no is not taken back by a consent %s", async (_name, row) => {
    const no: ConsentRow = { state: "REFUSED", at: "2026-01-01T00:00:00Z" };
    const yes: ConsentRow = { at: "2026-02-01T00:00:00Z", tenant: "t-1", ...row };
    expect(await decided({ optOut: true }, "1990-05-20", [no, yes])).toBe("CONSENT_REFUSED");
  });
});

test("a word about another purpose does not decide", () => {
  const other = consentOf({ at: "2026-06-01T00:00:00Z" }, "other", "DIRECT_MARKETING");
  const mine = consentOf({ state: "REFUSED" }, "mine", "ANALYTICS");
  const question = { purpose: "ANALYTICS", category: "HEALTH", names: [], now: NOW } as unknown as ConsentQuestion;
  expect(findChosen([other, mine], "t-1", "OF_AGE", question).by).toBe(mine);
  expect(findChosen([other], "t-1", "OF_AGE", question).by).toBeNull();
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

test("a store that cannot answer is named before what else is missing", () => {
  expect(firstOf("CONSENT_MISSING", "CONSENT_STORE_UNAVAILABLE")).toBe("CONSENT_STORE_UNAVAILABLE");
  expect(firstOf("CONSENT_STORE_UNAVAILABLE", "CONSENT_REFUSED")).toBe("CONSENT_STORE_UNAVAILABLE");
});

test.each<[unknown, string]>([
  [7, "GRANTED"],
  [7n, "GRANTED"],
  ["7", "GRANTED"],
  [8, "OUT_OF_REACH"],
  [8n, "OUT_OF_REACH"],
  [["7"], "OUT_OF_REACH"],
  [{ toString: () => "7" }, "OUT_OF_REACH"],
  [true, "OUT_OF_REACH"],
])("assigned to %p, asked by the organisation 7", async (carrier, reason) => {
  const scene = changeScene(GRANTED_SCENE, {
    field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["STAFF"], assigned: "carrier" }] },
    caller: { org: "7" },
    object: { carrier },
  });
  const found = await compileDecider(policyOf(scene.field), VOCABULARY).decide(requestOf(scene), objectOf(scene));
  expect(found.reason).toBe(reason);
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
