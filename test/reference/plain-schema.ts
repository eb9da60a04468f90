import { makeExecutableSchema } from "@graphql-tools/schema";
import type { IResolvers } from "@graphql-tools/utils";
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  type TypeNode,
  visit,
} from "graphql";
import type { Annotations } from "./annotations.ts";

/** Enums of the vocabulary that an integrator extends: nothing in a plain schema has their type. */
const VOCABULARY: ReadonlySet<string> = new Set(["Role", "Purpose", "DataCategory"]);

/**
 * The integrator's schema with no protection at all: every directive gone, the resolvers as they are. Only what a client would
 * see of it is the same as of the protected one: what may be denied is nullable.
 */
export function plainSchema(typeDefs: DocumentNode, resolvers: IResolvers, annotations: Annotations): GraphQLSchema {
  const bare = withoutDirectives(relaxed(typeDefs, annotations));
  return makeExecutableSchema({ typeDefs: bare, resolvers });
}

function withoutDirectives(document: DocumentNode): DocumentNode {
  const kept = document.definitions.filter((node) => !("name" in node && VOCABULARY.has(node.name?.value ?? "")));
  return visit({ ...document, definitions: kept }, { Directive: () => null });
}

function relaxed(document: DocumentNode, annotations: Annotations): DocumentNode {
  const nullable = nullableFields(document, annotations);
  const definitions = document.definitions.map((node): DefinitionNode => {
    if (!isComposite(node)) return node;
    const fields = (node.fields ?? []).map((field) =>
      nullable.has(`${node.name.value}.${field.name.value}`) && field.type.kind === Kind.NON_NULL_TYPE
        ? { ...field, type: field.type.type }
        : field,
    );
    return { ...node, fields };
  });
  return { ...document, definitions };
}

/** What may be withheld, and the interface fields that these implement. */
function nullableFields(document: DocumentNode, { types, acting }: Annotations): ReadonlySet<string> {
  const nullable = new Set<string>();
  const composites = document.definitions.filter(isComposite);
  const interfaces = new Map<string, readonly string[]>();
  for (const { name, interfaces: above } of composites) {
    interfaces.set(name.value, [
      ...(interfaces.get(name.value) ?? []),
      ...(above ?? []).map((each) => each.name.value),
    ]);
  }
  const objectsBehind = (name: string): string[] => [
    name,
    ...composites.filter((node) => interfaces.get(node.name.value)?.includes(name)).map((node) => node.name.value),
    ...document.definitions.flatMap((node) =>
      node.kind === Kind.UNION_TYPE_DEFINITION && node.name.value === name
        ? (node.types ?? []).map((each) => each.name.value)
        : [],
    ),
  ];
  for (const { name, fields } of composites) {
    for (const field of fields ?? []) {
      const sensitive = types.get(name.value)?.fields.has(field.name.value) ?? false;
      const held = singleTypeOf(field);
      const group = held !== null && objectsBehind(held).some((each) => types.get(each)?.aggregate != null);
      const acts = acting.has(`${name.value}.${field.name.value}`);
      if (!sensitive && !group && !acts) continue;
      for (const owner of [name.value, ...(interfaces.get(name.value) ?? [])]) {
        nullable.add(`${owner}.${field.name.value}`);
      }
    }
  }
  return nullable;
}

/** The type that the field holds one of; null for lists. */
function singleTypeOf(field: FieldDefinitionNode): string | null {
  const type: TypeNode = field.type.kind === Kind.NON_NULL_TYPE ? field.type.type : field.type;
  return type.kind === Kind.NAMED_TYPE ? type.name.value : null;
}

function isComposite(node: DefinitionNode) {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}
