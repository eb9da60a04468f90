import { allow, chain, or } from "graphql-shield";
import type { FieldPolicy } from "../policy/model.ts";
import type { Reason } from "./model.ts";
import * as rules from "./rules.ts";

/** What of graphql-shield's rules the gateway uses: base rules and those composed of them alike. */
export type ShieldRule = Parameters<typeof chain>[number];

/** One test of the decision, in the order of the table. */
export interface Test {
  /** Row of the table. */
  readonly row: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly name: TestName;
  readonly rule: ShieldRule;
}

export const TEST_NAMES = [
  "role",
  "purpose declared",
  "purpose allowed",
  "subject known",
  "not erased",
  "within retention",
  "state known",
  "in reach",
  "grant running",
  "not restricted",
  "old enough",
  "region allowed",
  "not opted out",
  "consented",
] as const;
export type TestName = (typeof TEST_NAMES)[number];

/** The tests that need no object. */
export function staticTests(policy: FieldPolicy): readonly Test[] {
  return [
    { row: 1, name: "role", rule: any(policy, rules.roleNamed, "ROLE_NOT_ALLOWED") },
    { row: 1, name: "purpose declared", rule: rules.purposeDeclared },
    { row: 1, name: "purpose allowed", rule: any(policy, rules.purposeNamed, "PURPOSE_NOT_ALLOWED") },
  ];
}

/**
 * Tests of later rows that the request alone can fail, put before anything is fetched. Only for a field that is denied otherwise:
 * where the outcome can be MASK, an object (erased, or past its retention) may still turn it into DENY.
 */
export function earlyTests(policy: FieldPolicy): readonly Test[] {
  if (policy.otherwise !== "DENY") return [];
  return [
    { row: 4, name: "in reach", rule: rules.reachPossible },
    { row: 9, name: "not opted out", rule: rules.notOptedOut },
  ];
}

/** The tests that each object is put to. */
export function objectTests(policy: FieldPolicy): readonly Test[] {
  return [
    { row: 2, name: "subject known", rule: rules.subjectKnown },
    { row: 3, name: "not erased", rule: rules.notErased },
    { row: 3, name: "within retention", rule: rules.retained },
    { row: 3, name: "state known", rule: rules.standingKnown },
    { row: 4, name: "in reach", rule: any(policy, rules.inReach, "OUT_OF_REACH") },
    { row: 5, name: "grant running", rule: any(policy, rules.grantRunning, "GRANT_ENDED") },
    { row: 6, name: "not restricted", rule: rules.notRestricted },
    { row: 7, name: "old enough", rule: rules.oldEnough },
    { row: 8, name: "region allowed", rule: rules.regionAllowed },
    { row: 9, name: "not opted out", rule: rules.notOptedOut },
    { row: 9, name: "consented", rule: rules.consented },
  ];
}

/** One of the policy's grants passes. graphql-shield's `or` of nothing is false and has no reason, so no grant is a rule of its own. */
function any(policy: FieldPolicy, each: (index: number) => ShieldRule, reason: Reason): ShieldRule {
  return policy.grants.length === 0 ? rules.never(reason) : or(...policy.grants.map((_, index) => each(index)));
}

/** One rule of all tests, in their order: the first that fails answers. Of no tests: one that holds. */
export function compose(tests: readonly Test[]): ShieldRule {
  return tests.length === 0 ? allow : chain(...tests.map((test) => test.rule));
}
