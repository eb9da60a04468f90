import type { Socket } from "node:net";
import type { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import cors from "@fastify/cors";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { OPT_OUT_SINCE } from "../decision/question.ts";
import type { RequestContext } from "../request/handle.ts";
import type { HttpContext } from "./apollo.ts";
import { clientAddress, type Trusts } from "./client-address.ts";
import { loadGraphiql, PAGE_HEADERS, type PageFile } from "./graphiql.ts";
import { headerText } from "./header-text.ts";
import type { Metrics } from "./metrics.ts";

export interface HttpOptions {
  readonly bodyBytesMax: number;
  /** Milliseconds a request may take to arrive whole. */
  readonly requestMsMax: number;
  /** Origins that browsers may call from; none unless configured. */
  readonly corsOrigins: readonly string[];
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustProxy: Trusts;
  readonly graphiql: boolean;
  /** Whether `Sec-GPC` is abided by. */
  readonly abidesByGpc: boolean;
  readonly resolverContext: (about: RequestContext, request: FastifyRequest) => unknown;
  /** Throws where the gateway cannot serve just now. */
  readonly ready: () => Promise<void>;
  readonly metrics: Metrics;
  readonly log: { readonly info: (fields: object, message: string) => void };
}

/** The HTTP side: `/graphql`, `/healthz`, `/readyz`, `/metrics`, `/.well-known/gpc.json`, and GraphiQL for browsers. */
export async function createHttp(apollo: ApolloServer<HttpContext>, options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: options.requestMsMax,
    trustProxy: options.trustProxy,
    // Node looks for late requests so often.
    http: { connectionsCheckingInterval: Math.min(options.requestMsMax, LATE_CHECK_MS) },
    forceCloseConnections: "idle",
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, _request, reply) => sendError(error, options.bodyBytesMax, reply),
    // A body with `__proto__` or `constructor.prototype` keys is refused as malformed.
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
  });
  if (options.corsOrigins.length > 0) {
    await app.register(cors, { origin: [...options.corsOrigins], methods: ["GET", "POST", "OPTIONS"] });
  }
  // What is under way when the gateway stops is answered, and its connection not kept for more.
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => logResponse(options.log, request, reply));
  app.setErrorHandler((error, _request, reply) => sendError(error, options.bodyBytesMax, reply));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody("NOT_FOUND", "There is nothing here. GraphQL is served at /graphql.")),
  );
  addHealth(app, options);
  addGpcStatement(app, options);
  const page = options.graphiql ? await loadGraphiql() : null;
  if (page !== null) addPageFiles(app, page);
  addGraphql(app, apollo, options, page?.get("") ?? null);
  return app;
}

const LATE_CHECK_MS = 5_000;

/** What is no HTTP, or came too late or too large to be any. */
function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, body] =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? [
          "408 Request Timeout",
          errorBody("REQUEST_TIMEOUT", "The request did not arrive in time (option `limits.requestMsMax`)."),
        ]
      : error.code === "HPE_HEADER_OVERFLOW"
        ? [
            "431 Request Header Fields Too Large",
            errorBody("BAD_REQUEST", "The headers are larger than this gateway takes."),
          ]
        : ["400 Bad Request", errorBody("BAD_REQUEST", "This is not HTTP as the gateway understands it.")];
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

function addGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<HttpContext>,
  options: HttpOptions,
  page: PageFile | null,
): void {
  const handler = fastifyApolloHandler(apollo, {
    context: async (request: FastifyRequest): Promise<HttpContext> => ({
      ip: clientAddress(request.raw, options.trustProxy),
      header: (name) => headerOf(request, name),
      resolverContext: (about) => options.resolverContext(about, request),
    }),
  });
  app.route({
    method: ["GET", "POST"],
    url: "/graphql",
    handler: async (request, reply) => {
      if (page !== null && request.method === "GET" && isPageRequest(request)) {
        return reply.headers({ ...PAGE_HEADERS, "content-type": page.type }).send(page.body);
      }
      return handler.call(app, request, reply);
    },
  });
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  // Of two tokens Node would keep the first; whoever is in front of the gateway may have looked at the other.
  if (name === "authorization" && timesSent(request, name) > 1) return `${value}, and another`;
  // Node joins repeated headers with commas, which no purpose and no token contains: two of them are refused as unknown.
  const text = Array.isArray(value) ? value.join(", ") : value;
  return text === undefined ? undefined : headerText(text);
}

function timesSent({ raw: { rawHeaders } }: FastifyRequest, name: string): number {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) times += 1;
  return times;
}

function isPageRequest(request: FastifyRequest): boolean {
  const asks = request.query !== null && typeof request.query === "object" && Object.hasOwn(request.query, "query");
  return !asks && (request.headers.accept ?? "").includes("text/html");
}

function addPageFiles(app: FastifyInstance, files: ReadonlyMap<string, PageFile>): void {
  app.get<{ Params: { file: string } }>("/graphiql/:file", async (request, reply) => {
    const file = files.get(request.params.file);
    if (file === undefined || request.params.file === "") return reply.callNotFound();
    if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
    return reply
      .headers({ ...PAGE_HEADERS, "content-type": file.type, etag: file.etag, "cache-control": "no-cache" })
      .send(file.body);
  });
}

function addHealth(app: FastifyInstance, { ready, metrics }: HttpOptions): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await ready();
      return { status: "ready" };
    } catch {
      return reply.code(503).send({ status: "not ready" });
    }
  });
  app.get("/metrics", async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(text);
  });
}

/**
 * The statement of support that Global Privacy Control asks of a site. `lastUpdate` is the day since which the signal is
 * taken as it is now: the statement is about that meaning, and about no later one.
 */
function addGpcStatement(app: FastifyInstance, { abidesByGpc }: HttpOptions): void {
  app.get("/.well-known/gpc.json", async () => ({ gpc: abidesByGpc, lastUpdate: OPT_OUT_SINCE }));
}

/** Path and status only: query strings, headers and bodies may hold values. */
function logResponse(log: HttpOptions["log"], request: FastifyRequest, reply: FastifyReply): void {
  const path = request.routeOptions.url ?? "(unknown path)";
  log.info({ method: request.method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, "answered");
}

const HTTP_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  400: ["BAD_REQUEST", "The body is not a well-formed JSON object of a GraphQL request."],
  413: ["BODY_TOO_LARGE", "The body is larger than this gateway takes."],
  415: ["UNSUPPORTED_MEDIA_TYPE", "Send the request as `content-type: application/json`."],
};

/** Errors from below GraphQL: coded like all others, without what the client sent. */
function sendError(error: unknown, bodyBytesMax: number, reply: FastifyReply): FastifyReply {
  const status =
    typeof error === "object" && error !== null && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  const [code, message] = HTTP_ERRORS[status] ?? [
    status < 500 ? "BAD_REQUEST" : "INTERNAL",
    "The gateway could not answer.",
  ];
  const limit = status === 413 ? ` The limit is ${bodyBytesMax} bytes (option \`bodyBytesMax\`).` : "";
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .send(errorBody(code, message + limit));
}

function errorBody(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}
