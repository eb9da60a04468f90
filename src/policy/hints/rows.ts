import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
} from "graphql";
import type { OutputField } from "../annotations.ts";
import type { HintContext } from "./context.ts";

/** Fields under which a page of a list keeps its rows (Relay's connections and their cousins). */
const ROWS: ReadonlySet<string> = new Set([
  "nodes",
  "node",
  "edges",
  "items",
  "rows",
  "results",
  "data",
  "entries",
  "hits",
  "list",
]);

/** An annotated field that a row of some list has, or an object in it. */
export interface SensitiveField {
  readonly coordinate: string;
  readonly words: readonly string[];
  /** Whether the row has it itself; else a single object inside the row has. */
  readonly own: boolean;
}

/** The annotated fields of what a field returns: of its rows, and of the single objects one step inside them. */
export function sensitiveInRows({ schema, types, wordsOf }: HintContext, field: OutputField): SensitiveField[] {
  const found = new Map<string, SensitiveField>();
  const note = (type: GraphQLObjectType, own: boolean): void => {
    for (const { coordinate, field: name } of Object.values(types[type.name]?.fields ?? {})) {
      // asking for a known person's rows tells nothing new of the id
      if (types[type.name]?.subject?.id.includes(name)) continue;
      if (own || !found.has(coordinate)) found.set(coordinate, { coordinate, words: wordsOf(name), own });
    }
  };
  for (const row of rowTypes(schema, field)) {
    note(row, true);
    for (const inner of Object.values(row.getFields())) {
      // rows are sorted by what they have one of
      if (isListType(getNullableType(inner.type))) continue;
      for (const object of objectsOf(schema, getNamedType(inner.type))) note(object, false);
    }
  }
  return [...found.values()];
}

/** The object types of a field's rows, through pages and edges. */
function rowTypes(schema: GraphQLSchema, field: OutputField): ReadonlySet<GraphQLObjectType> {
  const rows = new Set(objectsOf(schema, getNamedType(field.type)));
  for (const type of rows) {
    for (const inner of Object.values(type.getFields())) {
      if (!ROWS.has(inner.name)) continue;
      for (const object of objectsOf(schema, getNamedType(inner.type))) rows.add(object);
    }
  }
  return rows;
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

/** Whether a field gives many rows: a list, or a page with one. */
export function isMany(schema: GraphQLSchema, field: OutputField): boolean {
  if (isListType(getNullableType(field.type))) return true;
  return objectsOf(schema, getNamedType(field.type)).some((type) =>
    Object.values(type.getFields()).some((inner) => ROWS.has(inner.name) && isListType(getNullableType(inner.type))),
  );
}
