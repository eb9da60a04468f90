import { readFileSync } from "node:fs";
import fc from "fast-check";
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  parse,
} from "graphql";
import type { Deployment } from "../../../src/decision/model.ts";
import { type Annotations, readAnnotations } from "../../reference/annotations.ts";
import { plainSchema } from "../../reference/plain-schema.ts";
import type { Stored } from "../../reference/stored.ts";
import { Draws, numbers } from "../draws.ts";
import { type DrawnOperation, drawOperation, type OperationStyle } from "../operations.ts";
import { type Ask, drawAsk, drawDeployment } from "./asks.ts";
import { type DataModel, drawData, printData, resolversOf } from "./data.ts";
import { SAVED, SAVED_MARKED } from "./saved.ts";
import { drawSchema } from "./schema.ts";
import { schemaSdl } from "./schema-sdl.ts";
import { drawStored } from "./stored.ts";
import { ROLE_VALUES } from "./terms.ts";

/** A schema, its data, what the stores hold, where the gateway stands, and what it is asked. */
export interface World {
  readonly sdl: string;
  readonly annotations: Annotations;
  readonly data: DataModel;
  /** The same data without any protection. */
  readonly plain: GraphQLSchema;
  readonly stored: Stored;
  readonly deployment: Deployment;
  readonly mode: "enforce" | "report";
  readonly logDown: boolean;
  readonly operations: readonly DrawnOperation[];
  readonly asks: readonly Ask[];
}

/** What a world is made of: each part from numbers of its own, so that one part can get simpler while the others stay. */
export interface WorldNumbers {
  readonly schema: readonly number[];
  readonly data: readonly number[];
  readonly stored: readonly number[];
  readonly gateway: readonly number[];
  readonly operations: readonly (readonly number[])[];
  readonly asks: readonly (readonly number[])[];
}

const VOCABULARY = parse(readFileSync(new URL("../../../schema/vocabulary.graphql", import.meta.url), "utf8"));

export const OPERATIONS_MAX = 5;
export const ASKS_MAX = 24;

export const anyWorld: fc.Arbitrary<World> = fc
  .record({
    schema: numbers(900),
    data: numbers(900),
    stored: numbers(400),
    gateway: numbers(20),
    operations: fc.array(numbers(150), { minLength: 1, maxLength: OPERATIONS_MAX, size: "max" }),
    asks: fc.array(numbers(40), { minLength: 1, maxLength: ASKS_MAX, size: "max" }),
  })
  .map(makeWorld);

export function makeWorld(from: WorldNumbers): World {
  const schema = drawSchema(new Draws(from.schema));
  const sdl = schemaSdl(schema);
  const typeDefs = parse(sdl);
  const annotations = annotationsOf(typeDefs);
  const data = drawData(new Draws(from.data), schema);
  const plain = plainSchema(typeDefs, resolversOf(data), annotations);
  const operations = from.operations.map((each) => drawAnyOperation(new Draws(each), plain));
  const gateway = new Draws(from.gateway);
  return {
    sdl,
    annotations,
    data,
    plain,
    stored: drawStored(new Draws(from.stored)),
    deployment: drawDeployment(gateway),
    mode: gateway.chance(15) ? "report" : "enforce",
    logDown: gateway.chance(5),
    operations,
    asks: from.asks.map((each) => drawAsk(new Draws(each), operations)),
    [fc.toStringMethod]: () => "a world, as printed below",
  } as World;
}

export function annotationsOf(typeDefs: DocumentNode): Annotations {
  return readAnnotations([VOCABULARY, typeDefs]);
}

function drawAnyOperation(draws: Draws, schema: GraphQLSchema): DrawnOperation {
  const style: OperationStyle = { root: "query", depthMax: 4, breadthMax: 4, rootFieldsMax: 4, argument };
  switch (draws.pick(["query", "mutation", "query", "mutation", "subscription"] as const)) {
    case "mutation":
      return drawOperation(draws, schema, {
        ...style,
        ...{ root: "mutation", rootFieldsMax: 3, likes: draws.chance(50) ? ["work"] : [] },
      });
    case "subscription":
      return drawOperation(draws, schema, { ...style, root: "subscription", rootFieldsMax: 1 });
    default:
      return drawOperation(draws, schema, style);
  }
}

const WHERES: readonly unknown[] = [
  {},
  { grade: "HIGH" },
  { rank: "PLAIN" },
  { text: "x" },
  { not: { anyOf: [{ text: null }] } },
  { order: "SECRET" },
  { extra: ["x"] },
  { anyOf: [{ rank: "PLAIN" }, { not: { rank: "HIDDEN" } }] },
  { deep: 2, not: { deep: 3, text: null, anyOf: [{ deep: 4, grade: "HIGH" }] } },
  { all: [[{ deep: 5 }, null], [], null], not: { not: { not: { not: { extra: ["x", "y"] } } } } },
];

const IDS: readonly [string, ...string[]] = ["c-1", "c-2", "c-3", "7", "nobody"];

/** Searches and orders, by values that are marked, nested, in lists, or none; and what is acted on. */
function argument(draws: Draws, _field: string, { name, type }: GraphQLArgument): readonly unknown[] {
  const id = (): string => draws.mostly(...IDS);
  const ids = (): string[] => draws.list(draws.mostly(1, 0, 2), id);
  if (name === "id") return [id(), id()];
  if (name === "key") return draws.chance(65) ? [id(), draws.mostly<string | null>(id(), null)] : [];
  if (name === "edit") return draws.chance(30) ? [drawEdit(draws, type, 0), drawEdit(draws, type, 0)] : [];
  if (!draws.chance(35)) return [];
  switch (name) {
    case "note":
      return [draws.pick(["x", "first • second"]), draws.chance(85) ? null : draws.pick(SAVED_MARKED)];
    case "keys":
      return [ids(), ids(), null];
    case "target":
      return [
        draws.mostly<unknown>({ key: id() }, { keys: ids() }, { of: [{ key: id(), keys: ids() }, { key: null }] }),
        {},
      ];
    case "text":
    case "near":
      return ["x", null];
    case "order":
      return [["PLAIN"], ["SECRET"], ["PLAIN", "SECRET"], ["HIDDEN"]].slice(draws.below(4));
    case "first":
      return [1, 7];
    case "wheres":
      return [WHERES.slice(draws.below(WHERES.length)), []];
    case "loose":
      return [{ a: { b: [1, "x", null] }, __MAGIC_NAN__x: "__MAGIC_NAN__" }, "x", [true]];
    default:
      return WHERES.slice(draws.below(WHERES.length));
  }
}

const DEPTH_MAX = 2;

/** What a form sends back: mostly little of what it showed, now and then with a mark. */
function drawEdit(draws: Draws, type: GraphQLInputType, depth: number): Readonly<Record<string, unknown>> {
  const named = getNamedType(type);
  const fields = isInputObjectType(named) ? Object.values(named.getFields()) : [];
  const chosen = fields.filter(({ type: of }) =>
    isInputObjectType(getNamedType(of)) ? depth < DEPTH_MAX && draws.chance(35) : draws.chance(35),
  );
  return Object.fromEntries(chosen.map((field) => [field.name, drawSaved(draws, field.type, depth)]));
}

function drawSaved(draws: Draws, type: GraphQLInputType, depth: number): unknown {
  if (draws.chance(15)) return null;
  if (isListType(type)) return draws.list(draws.mostly(1, 2, 0), () => drawEdit(draws, type, depth + 1));
  if (isInputObjectType(type)) return drawEdit(draws, type, depth + 1);
  return draws.chance(2) ? draws.pick(SAVED_MARKED) : draws.pick(SAVED);
}

export function printWorld(world: World, ask: Ask | undefined): string {
  const { sdl, data, stored, deployment, mode, logDown, operations } = world;
  const operation = ask === undefined ? undefined : operations[ask.operation];
  return [
    "--- schema",
    sdl.replace(ROLE_VALUES, " # roles as in terms.ts\n"),
    "--- data",
    printData(data),
    "--- store",
    JSON.stringify(stored, (_, value: unknown) => value ?? undefined),
    "--- gateway",
    JSON.stringify({ mode, logDown, ...deployment }),
    "--- operation",
    operation?.text ?? "",
    "--- request",
    JSON.stringify(ask),
  ].join("\n");
}
