import { MapperKind } from "@graphql-tools/utils";
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import { isOwn } from "../../core/own-api.ts";
import type { Policy } from "../../policy/model.ts";
import { mapFields } from "../../schema/map-schema.ts";
import type { ActRun } from "./run.ts";

/** What each operation under way does, by its resolvers' context: that is one a request. */
export type ActRuns = WeakMap<object, ActRun>;

/**
 * Puts the act step in front of every resolver that acts, outside everything else that hangs on it: what is not decided and
 * recorded does not run. A subscription's field acts when it is subscribed to. Fields of Mutation that say nothing of what they
 * act on are recorded before they run as well; the gateway's own keep records of their changes themselves.
 */
export function guardActs(schema: GraphQLSchema, policy: Policy, runs: ActRuns): GraphQLSchema {
  const mutation = schema.getMutationType()?.name;
  const subscription = schema.getSubscriptionType()?.name;
  if (Object.keys(policy.writes).length === 0 && mutation === undefined) return schema;
  return mapFields(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const { resolve = defaultFieldResolver, subscribe = defaultFieldResolver } = config;
      if (!Object.hasOwn(policy.writes, `${typeName}.${fieldName}`)) {
        if (typeName !== mutation || isOwn(config.astNode)) return undefined;
        return { ...config, resolve: recorded(resolve, runs) };
      }
      if (typeName === subscription) return { ...config, subscribe: guarded(subscribe, runs) };
      return { ...config, resolve: guarded(resolve, runs) };
    },
  });
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

function guarded(resolve: Resolver, runs: ActRuns): Resolver {
  return (parent, args, context, info) =>
    runOf(context, runs, info).perform(args, info, () => resolve(parent, args, context, info));
}

function recorded(resolve: Resolver, runs: ActRuns): Resolver {
  return (parent, args, context, info) => {
    const go = () => resolve(parent, args, context, info);
    // Further down it is reached by what stands at the root: that is on record.
    return info.path.prev === undefined ? runOf(context, runs, info).performOpen(info, go) : go();
  };
}

function runOf(context: unknown, runs: ActRuns, { parentType, fieldName }: GraphQLResolveInfo): ActRun {
  const run = typeof context === "object" && context !== null ? runs.get(context) : undefined;
  if (run !== undefined) return run;
  throw new FieldguardError("INTERNAL", `${parentType.name}.${fieldName} was asked to act outside an operation.`);
}
