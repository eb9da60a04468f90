import {
  astFromValue,
  type ConstValueNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isNonNullType,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from "graphql";
import { inputsOf, mapFields } from "./map-schema.ts";

type Input = GraphQLArgument | GraphQLInputField;

/**
 * The schema as SDL, defaults as they were written. graphql-js writes a default's value out by its scalar, which may not read what
 * it writes, and for some values it throws.
 */
export function printServed(schema: GraphQLSchema): string {
  const written = new Map<string, ConstValueNode>();
  for (const [coordinate, input] of inputsOf(schema)) {
    const node = input.astNode?.defaultValue;
    if (node !== undefined && textOf(input) !== print(node)) written.set(coordinate, node);
  }
  if (written.size === 0) return printSchema(schema);
  const document = parse(printSchema(withPrintableDefaults(schema, (coordinate) => written.has(coordinate))));
  const within: string[] = [];
  return print(
    visit(document, {
      enter(node) {
        if (!("name" in node) || node.name === undefined || node.kind === Kind.NAMED_TYPE) return undefined;
        within.push(node.name.value);
        return undefined;
      },
      leave(node) {
        if (!("name" in node) || node.name === undefined || node.kind === Kind.NAMED_TYPE) return undefined;
        const [type, field, argument] = within;
        within.pop();
        if (node.kind !== Kind.INPUT_VALUE_DEFINITION) return undefined;
        const defaultValue = written.get(
          argument === undefined ? `${type}.${field}` : `${type}.${field}(${argument}:)`,
        );
        const restored: InputValueDefinitionNode | undefined = defaultValue && { ...node, defaultValue };
        return restored;
      },
    }),
  );
}

/** A copy in which no default keeps graphql-js from printing it: instead of one that cannot be printed it has null. */
export function withPrintableDefaults(
  schema: GraphQLSchema,
  isReplaced: (coordinate: string, input: Input) => boolean = (_coordinate, input) => textOf(input) === null,
): GraphQLSchema {
  const copy = mapFields(schema, {});
  for (const [coordinate, input] of inputsOf(copy)) {
    // An argument that must not be null stays one that may be left out.
    if (input.defaultValue !== undefined && isReplaced(coordinate, input)) input.defaultValue = null;
  }
  return copy;
}

/** As graphql-js prints it; null where it cannot. */
function textOf({ type, defaultValue }: Input): string | null {
  if (defaultValue === null && isNonNullType(type)) return "";
  try {
    const node = astFromValue(defaultValue, type);
    return node == null ? "" : print(node);
  } catch {
    return null;
  }
}
