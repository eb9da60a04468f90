import { ApolloServer, type ApolloServerPlugin, type BaseContext } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { type Engine, handle, type RequestContext } from "../request/handle.ts";
import { formatSafely, refusalOf } from "./errors.ts";
import { limitRules, type OperationLimits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { plainSchema } from "./plain-schema.ts";
import { withoutEnvironment } from "./without-environment.ts";

/** What the HTTP layer knows of a request before GraphQL: Apollo's context value. */
export interface HttpContext extends BaseContext {
  readonly ip: string | null;
  readonly header: (name: string) => string | undefined;
  /** What the integrator's resolvers get beside `fieldguard`. */
  readonly resolverContext: (about: RequestContext) => unknown;
}

export interface ApolloOptions {
  readonly plugins: readonly ApolloServerPlugin<HttpContext>[];
  readonly introspection: boolean;
  readonly metrics: Metrics;
  readonly limits: OperationLimits;
  readonly log: {
    readonly warn: (fields: object, message: string) => void;
    readonly error: (fields: object, message: string) => void;
  };
}

/**
 * Carries the path of a request through Apollo Server by its gateway interface: Apollo parses, validates, answers
 * persisted queries and guards against CSRF; everything from there on is `handle`.
 */
export function createApollo(engine: Engine, options: ApolloOptions): ApolloServer<HttpContext> {
  return new ApolloServer<HttpContext>({
    ...withoutEnvironment(options.plugins),
    gateway: gatewayOf(engine, options.metrics) as never,
    introspection: options.introspection,
    validationRules: limitRules(options.limits),
    parseOptions: { maxTokens: options.limits.tokensMax },
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => formatSafely(formatted, error, options.introspection),
    logger: quietLogger(options.log),
  });
}

type ExecutorContext = {
  readonly request: {
    readonly operationName?: string;
    readonly variables?: Record<string, unknown>;
    readonly query?: string;
  };
  readonly response?: { readonly http?: { readonly headers: { set(name: string, value: string): void } } };
  readonly document: Parameters<typeof handle>[1]["document"];
  readonly context: HttpContext;
  readonly overallCachePolicy?: { restrict(hint: { maxAge: number }): void };
};

function gatewayOf(engine: Engine, metrics: Metrics) {
  return {
    onSchemaLoadOrUpdate(callback: (context: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) {
      // Apollo hands it to plugins, which could execute against it past every decision.
      callback({ apiSchema: plainSchema(engine.schema), coreSupergraphSdl: "" });
      return () => undefined;
    },
    async load() {
      return { executor: async (context: ExecutorContext) => executeForApollo(engine, metrics, context) };
    },
    async stop() {},
  };
}

async function executeForApollo(
  engine: Engine,
  metrics: Metrics,
  { request, response, document, context, overallCachePolicy }: ExecutorContext,
) {
  const started = performance.now();
  try {
    const answer = await handle(engine, {
      document,
      operationName: request.operationName,
      variables: request.variables ?? {},
      header: context.header,
      ip: context.ip,
      context: context.resolverContext,
    });
    metrics.answered(answer, (performance.now() - started) / 1000);
    if (answer.noStore) {
      response?.http?.headers.set("cache-control", "no-store");
      // Apollo's response cache keeps nothing whose policy allows no age.
      overallCachePolicy?.restrict({ maxAge: 0 });
    }
    const { noStore: _, ...result } = answer;
    return result;
  } catch (error) {
    metrics.refused(error instanceof FieldguardError ? error.code : "INTERNAL");
    throw refusalOf(error);
  }
}

/** Apollo's own log lines may quote requests: only that something happened is passed on. */
function quietLogger(log: ApolloOptions["log"]) {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: () => log.warn({}, "Apollo Server warned"),
    error: () => log.error({}, "Apollo Server reported an error"),
  };
}
