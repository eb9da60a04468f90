import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  type SelectionSetNode,
} from "graphql";

import type { Annotations } from "./annotations.ts";
import {
  type AskedOperation,
  fieldsAskedOf,
  objectTypesOf,
  outputTypeOf,
  rootTypeOf,
  selectionsUnder,
} from "./operation.ts";

/**
 * Coordinates that the operation can reveal by what it searches or sorts by: graphql-js coerces the arguments of every field on
 * every concrete type, defaults and variables included, and whatever in the values is marked counts.
 */
export function probesUsed(operation: AskedOperation, annotations: Annotations): readonly string[] {
  const marks = new Set<string>();
  const visit = (type: GraphQLObjectType, selections: readonly SelectionSetNode[]): void => {
    for (const asked of fieldsAskedOf(operation, type, selections)) {
      for (const node of asked.nodes) noteField(operation, type, node, marks);
      const below = getNamedType(outputTypeOf(type, asked.name));
      if (!isCompositeType(below)) continue;
      for (const each of objectTypesOf(operation.schema, below)) visit(each, selectionsUnder(asked));
    }
  };
  visit(rootTypeOf(operation), [operation.definition.selectionSet]);
  const coordinates = [...marks].flatMap((mark) => annotations.probes.get(mark) ?? []);
  return [...new Set(coordinates.flatMap((coordinate) => behind(operation, annotations, coordinate)))];
}

function noteField(operation: AskedOperation, type: GraphQLObjectType, node: FieldNode, marks: Set<string>): void {
  const definition = type.getFields()[node.name.value];
  if (definition === undefined) return;
  const values = getArgumentValues(definition, node, { ...operation.variables });
  // what is marked on one of them is reached through the others
  const family = [type, ...type.getInterfaces()].flatMap((owner) => [
    owner,
    ...(isInterfaceType(owner) ? objectTypesOf(operation.schema, owner) : []),
  ]);
  for (const argument of definition.args) {
    if (!(argument.name in values)) continue;
    for (const owner of family) {
      if (owner.getFields()[node.name.value] !== undefined) {
        marks.add(`${owner.name}.${node.name.value}(${argument.name}:)`);
      }
    }
    noteValue(argument.type, values[argument.name], marks);
  }
}

function noteValue(type: GraphQLInputType, value: unknown, marks: Set<string>): void {
  const named = getNamedType(type);
  if (Array.isArray(value)) {
    for (const element of value) noteValue(named, element, marks);
  } else if (isEnumType(named)) {
    for (const each of named.getValues()) if (each.value === value) marks.add(`${named.name}.${each.name}`);
  } else if (isInputObjectType(named) && typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      marks.add(`${named.name}.${name}`);
      const field = named.getFields()[name];
      if (field !== undefined) noteValue(field.type, inner, marks);
    }
  }
}

/** An interface's field stands for those of the objects behind it. */
function behind({ schema }: AskedOperation, { types }: Annotations, coordinate: string): readonly string[] {
  const [type = "", field = ""] = coordinate.split(".");
  const meant = schema.getType(type);
  if (!isInterfaceType(meant)) return [coordinate];
  return objectTypesOf(schema, meant)
    .map(({ name }) => name)
    .filter((name) => types.get(name)?.fields.has(field) ?? false)
    .map((name) => `${name}.${field}`);
}
