import type { IResolvers } from "@graphql-tools/utils";
import { type DocumentNode, type FieldDefinitionNode, Kind, type TypeNode } from "graphql";
import type { Row, Tables } from "./model.ts";

/** A pack's data as it is served: every fetch of a field is noted, so that a case can ask what was not fetched. */
export interface Served {
  readonly resolvers: IResolvers;
  /** Coordinates fetched since last cleared. */
  readonly fetched: Set<string>;
}

interface Shape {
  readonly name: string;
  readonly list: boolean;
}

type Fields = Map<string, Shape>;

/**
 * Resolvers that follow from the schema, so that a pack needs no code: `x(id:)` finds, `xs(...)` filters by equality and `first:`
 * cuts, `fooId` gives `foo`, a list of `Bar` on `Foo` are the bars whose `fooId` is the foo's, `updateX(id:, ...)` changes.
 * They know nothing of privacy.
 */
export function resolversFor(document: DocumentNode, data: Tables): Served {
  const types = fieldsByType(document);
  const members = membersOf(document);
  const tables = new Map<string, Row[]>();
  for (const [type, rows] of Object.entries(data)) {
    tables.set(
      type,
      rows.map((row) => ({ __typename: type, ...structuredClone(row) })),
    );
  }
  const rowsOf = (type: string): Row[] => (members.get(type) ?? [type]).flatMap((name) => tables.get(name) ?? []);
  const fetched = new Set<string>();

  const find = ({ name, list }: Shape, args: Row): unknown => {
    const { first, ...wanted } = args;
    const found = rowsOf(name).filter((row) => matches(row, wanted));
    if (!list) return found[0] ?? null;
    return typeof first === "number" ? found.slice(0, first) : found;
  };

  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const [abstract] of members) resolvers[abstract] = { __resolveType: (row: Row) => row["__typename"] };
  for (const [type, fields] of types) {
    const ofType: Record<string, unknown> = {};
    for (const [field, shape] of fields) {
      if (type === "Query") ofType[field] = (_: unknown, args: Row) => find(shape, args);
      else if (type === "Mutation") ofType[field] = (_: unknown, args: Row) => change(rowsOf(shape.name), args);
      else {
        ofType[field] = (row: Row) => {
          fetched.add(`${type}.${field}`);
          return fieldOf(row, type, field, shape, rowsOf, types.has(shape.name) || members.has(shape.name));
        };
      }
    }
    resolvers[type] = ofType;
  }
  return { resolvers: resolvers as IResolvers, fetched };
}

function matches(row: Row, wanted: Row): boolean {
  return Object.entries(wanted).every(([key, value]) => value === undefined || value === null || row[key] === value);
}

function change(rows: readonly Row[], { id, ...changes }: Row): Row | null {
  const row = rows.find((each) => each["id"] === id);
  if (row === undefined) return null;
  return Object.assign(row, Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
}

function fieldOf(
  row: Row,
  type: string,
  field: string,
  { name, list }: Shape,
  rowsOf: (type: string) => Row[],
  isObject: boolean,
): unknown {
  if (Object.hasOwn(row, field)) return row[field];
  if (!isObject) return list ? [] : null;
  const key = `${field}Id`;
  if (Object.hasOwn(row, key)) return rowsOf(name).find((each) => each["id"] === row[key]) ?? null;
  const back = `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`;
  const own = rowsOf(name).filter((each) => each[back] === row["id"]);
  return list ? own : (own[0] ?? null);
}

function fieldsByType(document: DocumentNode): Map<string, Fields> {
  const types = new Map<string, Fields>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const fields: Fields = types.get(node.name.value) ?? new Map();
    for (const field of node.fields ?? []) fields.set(field.name.value, shapeOf(field));
    types.set(node.name.value, fields);
  }
  return types;
}

function shapeOf({ type }: FieldDefinitionNode): Shape {
  let list = false;
  let node: TypeNode = type;
  while (node.kind !== Kind.NAMED_TYPE) {
    if (node.kind === Kind.LIST_TYPE) list = true;
    node = node.type;
  }
  return { name: node.name.value, list };
}

/** Abstract types with the object types behind them. */
function membersOf(document: DocumentNode): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) members.set(node.name.value, []);
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      members.set(
        node.name.value,
        (node.types ?? []).map((type) => type.name.value),
      );
    }
  }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const implemented of node.interfaces ?? []) members.get(implemented.name.value)?.push(node.name.value);
  }
  return members;
}
