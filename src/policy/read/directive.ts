import {
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  type ValueNode,
} from "graphql";
import { didYouMean } from "graphql/jsutils/didYouMean.js";
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import type { FaultCode } from "../fault-codes.ts";
import type { FaultCollector } from "../faults.ts";

/** A directive's argument as SDL writes it. Enum values stand as their names, whatever value resolvers give them inside. */
export type Literal = string | number | boolean | null | readonly Literal[];
export type Arguments = ReadonlyMap<string, Literal>;

/** What every reader needs: where to look things up, and where to put faults. */
export interface ReadContext {
  readonly schema: GraphQLSchema;
  readonly faults: FaultCollector<FaultCode>;
}

/**
 * Reads the arguments of one privacy directive, defaults filled in. SDL's own rules do not look at the values of
 * directives' arguments, so this does. Returns null where anything is wrong with it, every fault noted.
 */
export function readDirective(context: ReadContext, node: DirectiveNode, coordinate: string): Arguments | null {
  const { faults, schema } = context;
  const name = node.name.value;
  const definition = schema.getDirective(name);
  if (definition === null || definition === undefined) {
    const mend = "Build the schema from what composeTypeDefs returns, which adds the privacy directives.";
    faults.add("DIRECTIVE_UNKNOWN", coordinate, node, `Unknown directive "@${name}".`, mend);
    return null;
  }
  const before = faults.size;
  const values = new Map<string, Literal>();
  for (const argument of definition.args) {
    const given = node.arguments?.find((each) => each.name.value === argument.name);
    if (given !== undefined) {
      values.set(argument.name, readLiteral(context, given.value, argument, name, coordinate));
    } else {
      values.set(argument.name, defaultOf(context, argument, node, coordinate));
    }
  }
  for (const given of node.arguments ?? []) {
    const argumentNames = definition.args.map((argument) => argument.name);
    if (argumentNames.includes(given.name.value)) continue;
    const message = `Unknown argument "${given.name.value}" on directive "@${name}".`;
    const guess = didYouMean(suggestionList(given.name.value, argumentNames)).trim();
    const mend = `${guess === "" ? "" : `${guess} `}@${name} takes ${argumentNames.join(", ")}.`;
    faults.add("DIRECTIVE_ARGUMENT_UNKNOWN", coordinate, given, message, mend);
  }
  return faults.size === before ? values : null;
}

function defaultOf(context: ReadContext, argument: GraphQLArgument, node: DirectiveNode, coordinate: string): Literal {
  const fallback = argument.astNode?.defaultValue;
  if (fallback !== undefined) return readLiteral(context, fallback, argument, node.name.value, coordinate);
  if (isNonNullType(argument.type)) {
    const message = `Directive "@${node.name.value}" argument "${argument.name}" of type "${argument.type}" is required, but it was not provided.`;
    const mend = `Add \`${argument.name}: ...\`.`;
    context.faults.add("DIRECTIVE_ARGUMENT_MISSING", coordinate, node, message, mend);
  }
  return null;
}

function readLiteral(
  context: ReadContext,
  value: ValueNode,
  argument: GraphQLArgument,
  directive: string,
  coordinate: string,
): Literal {
  const wrong = (node: ValueNode, found: string, mend: string): null => {
    const message = `Cannot read ${found} as argument "${argument.name}" of "@${directive}", which is ${argument.type}.`;
    context.faults.add("DIRECTIVE_ARGUMENT_INVALID", coordinate, node, message, mend);
    return null;
  };
  return coerce(value, argument.type, wrong);
}

type Wrong = (node: ValueNode, found: string, mend: string) => null;

function coerce(value: ValueNode, type: GraphQLInputType, wrong: Wrong): Literal {
  if (isNonNullType(type)) {
    return value.kind === Kind.NULL ? wrong(value, "null", "Give it a value.") : coerce(value, type.ofType, wrong);
  }
  if (value.kind === Kind.NULL) return null;
  if (isListType(type)) {
    // one value stands for a list of one, as everywhere in GraphQL
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.map((item) => coerce(item, type.ofType, wrong));
  }
  if (isEnumType(type)) {
    const valueNames = type.getValues().map((each) => each.name);
    if (value.kind === Kind.ENUM && valueNames.includes(value.value)) return value.value;
    const written = value.kind === Kind.ENUM || value.kind === Kind.STRING ? value.value : "";
    const guesses = suggestionList(written, valueNames);
    if (value.kind === Kind.STRING && valueNames.includes(value.value)) guesses.unshift(value.value);
    const mend =
      didYouMean([...new Set(guesses)]).trim() ||
      `Use a value of ${type.name}, or add one: \`extend enum ${type.name}\`.`;
    return wrong(value, describe(value), mend);
  }
  if (isScalarType(type)) {
    const read = readScalar(value, type.name);
    return read === undefined ? wrong(value, describe(value), `Write a value of type ${type.name}.`) : read;
  }
  return wrong(value, describe(value), `Write a value of type ${type}.`);
}

function readScalar(value: ValueNode, type: string): Literal | undefined {
  if (type === "String" && value.kind === Kind.STRING) return value.value;
  if (type === "Boolean" && value.kind === Kind.BOOLEAN) return value.value;
  if (type === "Int" && value.kind === Kind.INT) return Number(value.value);
  return undefined;
}

function describe(value: ValueNode): string {
  switch (value.kind) {
    case Kind.ENUM:
    case Kind.INT:
    case Kind.FLOAT:
      return value.value;
    case Kind.STRING:
      return JSON.stringify(value.value);
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.VARIABLE:
      return `$${value.name.value}`;
    case Kind.NULL:
      return "null";
    case Kind.LIST:
      return "a list";
    case Kind.OBJECT:
      return "an object";
  }
}

/** The text of an argument; null where it was left out. */
export function textOf(values: Arguments, name: string): string | null {
  const value = values.get(name);
  return typeof value === "string" ? value : null;
}

/** The texts of a list argument; empty where it was left out. Doubles are dropped. */
export function textsOf(values: Arguments, name: string): string[] {
  const value = values.get(name);
  if (!Array.isArray(value)) return [];
  return [...new Set(value.filter((item): item is string => typeof item === "string"))];
}
