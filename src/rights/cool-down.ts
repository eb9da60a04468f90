import { covers, isChoice, isNo, overlaps, type Scope } from "../consents/choices.ts";
import type { ConsentEvent } from "../consents/contract.ts";
import { DAY_MS } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";
import type { Vocabulary } from "../policy/model.ts";
import { isEntitled } from "./entitled.ts";

/** How long nobody is asked again after a no, where the deployment does not say. */
export const COOL_DOWN_MS = 30 * DAY_MS;
/** After a no to a purpose of `sale`, whatever the deployment says: twelve months (CCPA 1798.135(c)(4)), the longest that there are. */
export const SALE_COOL_DOWN_MS = 366 * DAY_MS;

/** How long each purpose cools down after a no. */
export type CoolDownOf = (purpose: string) => number;

export function coolDownsOf({ purposes }: Pick<Vocabulary, "purposes">, coolDownMs = COOL_DOWN_MS): CoolDownOf {
  return (purpose) => {
    const term = Object.hasOwn(purposes, purpose) ? purposes[purpose] : undefined;
    return term?.sale === true ? Math.max(coolDownMs, SALE_COOL_DOWN_MS) : coolDownMs;
  };
}

/** Purposes of `sale` in the default vocabulary. */
export const USUAL_SALES: readonly string[] = ["TARGETED_ADVERTISING", "THIRD_PARTY_SHARING"];

/** For tools that know a store and no schema: as a gateway has it that changes neither vocabulary nor options. */
export const usualCoolDown: CoolDownOf = (purpose) =>
  USUAL_SALES.includes(purpose) ? SALE_COOL_DOWN_MS : COOL_DOWN_MS;

/** A question: what for, and whom it concerns. */
export interface AskedFor {
  readonly purpose: string;
  readonly scope: Scope;
}

/**
 * Whether a question would ask anew what somebody said no to less than `coolDownMs` before `now`: a no in whatever word (refused,
 * withdrawn, revoked) that meets with any of what is asked, and that no yes has taken back since. Looks at the history, not at
 * what stands: nothing done in between makes room for asking again, nor does what only the controller says. INVALIDATED is no
 * no: nobody said that they do not want.
 */
export function coolsDown(
  history: readonly ConsentEvent[],
  { purpose, scope }: AskedFor,
  coolDownMs: number,
  now: number,
): boolean {
  const concerned = history.filter((event) => event.purposes.includes(purpose) && isChoice(event.state));
  return concerned.some((no, at) => {
    if (!isNo(no.state) || no.state === "INVALIDATED") return false;
    if (!overlaps(no, scope) || no.time + coolDownMs <= now) return false;
    return !concerned.slice(at + 1).some((later) => isWord(later) && (covers(later, scope) || covers(later, no)));
  });
}

/** A yes that somebody said, of which there is proof. */
function isWord(event: ConsentEvent): boolean {
  if (event.state !== "GIVEN" && event.state !== "RENEWED") return false;
  return isEntitled(event);
}

/** Throws CONSENT_COOL_DOWN where one of the purposes must not be asked for again yet. */
export function checkCoolDown(
  history: readonly ConsentEvent[],
  purposes: readonly string[],
  scope: Scope,
  coolDownOf: CoolDownOf,
  now: number,
): void {
  for (const purpose of purposes) {
    if (!coolsDown(history, { purpose, scope }, coolDownOf(purpose), now)) continue;
    throw new FieldguardError(
      "CONSENT_COOL_DOWN",
      `Cannot ask for consent to ${purpose} again so soon after a no. Wait until the cool-down is over.`,
      { details: { purpose } },
    );
  }
}
