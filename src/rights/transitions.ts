import type { ConsentState } from "../decision/model.ts";

/** What can be done to a consent. */
export const CONSENT_ACTIONS = [
  "request",
  "defer",
  "refuse",
  "give",
  "renew",
  "withdraw",
  "revoke",
  "invalidate",
] as const;
export type ConsentAction = (typeof CONSENT_ACTIONS)[number];

/** How a consent stands in its life: its state, EXPIRED by its date, OUTDATED by a material change of its notice. */
export type LifeState = ConsentState | "OUTDATED";

/** The state that follows; UNCHANGED where what is asked for holds already, and nothing need be stored. */
export type Following = ConsentState | "UNCHANGED";

/**
 * Which state follows which (ISO/IEC TS 27560, 6.3; DPV consent statuses). What is absent cannot follow and is refused
 * with CONSENT_STATE_CONFLICT.
 * - Nobody is asked for what stands; who has been asked, need not be asked again.
 * - A no of the person follows every state: whichever word it takes, it is stored as WITHDRAWN where a consent stood, else as
 *   REFUSED.
 * - Giving what stands renews it. A person who refused may consent at any time: the cool-down binds those
 *   who ask.
 */
export const TRANSITIONS: Readonly<Record<ConsentAction, Readonly<Partial<Record<LifeState, Following>>>>> = {
  request: {
    UNKNOWN: "REQUESTED",
    REQUESTED: "UNCHANGED",
    DEFERRED: "REQUESTED",
    REFUSED: "REQUESTED",
    OUTDATED: "REQUESTED",
    WITHDRAWN: "REQUESTED",
    REVOKED: "REQUESTED",
    EXPIRED: "REQUESTED",
    INVALIDATED: "REQUESTED",
  },
  defer: { REQUESTED: "DEFERRED", DEFERRED: "UNCHANGED" },
  refuse: {
    UNKNOWN: "REFUSED",
    REQUESTED: "REFUSED",
    DEFERRED: "REFUSED",
    REFUSED: "UNCHANGED",
    GIVEN: "WITHDRAWN",
    RENEWED: "WITHDRAWN",
    OUTDATED: "REFUSED",
    WITHDRAWN: "REFUSED",
    REVOKED: "REFUSED",
    EXPIRED: "REFUSED",
    INVALIDATED: "REFUSED",
  },
  give: {
    UNKNOWN: "GIVEN",
    REQUESTED: "GIVEN",
    DEFERRED: "GIVEN",
    REFUSED: "GIVEN",
    GIVEN: "RENEWED",
    RENEWED: "RENEWED",
    OUTDATED: "RENEWED",
    WITHDRAWN: "GIVEN",
    REVOKED: "GIVEN",
    EXPIRED: "GIVEN",
    INVALIDATED: "GIVEN",
  },
  renew: { GIVEN: "RENEWED", RENEWED: "RENEWED", OUTDATED: "RENEWED", EXPIRED: "RENEWED" },
  withdraw: {
    UNKNOWN: "REFUSED",
    REQUESTED: "REFUSED",
    DEFERRED: "REFUSED",
    REFUSED: "UNCHANGED",
    GIVEN: "WITHDRAWN",
    RENEWED: "WITHDRAWN",
    OUTDATED: "WITHDRAWN",
    EXPIRED: "WITHDRAWN",
    WITHDRAWN: "UNCHANGED",
    REVOKED: "UNCHANGED",
    INVALIDATED: "UNCHANGED",
  },
  revoke: {
    REQUESTED: "REVOKED",
    DEFERRED: "REVOKED",
    GIVEN: "REVOKED",
    RENEWED: "REVOKED",
    OUTDATED: "REVOKED",
    EXPIRED: "REVOKED",
    WITHDRAWN: "UNCHANGED",
    REVOKED: "UNCHANGED",
    INVALIDATED: "UNCHANGED",
    REFUSED: "UNCHANGED",
    UNKNOWN: "REVOKED",
  },
  invalidate: {
    REQUESTED: "INVALIDATED",
    DEFERRED: "INVALIDATED",
    GIVEN: "INVALIDATED",
    RENEWED: "INVALIDATED",
    OUTDATED: "INVALIDATED",
    EXPIRED: "INVALIDATED",
    INVALIDATED: "UNCHANGED",
  },
};

/** What an action can leave behind: tells whether a repeated key was used for the same. */
export function outcomesOf(action: ConsentAction): ReadonlySet<Following> {
  return new Set(Object.values(TRANSITIONS[action]));
}
