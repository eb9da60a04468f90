import { readFileSync } from "node:fs";
import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type NameNode,
  type OperationTypeNode,
  parse,
  visit,
} from "graphql";
import { OWN_TYPE, parseOwnSdl } from "../core/own-api.ts";
import type { Fault } from "../policy/model.ts";
import { placeOf } from "../policy/place.ts";
import { policyError } from "../policy/report.ts";
import { fitVocabulary } from "./fit-vocabulary.ts";

const API = read("gateway.graphql");
const ROOTS = read("gateway-roots.graphql");

function read(file: string): DocumentNode {
  return parseOwnSdl(
    readFileSync(new URL(`../../schema/${file}`, import.meta.url), "utf8"),
    `fieldguard/schema/${file}`,
  );
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
 * SDL of the gateway's own API for an integrator's schema: added to the integrator's root types, fitted to their vocabulary, its
 * types renamed where the integrator has one of the same name.
 */
export function ownTypeDefs(integrator: DocumentNode): DocumentNode {
  const names = rootNames(integrator);
  const roots = visit(ROOTS, {
    ObjectTypeDefinition: (node) => ({
      ...node,
      name: { ...node.name, value: node.name.value === "Mutation" ? names.mutation : names.query },
    }),
  });
  const api = renameTaken(API, integrator);
  return {
    kind: Kind.DOCUMENT,
    definitions: [...fitVocabulary(api, integrator), ...roots.definitions, ...mutationRoot(integrator, names)],
  };
}

/** What resolvers, rules and records know by name. */
const FIXED_NAMES: ReadonlySet<string> = new Set(Object.values(OWN_TYPE));

/** A type of the integrator's is never mixed with one of the gateway's: the integrator's `Consent` keeps its name, ours becomes `FieldguardConsent`. */
function renameTaken(api: DocumentNode, integrator: DocumentNode): DocumentNode {
  const theirs = new Map(
    integrator.definitions.flatMap((node) => (isTypeDefinitionNode(node) ? [[node.name.value, node]] : [])),
  );
  const taken = new Map<string, string>();
  for (const definition of api.definitions) {
    const name = isTypeDefinitionNode(definition) ? definition.name.value : "";
    const other = theirs.get(name);
    if (other === undefined) continue;
    if (FIXED_NAMES.has(name)) throw policyError([nameTaken(name, other)]);
    taken.set(name, `Fieldguard${name}`);
  }
  if (taken.size === 0) return api;
  const rename = <N extends { readonly name: NameNode }>(node: N): N => ({
    ...node,
    name: { ...node.name, value: taken.get(node.name.value) ?? node.name.value },
  });
  return visit(api, {
    ObjectTypeDefinition: { leave: rename },
    InputObjectTypeDefinition: { leave: rename },
    NamedType: rename,
  });
}

function nameTaken(name: string, node: ASTNode): Fault {
  return {
    code: "NAME_RESERVED",
    coordinate: name,
    message: `${name} is a type of the gateway's own API.`,
    mend: "Give the type another name.",
    place: placeOf(node),
  };
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
