import type { FieldPolicy } from "../policy/model.ts";
import type { Reason } from "./model.ts";
import * as rules from "./rules.ts";
import { allow, chain, or } from "./shield.ts";

/** What of graphql-shield's rules the gateway uses: base rules and those composed of them alike. */
export type ShieldRule = Parameters<typeof chain>[number];

/** One test of the decision, in the order of the table. */
export interface Test {
  /** Row of the table. */
  readonly row: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
  readonly name: TestName;
  readonly rule: ShieldRule;
}

export const TEST_NAMES = [
  "not erased",
  "within retention",
  "state known",
  "role",
  "purpose declared",
  "purpose allowed",
  "subject known",
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
    { row: 3, name: "role", rule: any(policy, rules.roleNamed, "ROLE_NOT_ALLOWED") },
    { row: 3, name: "purpose declared", rule: rules.purposeDeclared },
    { row: 3, name: "purpose allowed", rule: any(policy, rules.purposeNamed, "PURPOSE_NOT_ALLOWED") },
  ];
}

/** Tests of later rows that the request alone can fail: of no use where an object may still turn the outcome into another. */
export const EARLY_TESTS: readonly Test[] = [
  { row: 5, name: "in reach", rule: rules.reachPossible },
  { row: 10, name: "not opted out", rule: rules.notOptedOut },
];

/** The tests of each object, in order, including those that need no object: erasure and retention come before any test of the caller. */
export function objectTests(policy: FieldPolicy): readonly Test[] {
  return [
    { row: 1, name: "not erased", rule: rules.notErased },
    { row: 2, name: "within retention", rule: rules.retained },
    { row: 2, name: "state known", rule: rules.standingKnown },
    ...staticTests(policy),
    { row: 4, name: "subject known", rule: rules.subjectKnown },
    { row: 5, name: "in reach", rule: any(policy, rules.inReach, "OUT_OF_REACH") },
    { row: 6, name: "grant running", rule: any(policy, rules.grantRunning, "GRANT_ENDED") },
    { row: 7, name: "not restricted", rule: rules.notRestricted },
    { row: 8, name: "old enough", rule: rules.oldEnough },
    { row: 9, name: "region allowed", rule: rules.regionAllowed },
    { row: 10, name: "not opted out", rule: rules.notOptedOut },
    { row: 10, name: "consented", rule: rules.consented },
  ];
}

/** The tests of a survey, of whoever asks: those that say that data should be gone. What passes is not shown either. */
export const SURVEY_TESTS: readonly Pick<Test, "rule">[] = [
  { rule: rules.notErased },
  { rule: rules.retained },
  { rule: rules.standingKnown },
  { rule: rules.oldEnough },
  { rule: rules.never("SURVEYED") },
];

/** One of the policy's grants passes. graphql-shield's `or` of nothing is false and has no reason, so no grant is a rule of its own. */
function any(policy: FieldPolicy, each: (index: number) => ShieldRule, reason: Reason): ShieldRule {
  return policy.grants.length === 0 ? rules.never(reason) : or(...policy.grants.map((_, index) => each(index)));
}

/** One rule of all tests, in their order: the first that fails answers. Of no tests: one that holds. */
export function compose(tests: readonly Pick<Test, "rule">[]): ShieldRule {
  return tests.length === 0 ? allow : chain(...tests.map((test) => test.rule));
}
