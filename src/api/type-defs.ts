import { readFileSync } from "node:fs";
import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationTypeNode,
  parse,
  Source,
  visit,
} from "graphql";
import type { Fault } from "../policy/model.ts";

const API = parse(
  new Source(readFileSync(new URL("../../schema/gateway.graphql", import.meta.url), "utf8"), "gateway.graphql"),
);
const ROOTS = parse(
  new Source(
    readFileSync(new URL("../../schema/gateway-roots.graphql", import.meta.url), "utf8"),
    "gateway-roots.graphql",
  ),
);

/** Hints about the gateway's own API are not the integrator's to mend. */
export function isIntegrators({ place }: Fault): boolean {
  return place === null || !/^gateway(-roots)?\.graphql:/.test(place);
}

/** Names of the integrator's root types: `schema { query: RootQuery }` renames them. */
export function rootNames(integrator: DocumentNode): Readonly<Record<"query" | "mutation", string>> {
  const names: Record<OperationTypeNode, string> = {
    query: "Query",
    mutation: "Mutation",
    subscription: "Subscription",
  };
  for (const definition of integrator.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of definition.operationTypes ?? []) names[operation] = type.name.value;
  }
  return names;
}

/**
 * SDL of the gateway's own API for an integrator's schema: hung on his root types, its grants reduced to the roles and
 * purposes that his vocabulary holds.
 */
export function ownTypeDefs(integrator: DocumentNode): DocumentNode {
  const names = rootNames(integrator);
  const roles = enumValues(integrator, "Role");
  const purposes = enumValues(integrator, "Purpose");
  const api = visit(API, {
    Directive: (node) => (node.name.value === "purpose" ? reduceGrant(node, roles, purposes) : undefined),
  });
  const roots = visit(ROOTS, {
    ObjectTypeDefinition: (node) => ({
      ...node,
      name: { ...node.name, value: node.name.value === "Mutation" ? names.mutation : names.query },
    }),
  });
  return {
    kind: Kind.DOCUMENT,
    definitions: [...api.definitions, ...roots.definitions, ...mutationRoot(integrator, names)],
  };
}

/** A grant without the roles and purposes that the vocabulary lacks; null (gone) where none of either is left. */
function reduceGrant(node: DirectiveNode, roles: readonly string[], purposes: readonly string[]): DirectiveNode | null {
  const args = (node.arguments ?? []).map(({ value, ...argument }) => {
    const known = argument.name.value === "to" ? roles : purposes;
    const values = value.kind === Kind.LIST ? value.values : [value];
    const kept = values.filter((term) => term.kind === Kind.ENUM && known.includes(term.value));
    return { ...argument, value: { kind: Kind.LIST, values: kept } as const };
  });
  return args.some(({ value }) => value.values.length === 0) ? null : { ...node, arguments: args };
}

/** An explicit `schema { query: ... }` without a mutation type would leave the gateway's mutations unreachable. */
function mutationRoot(
  integrator: DocumentNode,
  names: Readonly<Record<"query" | "mutation", string>>,
): DefinitionNode[] {
  const explicit = integrator.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION ? [definition] : [],
  );
  if (!explicit.some((definition) => definition.kind === Kind.SCHEMA_DEFINITION)) return [];
  const types = explicit.flatMap((definition) => definition.operationTypes ?? []);
  return types.some(({ operation }) => operation === "mutation")
    ? []
    : [...parse(`extend schema { mutation: ${names.mutation} }`).definitions];
}

function enumValues(document: DocumentNode, name: string): string[] {
  return document.definitions.flatMap((definition) =>
    (definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_EXTENSION) &&
    definition.name.value === name
      ? (definition.values ?? []).map((value) => value.name.value)
      : [],
  );
}
