/** Where time comes from. Read once per request and handed on, so that one request has one "now". */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** ISO 8601 in UTC with milliseconds, the one form in which times are stored and shown. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
