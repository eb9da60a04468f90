import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from "graphql";

/** What a field name means on a type, the names that every schema has included; undefined for unknown fields. */
export function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return "getFields" in type ? type.getFields()[name] : undefined;
}

/** The named type that a field returns; null for unknown fields. */
export function namedTypeOf(schema: GraphQLSchema, type: GraphQLCompositeType, name: string): GraphQLNamedType | null {
  const field = fieldOf(schema, type, name);
  return field === undefined ? null : getNamedType(field.type);
}
