import type { ExecutionResult } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { endable } from "./endable.ts";
import { checkRunning, watchExpiry } from "./expiry.ts";
import { admit, deliver, whoAsks } from "./handle.ts";
import type { Admitted, Engine, Incoming } from "./model.ts";
import { recordingRefusal } from "./record-refusal.ts";
import type { Answer } from "./respond.ts";
import { ownError } from "./sanitise-errors.ts";
import { withinTime } from "./time-limit.ts";
import { bytesOfEvent, type WaitingConnection } from "./waiting.ts";

/** What may wait for a subscriber that is slow. */
export interface EventBounds {
  /** Events of one subscription. */
  readonly eventsMax: number;
  /** Bytes of everything that waits for slow clients. */
  readonly waitingBytesMax: number;
  /** What waits for the subscriber's connection. */
  readonly waiting: WaitingConnection;
}

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
  const { events, end, stop } = bounded(source, bounds);
  const callOff = watchExpiry(admitted.request.caller, engine.clock, end);
  return endable(eachAnew(engine, incoming, admitted, events, callOff), () => {
    callOff();
    stop();
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
    const source = await withinTime(Promise.race([beginning, expired]), engine.bounds.operationMsMax);
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

/** Events as the client takes them, and how to stop waiting for more: with an error as the last, or quietly. */
interface Bounded {
  readonly events: AsyncGenerator<ExecutionResult>;
  readonly end: (error: unknown) => void;
  readonly stop: () => void;
}

/** Reads ahead of the client at most `eventsMax` events, and its share of the bytes; more ends the stream. */
function bounded(
  source: AsyncIterable<ExecutionResult>,
  { eventsMax, waitingBytesMax, waiting: connection }: EventBounds,
): Bounded {
  const waiting: { readonly event: ExecutionResult; readonly bytes: number }[] = [];
  const iterator = source[Symbol.asyncIterator]();
  let wake: () => void = () => undefined;
  let ended: { readonly error: unknown } | null = null;
  const end = (error: unknown): void => {
    ended ??= { error };
    wake();
  };
  const share = connection.open(() => {
    // It would take them as slowly as before.
    waiting.length = 0;
    end(slowClient("too many bytes were waiting", "waitingBytesMax"));
    endQuietly(iterator);
  });
  const read = async (): Promise<void> => {
    while (ended === null) {
      const next = await iterator.next();
      if (next.done) return end(null);
      if (waiting.length >= eventsMax) return end(slowClient(`${eventsMax} events were waiting`, "eventsMax"));
      if (ended !== null) return;
      const bytes = bytesOfEvent(next.value, waitingBytesMax);
      waiting.push({ event: next.value, bytes });
      share.add(bytes);
      wake();
    }
  };
  const stop = (): void => {
    end(null);
    waiting.length = 0;
    share.close();
    endQuietly(iterator);
  };
  const events = async function* (): AsyncGenerator<ExecutionResult> {
    read().catch(end);
    try {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          share.add(-next.bytes);
          yield next.event;
        } else if (ended !== null) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      const { error } = ended as { readonly error: unknown };
      if (error !== null) throw error;
    } finally {
      stop();
    }
  };
  return { events: events(), end, stop };
}

/** A generator that waits for its next event hears of the end only then: nobody waits for that. */
function endQuietly(iterator: AsyncIterator<ExecutionResult>): void {
  Promise.resolve(iterator.return?.()).catch(() => undefined);
}

function slowClient(what: string, limit: string): FieldguardError {
  return new FieldguardError(
    "SLOW_CLIENT",
    `The client did not take its events in time: ${what} (option \`limits.${limit}\`).`,
  );
}

function nothingAsked(): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    "The subscription asks for no event: `@skip` or `@include` leaves its field out. Ask for one, or do not subscribe.",
  );
}

/** What acts is decided before it is subscribed to: a source that runs is an effect already. */
async function subscribing(engine: Engine, { acts }: Admitted): Promise<void> {
  await withinTime(acts?.prepare(true) ?? Promise.resolve(), engine.bounds.operationMsMax);
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
