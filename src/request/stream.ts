import type { ExecutionResult } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { endable } from "./endable.ts";
import { checkRunning, watchExpiry } from "./expiry.ts";
import { admit, deliver, whoAsks } from "./handle.ts";
import type { Admitted, Engine, Incoming } from "./model.ts";
import { type EventBounds, endQuietly, ReadAhead } from "./read-ahead.ts";
import { recordingRefusal } from "./record-refusal.ts";
import type { Answer } from "./respond.ts";
import { ownError } from "./sanitise-errors.ts";
import { withinOperationTime } from "./time-limit.ts";

/**
 * A subscription: admitted once, then every event takes the rest of the path anew. What a consent, a state or a date
 * allowed at one event may be denied at the next. It ends by itself with the caller's token, and where the source outruns
 * its client by more than `eventsMax` events, or makes most wait where too many bytes are waiting; both are recorded.
 * Throws what `admit` throws, UNAUTHENTICATED where the token expires before the source has begun, FORBIDDEN where the event
 * itself or a rule of the integrator's denies it to the caller, and BAD_INPUT where no event is asked for: then nothing is
 * subscribed to, and the refusal is recorded.
 */
export async function stream(
  engine: Engine,
  incoming: Incoming,
  bounds: EventBounds,
): Promise<AsyncGenerator<Answer, void> | Answer> {
  const admitted = await admit(engine, incoming, "STREAM");
  const source = await recordingRefusal(engine, incoming, admitted, async () => {
    if (admitted.plan.root.fields.length === 0) throw nothingAsked();
    if (admitted.plan.executedRootFields === 0) throw deniedWhole(admitted);
    try {
      await subscribing(engine, admitted);
      return await begun(engine, admitted);
    } catch (error) {
      // What is about to act does not begin behind the client's back.
      await admitted.acts?.end();
      throw error;
    }
  });
  if (!(Symbol.asyncIterator in source)) return deliver(engine, incoming, admitted, source);
  const ahead = new ReadAhead(source, bounds);
  const callOff = watchExpiry(admitted.request.caller, engine.clock, (error) => ahead.end(error));
  return endable(eachAnew(engine, incoming, admitted, ahead.events(), callOff), () => {
    callOff();
    ahead.stop();
  });
}

type Source = AsyncIterable<ExecutionResult> | ExecutionResult;

/** The source, once it is there: neither after the token's end nor later than an operation may take. */
async function begun(engine: Engine, { execution, request }: Admitted): Promise<Source> {
  const beginning = engine.executor.subscribe(execution);
  let callOff = (): void => undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    callOff = watchExpiry(request.caller, engine.clock, reject);
  });
  try {
    const source = await withinOperationTime(Promise.race([beginning, expired]), engine.bounds.operationMsMax);
    const refusal = refusalIn(source);
    if (refusal !== null) throw refusal;
    return source;
  } catch (error) {
    // One that comes all the same is not left running.
    beginning.then(giveUp, () => undefined);
    throw error;
  } finally {
    callOff();
  }
}

/** What a rule said before `subscribe` refuses the operation, not one event. */
function refusalIn(source: Source): FieldguardError | null {
  if (Symbol.asyncIterator in source) return null;
  return source.errors?.map(ownError).find((own) => own !== null) ?? null;
}

function giveUp(source: Source): void {
  if (Symbol.asyncIterator in source) endQuietly(source[Symbol.asyncIterator]());
}

async function* eachAnew(
  engine: Engine,
  incoming: Incoming,
  admitted: Admitted,
  events: AsyncGenerator<ExecutionResult>,
  callOff: () => void,
): AsyncGenerator<Answer, void> {
  const anew = (): Admitted => ({ ...admitted, request: { ...admitted.request, now: engine.clock.now() } });
  const askedAnew = async (): Promise<Admitted> => {
    const { request, ...rest } = anew();
    return { ...rest, request: { ...request, caller: await whoAsks(engine, request.caller, request.now) } };
  };
  try {
    for (;;) {
      const next = await events.next().catch(refusedBy(engine, incoming, anew));
      if (next.done === true) return;
      const now = await askedAnew();
      await recordingRefusal(engine, incoming, now, async () => checkRunning(now.request.caller, now.request.now));
      yield await deliver(engine, incoming, now, next.value);
    }
  } finally {
    callOff();
    await events.return(undefined);
  }
}

/** What ends a stream is recorded as of then. */
function refusedBy(engine: Engine, incoming: Incoming, anew: () => Admitted): (error: unknown) => Promise<never> {
  return (error) => recordingRefusal(engine, incoming, anew(), () => Promise.reject(error));
}

function nothingAsked(): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    "The subscription asks for no event: `@skip` or `@include` leaves its field out. Ask for one, or do not subscribe.",
  );
}

/** What acts is decided before it is subscribed to: a source that runs is an effect already. */
async function subscribing(engine: Engine, { acts }: Admitted): Promise<void> {
  await withinOperationTime(acts?.prepare(true) ?? Promise.resolve(), engine.bounds.operationMsMax);
  const denied = [...(acts?.verdicts.values() ?? [])].find(({ verdict }) => verdict.decision.outcome !== "ALLOW");
  if (denied === undefined || engine.mode === "report") return;
  throw forbidden(denied.verdict.write.coordinate, denied.verdict.told);
}

function deniedWhole({ plan }: Admitted): FieldguardError {
  const reason = plan.root.fields[0]?.annotated?.fixed?.reason ?? "ROLE_NOT_ALLOWED";
  const coordinate = plan.root.fields[0]?.annotated?.policy.coordinate;
  return forbidden(coordinate, reason);
}

function forbidden(coordinate: string | undefined, reason: string): FieldguardError {
  return new FieldguardError("FORBIDDEN", `Access to ${coordinate} is denied: ${reason}.`, {
    details: { coordinate, reason },
  });
}
