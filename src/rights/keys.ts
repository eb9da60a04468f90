import { coversKey, type Scope } from "../consents/choices.ts";
import type { ConsentEvent } from "../consents/contract.ts";
import { FieldguardError } from "../core/errors.ts";
import type { CheckedChange } from "./input.ts";
import { type ConsentAction, outcomesOf } from "./transitions.ts";

/** The store's key of one event of a change: a change with one key makes an event for each purpose and scope. */
export function changeKey(key: string, purpose: string, scope: Scope): string {
  const { tenant, categories, recipients } = scope;
  const isWhole = categories === null && recipients === null;
  return JSON.stringify([key, purpose, tenant, ...(isWhole ? [] : [coversKey(scope)])]);
}

function keyOfChange(event: ConsentEvent): string | null {
  if (event.key === null || !event.key.startsWith("[")) return null;
  try {
    const parsed: unknown = JSON.parse(event.key);
    return Array.isArray(parsed) && typeof parsed[0] === "string" ? parsed[0] : null;
  } catch {
    return null;
  }
}

/**
 * The purposes for which a change was made before, under its key; empty where the key is new. Throws
 * CONSENT_STATE_CONFLICT where it was used for something else: to answer with that would hide that nothing was done.
 */
export function repeatedPurposes(
  action: ConsentAction,
  change: CheckedChange,
  history: readonly ConsentEvent[],
): ReadonlySet<string> {
  const { key, purposes, tenant } = change;
  const earlier = key === null ? [] : history.filter((event) => keyOfChange(event) === key);
  const outcomes = outcomesOf(action);
  const alike = earlier.every(
    (event) =>
      outcomes.has(event.state) &&
      event.purposes.every((purpose) => purposes.includes(purpose)) &&
      (tenant === null || event.tenant === tenant) &&
      (action === "renew" || coversKey(event) === coversKey(change)),
  );
  if (!alike) throw keyTaken();
  return new Set(earlier.flatMap((event) => event.purposes));
}

export function keyTaken(): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    "Cannot use this `key`: it was used before, for another change. Take a new one for each change.",
  );
}
