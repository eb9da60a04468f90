import type { IResolvers } from "@graphql-tools/utils";
import { type GraphQLResolveInfo, GraphQLScalarType } from "graphql";
import { placeOf } from "../../reference/writes.ts";
import type { Draws } from "../draws.ts";
import { lookUpOf } from "./acts.ts";
import { fieldSdl } from "./field-sdl.ts";
import { drawBirthDate, drawDeal, drawPerson } from "./people.ts";
import type { FieldModel, RootName, SchemaModel, TypeModel } from "./schema.ts";
import { DATES, ORGANISATIONS, PEOPLE, REGIONS, STAFF, TENANTS, TEXTS } from "./terms.ts";
import { drawTold, type ToldModels } from "./told.ts";

/** Objects by type, each holding its fields' values as its resolvers would find them: plain, as a function, or promised. */
export interface DataModel {
  /** How the type of an object is found. */
  readonly typing: Typing;
  /** Interfaces and unions. */
  readonly abstract: readonly string[];
  readonly objects: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
  readonly roots: Readonly<Record<RootName, Readonly<Record<string, unknown>>>>;
  /** Of the types that mutations are grouped by. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly told: ToldModels;
  /** Coordinates of the fields with `@acts`. */
  readonly acting: ReadonlySet<string>;
  /** The id whose look-up fails; null where none does. */
  readonly lost: string | null;
}

const TYPINGS = [
  "by its name",
  "resolved",
  "resolved later",
  "asked of each",
  "asked of each, later",
  "asked of some, later",
] as const;
type Typing = (typeof TYPINGS)[number];

/** The type of an object that does not say it itself. */
const TYPE_OF = new WeakMap<object, string>();

function objectOf(name: string, typing: Typing): Record<string, unknown> {
  const object = typing === "by its name" ? { __typename: name } : {};
  TYPE_OF.set(object, name);
  return object;
}

/** What a value is before it is asked for; kept as data so that a failing case can be printed. */
interface Thrown {
  readonly throws: string;
}

export function drawData(draws: Draws, schema: SchemaModel): DataModel {
  const typing = draws.mostly<Typing>(...TYPINGS);
  const objects = new Map<string, Record<string, unknown>[]>();
  for (const { name, kind } of schema.types) {
    if (kind === "type")
      objects.set(
        name,
        draws.list(draws.between(1, 3), () => objectOf(name, typing)),
      );
  }
  for (const type of schema.types) {
    for (const object of objects.get(type.name) ?? []) {
      for (const field of type.fields) object[field.name] = drawField(draws, field, schema, objects);
    }
  }
  const valuesOf = (fields: readonly FieldModel[]) =>
    Object.fromEntries(fields.map((field) => [field.name, drawField(draws, field, schema, objects, false)]));
  const rootOf = (name: RootName) => valuesOf(schema.roots[name]);
  const interfaces = schema.types.flatMap(({ name, kind }) => (kind === "interface" ? [name] : []));
  return {
    typing,
    abstract: [...interfaces, ...(schema.union.length > 0 ? ["U"] : [])],
    objects,
    roots: { Query: rootOf("Query"), Mutation: rootOf("Mutation"), Subscription: rootOf("Subscription") },
    groups: Object.fromEntries(
      schema.groups.map(({ name, fields }, at) => {
        const inner = schema.groups[at + 1];
        return [name, { ...valuesOf(fields), ...(inner === undefined ? {} : { [inner.at]: {} }) }];
      }),
    ),
    told: drawTold(draws, schema.types),
    acting: new Set(
      [{ name: "Mutation", fields: schema.roots.Mutation }, ...schema.groups].flatMap(({ name, fields }) =>
        fields.flatMap((field) => (fieldSdl(field).includes("@acts") ? [`${name}.${field.name}`] : [])),
      ),
    ),
    lost: draws.chance(15) ? "c-2" : null,
  };
}

type Objects = ReadonlyMap<string, readonly Record<string, unknown>[]>;

function drawField(draws: Draws, field: FieldModel, schema: SchemaModel, objects: Objects, absent = true): unknown {
  if (field.role === "key") return drawKey(draws, field.name);
  const one = (): unknown =>
    field.role === "link" ? drawObject(draws, field.type, schema, objects) : drawLeaf(draws, field.type);
  const value = drawWrapped(draws, field.wrap, one, absent ? 12 : 4);
  if (!draws.chance(20)) return value;
  switch (draws.pick(["function", "promise", "throws", "rejects"] as const)) {
    case "function":
      return () => value;
    case "promise":
      return () => Promise.resolve(value);
    case "throws":
      return failing({ throws: "thrown" });
    case "rejects":
      return async () => failing({ throws: "rejected" })();
  }
}

/** The message tells what no client may read. */
function failing({ throws }: Thrown): () => never {
  return () => {
    throw new Error(`a private value was ${throws}`);
  };
}

function drawWrapped(draws: Draws, wrap: string, one: () => unknown, nulls: number): unknown {
  const required = wrap.endsWith("!");
  const inner = required ? wrap.slice(0, -1) : wrap;
  // a resolver may break its promise too, seldom
  if (draws.chance(required ? 2 : nulls)) return null;
  if (!inner.startsWith("[")) return one();
  return draws.list(draws.mostly(2, 0, 1, 3), () => drawWrapped(draws, inner.slice(1, -1), one, nulls));
}

function drawObject(draws: Draws, type: string, schema: SchemaModel, objects: Objects): unknown {
  const names = schema.types.filter((each) => each.kind === "type" && isOf(each, type, schema)).map(({ name }) => name);
  return draws.pick(objects.get(draws.pick(names)) ?? []);
}

function isOf(each: TypeModel, type: string, { union }: SchemaModel): boolean {
  return each.name === type || each.interfaces.includes(type) || (type === "U" && union.includes(each.name));
}

function drawKey(draws: Draws, name: string): unknown {
  switch (name) {
    case "id":
      return draws.mostly<unknown>(...PEOPLE, 7, STAFF[0]);
    case "owner":
      return draws.mostly<unknown>(...PEOPLE, 7, null, STAFF[1]);
    case "tenant":
      return draws.mostly<unknown>(...TENANTS, null);
    case "region":
      return draws.mostly<unknown>(...REGIONS, null);
    case "born":
      return drawBirthDate(draws);
    case "buyer":
    case "seller":
      return drawPerson(draws);
    case "deal":
      return drawDeal(draws);
    case "carrier":
    case "broker":
      return draws.mostly<unknown>(...ORGANISATIONS, null, 7);
    case "people":
      return draws.pick([5, 1, 2, 4, 0]);
    default:
      return draws.pick(
        name === "done" || name === "closed" ? DATES.filter((date) => typeof date !== "number") : DATES,
      );
  }
}

function drawLeaf(draws: Draws, type: string): unknown {
  switch (type) {
    case "Int":
      return draws.pick([42, 0, -7, 123_456]);
    case "Float":
    case "Amount":
      return draws.pick([12.5, 0, 99_999.99]);
    case "Boolean":
      return draws.pick([true, false]);
    case "Grade":
      return draws.pick(["LOW", "HIGH"]);
    case "Day":
      return draws.pick(["1990-05-20", "2024-02-29"]);
    case "Anything":
      return draws.pick<unknown>(["some text", 0, false, { deep: ["private", 1] }, ["a", "b"]]);
    default:
      return draws.mostly(...TEXTS);
  }
}

/** What resolvers are given: where those with effects tell at which place of the answer they ran. */
export interface RanContext {
  readonly ran: string[];
  /** How many fields with `@acts` have run. */
  readonly effects: { acted: number };
}

/** How many events a subscription brings before it ends. */
export const EVENTS = 2;

/** Resolvers over the data; every scalar is one that the gateway has not seen. */
export function resolversOf(data: DataModel): IResolvers {
  const { roots, objects, groups, acting } = data;
  const changing = (value: unknown) => changingIn(acting, value);
  const [first] = objects.get("T0") ?? [];
  const found = () => (first === undefined ? [] : [first]);
  const isAmount = (value: unknown): number => {
    if (typeof value !== "number") throw new TypeError(`no amount: ${String(value)}`);
    return value;
  };
  const isDay = (value: unknown): string => {
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) throw new TypeError(`no day: ${String(value)}`);
    return value;
  };
  return {
    Anything: new GraphQLScalarType({ name: "Anything" }),
    Amount: new GraphQLScalarType({ name: "Amount", serialize: isAmount, parseValue: isAmount }),
    Day: new GraphQLScalarType({ name: "Day", serialize: (value) => value, parseValue: isDay }),
    ...typeResolversOf(data),
    Query: {
      ...fieldsOf(roots.Query, (value) => () => called(value)),
      find: found,
      echo: (_: unknown, args: object) => JSON.stringify(args),
      ...lookUpsIn(data),
    },
    Mutation: fieldsOf({ ...roots.Mutation, change: first ?? null, ...(groups["Work"] ? { work: {} } : {}) }, changing),
    ...Object.fromEntries(Object.entries(groups).map(([name, fields]) => [name, fieldsOf(fields, changing)])),
    Subscription: fieldsOf(roots.Subscription, (value) => ({ subscribe: twice, resolve: () => called(value) })),
  } as IResolvers;
}

/** Objects by their ids, of several the first. */
function lookUpsIn({ objects, lost }: DataModel) {
  const find =
    (all: readonly Readonly<Record<string, unknown>>[]) =>
    (_: unknown, { id }: { readonly id: string }) => {
      if (id === lost) failing({ throws: "lost" })();
      return all.find((each) => String(each["id"]) === id) ?? null;
    };
  return Object.fromEntries([...objects].map(([type, all]) => [lookUpOf(type), find(all)]));
}

function typeResolversOf({ typing, abstract, objects }: DataModel): IResolvers {
  const each = <T>(names: Iterable<string>, make: (name: string, index: number) => T) =>
    Object.fromEntries([...names].map((name, index) => [name, make(name, index)]));
  const typeOf = (value: object): string | undefined => TYPE_OF.get(value);
  const isOf = (name: string) => (value: object) => typeOf(value) === name;
  const isOfLater = (name: string) => async (value: object) => typeOf(value) === name;
  switch (typing) {
    case "by its name":
      return {};
    case "resolved":
      return each(abstract, () => ({ __resolveType: typeOf }));
    case "resolved later":
      return each(abstract, () => ({ __resolveType: async (value: object) => typeOf(value) }));
    case "asked of each":
      return each(objects.keys(), (name) => ({ __isTypeOf: isOf(name) }));
    case "asked of each, later":
      return each(objects.keys(), (name) => ({ __isTypeOf: isOfLater(name) }));
    case "asked of some, later":
      return each(objects.keys(), (name, index) => ({ __isTypeOf: (index % 2 === 0 ? isOfLater : isOf)(name) }));
  }
}

function fieldsOf<T>(
  root: Readonly<Record<string, unknown>>,
  make: (value: unknown) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, make(value)]));
}

function changingIn(acting: DataModel["acting"], value: unknown) {
  return (_: unknown, __: unknown, { ran, effects }: RanContext, info: GraphQLResolveInfo): unknown => {
    ran.push(placeOf(info));
    if (acting.has(`${info.parentType.name}.${info.fieldName}`)) effects.acted += 1;
    return called(value);
  };
}

async function* twice(): AsyncGenerator<object> {
  for (let event = 0; event < EVENTS; event += 1) yield {};
}

function called(value: unknown): unknown {
  return typeof value === "function" ? (value as () => unknown)() : value;
}

/** The data as text, each object once, for a failing case. */
export function printData({ typing, roots, objects, groups, told, lost }: DataModel): string {
  const names = new Map<unknown, string>();
  for (const [type, all] of objects) for (const [index, object] of all.entries()) names.set(object, `${type}#${index}`);
  const show = (value: unknown, top = false): unknown => {
    if (!top && names.has(value)) return names.get(value);
    if (typeof value === "function") return "(function, promise or error)";
    if (Array.isArray(value)) return value.map((each) => show(each));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, show(each)]));
  };
  const lines = [...objects.values()]
    .flat()
    .map((object) => `${names.get(object)}: ${JSON.stringify(show(object, true))}`);
  return [
    `types ${typing}, look-up of ${lost} fails`,
    ...Object.entries({ ...roots, ...groups }).map(([name, root]) => `${name}: ${JSON.stringify(show(root))}`),
    ...[...told].map(([type, answers]) => `told of ${type}: ${JSON.stringify(Object.fromEntries(answers))}`),
    ...lines,
  ].join("\n");
}
