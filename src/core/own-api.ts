import { type ASTNode, type DocumentNode, type GraphQLSchema, getNamedType, parse, Source } from "graphql";

/**
 * What is the gateway's own is known by the very text that it was parsed from, and by nothing that an integrator could use
 * as well: neither the name of a file, nor that of a type or field.
 */
const SOURCES = new WeakSet<Source>();

/** Parses SDL of the gateway's own API: whatever is made of these nodes is its own. */
export function parseOwnSdl(text: string, name: string): DocumentNode {
  const source = new Source(text, name);
  SOURCES.add(source);
  return parse(source);
}

/** Whether a piece of SDL is the gateway's own, and not the integrator's. */
export function isOwn(node: ASTNode | null | undefined): boolean {
  return node?.loc !== undefined && SOURCES.has(node.loc.source);
}

/** Names of the types that hold the fields of the gateway's own API: the looks, and the acts. */
export type OwnTypes = ReadonlyMap<string, "query" | "mutation">;

const known = new WeakMap<GraphQLSchema, OwnTypes>();

/** The types behind the fields that the gateway has on the integrator's root types. */
export function ownTypesOf(schema: GraphQLSchema): OwnTypes {
  let types = known.get(schema);
  if (types === undefined) {
    types = new Map([...behind(schema, "query"), ...behind(schema, "mutation")]);
    known.set(schema, types);
  }
  return types;
}

function behind(schema: GraphQLSchema, root: "query" | "mutation"): [string, "query" | "mutation"][] {
  const type = root === "query" ? schema.getQueryType() : schema.getMutationType();
  const own = Object.values(type?.getFields() ?? {}).filter(({ astNode }) => isOwn(astNode));
  return own.map((field) => [getNamedType(field.type).name, root]);
}
