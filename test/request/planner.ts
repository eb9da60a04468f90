import { makeExecutableSchema } from "@graphql-tools/schema";
import type { DocumentNode } from "graphql";
import { compileDecider } from "../../src/decision/compile.ts";
import type { RequestFacts } from "../../src/decision/model.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { parseOperation } from "../../src/request/parse-operation.ts";
import { createPlanner } from "../../src/request/plan/plan.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { servedSchema } from "../../src/schema/served-schema.ts";

type Bounds = Partial<Parameters<typeof createPlanner>[0]>;

/** A planner for annotated SDL, as a gateway has it. */
export function plannerFor(sdl: string, bounds: Bounds = {}) {
  const executable = makeExecutableSchema({ typeDefs: composeTypeDefs(sdl) });
  const { policy, faults } = compilePolicy(executable);
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join("\n"));
  const schema = servedSchema(executable, policy);
  const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
  const deciders = new Map(fields.map((field) => [field.coordinate, compileDecider(field, policy.vocabulary)]));
  const planner = createPlanner({ schema, policy, deciders, mode: "enforce", ...bounds });
  const plan = (document: DocumentNode, variables: Readonly<Record<string, unknown>> = {}, facts = GUEST) =>
    planner.plan(parseOperation(document, null), variables, facts);
  return { schema, policy, planner, plan };
}

export const GUEST: RequestFacts = {
  caller: {
    id: null,
    role: "GUEST",
    organisation: null,
    tenants: [],
    region: null,
    purposes: null,
    onBehalfOf: null,
    actingAs: null,
    tokenId: null,
    expiresAt: null,
    app: null,
  },
  purpose: null,
  optedOut: false,
  now: 0,
  deployment: { region: null, transfers: {}, minimumAge: null, guardianAge: 14, notices: [], doNotTrack: false },
};
