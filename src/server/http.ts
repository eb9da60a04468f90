import type { ApolloServer } from "@apollo/server";
import cors from "@fastify/cors";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { OPT_OUT_SINCE } from "../decision/question.ts";
import type { RequestContext } from "../request/handle.ts";
import type { HttpContext } from "./apollo.ts";
import type { Trusts } from "./client-address.ts";
import { loadGraphiql, PAGE_HEADERS, type PageFile } from "./graphiql.ts";
import { addGraphql } from "./graphql-route.ts";
import { namesItsHost, originForm } from "./host.ts";
import { errorBody, refuseConnection, sendError } from "./http-errors.ts";
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
    http: { connectionsCheckingInterval: Math.min(options.requestMsMax, LATE_CHECK_MS), requireHostHeader: false },
    rewriteUrl: ({ url }) => originForm(url ?? "/"),
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
  app.addHook("onRequest", async (request, reply) => {
    if (namesItsHost(request.raw)) return;
    return reply.code(400).send(errorBody("BAD_REQUEST", "The header `host` must name one host."));
  });
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
