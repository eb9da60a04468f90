import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
} from "graphql";
import { type CompositeType, compositeTypes } from "../annotations.ts";
import type { FieldPolicy, TypePolicy } from "../model.ts";
import type { HintContext } from "./context.ts";

/** Names that many types have a field of without meaning the same by it. */
const GENERIC: ReadonlySet<string> = new Set(
  "id code kind type status state name title label description summary content text body note comment message reason language locale currency country region timezone url slug version".split(
    " ",
  ),
);

/** A type with a subject of its own: where its people are named, and by what its rows can be found again elsewhere. */
interface ListedObject {
  readonly type: GraphQLObjectType;
  readonly policy: TypePolicy;
  readonly space: string | null;
  /** The subject's id where everybody sees it. */
  readonly publicId: string | null;
  /** Public single texts and ids, by the name under which another type would have them. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * A hash tells nobody's id, as long as nothing beside it does: a public field that names the same person undoes it, on the type
 * itself or on another whose rows are found by a key that both show.
 */
export function hintHashBesideId(context: HintContext): void {
  const facts = factsIn(context);
  const rows = compositeTypes(context.schema).flatMap((type) => rowOf(context, type, facts) ?? []);
  const named = rows.filter(({ publicId }) => publicId !== null);
  for (const row of rows) {
    for (const field of Object.values(row.policy.fields)) {
      if (field.mask !== "HASH" || field.otherwise !== "MASK") continue;
      hintField(context, row, field, named);
    }
  }
}

function hintField(
  { origins, hints }: HintContext,
  row: ListedObject,
  field: FieldPolicy,
  named: readonly ListedObject[],
): void {
  const origin = origins.of.get(field);
  if (origin === undefined) return;
  const mend = `Make the id or the key @sensitive, or write \`otherwise: DENY\` on ${field.coordinate}.`;
  if (row.publicId !== null && row.publicId !== field.field) {
    const message = `${field.coordinate} is hashed, and ${row.type.name}.${row.publicId}, which everybody sees, names the same person.`;
    hints.add("HASH_BESIDE_ID", field.coordinate, origin.node, message, mend);
    return;
  }
  const other = named.find(
    (each) => each.type !== row.type && each.space === row.space && sharedKey(row, each) !== null,
  );
  const key = other === undefined ? null : sharedKey(row, other);
  if (other === undefined || key === null) return;
  const message = `${field.coordinate} is hashed, and everybody finds the person all the same: by ${row.type.name}.${key.own} and ${other.type.name}.${key.others} to ${other.type.name}.${other.publicId}.`;
  hints.add("HASH_BESIDE_ID", field.coordinate, origin.node, message, mend);
}

function sharedKey(one: ListedObject, other: ListedObject): { readonly own: string; readonly others: string } | null {
  for (const [key, own] of one.keys) {
    const others = other.keys.get(key);
    if (others !== undefined) return { own, others };
  }
  return null;
}

/** Names of fields that hold tenants, regions, organisations and dates: many people have the same. */
function factsIn({ types }: HintContext): ReadonlySet<string> {
  const facts = new Set<string>();
  for (const { subject, fields } of Object.values(types)) {
    const named = [subject?.tenant, subject?.region, subject?.birthDate].flatMap(
      (path) => path?.split(".").at(-1) ?? [],
    );
    for (const name of named) facts.add(name);
    for (const { retain, grants } of Object.values(fields)) {
      for (const name of [retain?.after, ...grants.flatMap(({ assigned, until }) => [assigned, until])]) {
        if (name != null) facts.add(name);
      }
    }
  }
  return facts;
}

function rowOf({ types }: HintContext, type: CompositeType, facts: ReadonlySet<string>): ListedObject | null {
  const policy = types[type.name];
  if (!isObjectType(type) || policy?.subject == null) return null;
  const { id, space } = policy.subject;
  const isPublic = (name: string): boolean =>
    Object.hasOwn(type.getFields(), name) && policy.fields[name] === undefined;
  const publicId = id.find(isPublic) ?? null;
  const keys = new Map<string, string>();
  for (const { name, type: output } of Object.values(type.getFields())) {
    if (
      !isPublic(name) ||
      facts.has(name) ||
      id.includes(name) ||
      isListType(getNullableType(output)) ||
      !isKey(getNamedType(output))
    )
      continue;
    const key = name === "id" ? idOf(type.name) : name.toLowerCase();
    if (name === "id" || !GENERIC.has(key)) keys.set(key, name);
  }
  return { type, policy, space: space ?? null, publicId, keys };
}

/** How another type calls the id of this one: `Order.id` is everybody else's `orderId`. */
function idOf(type: string): string {
  return `${type}Id`.toLowerCase();
}

function isKey(type: GraphQLNamedType): boolean {
  return type.name === "ID" || type.name === "String" || type.name === "Int";
}
