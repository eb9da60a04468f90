import type { Server } from "node:http";
import { type DocumentNode, type ExecutionResult, GraphQLError, parse, specifiedRules, validate } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { type Engine, handle, type Incoming, type RequestContext } from "../request/handle.ts";
import type { Answer } from "../request/respond.ts";
import { stream } from "../request/stream.ts";
import { formatSafely, refusalOf } from "./apollo.ts";
import { limitRules, type OperationLimits } from "./limits.ts";

export interface SubscriptionOptions {
  readonly limits: OperationLimits & {
    readonly bodyBytesMax: number;
    /** Operations under way at once on one connection. */
    readonly connectionOperationsMax: number;
    /** Events of one subscription that wait for a slow client. */
    readonly eventsMax: number;
  };
  readonly resolverContext: (about: RequestContext) => unknown;
}

/** Close codes of the graphql-transport-ws protocol. */
const FORBIDDEN = 4403;
const TOO_MANY = 4429;

interface Prepared {
  readonly incoming: Incoming;
}

/**
 * GraphQL over WebSocket (graphql-transport-ws) at /graphql on the same port. Token and purpose are declared at
 * connection, as `authorization`, `x-purpose` and `x-justification` in the connection's payload.
 */
export function serveSubscriptions(
  http: Server,
  engine: Engine,
  options: SubscriptionOptions,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.limits.bodyBytesMax });
  http.on("upgrade", (request, socket, head) => {
    if (new URL(request.url ?? "/", "http://gateway").pathname !== "/graphql") {
      socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  });
  const rules = [...specifiedRules, ...limitRules(options.limits)];
  const prepared = new WeakMap<object, Prepared>();
  const incomingOf = (args: object): Incoming => {
    const found = prepared.get(args);
    if (found === undefined) throw new Error("an operation that was not prepared");
    return found.incoming;
  };

  const disposable = useServer(
    {
      schema: engine.schema,
      onConnect: async ({ connectionParams, extra }) => {
        try {
          await engine.authenticate(paramOf(connectionParams, "authorization"));
          return true;
        } catch {
          extra.socket.close(FORBIDDEN, "UNAUTHENTICATED");
          return false;
        }
      },
      onSubscribe: ({ connectionParams, extra, subscriptions }, _id, payload) => {
        if (Object.keys(subscriptions).length > options.limits.connectionOperationsMax) {
          extra.socket.close(TOO_MANY, "too many operations (option `limits.connectionOperationsMax`)");
          return [
            new GraphQLError("Too many operations at once on this connection.", {
              extensions: { code: "OPERATION_TOO_LARGE" },
            }),
          ];
        }
        const document = documentOf(payload.query, engine, rules, options.limits.tokensMax);
        if (!("kind" in document)) return document;
        const args = { schema: engine.schema, document, operationName: payload.operationName ?? null };
        prepared.set(args, {
          incoming: {
            document,
            operationName: payload.operationName ?? null,
            variables: payload.variables ?? {},
            header: (name) => paramOf(connectionParams, name),
            ip: extra.request.socket.remoteAddress ?? null,
            context: options.resolverContext,
          },
        });
        return args;
      },
      execute: async (args) => asResult(() => handle(engine, incomingOf(args))),
      subscribe: async (args) => {
        try {
          const events = await stream(engine, incomingOf(args), options.limits.eventsMax);
          return Symbol.asyncIterator in events ? results(events) : resultOf(events);
        } catch (error) {
          return { errors: [withoutHttp(error)] };
        }
      },
    },
    sockets,
  );
  return {
    async close() {
      await disposable.dispose();
      sockets.close();
    },
  };
}

/** Connection parameters stand for headers; only strings count, under their names in lower case or as usually written. */
function paramOf(params: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const key = Object.keys(params ?? {}).find((each) => each.toLowerCase() === name);
  const value = key === undefined ? undefined : params?.[key];
  return typeof value === "string" ? value : undefined;
}

function documentOf(
  query: string,
  engine: Engine,
  rules: typeof specifiedRules,
  tokensMax: number,
): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: tokensMax });
  } catch (error) {
    return [safe(error, "GRAPHQL_PARSE_FAILED")];
  }
  const errors = validate(engine.schema, document, rules);
  return errors.length === 0 ? document : errors.map((error) => safe(error, "GRAPHQL_VALIDATION_FAILED"));
}

function safe(error: unknown, code: string): GraphQLError {
  const original = error instanceof GraphQLError ? error : new GraphQLError("The document is not valid.");
  const { message, extensions } = formatSafely(
    { ...original.toJSON(), extensions: { code, ...original.extensions } },
    original,
  );
  return new GraphQLError(message, { extensions: { ...extensions } });
}

async function asResult(run: () => Promise<Answer>): Promise<ExecutionResult> {
  try {
    return resultOf(await run());
  } catch (error) {
    return { errors: [withoutHttp(error)] };
  }
}

/** An error in mid-stream is the last event: a code, then the end. */
async function* results(answers: AsyncGenerator<Answer>): AsyncGenerator<ExecutionResult> {
  try {
    for await (const answer of answers) yield resultOf(answer);
  } catch (error) {
    yield { errors: [withoutHttp(error)] };
  }
}

function resultOf({ noStore: _, ...result }: Answer): ExecutionResult {
  return result;
}

function withoutHttp(error: unknown): GraphQLError {
  const { message, extensions } = refusalOf(error);
  const { http: _, ...rest } = extensions;
  return new GraphQLError(message, { extensions: rest });
}
