import {
  type DirectiveNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { isOwn } from "../../core/own-api.ts";
import { type CompositeType, compositeTypes, directivesOn, interfacesOf, type OutputField } from "../annotations.ts";
import { dictionary } from "../dictionary.ts";
import type { TypePolicy } from "../model.ts";
import { suggest } from "../suggest.ts";
import { readDirective, textOf } from "./directive.ts";
import type { AnnotationContext } from "./grants.ts";

type Types = Readonly<Record<string, TypePolicy>>;
type Probes = Record<string, readonly string[]>;

/**
 * Reads `@probes` on arguments (`Query.customers(emailContains:)`), input fields (`CustomerFilter.email`) and enum
 * values (`CustomerSort.EMAIL`): which annotated coordinates the use of each can reveal.
 */
export function readProbes(context: AnnotationContext, types: Types): Readonly<Record<string, readonly string[]>> {
  const probes: Probes = dictionary();
  const read = (element: Annotated, coordinate: string, around?: OutputField): void => {
    const found = readElement(context, types, element, coordinate, around);
    if (found.length > 0) probes[coordinate] = found;
  };
  for (const type of Object.values(context.schema.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) read(argument, `${type.name}.${field.name}(${argument.name}:)`, field);
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) read(field, `${type.name}.${field.name}`);
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) read(value, `${type.name}.${value.name}`);
    }
  }
  shareWithInterfaces(context.schema, probes);
  checkDirectiveArguments(context);
  return probes;
}

type Annotated = Parameters<typeof directivesOn>[0];

function readElement(
  context: AnnotationContext,
  types: Types,
  element: Annotated,
  coordinate: string,
  around: OutputField | undefined,
): string[] {
  const found = new Set<string>();
  for (const node of directivesOn(element, "probes")) {
    const values = readDirective(context, node, coordinate);
    const field = values === null ? null : textOf(values, "field");
    if (field === null) continue;
    const meant = resolve(context.schema, types, field, around, node);
    if (meant.length === 0) {
      const coordinates = compositeTypes(context.schema).flatMap((type) =>
        Object.keys(type.getFields()).map((name) => `${type.name}.${name}`),
      );
      const message = `@probes names the field "${field}", which does not exist.`;
      const mend = `${suggest(field, coordinates)}Write its coordinate: Type.field.`;
      context.faults.add("PROBED_FIELD_UNKNOWN", coordinate, node, message, mend);
      continue;
    }
    const sensitive = meant.flatMap((each) => annotatedBehind(context.schema, types, each));
    if (sensitive.length === 0 && !meant.some((each) => isAnnotated(context.schema, each))) {
      const message = `@probes names the field "${field}", which is not @sensitive: everybody may see it, so nothing is refused.`;
      const mend = "Annotate the field with @sensitive, or remove @probes.";
      context.faults.add("PROBED_FIELD_NOT_SENSITIVE", coordinate, node, message, mend);
    }
    for (const each of sensitive) found.add(each);
  }
  return [...found];
}

/** A bare name of the integrator's means none of the gateway's own types, and the other way round. */
function typesBeside(schema: GraphQLSchema, types: Types, mark: DirectiveNode): TypePolicy[] {
  const own = isOwn(mark);
  return Object.values(types).filter(({ name }) => isOwn(schema.getType(name)?.astNode) === own);
}

/** Coordinates of existing fields that the name means; empty where there are none. */
function resolve(
  schema: GraphQLSchema,
  types: Types,
  name: string,
  around: OutputField | undefined,
  mark: DirectiveNode,
): string[] {
  const dot = name.indexOf(".");
  if (dot >= 0) {
    const type = schema.getType(name.slice(0, dot));
    const field = name.slice(dot + 1);
    return isComposite(type) && type.getFields()[field] !== undefined ? [name] : [];
  }
  const returned = around === undefined ? undefined : getNamedType(around.type);
  if (isComposite(returned) && returned.getFields()[name] !== undefined) return [`${returned.name}.${name}`];
  // rather too many than too few: a caller who may not see one of them may not use it
  const having = typesBeside(schema, types, mark).filter((type) => type.fieldNames.includes(name));
  const annotated = having.filter((type) => type.fields[name] !== undefined);
  return (annotated.length > 0 ? annotated : having).map((type) => `${type.name}.${name}`);
}

function isComposite(type: unknown): type is CompositeType {
  return isObjectType(type) || isInterfaceType(type);
}

/** The field's own coordinate where it is annotated; for an interface's field, those of the objects behind it besides. */
function annotatedBehind(schema: GraphQLSchema, types: Types, coordinate: string): string[] {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const type = schema.getType(typeName);
  const objects = isInterfaceType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [];
  const behind = objects.filter((name) => types[name]?.fields[fieldName] !== undefined);
  if (behind.length > 0) return behind.map((name) => `${name}.${fieldName}`);
  return types[typeName]?.fields[fieldName] === undefined ? [] : [coordinate];
}

/** Whether `@sensitive` stands there at all: one that cannot be read has its own fault. */
function isAnnotated(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const type = schema.getType(typeName);
  const field = isComposite(type) ? type.getFields()[fieldName] : undefined;
  return field !== undefined && directivesOn(field, "sensitive").length > 0;
}

/**
 * The same argument can be reached through the interface and through the type behind it: what is marked on one is
 * marked on the other, or the unmarked way would be the way round.
 */
function shareWithInterfaces(schema: GraphQLSchema, probes: Probes): void {
  const own = { ...probes };
  for (const type of compositeTypes(schema)) {
    for (const parent of interfacesOf(type)) {
      for (const field of Object.values(parent.getFields())) {
        for (const argument of field.args) {
          const above = `${parent.name}.${field.name}(${argument.name}:)`;
          const below = `${type.name}.${field.name}(${argument.name}:)`;
          const marked = [...(own[above] ?? []), ...(own[below] ?? [])];
          if (marked.length === 0) continue;
          probes[above] = [...new Set([...(probes[above] ?? []), ...marked])];
          probes[below] = [...new Set([...(probes[below] ?? []), ...marked])];
        }
      }
    }
  }
}

/** SDL allows `@probes` on a directive's arguments as on a field's; nothing is executed for those, so nothing is refused. */
function checkDirectiveArguments(context: AnnotationContext): void {
  for (const directive of context.schema.getDirectives()) {
    for (const argument of directive.args) {
      const node = directivesOn(argument, "probes")[0];
      if (node === undefined) continue;
      const message = "@probes on an argument of a directive is not enforced.";
      const mend = "Move it to the argument of a field, to an input field or to an enum value.";
      context.faults.add("PROBE_MISPLACED", `@${directive.name}(${argument.name}:)`, node, message, mend);
    }
  }
}
