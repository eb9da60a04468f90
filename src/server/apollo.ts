import { ApolloServer, type ApolloServerPlugin, type BaseContext, HeaderMap } from "@apollo/server";
import { mapSchema } from "@graphql-tools/utils";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, Lexer, Source, TokenKind } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { type Engine, handle, type RequestContext } from "../request/handle.ts";
import { limitRules, type OperationLimits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";

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
    gateway: gatewayOf(engine, options.metrics) as never,
    plugins: [...options.plugins],
    introspection: options.introspection,
    validationRules: limitRules(options.limits),
    parseOptions: { maxTokens: options.limits.tokensMax },
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: formatSafely,
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
      // Apollo wraps every resolver of the schema that it gets, for plugins that no field of a gateway ever reaches. A copy
      // takes them: on the schema that executes, each value would cost graphql-jit a call with arguments and info.
      callback({ apiSchema: mapSchema(engine.schema), coreSupergraphSdl: "" });
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

/** The whole request is refused: an HTTP status, a code, no `data`. */
export function refusalOf(error: unknown): GraphQLError {
  if (error instanceof FieldguardError) {
    const headers = new HeaderMap([["cache-control", "no-store"]]);
    if (error.code === "UNAUTHENTICATED") headers.set("www-authenticate", 'Bearer error="invalid_token"');
    return new GraphQLError(error.message, {
      extensions: { ...error.details, code: error.code, http: { status: error.status, headers } },
    });
  }
  return new GraphQLError("The gateway could not answer.", {
    originalError: error instanceof Error ? error : new Error("unknown"),
    extensions: { code: "INTERNAL", http: { status: 500, headers: new HeaderMap() } },
  });
}

/** Errors of parsing and validation quote the document: whatever literal stands in it is taken out of the message. */
export function formatSafely(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = formatted.extensions?.["code"];
  if (code === "GRAPHQL_PARSE_FAILED") {
    if (/more than \d+ tokens/.test(formatted.message)) {
      const message =
        "The document has more tokens than this gateway takes (option `limits.tokensMax`). Ask for less at once.";
      return { message, extensions: { code: "OPERATION_TOO_LARGE", limit: "tokensMax" } };
    }
    const at = formatted.locations?.[0];
    return {
      message: `The document is not valid GraphQL${at ? ` at line ${at.line}, column ${at.column}` : ""}.`,
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      extensions: { code },
    };
  }
  if (code === "GRAPHQL_VALIDATION_FAILED") {
    const incremental = /^Unknown directive "@(defer|stream)"/.exec(formatted.message)?.[1];
    if (incremental !== undefined) return incrementalRefusal(incremental);
    const own = limitError(error);
    if (own !== null) return { message: own.message, extensions: { ...own.extensions } };
    const source = error instanceof GraphQLError ? error.source?.body : undefined;
    return { ...formatted, message: withoutLiterals(formatted.message, source) };
  }
  return formatted;
}

function incrementalRefusal(directive: string): GraphQLFormattedError {
  return {
    message: `\`@${directive}\` is not served: every value must be decided and recorded before any is sent. Leave it out.`,
    extensions: { code: "INCREMENTAL_DELIVERY_NOT_SUPPORTED" },
  };
}

/** Apollo wraps what validation reports and gives it one code; ours keeps its own. */
function limitError(error: unknown): GraphQLError | null {
  for (let at: unknown = error; at instanceof GraphQLError; at = at.originalError) {
    if (at.extensions["code"] === "OPERATION_TOO_LARGE") return at;
  }
  return null;
}

const LITERALS: ReadonlySet<string> = new Set([
  TokenKind.STRING,
  TokenKind.BLOCK_STRING,
  TokenKind.INT,
  TokenKind.FLOAT,
]);

/**
 * Replaces every literal of the document that the message repeats; without the document, everything quoted after "found".
 * What a custom scalar has to say of a literal goes too: it may repeat it in other words.
 */
export function withoutLiterals(message: string, document: string | undefined): string {
  if (document === undefined) return message.replace(/(found|got invalid value)\b.*$/s, "$1 something else.");
  const literals = new Set<string>();
  const lexer = new Lexer(new Source(document));
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      if (LITERALS.has(token.kind) && token.value !== undefined && token.value !== "") literals.add(token.value);
    }
  } catch {
    return "The document is not valid.";
  }
  let safe = message;
  for (const literal of [...literals].sort((a, b) => b.length - a.length)) safe = safe.replaceAll(literal, "…");
  return safe.replace(/^(Expected value of type .+?, found .+?); .*$/s, "$1.");
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
