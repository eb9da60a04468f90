import { type GraphQLObjectType, type GraphQLSchema, getNamedType, getNullableType, isObjectType } from "graphql";
import { directivesOn } from "../annotations.ts";

/** Where fields act: Mutation, and the types that it groups its fields by. */
export interface WritePlaces {
  readonly mutation: string | null;
  /** By name: types that Mutation leads to through fields without arguments, and whose fields say that they act. */
  readonly namespaces: ReadonlySet<string>;
  isWriteSide(type: string): boolean;
}

/** A payload looks much the same: a type counts only where one of its fields says so, and no query leads to it. */
export function findWritePlaces(schema: GraphQLSchema): WritePlaces {
  const mutation = schema.getMutationType() ?? null;
  const namespaces = new Set<string>();
  if (mutation !== null) {
    const read = reachedBy([schema.getQueryType(), schema.getSubscriptionType()]);
    for (const type of groupsOf(mutation)) {
      if (!read.has(type) && saysThatItActs(type)) namespaces.add(type.name);
    }
  }
  return {
    mutation: mutation?.name ?? null,
    namespaces,
    isWriteSide: (type) => type === mutation?.name || namespaces.has(type),
  };
}

/** Object types one comes to by fields without arguments that hold one object. */
function groupsOf(mutation: GraphQLObjectType): ReadonlySet<GraphQLObjectType> {
  const found = new Set<GraphQLObjectType>();
  const look = (type: GraphQLObjectType): void => {
    for (const field of Object.values(type.getFields())) {
      const held = getNullableType(field.type);
      if (field.args.length > 0 || !isObjectType(held) || held === mutation || found.has(held)) continue;
      found.add(held);
      look(held);
    }
  };
  look(mutation);
  return found;
}

function reachedBy(roots: readonly (GraphQLObjectType | null | undefined)[]): ReadonlySet<GraphQLObjectType> {
  const found = new Set(roots.filter((root) => root != null));
  // a set grows while it is walked: each type once
  for (const type of found) {
    for (const field of Object.values(type.getFields())) {
      const held = getNamedType(field.type);
      if (isObjectType(held)) found.add(held);
    }
  }
  return found;
}

function saysThatItActs(type: GraphQLObjectType): boolean {
  return Object.values(type.getFields()).some(
    (field) =>
      directivesOn(field, "acts").length > 0 ||
      (directivesOn(field, "purpose").length > 0 && directivesOn(field, "sensitive").length === 0),
  );
}
