import { MapperKind } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
} from "graphql";
import { mapFields } from "../schema/map-schema.ts";

/**
 * A copy of the schema in which every item of a list waits its turn. graphql-js gives up a list as soon as an item that must not
 * be null fails on the spot, and forgets the items before it that are still under way: when one of those fails as well, nobody
 * hears it, and a rejection that nobody hears ends a Node process. Of items that are promises it forgets none.
 */
export function withQuietLists(schema: GraphQLSchema): GraphQLSchema {
  return mapFields(schema, {
    [MapperKind.OBJECT_FIELD]: (config) =>
      holdsRequiredItems(config.type)
        ? { ...config, resolve: quietly(config.resolve ?? defaultFieldResolver, listsIn(config.type)) }
        : config,
  });
}

/** Where an item may be null it takes its failure upon itself, and the list goes on. */
function holdsRequiredItems(type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return holdsRequiredItems(type.ofType);
  return isListType(type) && (isNonNullType(type.ofType) || holdsRequiredItems(type.ofType));
}

/** How many lists lie in each other: below them a scalar's value may be a list of its own. */
function listsIn(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsIn(type.ofType);
  return isListType(type) ? 1 + listsIn(type.ofType) : 0;
}

function quietly(
  resolve: GraphQLFieldResolver<unknown, unknown>,
  lists: number,
): GraphQLFieldResolver<unknown, unknown> {
  return (parent, args, context, info) => {
    const value = resolve(parent, args, context, info);
    return isThenable(value) ? Promise.resolve(value).then((list) => deferred(list, lists)) : deferred(value, lists);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Items as promises, those of lists in lists as well. */
function deferred(value: unknown, lists: number): unknown {
  if (lists === 0 || typeof value !== "object" || value === null || !(Symbol.iterator in value)) return value;
  return Array.from(value as Iterable<unknown>, async (item) => deferred(await item, lists - 1));
}
