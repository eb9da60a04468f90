import {
  ApolloServer,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type BaseContext,
  type HTTPGraphQLRequest,
} from "@apollo/server";
import type { GraphQLError } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { handle } from "../request/handle.ts";
import type { Engine, RequestContext } from "../request/model.ts";
import { plainSchema } from "../schema/plain-schema.ts";
import { checkRequest } from "./check-request.ts";
import type { Documents } from "./documents.ts";
import { formatSafely, refusalOf } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
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
  readonly documents: Documents;
  readonly log: {
    readonly warn: (fields: object, message: string) => void;
    readonly error: (fields: object, message: string) => void;
  };
}

/**
 * Carries the path of a request through Apollo Server by its gateway interface: Apollo answers persisted queries and what
 * is no valid document, and guards against CSRF; what is valid it gets from our own store; everything from there on is `handle`.
 */
export function createApollo(engine: Engine, options: ApolloOptions): ApolloServer<HttpContext> {
  const { documents } = options;
  return new CheckedApollo(options, {
    ...withoutEnvironment([...options.plugins, readAnew(documents)]),
    gateway: gatewayOf(engine, options.metrics),
    introspection: options.introspection,
    documentStore: {
      // Apollo puts the schema's hash before the document's.
      get: async (key) => documents.recall(key.slice(-HASH_CHARS)),
      set: async () => undefined,
      delete: async () => false,
    },
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => formatSafely(formatted, error, options.introspection),
    logger: quietLogger(options.log),
  });
}

const HASH_CHARS = 64;

/** Looks at a request's text before Apollo does: beyond the limits it is not parsed, and its names are not echoed. */
class CheckedApollo extends ApolloServer<HttpContext> {
  readonly #options: ApolloOptions;

  constructor(options: ApolloOptions, config: ApolloServerOptions<HttpContext>) {
    super(config);
    this.#options = options;
  }

  override executeHTTPGraphQLRequest(asked: {
    readonly httpGraphQLRequest: HTTPGraphQLRequest;
    readonly context: () => Promise<HttpContext>;
  }) {
    const { metrics, documents } = this.#options;
    const context = async (): Promise<HttpContext> => {
      try {
        checkRequest(asked.httpGraphQLRequest, documents);
      } catch (error) {
        throw refused(metrics, error);
      }
      return asked.context();
    };
    return super.executeHTTPGraphQLRequest({ ...asked, context });
  }
}

/** A persisted query comes without its text, which may no longer be among the documents that are kept. */
function readAnew(documents: Documents): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: async () => ({
      didResolveSource: async ({ source, metrics }) => {
        if (metrics.persistedQueryHit) documents.read(source);
      },
    }),
  };
}

type ApolloGateway = NonNullable<ApolloServerOptions<HttpContext>["gateway"]>;
type Executor = NonNullable<Awaited<ReturnType<ApolloGateway["load"]>>["executor"]>;
type ExecutorContext = Parameters<Executor>[0];

function gatewayOf(engine: Engine, metrics: Metrics): ApolloGateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      // Apollo hands it to plugins, which could execute against it past every decision.
      callback({ apiSchema: plainSchema(engine.schema), coreSupergraphSdl: "" });
      return () => undefined;
    },
    async load() {
      return { executor: async (context) => executeForApollo(engine, metrics, context) };
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
  // Apollo knows it as any record: it is what the HTTP layer made.
  const { header, ip, resolverContext } = context as HttpContext;
  try {
    const answer = await handle(engine, {
      document,
      operationName: request.operationName,
      variables: request.variables ?? {},
      header,
      ip,
      context: resolverContext,
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
    throw refused(metrics, error);
  }
}

function refused(metrics: Metrics, error: unknown): GraphQLError {
  metrics.refused(error instanceof FieldguardError ? error.code : "INTERNAL");
  return refusalOf(error);
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
