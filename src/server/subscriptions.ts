import type { Server } from "node:http";
import { type DocumentNode, type ExecutionResult, GraphQLError, getOperationAST } from "graphql";
import { WebSocketServer } from "ws";
import { FieldguardError } from "../core/errors.ts";
import { endable } from "../request/endable.ts";
import { admitConnection, handle } from "../request/handle.ts";
import type { Engine, Incoming, RequestContext } from "../request/model.ts";
import type { Answer } from "../request/respond.ts";
import { stream } from "../request/stream.ts";
import type { WaitingBytes, WaitingConnection } from "../request/waiting.ts";
import { isSignal } from "../rights/opt-out-signal.ts";
import type { Admission } from "./admission.ts";
import { clientAddress, type Trusts } from "./client-address.ts";
import type { Documents } from "./documents.ts";
import { formatSafely, refusalOf } from "./errors.ts";
import { type ConnectionExtra, endConnection, type SocketOptions, SUBPROTOCOL, serveSockets } from "./sockets.ts";
import { takeUpgrades } from "./upgrades.ts";

export interface SubscriptionOptions {
  readonly documents: Documents;
  readonly limits: {
    readonly bodyBytesMax: number;
    readonly requestMsMax: number;
    /** Connections at once; half of them at most are WebSockets. */
    readonly connectionsMax: number;
    /** Operations under way at once on one connection. */
    readonly connectionOperationsMax: number;
    /** Bytes that may wait for slow clients, all together. */
    readonly waitingBytesMax: number;
    /** Events of one subscription that wait for a slow client. */
    readonly eventsMax: number;
  };
  readonly introspection: boolean;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustProxy: Trusts;
  /** Operations count as requests do. */
  readonly admission: Admission;
  /** What waits for slow clients, whatever they speak. */
  readonly waiting: WaitingBytes;
  readonly resolverContext: (about: RequestContext) => unknown;
  /** Told that something failed which is answered with a mere code. */
  readonly onFailure: () => void;
}

/** Close codes of the graphql-transport-ws protocol. */
const FORBIDDEN = 4403;
/** RFC 6455's registry: try again later. */
const TRY_LATER = 1013;
/** A connection waits no longer for its first message, however long a request may take to arrive. */
const INIT_MS_MAX = 10_000;

interface Prepared {
  readonly incoming: Incoming;
  readonly waiting: WaitingConnection;
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
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.limits.bodyBytesMax,
    // Pings are answered one at a time.
    autoPong: false,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const { admission, limits, waiting, onFailure } = options;
  takeUpgrades(http, sockets, admission, Math.ceil(limits.connectionsMax / 2));
  const bounds = {
    operationsMax: limits.connectionOperationsMax,
    initMsMax: Math.min(limits.requestMsMax, INIT_MS_MAX),
    waiting,
  };
  return serveSockets(sockets, hooksOf(engine, options), bounds, onFailure);
}

/** What a connection's messages lead to. */
function hooksOf(engine: Engine, options: SubscriptionOptions): SocketOptions {
  const { admission, limits } = options;
  const prepared = new WeakMap<object, Prepared>();
  const preparedOf = (args: object): Prepared => {
    const found = prepared.get(args);
    if (found === undefined) throw new Error("an operation that was not prepared");
    return found;
  };
  return {
    schema: engine.schema,
    onConnect: ({ connectionParams, extra }) => connect(engine, options, connectionParams, extra),
    onSubscribe: async ({ connectionParams, extra }, _id, payload) => {
      const document = documentOf(payload.query, options);
      if (!("kind" in document)) return document;
      const operationName = payload.operationName ?? null;
      const incoming = {
        ...connectionOf(connectionParams, extra, options.trustProxy),
        document,
        operationName,
        variables: payload.variables ?? {},
        context: options.resolverContext,
      };
      // An operation that there is not is refused here, and recorded like any other refusal.
      if (!getOperationAST(document, operationName)) {
        return (await asResult(() => handle(engine, incoming))).errors ?? [];
      }
      const args = { schema: engine.schema, document, operationName };
      prepared.set(args, { incoming, waiting: extra.waiting });
      return args;
    },
    execute: (args) => asResult(() => counted(admission, () => handle(engine, preparedOf(args).incoming))),
    subscribe: (args) =>
      asResults(async () => {
        const { incoming, waiting } = preparedOf(args);
        return counted(admission, () => stream(engine, incoming, { ...limits, waiting }));
      }),
  };
}

/** Whether the connection may stay; one that may not is ended with a code that tells why. */
async function connect(
  engine: Engine,
  { trustProxy }: SubscriptionOptions,
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  extra: ConnectionExtra,
): Promise<boolean> {
  try {
    await admitConnection(engine, connectionOf(connectionParams, extra, trustProxy));
    return true;
  } catch (error) {
    const later = error instanceof FieldguardError && error.status === 503;
    endConnection(extra.socket, later ? TRY_LATER : FORBIDDEN, later ? error.code : "UNAUTHENTICATED");
    return false;
  }
}

/** An operation is work like a request's, whether its connection lasts or not. */
async function counted<T>(admission: Admission, work: () => Promise<T>): Promise<T> {
  const slot = admission.take("RUNNING", () => undefined);
  if (slot === null) {
    throw new FieldguardError(
      "SERVICE_UNAVAILABLE",
      "More is under way than this gateway takes at once (option `limits.requestsMax`), or it is stopping. Try again shortly.",
    );
  }
  try {
    return await work();
  } finally {
    slot.end();
  }
}

/** Signals that browsers send by themselves, in the headers of the handshake: a page cannot put them elsewhere. */
const SIGNALS: ReadonlySet<string> = new Set(["sec-gpc", "dnt"]);

function connectionOf(
  params: Readonly<Record<string, unknown>> | undefined,
  { request }: ConnectionExtra,
  trustProxy: Trusts,
): Pick<Incoming, "header" | "ip"> {
  const signal = (name: string): string | undefined => {
    const value = SIGNALS.has(name) ? request.headers[name] : undefined;
    return typeof value === "string" ? value : undefined;
  };
  // A page can say more than the browser, and take back nothing that it says.
  const header = (name: string) => (isSignal(signal(name)) ? "1" : (paramOf(params, name) ?? signal(name)));
  return { header, ip: clientAddress(request, trustProxy) };
}

/**
 * Connection parameters stand for headers, under their names in lower case or as usually written. Like headers that are
 * sent twice, several are joined by commas, which no token and no purpose contains; what is no text is as bad.
 */
function paramOf(params: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const values = Object.entries(params ?? {})
    .filter(([key, value]) => key.toLowerCase() === name && value !== null && value !== undefined)
    .map(([, value]) => (typeof value === "string" ? value : "?"));
  return values.length === 0 ? undefined : values.join(", ");
}

function documentOf(
  query: string,
  { documents, introspection }: SubscriptionOptions,
): DocumentNode | readonly GraphQLError[] {
  try {
    const read = documents.read(query);
    return "kind" in read ? read : read.errors.map((error) => safe(error, read.code, introspection));
  } catch (error) {
    return [withoutHttp(error)];
  }
}

function safe(original: GraphQLError, code: string, introspection: boolean): GraphQLError {
  const { message, extensions } = formatSafely(
    { ...original.toJSON(), extensions: { code, ...original.extensions } },
    original,
    introspection,
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

type Results = AsyncGenerator<ExecutionResult, void> | ExecutionResult;

async function asResults(begin: () => ReturnType<typeof stream>): Promise<Results> {
  try {
    const events = await begin();
    return Symbol.asyncIterator in events ? resultsOf(events) : resultOf(events);
  } catch (error) {
    return { errors: [withoutHttp(error)] };
  }
}

function resultsOf(answers: AsyncGenerator<Answer, void>): AsyncGenerator<ExecutionResult, void> {
  return endable(results(answers), () => {
    answers.return().catch(() => undefined);
  });
}

/** An error in mid-stream is the last event: a code, then the end. */
async function* results(answers: AsyncGenerator<Answer, void>): AsyncGenerator<ExecutionResult, void> {
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
