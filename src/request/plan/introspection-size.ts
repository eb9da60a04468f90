import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

/** How many items the lists of the introspection types have: of each type on the average, of any at the most. */
export interface IntrospectionSizes {
  /** By `__Type.fields` and the like. `EACH`: the object is one of the schema's list of all; `ANY`: it was come by otherwise. */
  of(coordinate: string, reach: Reach): number;
}

export type Reach = "EACH" | "ANY";

const known = new WeakMap<GraphQLSchema, IntrospectionSizes>();

export function introspectionSizes(schema: GraphQLSchema): IntrospectionSizes {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const fields = types.flatMap(fieldsOf);
  const argumentCounts = [...fields, ...directives].map(({ args }) => args.length);
  const counts: Readonly<Record<string, readonly number[]>> = {
    "__Type.fields": types.map((type) => fieldsOf(type).length),
    "__Type.interfaces": types.map((type) =>
      isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().length : 0,
    ),
    "__Type.possibleTypes": types.map((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)),
    "__Type.enumValues": types.map((type) => (isEnumType(type) ? type.getValues().length : 0)),
    "__Type.inputFields": types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
    "__Field.args": argumentCounts,
    "__Directive.args": argumentCounts,
    "__Directive.locations": directives.map(({ locations }) => locations.length),
    "__Schema.types": [types.length],
    "__Schema.directives": [directives.length],
  };
  const sizes = new Map(
    Object.entries(counts).map(([coordinate, each]) => {
      const sum = each.reduce((total, one) => total + one, 0);
      return [coordinate, { EACH: sum / Math.max(1, each.length), ANY: Math.max(0, ...each) }];
    }),
  );
  const made: IntrospectionSizes = {
    // A list that a later edition of GraphQL adds is taken for as long as the longest.
    of: (coordinate, reach) => sizes.get(coordinate)?.[reach] ?? types.length,
  };
  known.set(schema, made);
  return made;
}

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}
