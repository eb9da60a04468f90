import { type FieldDefinitionNode, Kind, type TypeNode } from "graphql";
import type { TypeText } from "./annotations.ts";

type Texts = ReadonlyMap<string, TypeText>;

/**
 * Types that Mutation groups its fields by: it leads there through fields without arguments that hold one object, nothing that is
 * read does, and one of their fields says that it acts.
 */
export function groupsIn(texts: Texts): readonly TypeText[] {
  const groups = new Set(["Mutation"]);
  for (const name of groups) {
    for (const { type, arguments: args } of texts.get(name)?.fields ?? []) {
      if ((args ?? []).length === 0 && isOne(type) && texts.get(nameOfType(type))?.kind === "object") {
        groups.add(nameOfType(type));
      }
    }
  }
  const read = new Set(["Query", "Subscription"]);
  for (const name of read) for (const { type } of texts.get(name)?.fields ?? []) read.add(nameOfType(type));
  return [...groups]
    .filter((name) => name !== "Mutation" && !read.has(name))
    .flatMap((name) => texts.get(name) ?? [])
    .filter(({ fields }) => fields.some(saysThatItActs));
}

export function nameOfType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOfType(type.type);
}

function isOne(type: TypeNode): boolean {
  return type.kind !== Kind.LIST_TYPE && (type.kind !== Kind.NON_NULL_TYPE || isOne(type.type));
}

function saysThatItActs({ directives = [] }: FieldDefinitionNode): boolean {
  const has = (name: string) => directives.some((directive) => directive.name.value === name);
  return has("acts") || (has("purpose") && !has("sensitive"));
}
