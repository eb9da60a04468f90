import { describe, expect, test } from "@jest/globals";
import { compileDecider } from "../../src/decision/compile.ts";
import type { Reason } from "../../src/decision/model.ts";
import { CASES } from "./cases/index.ts";
import { objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** Reasons that the decision itself gives; the others come from later stages. */
const DECIDED: readonly Reason[] = [
  "GRANTED",
  "ROLE_NOT_ALLOWED",
  "PURPOSE_MISSING",
  "PURPOSE_NOT_ALLOWED",
  "SUBJECT_UNKNOWN",
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "OUT_OF_REACH",
  "GRANT_ENDED",
  "SUBJECT_RESTRICTED",
  "MINOR_NOT_SERVED",
  "CROSS_BORDER",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "CONSENT_NOT_NAMED",
  "CONSENT_NOT_INFORMED",
  "GUARDIAN_CONSENT_REQUIRED",
  "OPTED_OUT",
  "CONSENT_STORE_UNAVAILABLE",
];

describe("the table of decisions", () => {
  test.each(CASES)("$name", async (row) => {
    const decider = compileDecider(policyOf(row.field), VOCABULARY);
    const { outcome, reason, consents } = row.expect;
    const decided = await decider.decide(requestOf(row), objectOf(row));
    expect([decided.outcome, decided.reason, decided.consentIds]).toEqual([outcome, reason, consents]);
  });

  test("has 300 rows or more, each with a name of its own", () => {
    expect(CASES.length).toBeGreaterThanOrEqual(300);
    expect(new Set(CASES.map((row) => row.name)).size).toBe(CASES.length);
  });

  test.each(DECIDED)("%s is reached with each outcome that it can have", (reason) => {
    const outcomes = new Set(CASES.filter((row) => row.expect.reason === reason).map((row) => row.expect.outcome));
    const denied = ["SUBJECT_ERASED", "RETENTION_EXPIRED", "CONSENT_STORE_UNAVAILABLE"].includes(reason);
    const possible = reason === "GRANTED" ? ["ALLOW"] : denied ? ["DENY"] : ["DENY", "MASK"];
    expect([...outcomes].sort()).toEqual(possible);
  });
});
