import { type GraphQLSchema, getNullableType, isAbstractType, isLeafType, isObjectType, Kind, visit } from "graphql";
import type { Policy } from "../../policy/model.ts";
import type { Operation } from "../parse-operation.ts";

/** The object types that a type stands for. */
export function typesOf(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  if (isObjectType(type)) return [name];
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [];
}

/** The field by which an object is known again in a payload: `id`, else the one named like the look-up's argument. */
export function identityOf(schema: GraphQLSchema, type: string, argument: string | null): string | null {
  const object = schema.getType(type);
  if (!isObjectType(object)) return null;
  for (const name of ["id", argument]) {
    const field = name === null ? undefined : object.getFields()[name];
    if (field !== undefined && field.args.length === 0 && isLeafType(getNullableType(field.type))) return field.name;
  }
  return null;
}

/** By object type, for what an operation may act on: rather too many than too few. */
export function identitiesIn(schema: GraphQLSchema, policy: Policy, operation: Operation): ReadonlyMap<string, string> {
  const identities = new Map<string, string>();
  const writes = Object.values(policy.writes);
  if (writes.length === 0) return identities;
  const names = new Set<string>();
  const definitions = [operation.definition, ...Object.values(operation.fragments)];
  visit({ kind: Kind.DOCUMENT, definitions }, { Field: ({ name }) => void names.add(name.value) });
  for (const {
    policy: { field },
    acts,
  } of writes) {
    if (!names.has(field)) continue;
    for (const { on, keys } of acts) {
      for (const type of typesOf(schema, on)) {
        const identity = identityOf(schema, type, keys[0]?.argument ?? null);
        if (identity !== null && !identities.has(type)) identities.set(type, identity);
      }
    }
  }
  return identities;
}
