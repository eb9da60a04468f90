import type { Server } from "node:http";
import type { ApolloServer } from "@apollo/server";
import cors from "@fastify/cors";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { OPT_OUT_SINCE } from "../decision/question.ts";
import type { RequestContext } from "../request/model.ts";
import type { WaitingBytes } from "../request/waiting.ts";
import type { Admission } from "./admission.ts";
import type { HttpContext } from "./apollo.ts";
import type { Trusts } from "./client-address.ts";
import { loadGraphiql, PAGE_HEADERS, type PageFile } from "./graphiql.ts";
import { addGraphql } from "./graphql-route.ts";
import { namesItsHost, originForm } from "./host.ts";
import { errorBody, refuseConnection, refuseExpectation, sendError } from "./http-errors.ts";
import { boundInFlight } from "./in-flight.ts";
import type { Metrics } from "./metrics.ts";
import { countAnswers } from "./waiting-answers.ts";

export interface HttpOptions {
  readonly bodyBytesMax: number;
  /** Milliseconds a request may take to arrive whole. */
  readonly requestMsMax: number;
  /** Connections at once, WebSockets among them. */
  readonly connectionsMax: number;
  /** Requests under way at once on one connection. */
  readonly connectionOperationsMax: number;
  readonly admission: Admission;
  /** What waits for slow clients, whatever they speak. */
  readonly waiting: WaitingBytes;
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
    http: {
      requestTimeout: options.requestMsMax,
      // Where headers may take longer than the request, Node takes the one for the other.
      headersTimeout: options.requestMsMax,
      // Node looks for late requests so often.
      connectionsCheckingInterval: Math.min(options.requestMsMax, LATE_CHECK_MS),
      requireHostHeader: false,
    },
    return503OnClosing: false,
    rewriteUrl: ({ url }) => originForm(url ?? "/"),
    forceCloseConnections: "idle",
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, _request, reply) => sendError(error, options.bodyBytesMax, reply),
    // A body with `__proto__` or `constructor.prototype` keys is refused as malformed.
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
  });
  // Beyond 2,000 Node would leave headers out in silence, a token or a signal among them. Their bytes are bounded all the same.
  app.server.maxHeadersCount = 0;
  boundConnections(app.server, options.connectionsMax);
  app.server.on("checkExpectation", refuseExpectation);
  boundInFlight(app, options.admission, options.connectionOperationsMax);
  countAnswers(app, options.waiting);
  if (options.corsOrigins.length > 0) {
    await app.register(cors, { origin: [...options.corsOrigins], methods: ["GET", "POST", "OPTIONS"] });
  }
  app.addHook("onRequest", async (request, reply) => {
    if (namesItsHost(request.raw)) return;
    return reply.code(400).send(errorBody("BAD_REQUEST", "The header `host` must name one host."));
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

const LATE_CHECK_MS = 1_000;

/** Where all connections are taken, those that are not used give way. */
function boundConnections(server: Server, connectionsMax: number): void {
  server.maxConnections = connectionsMax;
  let swept = false;
  server.on("drop", () => {
    if (swept) return;
    swept = true;
    server.closeIdleConnections();
    setTimeout(() => {
      swept = false;
    }, SWEEP_MS).unref();
  });
}

const SWEEP_MS = 1_000;

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
  const asked = sharedWhileUnderWay(ready);
  const counted = sharedWhileUnderWay(() => metrics.registry.metrics());
  app.get("/readyz", async (_request, reply) => {
    try {
      await asked();
      return { status: "ready" };
    } catch {
      return reply.code(503).send({ status: "not ready" });
    }
  });
  app.get("/metrics", async (_request, reply) => {
    const text = await counted();
    return reply.type(metrics.registry.contentType).send(text);
  });
}

/** Whoever asks while an answer is on its way gets that one: these are answered however much is under way. */
function sharedWhileUnderWay<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
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
