import { createHash } from "node:crypto";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { variableAtFault } from "../core/foreign-messages.ts";
import { RESERVED_PREFIX } from "./plan/model.ts";

/** What is the same for every request of one operation of one document; remembered with the document. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly name: string | null;
  readonly type: "query" | "mutation" | "subscription";
  /** SHA-256 (hex) of the document without its literals: what logs and records may hold. */
  readonly hash: string;
  /** Variables that `@skip` and `@include` depend on: with their values they are part of the plan's key. */
  readonly conditions: readonly string[];
  /** Memory that the document takes, roughly. */
  readonly bytes: number;
}

const remembered = new WeakMap<DocumentNode, Map<string | null, Operation>>();

/**
 * Takes a validated document and picks the operation. Throws RESERVED_ALIAS, and
 * BAD_INPUT where `operationName` picks none.
 */
export function parseOperation(document: DocumentNode, operationName: string | null | undefined): Operation {
  const operations = remembered.get(document) ?? new Map<string | null, Operation>();
  const known = operations.get(operationName ?? null);
  if (known !== undefined) return known;
  const definition = getOperationAST(document, operationName);
  if (!definition) {
    throw new FieldguardError(
      "BAD_INPUT",
      "The document holds no operation of that name, or several and no name was given.",
    );
  }
  const operation = describe(document, definition);
  operations.set(operationName ?? null, operation);
  remembered.set(document, operations);
  return operation;
}

function describe(document: DocumentNode, definition: OperationDefinitionNode): Operation {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const conditions = new Set<string>();
  visit(document, {
    FragmentDefinition(node) {
      fragments[node.name.value] = node;
    },
    Field(node) {
      const key = (node.alias ?? node.name).value;
      if (key.startsWith(RESERVED_PREFIX) || key === "__proto__") {
        throw new FieldguardError(
          "RESERVED_ALIAS",
          `Response keys that start with \`${RESERVED_PREFIX}\`, and \`__proto__\`, are not for clients. Choose another alias.`,
        );
      }
    },
    Directive(node) {
      const name = node.name.value;
      if (name !== "skip" && name !== "include") return;
      for (const argument of node.arguments ?? []) {
        if (argument.value.kind === Kind.VARIABLE) conditions.add(argument.value.name.value);
      }
    },
  });
  return {
    document,
    definition,
    fragments,
    name: definition.name?.value ?? null,
    type: definition.operation,
    hash: createHash("sha256").update(normalise(document)).digest("hex"),
    conditions: [...conditions].sort(),
    bytes: bytesOf(document),
  };
}

const NODE_BYTES = 120;

/** Memory that a document without locations takes, roughly. */
export function bytesOf(document: DocumentNode): number {
  let bytes = 0;
  visit(document, {
    enter(node) {
      bytes += NODE_BYTES;
      if ("value" in node && typeof node.value === "string") bytes += 2 * node.value.length;
    },
  });
  return bytes;
}

/** The document without any literal that a client may have written into it. */
export function normalise(document: DocumentNode): string {
  return print(
    visit(document, {
      StringValue: (node) => ({ ...node, value: "", block: false }),
      IntValue: (node) => ({ ...node, value: "0" }),
      FloatValue: (node) => ({ ...node, value: "0" }),
      ListValue: (node) => ({ ...node, values: [] }),
      ObjectValue: (node) => ({ ...node, fields: [] }),
    }),
  );
}

/** Coerces the variables. Throws BAD_INPUT that names the variable and its type, never the value. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const definitions = operation.definition.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const { coerced, errors } = getVariableValues(schema, definitions, { ...input }, { maxErrors: 10 });
  if (coerced !== undefined) return coerced;
  const atFault = new Set(errors.map((error) => variableAtFault(error.message)));
  const wanted = definitions
    .filter((definition) => atFault.has(definition.variable.name.value))
    .map((definition) => `$${definition.variable.name.value}: ${print(definition.type)}`);
  throw new FieldguardError(
    "BAD_INPUT",
    `Cannot use the variables as sent: ${wanted.length > 0 ? `${wanted.join(", ")} expected` : "they do not fit the schema"}.`,
  );
}
