import type { FieldPolicy, Vocabulary } from "../policy/model.ts";
import { codeOf, examine, examineRequest, type Findings, signature } from "./examine.ts";
import type { Decider, Decision, Needs, ObjectFacts, Reason, RequestFacts } from "./model.ts";
import { outcomeOf } from "./outcome.ts";
import { type PreparedField, poseQuestion, prepareField, type Question } from "./question.ts";
import { type RememberingRule, remember } from "./remembering-rule.ts";
import { compose, EARLY_TESTS, objectTests, SURVEY_TESTS, staticTests } from "./table.ts";

/**
 * Compiles one annotated coordinate to its decision: a static rule and one per object, composed of the base rules.
 * Throws POLICY_INVALID where the retention period cannot be read.
 */
export function compileDecider(policy: FieldPolicy, vocabulary: Vocabulary): Decider {
  return new RuleDecider(prepareField(policy, vocabulary));
}

/** The same for every coordinate: it looks at the request alone. */
const EARLY_RULE = remember(compose(EARLY_TESTS));
const SURVEY_RULE = remember(compose(SURVEY_TESTS));
const NO_IDS: readonly string[] = Object.freeze([]);

class RuleDecider implements Decider {
  readonly policy: FieldPolicy;
  readonly classKey: string;
  readonly #field: PreparedField;
  readonly #staticRule: RememberingRule;
  readonly #objectRule: RememberingRule;
  readonly #decisions = new Map<Reason, Decision>();
  readonly #ofStrangers = new Map<Reason, Decision>();
  readonly #questions = new WeakMap<RequestFacts, Question>();

  constructor(field: PreparedField) {
    const { policy } = field;
    this.policy = policy;
    this.classKey = classKeyOf(policy);
    this.#field = field;
    this.#staticRule = remember(compose(staticTests(policy)));
    this.#objectRule = remember(compose(objectTests(policy)));
  }

  needs(request: RequestFacts): Needs {
    const { demands, grants } = this.#pose(request);
    const open = request.survey !== true && grants.some((grant) => grant.rung === 2);
    return { standing: open, agreements: open && demands.some((demand) => demand.from === "TENANT") };
  }

  outcomeOf(decided: Pick<Decision, "reason" | "stranger">): Decision["outcome"] {
    return outcomeOf(this.policy, decided);
  }

  async decideStatic(request: RequestFacts): Promise<Decision | null> {
    const reason = request.survey === true ? null : await this.refusedAnyway(request);
    if (reason === null) return null;
    const decision = this.#decisionOf(reason, this.#pose(request).stranger === "ALWAYS");
    // a mask that shows nothing of the value needs no value
    return decision.outcome === "DENY" || this.policy.mask === "NULLIFY" ? decision : null;
  }

  async refusedAnyway(request: RequestFacts): Promise<Reason | null> {
    const question = this.#pose(request);
    const first = await askStatic(this.#staticRule, question);
    const reason = first === "GRANTED" ? await askStatic(EARLY_RULE, question) : first;
    return reason === "GRANTED" ? null : reason;
  }

  async decide(request: RequestFacts, object: ObjectFacts): Promise<Decision> {
    const [decision] = await this.decideMany(request, [object]);
    return decision ?? this.#decisionOf("RULE_FAILED", true);
  }

  async decideMany(request: RequestFacts, objects: readonly ObjectFacts[]): Promise<Decision[]> {
    const question = this.#pose(request);
    const rule = request.survey === true ? SURVEY_RULE : this.#objectRule;
    const decisions: Decision[] = [];
    const memory: ReasonMemory = new Map();
    for (const object of objects) {
      const found = examineSafely(question, object);
      // findings that look alike share one answer; waiting for a promise for each would cost more than all the rest
      const reason = found === null ? "RULE_FAILED" : (recall(memory, found) ?? (await judge(rule, memory, found)));
      const decision = this.#decisionOf(reason, found?.stranger ?? true, found?.consentIds);
      decisions.push(found === null || found.unreadable.length === 0 ? decision : withUnreadable(decision, found));
    }
    return decisions;
  }

  /** The question is the same for all objects of a request, which come in several batches. */
  #pose(request: RequestFacts): Question {
    const posed = this.#questions.get(request);
    if (posed !== undefined) return posed;
    const question = poseQuestion(this.#field, request);
    this.#questions.set(request, question);
    return question;
  }

  /** What rests on no consent is one object for each reason. */
  #decisionOf(reason: Reason, stranger: boolean, found: readonly string[] = NO_IDS): Decision {
    const consentIds = reason === "GRANTED" ? found : NO_IDS;
    const decided = { reason, ...(stranger ? { stranger } : {}) };
    if (consentIds.length > 0) return { outcome: this.outcomeOf(decided), ...decided, consentIds };
    const decisions = stranger ? this.#ofStrangers : this.#decisions;
    let decision = decisions.get(reason);
    if (decision === undefined) {
      decision = Object.freeze({ outcome: this.outcomeOf(decided), ...decided, consentIds });
      decisions.set(reason, decision);
    }
    return decision;
  }
}

function withUnreadable(decision: Decision, { unreadable }: Findings): Decision {
  return { ...decision, unreadable };
}

/** Reasons by the findings' rungs and code, of one request and coordinate. */
type ReasonMemory = Map<string, Reason[]>;

async function judge(rule: RememberingRule, memory: ReasonMemory, found: Findings): Promise<Reason> {
  const reason = await rule.ask(signature(found), found);
  const ofRungs = memory.get(found.rungs) ?? [];
  ofRungs[codeOf(found)] = reason;
  memory.set(found.rungs, ofRungs);
  return reason;
}

function recall(memory: ReasonMemory, found: Findings): Reason | undefined {
  return memory.get(found.rungs)?.[codeOf(found)];
}

function askStatic(rule: RememberingRule, question: Question): Promise<Reason> {
  return rule.ask(question.key, examineRequest(question));
}

/** One row that cannot be examined is one row that is withheld, not a failure of the others. */
function examineSafely(question: Question, object: ObjectFacts): Findings | null {
  try {
    return examine(question, object);
  } catch {
    return null;
  }
}

/** Consents may be limited to categories, so where one can be asked for the category tells coordinates apart. */
function classKeyOf({ grants, consents, retain, category }: FieldPolicy): string {
  const asksSubject = consents.some((demand) => demand.from === "SUBJECT");
  return JSON.stringify([
    grants.map(({ allow, to, assigned, until }) => [allow.toSorted(), to.toSorted(), assigned, until]),
    consents.map(({ purposes, ...how }) => [purposes.toSorted(), how]),
    retain === null ? null : [retain.period, retain.after, retain.duty],
    asksSubject ? category : null,
  ]);
}
