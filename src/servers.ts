import type { AddressInfo } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { boundPeople } from "./api/bound-people.ts";
import type { ApiServices } from "./api/context.ts";
import { FieldguardError } from "./core/errors.ts";
import { type GatewayOptions, type Log, limitsOf } from "./options.ts";
import type { Engine, RequestContext } from "./request/model.ts";
import { createWaitingBytes } from "./request/waiting.ts";
import { createConsentService } from "./rights/service.ts";
import { type Admission, createAdmission } from "./server/admission.ts";
import { createApollo } from "./server/apollo.ts";
import { compileTrust } from "./server/client-address.ts";
import { createDocuments } from "./server/documents.ts";
import { createHttp } from "./server/http.ts";
import type { Metrics } from "./server/metrics.ts";
import { withFieldguard } from "./server/resolver-context.ts";
import { stopServing } from "./server/stop.ts";
import { serveSubscriptions } from "./server/subscriptions.ts";
import type { ServedStores } from "./stores/open.ts";

/** What the servers stand on. */
interface Served {
  readonly engine: Engine;
  readonly log: Log;
  readonly stores: ServedStores;
  readonly metrics: Metrics;
}

/** HTTP and WebSocket, on one port. */
export interface Servers {
  /** Returns the address of `/graphql`. Throws CONFIGURATION_INVALID where the system refuses. */
  listen(port: number, host: string): Promise<string>;
  stop(): Promise<void>;
}

export async function createServers(options: GatewayOptions, served: Served): Promise<Servers> {
  const { engine, log, stores, metrics } = served;
  const limits = limitsOf(options);
  const introspection = options.introspection ?? true;
  const documents = createDocuments(engine.schema, { limits, introspection });
  const apollo = createApollo(engine, { plugins: options.plugins ?? [], introspection, metrics, documents, log });
  await apollo.start();
  const services = createApiServices(engine, stores, options);
  const resolverContext = async (about: RequestContext, request: FastifyRequest | null) =>
    withFieldguard(await options.context?.(about, request), { ...about, ...services });
  const admission = createAdmission(limits.requestsMax);
  const shared = {
    trustProxy: compileTrust(options.trustProxy ?? false),
    admission,
    waiting: createWaitingBytes(limits.waitingBytesMax),
  };
  const http = await createHttp(apollo, {
    ...limits,
    ...shared,
    corsOrigins: options.corsOrigins ?? [],
    graphiql: options.graphiql ?? true,
    // In report mode the signal is recorded and changes nothing.
    abidesByGpc: engine.mode === "enforce",
    resolverContext,
    ready: () => checkReady(admission, stores, log),
    metrics,
    log,
  });
  const subscriptions = serveSubscriptions(http.server, engine, {
    ...shared,
    limits,
    documents,
    introspection,
    resolverContext: (about) => resolverContext(about, null),
    onFailure: () => log.error({}, "a WebSocket connection failed"),
  });
  return {
    listen: (port, host) => listen(http, port, host),
    async stop() {
      await stopServing(admission, http, subscriptions);
      await apollo.stop();
    },
  };
}

function createApiServices(
  engine: Engine,
  { consents, accessLog, keyring }: ServedStores,
  options: GatewayOptions,
): ApiServices {
  const { people, introspection = true } = options;
  const { policy, mode, clock, deployment } = engine;
  const consentService = createConsentService({
    store: boundPeople(consents, limitsOf(options).personEventsMax, clock),
    clock,
    vocabulary: policy.vocabulary,
    deployment,
    ...(people === undefined ? {} : { people }),
  });
  return { consentService, consents, accessLog, keyring, policy, mode, introspection };
}

/** The operator is told why it is not ready, and what to do; whoever asks is not. */
async function checkReady(admission: Admission, { consents, accessLog }: ServedStores, log: Log): Promise<void> {
  if (admission.closed) throw new FieldguardError("STORE_UNAVAILABLE", "The gateway is stopping.");
  try {
    await Promise.all([consents.ping(), accessLog.ping()]);
  } catch (cause) {
    const [code, message] = cause instanceof FieldguardError ? [cause.code, cause.message] : ["INTERNAL", ""];
    log.error({ code }, `not ready: ${message}`);
    throw cause;
  }
}

async function listen(http: FastifyInstance, port: number, host: string): Promise<string> {
  await http.listen({ port, host }).catch((cause) => {
    throw cannotListen(cause, host, port);
  });
  const { address, family, port: taken } = http.server.address() as AddressInfo;
  const name = family === "IPv6" ? `[${address}]` : address;
  return `http://${name}:${taken}/graphql`;
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something listens there already. Stop it, or take another port",
  EACCES: "this user may not. Take a port from 1024 on",
  EADDRNOTAVAIL: "this machine has no such address. Take one that it has",
  ENOTFOUND: "no such host is known. Take an address of this machine",
};

function cannotListen(cause: unknown, host: string, port: number): FieldguardError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = LISTEN_FAULTS[code] ?? `the system refuses it (${code}). Take another port or host`;
  return new FieldguardError(
    "CONFIGURATION_INVALID",
    `Cannot listen on port ${port} of ${host}: ${why} (\`PORT\`, \`--port\`, \`--host\`).`,
    { cause },
  );
}
