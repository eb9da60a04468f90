import type { ExecutionResult } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { CLOCK_SKEW_SECONDS } from "./authenticate.ts";
import { endable } from "./endable.ts";
import { type Admitted, admit, deliver, type Engine, type Incoming, recordingRefusal } from "./handle.ts";
import type { Answer } from "./respond.ts";
import { withinTime } from "./time-limit.ts";

/**
 * A subscription: admitted once, then every event takes the rest of the path anew. What a consent, a state or a date
 * allowed at one event may be denied at the next; an expired token ends the stream. A source that outruns its client by
 * more than `eventsMax` events ends it too, so that a slow client holds no more than that.
 * Throws what `admit` throws, and FORBIDDEN where the event itself is denied to the caller: then nothing is subscribed to.
 */
export async function stream(
  engine: Engine,
  incoming: Incoming,
  eventsMax: number,
): Promise<AsyncGenerator<Answer, void> | Answer> {
  const admitted = await admit(engine, incoming, "STREAM");
  const source = await recordingRefusal(engine, incoming, admitted, async () => {
    if (admitted.plan.executedRootFields === 0) throw deniedWhole(admitted);
    return withinTime(engine.executor.subscribe(admitted.execution), engine.bounds.operationMsMax);
  });
  if (!(Symbol.asyncIterator in source)) return deliver(engine, incoming, admitted, source);
  const { events, stop } = bounded(source, eventsMax);
  return endable(eachAnew(engine, incoming, admitted, events), stop);
}

async function* eachAnew(
  engine: Engine,
  incoming: Incoming,
  admitted: Admitted,
  events: AsyncIterable<ExecutionResult>,
): AsyncGenerator<Answer, void> {
  for await (const event of events) {
    const now = engine.clock.now();
    const { expiresAt } = admitted.request.caller;
    if (expiresAt !== null && now >= (expiresAt + CLOCK_SKEW_SECONDS) * 1000) {
      throw new FieldguardError("UNAUTHENTICATED", "The token has expired: subscribe again with a new one.");
    }
    yield await deliver(engine, incoming, { ...admitted, request: { ...admitted.request, now } }, event);
  }
}

/** Events as the client takes them, and how to stop waiting for more. */
interface Bounded {
  readonly events: AsyncGenerator<ExecutionResult>;
  readonly stop: () => void;
}

/** Reads ahead of the client at most `eventsMax` events; more ends the stream. */
function bounded(source: AsyncIterable<ExecutionResult>, eventsMax: number): Bounded {
  const waiting: ExecutionResult[] = [];
  const iterator = source[Symbol.asyncIterator]();
  let wake: () => void = () => undefined;
  let ended: { readonly error: unknown } | null = null;
  const end = (error: unknown): void => {
    ended ??= { error };
    wake();
  };
  const read = async (): Promise<void> => {
    while (ended === null) {
      const next = await iterator.next();
      if (next.done) return end(null);
      if (waiting.length >= eventsMax) return end(slowClient(eventsMax));
      waiting.push(next.value);
      wake();
    }
  };
  const stop = (): void => {
    end(null);
    // A generator that waits for its next event hears of the end only then: nobody waits for that.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  };
  const events = async function* (): AsyncGenerator<ExecutionResult> {
    read().catch(end);
    try {
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else if (ended !== null) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      const { error } = ended as { readonly error: unknown };
      if (error !== null) throw error;
    } finally {
      stop();
    }
  };
  return { events: events(), stop };
}

function slowClient(eventsMax: number): FieldguardError {
  return new FieldguardError(
    "SLOW_CLIENT",
    `The client did not take ${eventsMax} events in time (option \`limits.eventsMax\`).`,
  );
}

function deniedWhole({ plan }: Admitted): FieldguardError {
  const reason = plan.root.fields[0]?.annotated?.fixed?.reason ?? "ROLE_NOT_ALLOWED";
  const coordinate = plan.root.fields[0]?.annotated?.policy.coordinate;
  return new FieldguardError("FORBIDDEN", `Access to ${coordinate} is denied: ${reason}.`, {
    details: { coordinate, reason },
  });
}
