import {
  type DocumentNode,
  type ExecutionResult,
  execute as executeWithGraphqlJs,
  type GraphQLSchema,
  subscribe as subscribeWithGraphqlJs,
} from "graphql";
import { type ExecutionBounds, eachWithinNodes, withCountedNodes, withinNodes } from "./count-nodes.ts";
import { resolvePlaced, withPlacedErrors } from "./place-errors.ts";
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

/** Objects, each with the fields asked of it, and items of lists that one execution may make: about a quarter of a second of one core. */
export const NODES_MAX = 50_000;

/** What arguments may hold, each time that a field is resolved with them: resolvers read all of it as often. */
export const INPUT_MAX = 50_000;

/**
 * Executes against a schema in this process, by graphql-js alone: it walks the document, and makes source text out of
 * nothing. Nothing of what a client sends may ever become code.
 */
export function createLocalExecutor(
  schema: GraphQLSchema,
  bounds: ExecutionBounds = { nodesMax: NODES_MAX, inputMax: INPUT_MAX },
): Executor {
  const quiet = withQuietLists(withCountedNodes(withPlacedErrors(schema), bounds));
  const argumentsOf = (execution: Execution) => ({
    schema: quiet,
    document: execution.document,
    operationName: execution.operationName ?? null,
    variableValues: { ...execution.variables },
    contextValue: execution.context,
    fieldResolver: resolvePlaced,
  });
  return {
    execute: async (execution) => withinNodes(await executeWithGraphqlJs(argumentsOf(execution)), bounds),
    subscribe: async (execution) => {
      const source = await subscribeWithGraphqlJs(argumentsOf(execution));
      return Symbol.asyncIterator in source ? eachWithinNodes(source, bounds) : source;
    },
  };
}
