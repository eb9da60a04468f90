import { FieldguardError } from "../core/errors.ts";
import type { ConsentEvent } from "../stores/consent-store.ts";

const DAY_MS = 86_400_000;
/** How long nobody is asked again after a refusal, where the deployment does not say. */
export const COOL_DOWN_MS = 30 * DAY_MS;

/**
 * Whether a purpose was refused less than `coolDownMs` before `now`, for the tenant that asks or for all, and not consented to
 * since. Looks at the history, not at what stands: nothing done in between makes room for asking again.
 */
export function coolsDown(
  history: readonly ConsentEvent[],
  purpose: string,
  tenant: string | null,
  coolDownMs: number,
  now: number,
): boolean {
  const concerned = history.filter(
    (event) => event.purposes.includes(purpose) && (event.tenant === null || event.tenant === tenant),
  );
  const refused = concerned.findLastIndex((event) => event.state === "REFUSED");
  const consented = concerned.findLastIndex((event) => event.state === "GIVEN" || event.state === "RENEWED");
  const refusal = concerned[refused];
  return refusal !== undefined && consented <= refused && refusal.time + coolDownMs > now;
}

/** Throws CONSENT_COOL_DOWN where one of the purposes must not be asked for again yet. */
export function checkCoolDown(
  history: readonly ConsentEvent[],
  purposes: readonly string[],
  tenant: string | null,
  coolDownMs: number,
  now: number,
): void {
  for (const purpose of purposes) {
    if (!coolsDown(history, purpose, tenant, coolDownMs, now)) continue;
    throw new FieldguardError(
      "CONSENT_COOL_DOWN",
      `Cannot ask for consent to ${purpose} again so soon after a refusal. Wait until the cool-down is over.`,
      { details: { purpose } },
    );
  }
}
