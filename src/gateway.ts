import { makeExecutableSchema } from "@graphql-tools/schema";
import type { IResolvers } from "@graphql-tools/utils";
import { buildASTSchema, type DocumentNode, type GraphQLSchema } from "graphql";
import { boundCalls } from "./api/bound-calls.ts";
import { actInTurn } from "./api/in-turn.ts";
import { ownResolvers } from "./api/resolvers.ts";
import { ownRules } from "./api/rules.ts";
import { ownTypeDefs } from "./api/type-defs.ts";
import type { ConsentStore } from "./consents/contract.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import { FieldguardError } from "./core/errors.ts";
import { checkUnlocked, lockCode } from "./core/lock-code.ts";
import { withDefaults } from "./core/with-defaults.ts";
import { compileDecider } from "./decision/compile.ts";
import type { Decider } from "./decision/model.ts";
import type { AccessLog } from "./log/contract.ts";
import { gatewayEntry } from "./log/entry.ts";
import { compileMask, type MaskTools, networkOf } from "./masks/index.ts";
import { checkOptions, DEFAULT_SPOOL, deploymentOf, type GatewayOptions, type Log, limitsOf } from "./options.ts";
import { compilePolicy } from "./policy/compile.ts";
import type { Fault, Policy } from "./policy/model.ts";
import { policyError } from "./policy/report.ts";
import { spacesIn } from "./policy/spaces.ts";
import { type ActRuns, guardActs } from "./request/act/guard-acts.ts";
import { createActDeciders } from "./request/act/trust.ts";
import { createAuthenticator } from "./request/authenticate.ts";
import type { MaskFunction } from "./request/enforce/model.ts";
import { createLocalExecutor } from "./request/execute.ts";
import { heedSignals } from "./request/heed-signal.ts";
import type { Engine } from "./request/model.ts";
import { createPlanner } from "./request/plan/plan.ts";
import { USUAL_ERROR_CODES } from "./request/sanitise-errors.ts";
import { type Alarm, createWatch, DEFAULT_WINDOW_MS } from "./request/watch.ts";
import { applyRules } from "./schema/apply-rules.ts";
import { composeTypeDefs } from "./schema/compose.ts";
import { printServed } from "./schema/print-served.ts";
import { servedSchema } from "./schema/served-schema.ts";
import { createMetrics, type Metrics } from "./server/metrics.ts";
import { createServers } from "./servers.ts";
import { openStores, type ServedStores } from "./stores/open.ts";
import { useOwnStore } from "./stores/own.ts";

/** A gateway that is ready to listen. */
export interface Gateway {
  /** Serves until `stop`. Port 0 takes a free one; the host is loopback unless given. */
  listen(at?: { readonly port?: number; readonly host?: string }): Promise<{ readonly url: string }>;
  readonly consents: ConsentStore;
  readonly accessLog: AccessLog;
  readonly policy: Policy;
  /** What looks forgotten in the annotations; worked out when asked for. */
  readonly hints: readonly Fault[];
  /** The schema as served, as SDL: what may be denied is nullable. Text, because whoever held a schema could execute it past every decision. */
  readonly sdl: string;
  /** Takes no new requests, answers those under way, closes the stores. */
  stop(): Promise<void>;
}

/**
 * Builds a gateway. Throws CONFIGURATION_INVALID on a wrong option, POLICY_INVALID with every fault on a schema that
 * cannot be enforced, STORE_UNREADABLE or STORE_VERSION_UNKNOWN on a store that cannot be used.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  checkOptions(options);
  checkUnlocked();
  const clock = options.clock ?? systemClock;
  const log = options.log === false ? SILENT : (options.log ?? SILENT);
  const { policy, hints, schema, runs } = compileSchema(options);
  const stores = await storesOf(options, clock, log);
  try {
    const metrics = createMetrics(stores.waiting);
    const onAlarm = ({ subjects, values }: Alarm): void => {
      metrics.alarmed();
      log.warn({ subjects, values }, "unusual access: see the access log");
    };
    const onUnreadable = (coordinates: ReadonlySet<string>): void => {
      metrics.unreadable(coordinates.size);
      log.warn({ coordinates: [...coordinates] }, "dates that cannot be read counted against the caller");
    };
    const engine = createEngine(options, { clock, log, policy, schema, runs, stores, onAlarm, onUnreadable });
    if (lacksRegion(policy, engine.deployment)) log.warn({}, REGION_MISSING);
    return await serve(options, { engine, log, stores, policy, hints, metrics });
  } catch (error) {
    await closeStores(stores).catch(() => undefined);
    throw error;
  }
}

/** Both, whatever becomes of the other. */
async function closeStores({ accessLog, consents }: ServedStores): Promise<void> {
  const closed = await Promise.allSettled([accessLog.close(), consents.close()]);
  for (const each of closed) if (each.status === "rejected") throw each.reason;
}

async function storesOf(options: GatewayOptions, clock: Clock, log: Log): Promise<ServedStores> {
  const { store, logKey = null, spool = DEFAULT_SPOOL, erasuresMs = 0, anchor = null } = options;
  if (typeof store !== "string") return useOwnStore(store, logKey);
  const { spoolRecordsMax, spoolMsMax } = limitsOf(options);
  return openStores(store, {
    clock,
    logKey,
    spool,
    spoolBounds: { spoolRecordsMax, spoolMsMax },
    erasuresMs,
    anchor,
    onAnchorFailure: (why) => log.warn({ why }, "a checkpoint of the access log is not anchored yet"),
  });
}

/** Node would listen on every address of the machine. */
const HOST_MISSING =
  "Cannot listen: `host` is an empty text. Leave it out for the loopback address, or name an address (`0.0.0.0` for all of them).";

/** Told at start: nobody would find out from a log full of CROSS_BORDER. */
export const REGION_MISSING =
  "the schema tells people's regions (@subject(region:)) and the option `region` is not set: what belongs to a region is CROSS_BORDER for every caller whose token names no region. Set `region` to where the deployment stands";

function lacksRegion({ types }: Policy, { region }: Engine["deployment"]): boolean {
  return region === null && Object.values(types).some(({ subject }) => subject?.region != null);
}

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** From SDL and resolvers to the schema that is served and the policy that it carries. */
function compileSchema(options: GatewayOptions) {
  const integrator = composeTypeDefs(options.typeDefs);
  const typeDefs = composeTypeDefs([integrator, ownTypeDefs(integrator)]);
  const executable = withResolvers(typeDefs, [...[options.resolvers].flat(), ownResolvers(integrator)] as IResolvers[]);
  const { subjectOf = {}, writes = "open" } = options;
  const compiled = compilePolicy(executable, { subjectOf: new Set(Object.keys(subjectOf)), writes });
  const { policy, faults } = compiled;
  if (faults.length > 0) throw policyError(faults);
  const served = servedSchema(executable, policy);
  const guarded = boundCalls(actInTurn(applyRules(served, ownRules)), limitsOf(options).ownFieldsMax);
  const ruled = options.rules ? applyRules(guarded, options.rules) : guarded;
  const runs: ActRuns = new WeakMap();
  return {
    policy,
    hints: () => compiled.hints,
    schema: guardActs(ruled, policy, runs),
    runs,
  };
}

function withResolvers(typeDefs: DocumentNode, resolvers: IResolvers[]): GraphQLSchema {
  try {
    // The SDL is validated already, and a schema is not merged a second time.
    return makeExecutableSchema({ typeDefs: buildASTSchema(typeDefs, { assumeValidSDL: true }), resolvers });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "they are not usable";
    throw new FieldguardError("CONFIGURATION_INVALID", `Cannot fit the option \`resolvers\` to the schema: ${why}`, {
      cause,
    });
  }
}

interface EngineParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  readonly schema: GraphQLSchema;
  readonly runs: ActRuns;
  readonly stores: ServedStores;
  readonly onAlarm: (alarm: Alarm) => void;
  readonly onUnreadable: (coordinates: ReadonlySet<string>) => void;
}

function createEngine(
  options: GatewayOptions,
  { clock, log, policy, schema, runs, stores, onAlarm, onUnreadable }: EngineParts,
): Engine {
  const mode = options.mode ?? "enforce";
  const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
  const deciders = new Map<string, Decider>(
    fields.map((field) => [field.coordinate, compileDecider(field, policy.vocabulary)]),
  );
  const { plansMax, costMax, nodesMax, inputMax } = limitsOf(options);
  const recorder = { log: stores.accessLog, keyring: stores.keyring, policy, mode, onAlarm, onUnreadable };
  return {
    schema,
    policy,
    deployment: deploymentOf(options),
    people: options.people ?? null,
    mode,
    deciders,
    masks: compileMasks(policy, schema, { keyring: stores.keyring, clock }),
    authenticate: createAuthenticator(
      options.auth,
      policy.vocabulary,
      clock,
      (why) => log.warn({ why }, "the issuer's keys could not be fetched"),
      spacesIn(policy.types),
    ),
    planner: createPlanner({ schema, policy, deciders, mode, plansMax, costMax, inputMax }),
    executor: createLocalExecutor(schema, { nodesMax, inputMax }),
    consents: stores.consents,
    heedSignal: heedSignals(stores.consents, recorder),
    recorder,
    watch: createWatch(
      withDefaults({ windowMs: DEFAULT_WINDOW_MS, thresholds: {}, refuse: false }, options.unusualAccess),
      policy.vocabulary,
    ),
    acts: { runs, deciders: createActDeciders(policy.vocabulary), subjectOf: options.subjectOf ?? {} },
    clock,
    bounds: limitsOf(options),
    truncateIp: networkOf,
    errorCodes: new Set([...USUAL_ERROR_CODES, ...(options.errorCodes ?? [])]),
    reportIncident: (incident) => log.error({ ...incident }, "a resolver failed"),
  };
}

function compileMasks(policy: Policy, schema: GraphQLSchema, tools: MaskTools): ReadonlyMap<string, MaskFunction> {
  const masks = new Map<string, MaskFunction>();
  for (const type of Object.values(policy.types)) {
    for (const field of Object.values(type.fields)) {
      const leaf = schema.getType(field.leaf);
      const about = { category: field.category, leaf: field.leaf, ...(leaf ? { type: leaf } : {}) };
      masks.set(field.coordinate, compileMask(field.mask, about, tools));
    }
  }
  return masks;
}

interface Serving {
  readonly engine: Engine;
  readonly log: Log;
  readonly stores: ServedStores;
  readonly policy: Policy;
  readonly hints: () => readonly Fault[];
  readonly metrics: Metrics;
}

async function serve(options: GatewayOptions, serving: Serving): Promise<Gateway> {
  const { engine, log, stores, policy, hints } = serving;
  const servers = await createServers(options, serving);
  await recordOwn(engine, "START");
  let stopped: Promise<void> | null = null;
  let unlock: (() => void) | null = null;
  const stop = async (): Promise<void> => {
    await servers.stop();
    await recordOwn(engine, "STOP").catch(() => log.error({}, "the stop could not be recorded"));
    await closeStores(stores);
  };
  return {
    consents: stores.consents,
    accessLog: stores.accessLog,
    policy,
    get hints() {
      return hints();
    },
    get sdl() {
      return printServed(engine.schema);
    },
    async listen(where) {
      const { port = 0, host = "127.0.0.1" } = where ?? {};
      if (host === "") throw new FieldguardError("CONFIGURATION_INVALID", HOST_MISSING);
      const url = await servers.listen(port, host);
      if (options.lockCode) unlock ??= lockCode();
      return { url };
    },
    stop() {
      stopped ??= stop().finally(() => unlock?.());
      return stopped;
    },
  };
}

/** Start and stop stand in the log, so that a gap between them is seen. */
async function recordOwn(engine: Engine, kind: "START" | "STOP"): Promise<void> {
  const caller = { id: null, role: "GATEWAY", organisation: null, tenants: [], region: null, onBehalfOf: null };
  const { clock, mode, policy, recorder } = engine;
  await recorder.log.append(
    gatewayEntry({ kind, time: clock.now(), caller, policyHash: policy.hash, details: { mode } }),
  );
}
