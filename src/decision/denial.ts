import { REASONS, type Reason } from "./model.ts";

/** What a base rule answers instead of true: an Error, as graphql-shield wants it, that carries the reason and nothing of the data. */
export class Denial extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.name = "Denial";
    this.reason = reason;
  }
}

/** One instance a reason, made once: an Error collects a stack, which is too dear for something that is decided thousands of times a second. */
const DENIALS: ReadonlyMap<Reason, Denial> = new Map(REASONS.map((reason) => [reason, new Denial(reason)]));

/** The denial that carries `reason`; the same object every time. */
export function denialOf(reason: Reason): Denial {
  return DENIALS.get(reason) ?? new Denial(reason);
}
