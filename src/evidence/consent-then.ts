import { isChoice, recordsFrom } from "../consents/choices.ts";
import type { ConsentEvent, ConsentRecord } from "../consents/contract.ts";
import { latestOf, stateAt } from "../rights/life-state.ts";

/** `NONE`: nothing was stored of the person for the purpose. */
export const NO_CONSENT = "NONE";

/** Whom a record names as the caller. */
export interface Asker {
  readonly role: string;
  readonly organisation: string | null;
  readonly tenants: readonly string[];
}

/**
 * How a person's consent for a purpose stood at a time (milliseconds since the epoch) towards a caller, by what was stored until
 * then, in the order in which it was stored. For a caller of several tenants, or with choices for some categories, these may have
 * differed: then each state, once.
 */
export function consentThen(events: readonly ConsentEvent[], purpose: string, asker: Asker, time: number): string[] {
  const told = events.filter((event) => event.time <= time && event.purposes.includes(purpose));
  const records = recordsFrom(told).filter((record) => record.purpose === purpose);
  if (records.length === 0) return [NO_CONSENT];
  const concerned = records.filter(({ event }) => namesAsker(event.recipients, asker));
  const categories = new Set(concerned.flatMap(({ event }): readonly (string | null)[] => event.categories ?? [null]));
  // Which tenant's object it was the record does not say: those of the caller, or all if the caller has none.
  const tenants = asker.tenants.length > 0 ? asker.tenants : new Set(records.map(({ tenant }) => tenant));
  const states = Array.from(tenants).flatMap((tenant) => {
    const own = concerned.filter((record) => record.tenant === null || record.tenant === tenant);
    return Array.from(categories.size === 0 ? [null] : categories, (category) => stateOf(own, category, time));
  });
  return [...new Set(states)].sort();
}

function stateOf(records: readonly ConsentRecord[], category: string | null, time: number): string {
  const covering = records.filter(
    ({ event }) => event.categories === null || event.categories.includes(category ?? ""),
  );
  const choice = latestOf(covering.filter(({ event }) => isChoice(event.state)));
  // There is no choice: the state is that the person was asked, or deferred.
  const told = choice ?? latestOf(covering);
  return told === null ? NO_CONSENT : stateAt(told.event, time);
}

/** A recipient without `org:` or `role:` was stored by the first edition, and may be either. */
function namesAsker(recipients: readonly string[] | null, { role, organisation }: Asker): boolean {
  const names = [`role:${role}`, role, ...(organisation === null ? [] : [`org:${organisation}`, organisation])];
  return recipients === null || recipients.some((recipient) => names.includes(recipient));
}
