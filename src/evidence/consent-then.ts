import { stateAt } from "../consent/life-state.ts";
import { findDeciding } from "../decision/consent.ts";
import { type ConsentEvent, standingOf } from "../stores/consent-store.ts";

/** `NONE`: nothing was stored of the person for the purpose. */
export const NO_CONSENT = "NONE";

/**
 * How a person's consent for a purpose stood at a time (milliseconds since the epoch), by what was stored until then, in
 * the order in which it was stored. For a caller of several tenants these may have differed: then each state, once.
 */
export function consentThen(
  events: readonly ConsentEvent[],
  purpose: string,
  tenants: readonly string[],
  time: number,
): string[] {
  const latest = new Map<string | null, ConsentEvent>();
  for (const event of events) {
    if (event.time <= time && event.purposes.includes(purpose)) latest.set(event.tenant, event);
  }
  if (latest.size === 0) return [NO_CONSENT];
  const standings = Array.from(latest, ([tenant, event]) =>
    standingOf({ recordId: event.recordId, subject: event.subject, tenant, purpose, event, givenAt: null }),
  );
  // Which tenant's object it was the record does not say: those of the caller, or where he has none, all.
  const scopes = tenants.length > 0 ? tenants : [...latest.keys()];
  const states = scopes.map((tenant) => {
    const deciding = findDeciding(standings, tenant, purpose);
    if (deciding !== null) return stateAt(deciding, time);
    // Nobody chose: that he was asked, or put it off, is what there is to say.
    return (latest.get(tenant) ?? latest.get(null))?.state ?? NO_CONSENT;
  });
  return [...new Set(states)].sort();
}
