import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLInputType,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Annotations } from "./annotations.ts";
import { type AskedOperation, isIncluded, objectTypesOf, rootTypeOf } from "./operation.ts";

/**
 * Coordinates that the operation can reveal by what it searches or sorts by: graphql-js coerces the arguments of every field that
 * stands in it and is not left out by a condition, defaults and variables included, and whatever in the values is marked counts.
 * Whether an object can ever come there does not matter: what is written is used.
 */
export function probesUsed(operation: AskedOperation, annotations: Annotations): readonly string[] {
  const marks = new Set<string>();
  const visit = (type: GraphQLCompositeType, { selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (!isIncluded(operation, node)) continue;
      if (node.kind === Kind.FIELD) {
        noteField(operation, type, node, marks);
        const field = "getFields" in type ? type.getFields()[node.name.value] : undefined;
        const below = field && getNamedType(field.type);
        if (node.selectionSet && isCompositeType(below)) visit(below, node.selectionSet);
      } else {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node : operation.fragments.get(node.name.value);
        const named = inner?.typeCondition && operation.schema.getType(inner.typeCondition.name.value);
        if (inner) visit(isCompositeType(named) ? named : type, inner.selectionSet);
      }
    }
  };
  visit(rootTypeOf(operation), operation.definition.selectionSet);
  const coordinates = [...marks].flatMap((mark) =>
    (annotations.probes.get(mark) ?? []).flatMap((field) => meant(operation, annotations, mark, field)),
  );
  return [...new Set(coordinates.flatMap((coordinate) => behind(operation, annotations, coordinate)))];
}

/**
 * A bare name means the field of that name of the objects that the argument's field returns, or else every `@sensitive` field
 * of that name.
 */
function meant({ schema }: AskedOperation, { types }: Annotations, mark: string, field: string): readonly string[] {
  if (field.includes(".")) return [field];
  const [, typeName = "", fieldName = ""] = /^(\w+)\.(\w+)\(/.exec(mark) ?? [];
  const owner = schema.getType(typeName);
  const around = isObjectType(owner) || isInterfaceType(owner) ? owner.getFields()[fieldName] : undefined;
  const returned = around === undefined ? undefined : getNamedType(around.type);
  const has = (isObjectType(returned) || isInterfaceType(returned)) && returned.getFields()[field] !== undefined;
  if (has) return [`${returned.name}.${field}`];
  return [...types].flatMap(([name, { fields }]) => (fields.has(field) ? [`${name}.${field}`] : []));
}

function noteField(operation: AskedOperation, type: GraphQLCompositeType, node: FieldNode, marks: Set<string>): void {
  if (isUnionType(type)) return;
  const definition = type.getFields()[node.name.value];
  if (definition === undefined) return;
  const values = getArgumentValues(definition, node, { ...operation.variables });
  // what is marked on one of them is reached through the others
  const nearest = [type, ...objectTypesOf(operation.schema, type)];
  const family = [...nearest, ...nearest.flatMap((owner) => owner.getInterfaces())].flatMap((owner) => [
    owner,
    ...objectTypesOf(operation.schema, owner),
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
