import type { FieldPolicy, Outcome, Vocabulary } from "../policy/model.ts";
import { askRule } from "./ask-rule.ts";
import { examine, examineRequest, type Findings } from "./examine.ts";
import type { Decision, ObjectFacts, Reason, RequestFacts } from "./model.ts";
import { outcomeOf } from "./outcome.ts";
import { poseQuestion, prepareField, type Question } from "./question.ts";
import { REASON_SENTENCES } from "./reasons.ts";
import { objectTests, type Test, type TestName } from "./table.ts";
import { describeTest } from "./words.ts";

/** DEPENDS: not to be told without an object. NOT_REACHED: an earlier test had failed, which decides. */
export type TestResult = "HELD" | "FAILED" | "NOT_REACHED" | "DEPENDS";

export interface ExplainedTest {
  /** Row of the decision's table, 1 to 10. */
  readonly row: number;
  readonly name: TestName;
  readonly result: TestResult;
  /** Where it failed. */
  readonly reason: Reason | null;
  /** What the test asks and, where it failed, what that means. No value of the data. */
  readonly words: string;
}

export interface Explanation {
  readonly coordinate: string;
  readonly role: string;
  readonly purpose: string | null;
  /**
   * null where it depends on the object. Where a test fails for every object while an earlier one depends on it, this is that
   * failure; an object may fail the earlier one first.
   */
  readonly decision: Pick<Decision, "outcome" | "reason"> | null;
  /**
   * What comes of it for strangers, where the decision is another one for them: a role of reach SELF gets a mask of its own data
   * and, but where the field itself says `otherwise: MASK`, nothing of others'. null where it is the same, or an object was given.
   */
  readonly ofOthers: Outcome | null;
  readonly tests: readonly ExplainedTest[];
}

/**
 * Explains a decision: every test in the order of the table, held, failed or not reached. Without an object the static tests are
 * answered, and of the others those that the policy and the request alone settle. Asks the same rules as the decision itself.
 */
export async function explain(
  policy: FieldPolicy,
  vocabulary: Vocabulary,
  request: RequestFacts,
  object: ObjectFacts | null,
): Promise<Explanation> {
  const field = prepareField(policy, vocabulary);
  const question = poseQuestion(field, request);
  const findings = object === null ? null : examine(question, object);
  const requestFindings = examineRequest(question);

  const answer = async (test: Test): Promise<Reason | "DEPENDS" | null> => {
    if (STATIC.has(test.name)) return askRule(test.rule, requestFindings);
    if (findings !== null) return askRule(test.rule, findings);
    return foresee(test.name, question);
  };
  const tests: ExplainedTest[] = [];
  let failed: Reason | null = null;
  for (const test of objectTests(policy)) {
    const words = describeTest(test.name, field, question);
    const answered: Reason | "DEPENDS" | null = failed === null ? await answer(test) : null;
    tests.push({ row: test.row, name: test.name, ...resultOf(answered, failed !== null, words) });
    if (answered !== null && answered !== "DEPENDS") failed = answered;
  }
  return summarise(policy, question, failed, tests, findings);
}

/**
 * Explains a decision that was recorded, from its outcome and reason: the tests before the one that gives that reason had held then, those
 * after it were not reached. `request` is what the record tells of the caller and purpose.
 */
export function retell(
  policy: FieldPolicy,
  vocabulary: Vocabulary,
  request: RequestFacts,
  recorded: Pick<Decision, "outcome" | "reason">,
): Explanation {
  const { reason } = recorded;
  const field = prepareField(policy, vocabulary);
  const question = poseQuestion(field, request);
  const all = objectTests(policy);
  const at = all.findIndex((test) => REASONS_OF[test.name].includes(reason));
  const early = (recorded.outcome === "DENY" || policy.mask === "NULLIFY") && isEarly(reason, question);
  const tests = all.map((test, index): ExplainedTest => {
    const words = describeTest(test.name, field, question);
    const skipped = early && index < at && !STATIC.has(test.name);
    const after = reason !== "GRANTED" && (at === -1 || index > at);
    const answered = index === at ? reason : null;
    return { row: test.row, name: test.name, ...resultOf(answered, skipped || after, words) };
  });
  const { coordinate } = policy;
  const { caller, purpose } = request;
  return {
    coordinate,
    role: caller.role,
    purpose,
    decision: { outcome: recorded.outcome, reason },
    ofOthers: null,
    tests,
  };
}

/** What the request alone answers. */
const STATIC: ReadonlySet<TestName> = new Set(["role", "purpose declared", "purpose allowed", "not opted out"]);

/** Whether the denial was told before any object was asked for, so that the object's earlier tests never were. */
function isEarly(reason: Reason, question: Question): boolean {
  const isStatic = ["ROLE_NOT_ALLOWED", "PURPOSE_MISSING", "PURPOSE_NOT_ALLOWED", "OPTED_OUT"].includes(reason);
  return isStatic || (reason === "OUT_OF_REACH" && !question.reachable);
}

function resultOf(
  answered: Reason | "DEPENDS" | null,
  skipped: boolean,
  words: string,
): Pick<ExplainedTest, "result" | "reason" | "words"> {
  if (skipped) return { result: "NOT_REACHED", reason: null, words };
  if (answered === null) return { result: "HELD", reason: null, words };
  if (answered === "DEPENDS") return { result: "DEPENDS", reason: null, words };
  return { result: "FAILED", reason: answered, words: `${words} ${REASON_SENTENCES[answered]}` };
}

function summarise(
  policy: FieldPolicy,
  { request: { caller, purpose }, stranger }: Question,
  failed: Reason | null,
  tests: readonly ExplainedTest[],
  findings: Findings | null,
): Explanation {
  const open = failed === null && tests.some((test) => test.result === "DEPENDS");
  const reason = failed ?? "GRANTED";
  const isStranger =
    findings?.stranger ?? (stranger === "ALWAYS" || (reason === "OUT_OF_REACH" && stranger !== "NEVER"));
  const outcome = outcomeOf(policy, { reason, ...(isStranger ? { stranger: true as const } : {}) });
  const ofStrangers = outcomeOf(policy, { reason, stranger: true });
  const differs =
    findings === null && stranger === "OUTSIDE_ITSELF" && ofStrangers !== "ALLOW" && ofStrangers !== outcome;
  return {
    coordinate: policy.coordinate,
    role: caller.role,
    purpose,
    decision: open ? null : { outcome, reason },
    ofOthers: !open && differs ? ofStrangers : null,
    tests,
  };
}

/** What policy and request settle by themselves: null for held, a reason, or DEPENDS. */
function foresee(name: TestName, question: Question): Reason | "DEPENDS" | null {
  const named = question.grants.filter((grant) => grant.rung === 2);
  const settled = (held: boolean) => (held ? null : "DEPENDS");
  switch (name) {
    case "within retention":
      return settled(question.retain === null);
    case "in reach":
      if (!question.reachable) return "OUT_OF_REACH";
      return settled(question.reach === "ALL" && named.some((grant) => grant.assigned === null));
    case "grant running":
      return settled(named.every((grant) => grant.until === null));
    case "not restricted":
      return settled(question.traits.servesRestricted);
    case "old enough":
      return settled((question.request.deployment.minimumAge ?? 0) <= 0 || question.traits.servesMinors);
    case "consented":
      return settled(question.demands.length === 0);
    case "role":
    case "purpose declared":
    case "purpose allowed":
    case "not opted out":
    case "subject known":
    case "not erased":
    case "state known":
    case "region allowed":
      return "DEPENDS";
  }
}

/** Which test gives which reasons. A recorded CONSENT_STORE_UNAVAILABLE is told at row 2, where it stands nearly always. */
const REASONS_OF: Readonly<Record<TestName, readonly Reason[]>> = {
  role: ["ROLE_NOT_ALLOWED"],
  "purpose declared": ["PURPOSE_MISSING"],
  "purpose allowed": ["PURPOSE_NOT_ALLOWED"],
  "subject known": ["SUBJECT_UNKNOWN"],
  "not erased": ["SUBJECT_ERASED"],
  "within retention": ["RETENTION_EXPIRED"],
  "state known": ["CONSENT_STORE_UNAVAILABLE"],
  "in reach": ["OUT_OF_REACH"],
  "grant running": ["GRANT_ENDED"],
  "not restricted": ["SUBJECT_RESTRICTED"],
  "old enough": ["MINOR_NOT_SERVED"],
  "region allowed": ["CROSS_BORDER"],
  "not opted out": ["OPTED_OUT"],
  consented: [
    "CONSENT_MISSING",
    "CONSENT_REFUSED",
    "CONSENT_WITHDRAWN",
    "CONSENT_EXPIRED",
    "CONSENT_OUTDATED",
    "CONSENT_FORM_TOO_WEAK",
    "CONSENT_NOT_NAMED",
    "CONSENT_NOT_INFORMED",
    "GUARDIAN_CONSENT_REQUIRED",
  ],
};
