import { MapperKind } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
} from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { mapFields } from "../schema/map-schema.ts";
import { tooMuchInput } from "./check-lists.ts";
import { objectInput, objectWeight } from "./object-weight.ts";
import { type SizeOfVariable, sizesOf } from "./plan/input-size.ts";

/**
 * Thrown for every field once an execution has made too much: nothing under it is executed any more. It bears a path, so
 * that graphql-js reports this one and makes no error, and no stack, of its own for each field.
 */
const TOO_MANY = new GraphQLError("The execution makes too many objects.", { path: [] });
/** The same for one that is given too much. */
const TOO_MUCH = new GraphQLError("The execution hands too much to its resolvers.", { path: [] });

/** What one execution may make, and be given. */
export interface ExecutionBounds {
  /** Objects, each with the fields asked of it, and items of lists. */
  readonly nodesMax: number;
  /** What arguments hold, each time that a field below an object is resolved with them. */
  readonly inputMax: number;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Count = (nodes: number) => void;

/** What an execution has made until now. */
interface Made {
  nodes: number;
  input: number;
  readonly sizeOf: SizeOfVariable;
  /** What is given to the fields of each object, by what is selected of it. */
  readonly inputs: Map<unknown, number>;
}

/**
 * A copy of the schema that counts, in each execution, the objects (with the fields asked of each) and the items of lists that its
 * resolvers return, and what the arguments of those fields hold, and ends it where either is more than its bound. What an
 * operation is estimated to cost may be wrong; this is what it does.
 */
export function withCountedNodes(schema: GraphQLSchema, { nodesMax, inputMax }: ExecutionBounds): GraphQLSchema {
  // Made anew by graphql-js for every execution, and passed to all of its resolvers: the only such object.
  const made = new WeakMap<GraphQLResolveInfo["variableValues"], Made>();
  const countIn = (info: GraphQLResolveInfo, weight: number, objects: boolean): Count => {
    const { variableValues } = info;
    let execution = made.get(variableValues);
    if (execution === undefined) {
      execution = { nodes: 0, input: 0, sizeOf: sizesOf(variableValues), inputs: new Map() };
      made.set(variableValues, execution);
    }
    return counterOf(execution, objects ? inputIn(execution, info) : 0, weight);
  };
  const counterOf = (execution: Made, input: number, weight: number): Count => {
    return (nodes) => {
      execution.nodes += nodes * weight;
      execution.input += nodes * input;
      if (execution.nodes > nodesMax) throw TOO_MANY;
      if (execution.input > inputMax) throw TOO_MUCH;
    };
  };
  return mapFields(schema, {
    [MapperKind.OBJECT_FIELD]: (config) => {
      const lists = listsIn(config.type);
      const objects = isCompositeType(getNamedType(config.type));
      if (lists === 0 && !objects) return config;
      const resolve = config.resolve ?? defaultFieldResolver;
      const count = (info: GraphQLResolveInfo): Count => countIn(info, objects ? objectWeight(info) : 1, objects);
      return { ...config, resolve: counting(resolve, lists, count) };
    },
  });
}

function listsIn(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsIn(type.ofType);
  return isListType(type) ? 1 + listsIn(type.ofType) : 0;
}

function inputIn({ inputs, sizeOf }: Made, info: GraphQLResolveInfo): number {
  const [node, ...others] = info.fieldNodes;
  if (node === undefined || others.length > 0) return objectInput(info, sizeOf);
  let input = inputs.get(node);
  if (input === undefined) {
    input = objectInput(info, sizeOf);
    inputs.set(node, input);
  }
  return input;
}

function counting(resolve: Resolver, lists: number, countIn: (info: GraphQLResolveInfo) => Count): Resolver {
  return (parent, args, context, info) => {
    const count = countIn(info);
    // Beyond the bound no resolver is called any more.
    count(0);
    return counted(resolve(parent, args, context, info), lists, count);
  };
}

/** The value, once it is counted: lists as arrays, however long they would go on. */
function counted(value: unknown, lists: number, count: Count): unknown {
  if (isThenable(value)) return Promise.resolve(value).then((settled) => counted(settled, lists, count));
  if (value === null || value === undefined) return value;
  if (lists === 0) {
    count(1);
    return value;
  }
  if (typeof value !== "object" || !(Symbol.iterator in value)) return value;
  const items = Array.isArray(value) ? value : taken(value as Iterable<unknown>, count);
  if (lists === 1) {
    if (items === value) count(items.length);
    return items;
  }
  return items.map((item) => counted(item, lists - 1, count));
}

/** An iterable may have no end. */
function taken(iterable: Iterable<unknown>, count: Count): unknown[] {
  const items: unknown[] = [];
  for (const item of iterable) {
    count(1);
    items.push(item);
  }
  return items;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

const CHANGED = "What it changed may have been changed.";

/** The result of an execution that kept within its bound. Throws OPERATION_TOO_LARGE. */
export function withinNodes(result: ExecutionResult, { nodesMax, inputMax }: ExecutionBounds): ExecutionResult {
  if (result.errors?.includes(TOO_MUCH) === true) throw tooMuchInput("The arguments hold", inputMax, CHANGED);
  if (result.errors?.includes(TOO_MANY) !== true) return result;
  throw new FieldguardError(
    "OPERATION_TOO_LARGE",
    `The operation makes more than ${nodesMax} objects, fields of them and items of lists (option \`limits.nodesMax\`). Ask for less at once. ${CHANGED}`,
    { details: { limit: "nodesMax" } },
  );
}

/** The same of each event. */
export function eachWithinNodes(
  source: AsyncIterable<ExecutionResult>,
  bounds: ExecutionBounds,
): AsyncIterable<ExecutionResult> {
  return {
    [Symbol.asyncIterator]() {
      const events = source[Symbol.asyncIterator]();
      return {
        async next() {
          const event = await events.next();
          return event.done === true ? event : { ...event, value: withinNodes(event.value, bounds) };
        },
        async return(value: unknown) {
          return (await events.return?.(value)) ?? { done: true, value: undefined };
        },
      };
    },
  };
}
