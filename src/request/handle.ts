import type { DocumentNode, GraphQLError, GraphQLSchema } from "graphql";
import type { ConsentStore } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { ownTypesOf } from "../core/own-api.ts";
import type { Caller, Decider, Deployment, RequestFacts } from "../decision/model.ts";
import type { Policy } from "../policy/model.ts";
import { type HeedSignal, isSignal } from "../rights/opt-out-signal.ts";
import type { People } from "../rights/speaker.ts";
import { beginActs, detailsOfActs, talliesOfActs, unreadableInActs } from "./act/begin-acts.ts";
import { checkSubjects } from "./act/check-subjects.ts";
import type { ActRuns } from "./act/guard-acts.ts";
import { refuseMasked } from "./act/refuse-masked.ts";
import type { ActRun } from "./act/run.ts";
import type { SubjectOf } from "./act/subject-of.ts";
import type { ActDeciders } from "./act/trust.ts";
import type { Authenticate } from "./authenticate.ts";
import { checkVariables } from "./check-lists.ts";
import { checkProbes } from "./check-probes.ts";
import { decide } from "./decide.ts";
import { type DeclaredPurpose, declarePurpose } from "./declare-purpose.ts";
import { declareSurvey } from "./declare-survey.ts";
import { enforce, type MaskFunction, withhold } from "./enforce/enforce.ts";
import { gather } from "./enforce/gather.ts";
import { minorsIn } from "./enforce/minors.ts";
import { tellErrors } from "./enforce/tell-errors.ts";
import { unreadableIn } from "./enforce/unreadable.ts";
import type { Execution, Executor } from "./execute.ts";
import { checkRecordSize, foldAliases } from "./fold-aliases.ts";
import { giveWay } from "./give-way.ts";
import { lookUpConsents, UNKNOWN_TO_US } from "./look-up.ts";
import { type ActsOutcome, onlyAsks, outcomeOfActs, peopleOfActs } from "./own-acts.ts";
import { coerceVariables, type Operation, parseOperation } from "./parse-operation.ts";
import type { Plan } from "./plan/model.ts";
import type { Planner } from "./plan/plan.ts";
import { nothingToRecord, type Recorder, record, recordAlarm } from "./record.ts";
import { type Answer, respond } from "./respond.ts";
import { type ErrorPolicy, sanitiseErrors } from "./sanitise-errors.ts";
import { withinTime } from "./time-limit.ts";
import { verifyWard } from "./verify-ward.ts";
import type { Watch } from "./watch.ts";

/** Everything a request meets on its way; made once at start. */
export interface Engine extends ErrorPolicy {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly deployment: Deployment;
  /** What only the deployment knows of people; null where it tells nothing. */
  readonly people: People | null;
  readonly mode: "enforce" | "report";
  readonly deciders: ReadonlyMap<string, Decider>;
  readonly masks: ReadonlyMap<string, MaskFunction>;
  readonly authenticate: Authenticate;
  readonly planner: Planner;
  readonly executor: Executor;
  readonly consents: ConsentStore;
  /** Keeps a person's opt-out signal; says whether it speaks against the request. */
  readonly heedSignal: HeedSignal;
  readonly recorder: Recorder;
  readonly watch: Watch;
  readonly acts: ActStep;
  readonly clock: Clock;
  readonly bounds: RequestBounds;
  readonly truncateIp: (ip: string) => string | null;
}

/** What one request may take once it is under way. */
export interface RequestBounds {
  /** Items of any list in the variables, and of any list in the response that holds annotated fields. */
  readonly listItemsMax: number;
  /** Levels of lists and objects in the variables. */
  readonly inputDepthMax: number;
  /** Items of lists and fields of objects in the variables, all together. */
  readonly inputMax: number;
  /** Milliseconds that execution may take. */
  readonly operationMsMax: number;
  /** Objects that one operation may act on. */
  readonly actsMax: number;
  /** Bytes that the record of one answer may have, roughly. */
  readonly recordBytesMax: number;
}

/** What fields that act are decided with. */
export interface ActStep {
  readonly runs: ActRuns;
  readonly deciders: ActDeciders;
  readonly subjectOf: SubjectOf;
}

/** One operation as it reached the gateway, parsed and validated against the served schema. */
export interface Incoming {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
  readonly ip: string | null;
  /** Makes what the resolvers get as context, once it is known who asks and why. */
  readonly context: (about: RequestContext) => unknown;
}

/** What resolvers may know of the request: `context.fieldguard`. */
export interface RequestContext {
  readonly caller: Caller;
  readonly purpose: string | null;
  readonly justification: string | null;
  readonly now: number;
}

/** A request that was found fit to be executed. */
export interface Admitted {
  readonly operation: Operation;
  readonly request: RequestFacts;
  readonly declared: DeclaredPurpose;
  readonly plan: Plan;
  readonly execution: Execution;
  /** null where nothing acts. */
  readonly acts: ActRun | null;
}

/** The path of a request: parse, authenticate, declare purpose, plan, act, execute, look up consents, enforce, record, respond. */
export async function handle(engine: Engine, incoming: Incoming): Promise<Answer> {
  const admitted = await admit(engine, incoming, "ANSWER");
  const { plan, acts } = admitted;
  const needed = plan.executedRootFields > 0 || !plan.root.touched;
  const result = needed
    ? await recordingRefusal(engine, incoming, admitted, () =>
        withinTime(perform(engine, admitted), engine.bounds.operationMsMax).catch(async (error: unknown) => {
          await acts?.end();
          throw error;
        }),
      )
    : { data: {} };
  return deliver(engine, incoming, admitted, result);
}

async function perform(engine: Engine, { execution, acts }: Admitted): ReturnType<Executor["execute"]> {
  await acts?.prepare(false);
  await acts?.recordOpen();
  return engine.executor.execute(execution);
}

/** Looks at a connection's token before any operation comes. Throws UNAUTHENTICATED; the refusal is recorded. */
export async function admitConnection(engine: Engine, incoming: Pick<Incoming, "header" | "ip">): Promise<void> {
  try {
    await engine.authenticate(incoming.header("authorization"));
  } catch (error) {
    if (error instanceof FieldguardError) {
      await recordRefusal(engine, incoming, NOTHING_SEEN, error, engine.clock.now());
    }
    throw error;
  }
}

/** Everything that can refuse the whole request. Nothing has executed when it throws; the refusal is recorded. */
export async function admit(engine: Engine, incoming: Incoming, as: "ANSWER" | "STREAM"): Promise<Admitted> {
  const now = engine.clock.now();
  const seen: { -readonly [part in keyof Seen]: Seen[part] } = { ...NOTHING_SEEN };
  // For adoption, what `enforce` would refuse is recorded as refused and served all the same.
  const waive = async (error: unknown): Promise<void> => {
    if (engine.mode !== "report" || !(error instanceof FieldguardError)) throw error;
    await recordRefusal(engine, incoming, seen, error, now);
  };
  try {
    const operation = parseOperation(incoming.document, incoming.operationName);
    seen.operation = operation;
    if (operation.type === "subscription" && as === "ANSWER") {
      throw new FieldguardError("BAD_INPUT", "Subscriptions are served over WebSocket (graphql-transport-ws) only.");
    }
    checkVariables(incoming.variables, engine.bounds);
    const caller = await whoAsks(engine, await engine.authenticate(incoming.header("authorization")), now);
    seen.caller = caller;
    // Whoever it is has said so, whatever becomes of the request.
    const asked = requestFacts(engine, incoming, caller, null, now);
    if (asked.optedOut) await engine.heedSignal(asked);
    const survey = declareSurvey(incoming.header, operation, caller, engine.policy.vocabulary);
    const variables = coerceVariables(engine.schema, operation, incoming.variables);
    try {
      refuseMasked(operation, incoming.variables, variables);
    } catch (error) {
      await waive(error);
    }
    try {
      seen.declared = declareIn(engine, operation, variables, incoming, caller);
    } catch (error) {
      await waive(error);
    }
    const { declared } = seen;
    const facts = { ...asked, purpose: declared.purpose };
    const optedOut = facts.optedOut && (await engine.heedSignal(facts));
    const request: RequestFacts = { ...facts, optedOut, ...(survey ? { survey } : {}) };
    const plan = await engine.planner.plan(operation, variables, request);
    await checkProbes(plan, engine.deciders, engine.policy.vocabulary, request).catch(waive);
    const { document, operationName, operationType } = plan;
    const context = await incoming.context({ caller, ...declared, now });
    const execution = { document, operationName, operationType, variables: incoming.variables, context };
    const { justification } = declared;
    const acts = beginActs(engine, incoming, { plan, request, operation, justification, variables, context });
    return { operation, request, declared, plan, execution, acts };
  } catch (error) {
    if (error instanceof FieldguardError) await recordRefusal(engine, incoming, seen, error, now);
    throw error;
  }
}

/** The caller as far as their word holds now. */
export function whoAsks({ people, deployment }: Engine, caller: Caller, now: number): Promise<Caller> {
  return verifyWard(caller, people, deployment, now);
}

/** From the result of an execution to the answer. Subscriptions come here with every event. */
export async function deliver(
  engine: Engine,
  incoming: Incoming,
  admitted: Admitted,
  result: Awaited<ReturnType<Executor["execute"]>>,
): Promise<Answer> {
  const { plan, request, operation, declared, acts } = admitted;
  const errors = sanitiseErrors(result.errors, plan.root, request.now, engine);
  // Which rows match is told by the answer whatever is selected: a filter on a value is an access to it.
  // A mutation is told its receipt, whatever it selects.
  const touched = plan.root.touched || plan.probes.length > 0 || operation.type === "mutation";
  const isRecorded = touched || plan.alwaysRecorded;
  // What the gateway's own API tells is told to one caller.
  const noStore = touched || plan.acts.length > 0;
  const mode = request.survey === true ? "enforce" : engine.mode;
  const about = { purpose: request.purpose, mode, touched, noStore };
  if (!plan.root.rebuilt && !isRecorded) {
    return respond(nothingToRecord(), { ...about, data: result.data ?? null, errors, tallies: [] });
  }
  const gathered = await recordingRefusal(engine, incoming, admitted, async () =>
    gather(result.data ?? {}, plan.root, engine.bounds.listItemsMax, engine.mode, acts?.verdicts),
  );
  if (acts !== null) checkSubjects(gathered.keyed, acts.verdicts, request.caller);
  if (!isRecorded) {
    return respond(nothingToRecord(), { ...about, data: result.data ? gathered.data : null, errors, tallies: [] });
  }
  await giveWay(gathered.pending.length);
  const standings = onlyAsks(plan, ownTypesOf(engine.schema))
    ? UNKNOWN_TO_US
    : await lookUpConsents(engine.consents, gathered.slots, request);
  await decide(gathered.slots, standings, request);
  const restrained = engine.mode === "enforce" && engine.watch.restrain(request, gathered.pending);
  const unreadable = unreadableIn(gathered.slots);
  if (unreadable.size > 0) engine.recorder.onUnreadable?.(unreadable);
  const manner = request.survey === true ? "survey" : engine.mode;
  const { listItemsMax } = engine.bounds;
  const enforced = await recordingRefusal(engine, incoming, admitted, async () =>
    enforce(gathered, engine.masks, request.purpose, manner, listItemsMax),
  );
  const told = (): GraphQLError[] => {
    const { document, root } = plan;
    const decided = { gathered, data: result.data, root, document, grouped: engine.mode === "enforce" };
    return tellErrors(decided, result.errors ?? [], errors);
  };
  const data = result.data ? enforced.data : null;
  const tallies = foldAliases(enforced.tallies);
  await recordingRefusal(engine, incoming, admitted, async () =>
    checkRecordSize(tallies, engine.bounds.recordBytesMax),
  );
  const recorded = {
    kind: plan.kind,
    request,
    operation,
    justification: declared.justification,
    ip: incoming.ip === null ? null : engine.truncateIp(incoming.ip),
    tallies,
    minors: minorsIn(gathered, request),
    unreadable: new Set([...unreadableInActs(acts), ...unreadable]),
    ...outcomeOf(engine, plan, errors, acts),
    ...(plan.acts.length > 0
      ? { people: peopleOfActs(engine.schema, operation, incoming.variables, request.caller) }
      : {}),
    probes: plan.probes,
  };
  // From `restrain` to here in one turn: nobody else is counted in between.
  const alarm = engine.watch.count(request, enforced.tallies, restrained);
  await giveWay(gathered.pending.length);
  try {
    const receipt = await record(engine.recorder, recorded);
    if (alarm !== null) await recordAlarm(engine.recorder, recorded, alarm);
    return respond(receipt, { ...about, data, errors: mode === "report" ? errors : told(), tallies: enforced.tallies });
  } catch (error) {
    // Without a record nothing annotated leaves, nor which rows match; what is public still may. What was done is not told as
    // done where nothing of it is on record.
    const unrecorded = operation.type === "mutation" && plan.acts.length === 0 && (acts?.intents.length ?? 0) === 0;
    if (plan.probes.length > 0 || unrecorded) throw error;
    const tallies = withhold(gathered);
    return respond(nothingToRecord(), {
      ...about,
      mode: "enforce",
      data: result.data ? gathered.data : null,
      errors: told(),
      tallies,
    });
  }
}

function declareIn(
  engine: Engine,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  incoming: Incoming,
  caller: Caller,
): DeclaredPurpose {
  const rules = { vocabulary: engine.policy.vocabulary, jurisdiction: engine.deployment.region };
  return declarePurpose(engine.schema, operation.definition, variables, incoming.header, caller, rules);
}

/** Records what is refused after it was admitted. */
export async function recordingRefusal<T>(
  engine: Engine,
  incoming: Incoming,
  { operation, request, declared, acts }: Admitted,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FieldguardError) {
      const seen = { operation, caller: request.caller, declared, acts };
      await recordRefusal(engine, incoming, seen, error, request.now);
    }
    throw error;
  }
}

function requestFacts(
  engine: Engine,
  incoming: Pick<Incoming, "header">,
  caller: Caller,
  purpose: string | null,
  now: number,
): RequestFacts {
  const { deployment } = engine;
  const optedOut = isSignal(incoming.header("sec-gpc")) || (deployment.doNotTrack && isSignal(incoming.header("dnt")));
  return { caller, purpose, optedOut, now, deployment };
}

/** A log that cannot be written changes nothing about a refusal: it reveals nothing. */
async function recordRefusal(
  engine: Engine,
  incoming: Pick<Incoming, "header" | "ip">,
  seen: Seen,
  error: FieldguardError,
  now: number,
): Promise<void> {
  const { purpose, justification } = seen.declared;
  const request = requestFacts(engine, incoming, seen.caller ?? UNKNOWN_CALLER, purpose, now);
  const ip = incoming.ip === null ? null : engine.truncateIp(incoming.ip);
  await record(engine.recorder, {
    kind: "REFUSAL",
    request,
    operation: seen.operation,
    justification,
    ip,
    tallies: talliesOfActs(seen.acts ?? null),
    outcome: error.code,
    details: detailsOfActs(seen.acts ?? null),
    unreadable: unreadableInActs(seen.acts ?? null),
  }).catch(() => undefined);
}

/** How far a request came before it was refused. */
interface Seen {
  readonly operation: Operation | null;
  readonly caller: Caller | null;
  readonly declared: DeclaredPurpose;
  readonly acts?: ActRun | null;
}

/** What became of the acts of the gateway's own API, and of those that it guards. */
function outcomeOf(engine: Engine, plan: Plan, errors: readonly GraphQLError[], acts: ActRun | null): ActsOutcome {
  const { outcome, details } = outcomeOfActs(plan, errors, ownTypesOf(engine.schema));
  const guarded = detailsOfActs(acts);
  return { outcome, details: guarded === null ? details : { ...details, ...guarded } };
}

const NOTHING_SEEN: Seen = { operation: null, caller: null, declared: { purpose: null, justification: null } };

const UNKNOWN_CALLER: Caller = {
  id: null,
  role: "UNKNOWN",
  organisation: null,
  tenants: [],
  region: null,
  purposes: null,
  onBehalfOf: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: null,
};
