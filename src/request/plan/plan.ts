import {
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { FieldguardError } from "../../core/errors.ts";
import { ownTypesOf } from "../../core/own-api.ts";
import { type Decider, type Decision, type RequestFacts, standsFor } from "../../decision/model.ts";
import type { Policy } from "../../policy/model.ts";
import { tooMuchInput } from "../check-lists.ts";
import { bytesOf, type Operation } from "../parse-operation.ts";
import { type Cost, type CostOf, compileCost, costOfSchema } from "./cost.ts";
import { identitiesIn } from "./identities.ts";
import type { Plan } from "./model.ts";
import { kindOf } from "./own-kinds.ts";
import { findProbes } from "./probes.ts";
import { rewrite } from "./rewrite.ts";
import { Shaper } from "./shape.ts";

/** Makes plans, and keeps them as long as they are of use. */
export interface Planner {
  plan(operation: Operation, variables: Readonly<Record<string, unknown>>, request: RequestFacts): Promise<Plan>;
  /** What is kept at the moment. */
  readonly kept: { readonly plans: number; readonly shapes: number; readonly bytes: number; readonly stances: number };
}

export interface PlannerOptions {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly deciders: ReadonlyMap<string, Decider>;
  readonly mode: "enforce" | "report";
  /** Plans kept; the least recently used go first. */
  readonly plansMax?: number;
  /** Fields that an operation may resolve, lists times their size. */
  readonly costMax?: number;
  /** What its arguments may hold, each time that a field is resolved with them. */
  readonly inputMax?: number;
}

const PLANS_MAX = 1_000;
const STANCES_MAX = 100;
/** Plans differ in size a thousandfold: on the average they may have so many bytes, documents included, or fewer are kept. */
const BYTES_KEPT_EACH = 65_536;

/** Decisions that need no subject, by coordinate: the same for all callers who stand alike. */
type Fixed = ReadonlyMap<string, Decision | null>;

/** A plan, what its operation costs, and how much memory both take. */
interface Kept {
  readonly plan: Plan;
  readonly cost: CostOf;
  readonly shapes: number;
  readonly bytes: number;
}

export function createPlanner(options: PlannerOptions): Planner {
  const plansMax = options.plansMax ?? PLANS_MAX;
  const plans = new LRUCache<string, Kept>({
    max: plansMax,
    maxSize: plansMax * BYTES_KEPT_EACH,
    sizeCalculation: ({ bytes }) => bytes,
  });
  const stances = new LRUCache<string, Promise<Fixed>>({ max: STANCES_MAX });
  const documents = new WeakMap<Operation, number>();
  let documentCount = 0;
  const numberOf = (operation: Operation): number => {
    let number = documents.get(operation);
    if (number === undefined) {
      number = ++documentCount;
      documents.set(operation, number);
    }
    return number;
  };
  const hasProbes = Object.keys(options.policy.probes).length > 0;

  return {
    get kept() {
      const shapes = [...plans.values()].reduce((sum, kept) => sum + kept.shapes, 0);
      return { plans: plans.size, shapes, bytes: plans.calculatedSize, stances: stances.size };
    },
    async plan(operation, variables, request) {
      checkConditions(operation, variables);
      const stance = stanceOf(request);
      const conditions = operation.conditions.map((name) => (variables[name] === true ? "1" : "0")).join("");
      const key = `${numberOf(operation)} ${conditions} ${stance}`;
      const known = plans.get(key);
      if (known !== undefined) {
        checkCost(options, known.cost(variables));
        return withProbes(options, known.plan, operation, variables, hasProbes);
      }
      // What costs too much is not planned.
      const cost = compileCost(options.schema, operation, conditionOf(variables));
      checkCost(options, cost(variables));
      let fixed = stances.get(stance);
      if (fixed === undefined) {
        fixed = decideFixed(options.deciders, request);
        stances.set(stance, fixed);
      }
      const made = makePlan(options, operation, variables, request, await fixed, cost);
      plans.set(key, made);
      return withProbes(options, made.plan, operation, variables, hasProbes);
    },
  };
}

/** A condition's variable of a type with a default may still be null, which `@skip` and `@include` do not take. */
function checkConditions({ conditions }: Operation, variables: Readonly<Record<string, unknown>>): void {
  const empty = conditions.find((name) => variables[name] === null);
  if (empty !== undefined) {
    throw new FieldguardError(
      "BAD_INPUT",
      `Cannot use null for $${empty}: \`@skip\` and \`@include\` take true or false.`,
    );
  }
}

/** Asking for the schema may cost so many times what the whole of it costs. */
const SCHEMAS_MAX = 2;

function checkCost({ schema, costMax, inputMax }: PlannerOptions, cost: Cost): void {
  if (costMax !== undefined && cost.data > costMax) {
    throw new FieldguardError(
      "OPERATION_TOO_LARGE",
      `The operation costs more than ${costMax} (option \`limits.costMax\`): 1 a field, lists times their size. Ask for less at once.`,
      { details: { limit: "costMax" } },
    );
  }
  if (inputMax !== undefined && cost.input > inputMax) throw tooMuchInput("The arguments hold", inputMax);
  if (cost.schema > 0 && cost.schema > SCHEMAS_MAX * costOfSchema(schema)) {
    throw new FieldguardError(
      "OPERATION_TOO_LARGE",
      "The operation asks for more of the schema than the whole of it. Ask for it once.",
    );
  }
}

/** Everything of the caller that a decision without a subject may depend on. */
function stanceOf({ caller, purpose, optedOut, survey }: RequestFacts): string {
  const has = `${caller.tenants.length > 0 ? "t" : ""}${caller.organisation === null ? "" : "o"}${isSomebody(caller) ? "i" : ""}`;
  return `${caller.role} ${purpose ?? "-"} ${optedOut ? "opted-out" : ""} ${survey === true ? "survey" : ""} ${has}`;
}

/** Who has data of their own to reach, or acts for somebody who has. */
function isSomebody(caller: RequestFacts["caller"]): boolean {
  return caller.id !== null || standsFor(caller) !== null;
}

async function decideFixed(deciders: ReadonlyMap<string, Decider>, request: RequestFacts): Promise<Fixed> {
  const byClass = new Map<string, Promise<Decision | null>>();
  const decided = [...deciders].map(async ([coordinate, decider]) => {
    const { otherwise, maskForStrangers, mask } = decider.policy;
    const key = `${decider.classKey} ${otherwise} ${maskForStrangers === true} ${mask === "NULLIFY"}`;
    const decision = byClass.get(key) ?? decider.decideStatic(request);
    byClass.set(key, decision);
    const outcome = await decision;
    return [coordinate, outcome] as const;
  });
  return new Map(await Promise.all(decided));
}

function makePlan(
  options: PlannerOptions,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  request: RequestFacts,
  fixed: Fixed,
  cost: CostOf,
): Kept {
  const { schema, policy, deciders, mode } = options;
  const root = schema.getRootType(operation.definition.operation);
  if (!root) throw new FieldguardError("BAD_INPUT", `The schema has no ${operation.type} type.`);
  const included = conditionOf(variables);
  const shaper = new Shaper({
    schema,
    policy,
    fragments: operation.fragments,
    deciders,
    fixed,
    // what is due for deletion is found wherever it stands
    mode: request.survey === true ? "report" : mode,
    identities: identitiesIn(schema, policy, operation),
    role: request.caller.role,
    purpose: request.purpose,
    included,
  });
  const shape = shaper.shape(root, [operation.definition.selectionSet]);
  const document = rewrite(schema, operation.definition, root, operation.fragments, shaper, included);
  const plan: Plan = {
    document,
    operationName: operation.name ?? undefined,
    operationType: operation.type,
    root: shape,
    executedRootFields: shape.fields.filter((field) => !field.annotated?.dropped).length,
    ...kindOf(operation.type, shaper, ownTypesOf(schema)),
    acting: shaper.acting,
    coordinates: shaper.coordinates,
    probes: [],
  };
  return { plan, cost, shapes: shaper.size, bytes: operation.bytes + bytesOf(document) + shaper.bytes };
}

/** Which arguments are used depends on the variables, which the plan's key does not hold: looked for anew each time. */
function withProbes(
  options: PlannerOptions,
  plan: Plan,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  hasProbes: boolean,
): Plan {
  if (!hasProbes) return plan;
  const probes = findProbes(options.schema, options.policy, operation, variables, conditionOf(variables));
  return probes.length === 0 ? plan : { ...plan, probes };
}

function conditionOf(variables: Readonly<Record<string, unknown>>): (node: SelectionNode) => boolean {
  const values = { ...variables };
  return (node) => {
    if (node.directives === undefined || node.directives.length === 0) return true;
    if (getDirectiveValues(GraphQLSkipDirective, node, values)?.["if"] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, values)?.["if"] !== false;
  };
}
