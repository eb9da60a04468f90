import { defaultFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import { ownTypesOf } from "../core/own-api.ts";
import type { ApiContext } from "./context.ts";

/**
 * Lets the acts of one operation happen one after another, in the order in which they are written. GraphQL promises that of
 * a mutation's root fields only, and these stand one level below: giving and withdrawing in one operation would race.
 * Reads likewise: what twenty of them read of the log would be in memory at the same time.
 * The schema is the gateway's own copy.
 */
export function actInTurn(schema: GraphQLSchema): GraphQLSchema {
  const types = [...ownTypesOf(schema)].flatMap(([name, of]) =>
    of === "mutation" || of === "query" ? [schema.getType(name)] : [],
  );
  const lastOf = new WeakMap<object, Promise<unknown>>();
  for (const field of types.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []))) {
    const act = field.resolve ?? defaultFieldResolver;
    field.resolve = (parent, args, context: ApiContext, info) => {
      // One a request.
      const before = lastOf.get(context) ?? Promise.resolve();
      const own = before.then(() => act(parent, args, context, info));
      lastOf.set(
        context,
        own.catch(() => undefined),
      );
      return own;
    };
  }
  return schema;
}
