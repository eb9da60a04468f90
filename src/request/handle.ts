import type { ExecutionResult, GraphQLError } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { ownTypesOf } from "../core/own-api.ts";
import type { Caller, RequestFacts } from "../decision/model.ts";
import { beginActs, detailsOfActs, unreadableInActs } from "./act/begin-acts.ts";
import { checkSubjects } from "./act/check-subjects.ts";
import { refuseMasked } from "./act/refuse-masked.ts";
import type { ActRun } from "./act/run.ts";
import { checkVariables } from "./check-lists.ts";
import { checkProbes } from "./check-probes.ts";
import { decide } from "./decide.ts";
import { type DeclaredPurpose, declarePurpose } from "./declare-purpose.ts";
import { declareSurvey } from "./declare-survey.ts";
import { type Enforced, enforce, withhold } from "./enforce/enforce.ts";
import { type Gathered, gather } from "./enforce/gather.ts";
import { minorsIn } from "./enforce/minors.ts";
import type { Tally } from "./enforce/model.ts";
import { tellErrors } from "./enforce/tell-errors.ts";
import { unreadableIn } from "./enforce/unreadable.ts";
import type { Executor } from "./execute.ts";
import { checkRecordSize, foldAliases } from "./fold-aliases.ts";
import { giveWay } from "./give-way.ts";
import { lookUpConsents, UNKNOWN_TO_US } from "./look-up.ts";
import type { Admitted, Engine, Incoming } from "./model.ts";
import { type ActsOutcome, onlyAsks, outcomeOfActs, peopleOfActs } from "./own-acts.ts";
import { coerceVariables, type Operation, parseOperation } from "./parse-operation.ts";
import type { Plan } from "./plan/model.ts";
import { nothingToRecord, type Recorded, record, recordAlarm } from "./record.ts";
import { NOTHING_YET, type Progress, recordingRefusal, recordRefusal, requestFacts } from "./record-refusal.ts";
import { type Answer, type Response, respond } from "./respond.ts";
import { sanitiseErrors } from "./sanitise-errors.ts";
import { withinOperationTime } from "./time-limit.ts";
import { verifyWard } from "./verify-ward.ts";
import type { Alarm } from "./watch.ts";

/** The path of a request: parse, authenticate, declare purpose, plan, act, execute, look up consents, enforce, record, respond. */
export async function handle(engine: Engine, incoming: Incoming): Promise<Answer> {
  const admitted = await admit(engine, incoming, "ANSWER");
  const { plan, acts } = admitted;
  const needed = plan.executedRootFields > 0 || !plan.root.touched;
  const result = needed
    ? await recordingRefusal(engine, incoming, admitted, () =>
        withinOperationTime(perform(engine, admitted), engine.bounds.operationMsMax).catch(async (error: unknown) => {
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
      await recordRefusal(engine, incoming, NOTHING_YET, error, engine.clock.now());
    }
    throw error;
  }
}

/** Everything that can refuse the whole request. Nothing has executed when it throws; the refusal is recorded. */
export async function admit(engine: Engine, incoming: Incoming, as: "ANSWER" | "STREAM"): Promise<Admitted> {
  const now = engine.clock.now();
  const progress: { -readonly [Part in keyof Progress]: Progress[Part] } = { ...NOTHING_YET };
  // For adoption, what `enforce` would refuse is recorded as refused and served all the same.
  const waive = async (error: unknown): Promise<void> => {
    if (engine.mode !== "report" || !(error instanceof FieldguardError)) throw error;
    await recordRefusal(engine, incoming, progress, error, now);
  };
  try {
    const operation = parseOperation(incoming.document, incoming.operationName);
    progress.operation = operation;
    if (operation.type === "subscription" && as === "ANSWER") {
      throw new FieldguardError("BAD_INPUT", "Subscriptions are served over WebSocket (graphql-transport-ws) only.");
    }
    checkVariables(incoming.variables, engine.bounds);
    const caller = await whoAsks(engine, await engine.authenticate(incoming.header("authorization")), now);
    progress.caller = caller;
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
      progress.declared = declareIn(engine, operation, variables, incoming, caller);
    } catch (error) {
      await waive(error);
    }
    const { declared } = progress;
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
    if (error instanceof FieldguardError) await recordRefusal(engine, incoming, progress, error, now);
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
  result: ExecutionResult,
): Promise<Answer> {
  const { plan, request, acts } = admitted;
  const errors = sanitiseErrors(result.errors, plan.root, request.now, engine);
  const about = aboutAnswer(engine, admitted);
  const isRecorded = about.touched || plan.alwaysRecorded;
  const unannotated = (data: Answer["data"]): Answer =>
    respond(nothingToRecord(), { ...about, data, errors, tallies: [] });
  if (!plan.root.rebuilt && !isRecorded) return unannotated(result.data ?? null);
  const gathered = await recordingRefusal(engine, incoming, admitted, async () =>
    gather(result.data ?? {}, plan.root, engine.bounds.listItemsMax, engine.mode, acts?.verdicts),
  );
  if (acts !== null) checkSubjects(gathered.keyed, acts.verdicts, request.caller);
  if (!isRecorded) return unannotated(result.data ? gathered.data : null);
  await giveWay(gathered.pending.length);
  const unreadable = await decideValues(engine, admitted, gathered);
  const { enforced, tallies, alarm } = await recordingRefusal(engine, incoming, admitted, async () =>
    enforceInOneTurn(engine, admitted, gathered),
  );
  const recorded = describeRecord(engine, incoming, admitted, { gathered, unreadable, tallies, errors });
  await giveWay(gathered.pending.length);
  const told = (): GraphQLError[] => {
    const { document, root } = plan;
    const decided = { gathered, data: result.data, root, document, grouped: engine.mode === "enforce" };
    return tellErrors(decided, result.errors ?? [], errors);
  };
  try {
    const receipt = await record(engine.recorder, recorded);
    if (alarm !== null) await recordAlarm(engine.recorder, recorded, alarm);
    const data = result.data ? enforced.data : null;
    const toldErrors = about.mode === "report" ? errors : told();
    return respond(receipt, { ...about, data, errors: toldErrors, tallies: enforced.tallies });
  } catch (error) {
    if (!mayAnswerUnrecorded(admitted)) throw error;
    const withheld = withhold(gathered);
    const data = result.data ? gathered.data : null;
    return respond(nothingToRecord(), { ...about, mode: "enforce", data, errors: told(), tallies: withheld });
  }
}

/** What the answer says of itself. */
function aboutAnswer(
  engine: Engine,
  { plan, request, operation }: Admitted,
): Pick<Response, "purpose" | "mode" | "touched" | "noStore"> {
  // Which rows match is told by the answer whatever is selected: a filter on a value is an access to it.
  // A mutation is told its receipt, whatever it selects.
  const touched = plan.root.touched || plan.probes.length > 0 || operation.type === "mutation";
  // What the gateway's own API tells is told to one caller.
  const noStore = touched || plan.acts.length > 0;
  return { purpose: request.purpose, mode: request.survey === true ? "enforce" : engine.mode, touched, noStore };
}

/** Looks up consents, and decides every value that waits. Resolves with the facts that could not be read, by coordinate. */
async function decideValues(
  engine: Engine,
  { plan, request }: Admitted,
  { slots }: Gathered,
): Promise<ReadonlySet<string>> {
  const standings = onlyAsks(plan, ownTypesOf(engine.schema))
    ? UNKNOWN_TO_US
    : await lookUpConsents(engine.consents, slots, request);
  await decide(slots, standings, request);
  const unreadable = unreadableIn(slots);
  if (unreadable.size > 0) engine.recorder.onUnreadable?.(unreadable);
  return unreadable;
}

interface Shown {
  readonly enforced: Enforced;
  /** As they are put on record. */
  readonly tallies: readonly Tally[];
  readonly alarm: Alarm | null;
}

/**
 * Shows what was decided, as far as the caller was not shown enough already, and counts it. Nothing is waited for: between the look
 * at the count and the counting no other answer to the same caller may come, or together they would show what one may not.
 */
function enforceInOneTurn(engine: Engine, { request }: Admitted, gathered: Gathered): Shown {
  const { masks, mode, bounds, watch } = engine;
  const restrained = mode === "enforce" && watch.restrain(request, gathered.pending);
  const how = request.survey === true ? "survey" : mode;
  const enforced = enforce(gathered, masks, request.purpose, how, bounds.listItemsMax);
  const tallies = foldAliases(enforced.tallies);
  checkRecordSize(tallies, bounds.recordBytesMax);
  return { enforced, tallies, alarm: watch.count(request, enforced.tallies, restrained) };
}

/** What was decided on a result. */
interface Outcome {
  readonly gathered: Gathered;
  readonly unreadable: ReadonlySet<string>;
  readonly tallies: readonly Tally[];
  readonly errors: readonly GraphQLError[];
}

function describeRecord(
  engine: Engine,
  { ip, variables }: Incoming,
  { plan, request, operation, declared, acts }: Admitted,
  { gathered, unreadable, tallies, errors }: Outcome,
): Recorded {
  return {
    kind: plan.kind,
    request,
    operation,
    justification: declared.justification,
    ip: ip === null ? null : engine.truncateIp(ip),
    tallies,
    minors: minorsIn(gathered, request),
    unreadable: new Set([...unreadableInActs(acts), ...unreadable]),
    ...outcomeOf(engine, plan, errors, acts),
    ...(plan.acts.length > 0 ? { people: peopleOfActs(engine.schema, operation, variables, request.caller) } : {}),
    probes: plan.probes,
  };
}

/**
 * Without a record nothing annotated leaves, nor which rows match; what is public still may. What was done is not told as done
 * where nothing of it is on record.
 */
function mayAnswerUnrecorded({ plan, operation, acts }: Admitted): boolean {
  const unrecordedChange = operation.type === "mutation" && plan.acts.length === 0 && (acts?.intents.length ?? 0) === 0;
  return plan.probes.length === 0 && !unrecordedChange;
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

/** What became of the acts of the gateway's own API, and of those that it guards. */
function outcomeOf(engine: Engine, plan: Plan, errors: readonly GraphQLError[], acts: ActRun | null): ActsOutcome {
  const { outcome, details } = outcomeOfActs(plan, errors, ownTypesOf(engine.schema));
  const guarded = detailsOfActs(acts);
  return { outcome, details: guarded === null ? details : { ...details, ...guarded } };
}
