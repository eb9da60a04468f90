import {
  type DirectiveNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { type CompositeType, compositeTypes, directivesOn } from "../annotations.ts";
import { dictionary } from "../dictionary.ts";
import type { TypePolicy } from "../model.ts";
import { suggest } from "../suggest.ts";
import { readDirective, textOf } from "./directive.ts";
import type { AnnotationContext } from "./grants.ts";

type Types = Readonly<Record<string, TypePolicy>>;
type Input = Parameters<typeof directivesOn>[0] & {
  readonly name: string;
  readonly type: GraphQLInputType;
};

interface Reading {
  readonly context: AnnotationContext;
  readonly types: Types;
  readonly note: (at: string, coordinates: readonly string[]) => void;
}

/** Reads `@writes`: which annotated coordinates each argument and input field writes. */
export function readWritten(context: AnnotationContext, types: Types): Readonly<Record<string, readonly string[]>> {
  const written = dictionary<readonly string[]>();
  const note = (at: string, coordinates: readonly string[]): void => {
    if (coordinates.length > 0) written[at] = [...new Set([...(written[at] ?? []), ...coordinates])];
  };
  const reading: Reading = { context, types, note };
  for (const type of Object.values(context.schema.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args)
          readInput(reading, argument, `${type.name}.${field.name}(${argument.name}:)`);
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) readInput(reading, field, `${type.name}.${field.name}`);
      readInputType(reading, type);
    }
  }
  return written;
}

function readInput(reading: Reading, input: Input, at: string): void {
  for (const node of directivesOn(input, "writes")) {
    const said = readOne(reading.context, node, at);
    if (said === null) continue;
    const below = getNamedType(input.type);
    if ("field" in said) reading.note(at, coordinateOf(reading, said.field, at, node));
    else if (isInputObjectType(below)) writeAll(reading, below, said.type, at, node);
    else writeNamed(reading, said.type, [[at, input.name]], at, node);
  }
}

/** The directives of an input type, those of its extensions included. */
function readInputType(reading: Reading, type: GraphQLInputObjectType): void {
  for (const part of [type, ...type.extensionASTNodes.map((astNode) => ({ astNode }))]) {
    for (const node of directivesOn(part, "writes")) {
      const said = readOne(reading.context, node, type.name);
      if (said === null) continue;
      if ("type" in said) writeAll(reading, type, said.type, type.name, node);
      else {
        const message = "@writes(field:) on an input type does not say which of its fields writes it.";
        const mend = "Move it to that field, or write `type:`.";
        reading.context.faults.add("WRITES_AMBIGUOUS", type.name, node, message, mend);
      }
    }
  }
}

type Said = { readonly field: string } | { readonly type: string };

function readOne(context: AnnotationContext, node: DirectiveNode, at: string): Said | null {
  const values = readDirective(context, node, at);
  if (values === null) return null;
  const field = textOf(values, "field");
  const type = textOf(values, "type");
  if (field !== null && type === null) return { field };
  if (type !== null && field === null) return { type };
  const message = `@writes says ${field === null ? "neither" : "both"} \`field\` ${field === null ? "nor" : "and"} \`type\`.`;
  context.faults.add(
    "WRITES_AMBIGUOUS",
    at,
    node,
    message,
    'Write one of the two: `field: "Type.field"` or `type: "Type"`.',
  );
  return null;
}

function coordinateOf({ context, types }: Reading, name: string, at: string, node: DirectiveNode): readonly string[] {
  const [typeName = "", fieldName = ""] = name.split(".");
  const type = compositeOf(context, typeName);
  if (type?.getFields()[fieldName] === undefined || name.split(".").length !== 2) {
    const coordinates = compositeTypes(context.schema).flatMap((each) =>
      Object.keys(each.getFields()).map((field) => `${each.name}.${field}`),
    );
    const message = `@writes names the field "${name}", which does not exist.`;
    context.faults.add(
      "WRITTEN_FIELD_UNKNOWN",
      at,
      node,
      message,
      `${suggest(name, coordinates)}Write its coordinate: Type.field.`,
    );
    return [];
  }
  const found = annotatedOf(context, types, type, fieldName);
  if (found.length === 0) {
    const message = `@writes names ${name}, which is not @sensitive.`;
    const mend = "Annotate the field with @sensitive, or remove @writes.";
    context.faults.add("WRITTEN_FIELD_NOT_SENSITIVE", at, node, message, mend);
  }
  return found;
}

function writeAll(
  reading: Reading,
  input: GraphQLInputObjectType,
  type: string,
  at: string,
  node: DirectiveNode,
): void {
  const inputs = Object.keys(input.getFields()).map((name) => [`${input.name}.${name}`, name] as const);
  writeNamed(reading, type, inputs, at, node);
}

/** Each input writes the annotated field of its name. */
function writeNamed(
  { context, types, note }: Reading,
  name: string,
  inputs: readonly (readonly [at: string, name: string])[],
  at: string,
  node: DirectiveNode,
): void {
  const type = compositeOf(context, name);
  if (type === null) {
    const message = `@writes names the type "${name}", which is not there.`;
    const typeNames = compositeTypes(context.schema).map((each) => each.name);
    context.faults.add("WRITTEN_FIELD_UNKNOWN", at, node, message, `${suggest(name, typeNames)}Name an object type.`);
    return;
  }
  let any = false;
  for (const [place, input] of inputs) {
    const found = annotatedOf(context, types, type, input);
    any ||= found.length > 0;
    note(place, found);
  }
  if (any) return;
  const message = `@writes names ${name}, and no @sensitive field of it has such a name: nothing is written by it.`;
  const mend = "Say which by `field:` on each input field, or remove it.";
  context.faults.add("WRITTEN_FIELD_NOT_SENSITIVE", at, node, message, mend);
}

/** For an interface the objects behind it. */
function annotatedOf({ schema }: AnnotationContext, types: Types, type: CompositeType, field: string): string[] {
  const behind = isInterfaceType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [type.name];
  return behind.flatMap((name) => types[name]?.fields[field]?.coordinate ?? []);
}

function compositeOf({ schema }: AnnotationContext, name: string): CompositeType | null {
  const type = schema.getType(name);
  return isObjectType(type) || isInterfaceType(type) ? type : null;
}
