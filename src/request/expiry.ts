import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import type { Caller } from "../decision/model.ts";
import { goodUntil } from "./authenticate.ts";

/** Looked at the clock at least so often, as it can be set forward; far under what a timer of Node's can wait for (24.8 days). */
const LOOK_MS_MAX = 60_000;
/** A clock that stands still is not asked without pause. */
const LOOK_MS_MIN = 10;

/** Throws UNAUTHENTICATED where the caller's token has expired. */
export function checkRunning(caller: Caller, now: number): void {
  if (now >= goodUntil(caller)) throw expired();
}

function expired(): FieldguardError {
  return new FieldguardError("UNAUTHENTICATED", "The token has expired: subscribe again with a new one.");
}

/**
 * Calls `onExpired` with what `checkRunning` throws, once, when the token expires by `clock`, though nothing else happens.
 * Returns what calls it off. Holds no process open.
 */
export function watchExpiry(caller: Caller, clock: Clock, onExpired: (error: FieldguardError) => void): () => void {
  const until = goodUntil(caller);
  if (until === Number.POSITIVE_INFINITY) return () => undefined;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.min(Math.max(until - clock.now(), LOOK_MS_MIN), LOOK_MS_MAX);
    timer = setTimeout(look, left).unref();
  };
  // A timer may come early, and the clock need not go as fast as it: what counts is the clock.
  const look = (): void => {
    if (clock.now() >= until) onExpired(expired());
    else arm();
  };
  arm();
  return () => clearTimeout(timer);
}
