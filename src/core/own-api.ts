import { type ASTNode, type DocumentNode, type GraphQLSchema, getNamedType, parse, Source } from "graphql";

/**
 * What is the gateway's own, and what its fields do: the one place that decides it. It is known by the very text that it was parsed
 * from, and by nothing that an integrator could use as well: neither the name of a file, nor that of a type or field. Names tell its
 * fields apart only where the type is known to be its own.
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

/** The types that hold the fields of the gateway's own API; an integrator's schema may not have one of these names. */
export const OWN_TYPE = { query: "PrivacyQuery", mutation: "PrivacyMutation" } as const;

/** By name of the type in one schema: whether its fields are the gateway's own reads or its acts. */
export type OwnTypes = ReadonlyMap<string, "query" | "mutation">;

/** What an operation is recorded as that has a field of the gateway's own API, where that is more than a query. */
export type OwnRecordKind = "LOG_READ" | "SUBJECT_CHANGE" | "CONSENT_CHANGE";

/** Its reads that are recorded as more than a query. */
export const LOG_READS: ReadonlySet<string> = new Set(["accessLog", "whoSawMyData"]);
/** Its acts that change a person's state; every other is one of a consent: a tenant's agreement is its consent. */
export const SUBJECT_CHANGES: ReadonlySet<string> = new Set([
  "restrictSubject",
  "liftRestriction",
  "setLegalHold",
  "eraseSubject",
]);

/** What a field of one of the gateway's own types is recorded as; null for what needs no record of its own. */
export function ownRecordKind(of: "query" | "mutation", field: string): OwnRecordKind | null {
  if (of === "query") return LOG_READS.has(field) ? "LOG_READ" : null;
  if (field === "__typename") return null;
  return SUBJECT_CHANGES.has(field) ? "SUBJECT_CHANGE" : "CONSENT_CHANGE";
}

/** Whether a field of the gateway's own acts asks people for consent, and changes nothing. */
export function isQuestion(act: string): boolean {
  return act === "requestConsent";
}

const ownTypes = new WeakMap<GraphQLSchema, OwnTypes>();

/** The types behind the fields that the gateway has on the integrator's root types. */
export function ownTypesOf(schema: GraphQLSchema): OwnTypes {
  let types = ownTypes.get(schema);
  if (types === undefined) {
    types = new Map([...behind(schema, "query"), ...behind(schema, "mutation")]);
    ownTypes.set(schema, types);
  }
  return types;
}

function behind(schema: GraphQLSchema, root: "query" | "mutation"): [string, "query" | "mutation"][] {
  const type = root === "query" ? schema.getQueryType() : schema.getMutationType();
  const own = Object.values(type?.getFields() ?? {}).filter(({ astNode }) => isOwn(astNode));
  return own.map((field) => [getNamedType(field.type).name, root]);
}
