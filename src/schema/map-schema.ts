import { mapSchema, type SchemaMapper } from "@graphql-tools/utils";
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

/**
 * `mapSchema`, and the defaults of arguments and input fields as they were: the library writes each out and reads it back, which
 * makes another value of it wherever a scalar does not read what it writes.
 */
export function mapFields(schema: GraphQLSchema, mapper: SchemaMapper): GraphQLSchema {
  const before = new Map(inputsOf(schema));
  const mapped = mapSchema(schema, mapper);
  for (const [coordinate, input] of inputsOf(mapped)) {
    const was = before.get(coordinate);
    if (was !== undefined) input.defaultValue = was.defaultValue;
  }
  return mapped;
}

/** Every argument of a field and every field of an input, by its coordinate. */
export function* inputsOf(schema: GraphQLSchema): Iterable<readonly [string, GraphQLArgument | GraphQLInputField]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name}:)`, arg];
      }
    }
  }
}
