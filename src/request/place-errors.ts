import { MapperKind } from "@graphql-tools/utils";
import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import { mapFields } from "../schema/map-schema.ts";

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * A copy of the schema in which an error that brings a path of its own, as those of other services do, is told where it was
 * thrown: by that is decided whether it may leave.
 */
export function withPlacedErrors(schema: GraphQLSchema): GraphQLSchema {
  return mapFields(schema, {
    [MapperKind.OBJECT_FIELD]: (config) =>
      config.resolve ? { ...config, resolve: placing(config.resolve) } : undefined,
  });
}

function placing(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    try {
      const value = resolve(parent, args, context, info);
      if (value instanceof Promise) return value.then(placed, rethrow);
      return placed(value);
    } catch (error) {
      throw pathless(error);
    }
  };
}

/** For fields without a resolver. */
export const resolvePlaced: Resolver = placing(defaultFieldResolver);

/** A resolver may give an error back instead of throwing it. */
function placed(value: unknown): unknown {
  return value instanceof Error ? pathless(value) : value;
}

function rethrow(error: unknown): never {
  throw pathless(error);
}

function pathless(error: unknown): unknown {
  if (!(error instanceof Error) || !("path" in error) || !Array.isArray(error.path)) return error;
  const extensions = error instanceof GraphQLError ? error.extensions : null;
  return new GraphQLError(error.message, { originalError: error, ...(extensions === null ? {} : { extensions }) });
}
