import { denialOf } from "./denial.ts";
import type { Findings, StaticFindings } from "./examine.ts";
import type { Reason } from "./model.ts";
import { type IRule, rule } from "./shield.ts";

/**
 * The base rules: graphql-shield rules, one for each test of the decision. The `parent` that a rule is given are the findings of
 * one object (or of the request alone for the static ones). Each answers true, or a `Denial` that carries the reason.
 */
function baseRule<F>(name: string, reason: Reason | ((findings: F) => Reason), holds: (findings: F) => boolean): IRule {
  return rule(name, { cache: "no_cache" })((findings: F) => {
    if (holds(findings)) return true;
    return denialOf(typeof reason === "function" ? reason(findings) : reason);
  });
}

/** Holds for nobody. */
export function never(reason: Reason) {
  return baseRule("never", reason, () => false);
}

/** How far the grant at `index` carries; 0, as one that names another role, where there is none. */
function rungOf(findings: StaticFindings, index: number): number {
  return Number(findings.rungs.charAt(index));
}

/** 3: the grant at `index` names the role. */
export function roleNamed(index: number) {
  return baseRule<StaticFindings>("roleNamed", "ROLE_NOT_ALLOWED", (found) => rungOf(found, index) >= 1);
}

/** 3: a purpose was declared. */
export const purposeDeclared = baseRule<StaticFindings>(
  "purposeDeclared",
  "PURPOSE_MISSING",
  (found) => found.traits.purposeDeclared,
);

/** 3: the grant at `index` names the role and the purpose. */
export function purposeNamed(index: number) {
  return baseRule<StaticFindings>("purposeNamed", "PURPOSE_NOT_ALLOWED", (found) => rungOf(found, index) >= 2);
}

/** 4: it is known whose data it is, where that matters. */
export const subjectKnown = baseRule<Findings>(
  "subjectKnown",
  "SUBJECT_UNKNOWN",
  (found) => found.subject !== "UNKNOWN",
);

/** 1: the subject is not erased, or the law holds the data for a purpose that it obliges to. */
export const notErased = baseRule<Findings>(
  "notErased",
  "SUBJECT_ERASED",
  (found) => found.status !== "ERASED" || isHeld(found),
);

/** 2: the data is within its retention, or held by law. */
export const retained = baseRule<Findings>("retained", "RETENTION_EXPIRED", (found) => !found.expired || isHeld(found));

/** 2: the store could tell the subject's state. After `retained`, so that expired data is denied also while the store is away. */
export const standingKnown = baseRule<Findings>(
  "standingKnown",
  "CONSENT_STORE_UNAVAILABLE",
  (found) => found.status !== "UNAVAILABLE",
);

function isHeld(found: Findings): boolean {
  return found.legalHold && found.traits.legalObligation;
}

/** 5, as far as the caller alone tells: some object can be in reach. */
export const reachPossible = baseRule<StaticFindings>("reachPossible", "OUT_OF_REACH", (found) => found.reachable);

/** 5: the grant at `index` reaches the object. */
export function inReach(index: number) {
  return baseRule<Findings>("inReach", "OUT_OF_REACH", (found) => rungOf(found, index) >= 3);
}

/** 6: the grant at `index` reaches the object and is running. */
export function grantRunning(index: number) {
  return baseRule<Findings>("grantRunning", "GRANT_ENDED", (found) => rungOf(found, index) >= 4);
}

/** 7: the subject's data may be used, or the purpose is one that a restriction leaves possible. */
export const notRestricted = baseRule<Findings>(
  "notRestricted",
  "SUBJECT_RESTRICTED",
  (found) => found.status !== "RESTRICTED" || found.traits.servesRestricted,
);

/** 8: the subject is old enough to be served, or the purpose serves rights, or a life. */
export const oldEnough = baseRule<Findings>(
  "oldEnough",
  "MINOR_NOT_SERVED",
  (found) => !found.tooYoung || found.traits.servesMinors,
);

/** 9: the caller's region may receive the data. */
export const regionAllowed = baseRule<Findings>("regionAllowed", "CROSS_BORDER", (found) => !found.barred);

/** 10: the request does not speak against the purpose itself. First of 10, as it needs no store and no object. */
export const notOptedOut = baseRule<StaticFindings>("notOptedOut", "OPTED_OUT", (found) => !found.traits.optedOut);

/** 10: every consent that the purpose needs is met. */
export const consented = baseRule<Findings>(
  "consented",
  (found) => (found.consent === "MET" ? "RULE_FAILED" : found.consent),
  (found) => found.consent === "MET",
);
