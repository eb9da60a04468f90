import {
  type DocumentNode,
  defaultFieldResolver,
  type ExecutionResult,
  execute as executeWithGraphqlJs,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isObjectType,
  isSpecifiedScalarType,
  subscribe as subscribeWithGraphqlJs,
} from "graphql";
import type { CompiledQuery } from "graphql-jit";
import { withQuietLists } from "./quiet-lists.ts";

/** What is executed, once planned. */
export interface Execution {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: "query" | "mutation" | "subscription";
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}

/** Who executes: the local schema, or services behind the gateway. The result is a plain tree, as asked by the document. */
export interface Executor {
  execute(execution: Execution): Promise<ExecutionResult>;
  subscribe(execution: Execution): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/** Executions of one document by graphql-js before it is worth compiling: a flood of distinct operations costs no compilation. */
const COMPILE_AFTER = 2;

interface Known {
  runs: number;
  /** null: graphql-jit cannot, or answered what graphql-js would not. */
  compiled: CompiledQuery | null | undefined;
}

/**
 * Executes against a schema in this process. Queries are compiled by graphql-jit; graphql-js executes mutations (whose
 * effects cannot be tried twice), what jit cannot compile, and what it compiled wrongly: jit serialises properties that
 * are functions or promises without calling them, where graphql-js calls them. Such a query is run again by graphql-js,
 * from then on always.
 */
export function createLocalExecutor(schema: GraphQLSchema): Executor {
  prepareForJit(schema);
  const quiet = withQuietLists(schema);
  const known = new WeakMap<DocumentNode, Known>();
  const interpret = async (execution: Execution): Promise<ExecutionResult> =>
    executeWithGraphqlJs({
      schema: quiet,
      document: execution.document,
      operationName: execution.operationName ?? null,
      variableValues: { ...execution.variables },
      contextValue: execution.context,
    });

  return {
    async execute(execution) {
      if (execution.operationType !== "query") return interpret(execution);
      const entry = known.get(execution.document) ?? { runs: 0, compiled: undefined };
      known.set(execution.document, entry);
      entry.runs += 1;
      if (entry.compiled === undefined && entry.runs > COMPILE_AFTER) {
        // Who comes meanwhile is interpreted.
        entry.compiled = null;
        entry.compiled = await compile(schema, execution);
      }
      if (!entry.compiled) return interpret(execution);
      const result = await entry.compiled.query(undefined, execution.context, { ...execution.variables });
      if (!answeredWrongly(result)) return result;
      entry.compiled = null;
      return interpret(execution);
    },
    async subscribe(execution) {
      return subscribeWithGraphqlJs({
        schema: quiet,
        document: execution.document,
        operationName: execution.operationName ?? null,
        variableValues: { ...execution.variables },
        contextValue: execution.context,
      });
    },
  };
}

/** The compiler is loaded with the first query that is worth it. */
async function compile(schema: GraphQLSchema, execution: Execution): Promise<CompiledQuery | null> {
  const { compileQuery, isCompiledQuery } = await import("graphql-jit");
  const compiled = compileQuery(schema, execution.document, execution.operationName, {
    customSerializers: quietSerializers(schema),
  });
  return isCompiledQuery(compiled) ? compiled : null;
}

const serializersOf = new WeakMap<GraphQLSchema, Record<string, (value: unknown) => unknown>>();

/**
 * jit looks at a promise among an object's plain properties as at a value, and refuses it. Nobody would then hear its
 * rejection, which ends a Node process: it is heard here, and graphql-js, which runs the query again, waits for its own.
 */
function quietSerializers(schema: GraphQLSchema): Record<string, (value: unknown) => unknown> {
  const known = serializersOf.get(schema);
  if (known !== undefined) return known;
  const serializers: Record<string, (value: unknown) => unknown> = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isLeafType(type)) continue;
    serializers[type.name] = (value) => {
      if (value instanceof Promise) value.catch(() => undefined);
      return type.serialize(value);
    };
  }
  serializersOf.set(schema, serializers);
  return serializers;
}

const WRONG_UNDER_JIT = /cannot represent|must resolve to an Object type|Expected Iterable|Expected a value of type/;

/** Variables have been found good before: no data at all is jit's own error, as over a non-null variable with a default. */
function answeredWrongly(result: ExecutionResult): boolean {
  return result.data === undefined || (result.errors?.some((error) => WRONG_UNDER_JIT.test(error.message)) ?? false);
}

/**
 * Lets jit see as computed what may be: a property that holds an object, a list or a custom scalar and has no resolver
 * gets the default one, so that a function or promise there is called as graphql-js would. The schema is the gateway's own copy.
 */
function prepareForJit(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const plain =
        isLeafType(named) &&
        !isListType(getNullableType(field.type)) &&
        (isSpecifiedScalarType(named) || isEnumType(named));
      if (!plain || isAbstractType(named)) field.resolve ??= defaultFieldResolver;
    }
  }
}
