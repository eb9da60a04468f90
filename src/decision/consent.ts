import { CONSENT_FORMS, type ConsentDemand } from "../policy/model.ts";
import { type DayNumber, isAged } from "./dates.ts";
import type { AgreementStanding, Caller, ConsentStanding, ConsentState, Reason } from "./model.ts";
import { isOutdated, type MaterialChanges } from "./notices.ts";

/** Why a demanded consent is not met, in the order in which one reason is named where several hold. */
export const CONSENT_REASONS = [
  "CONSENT_STORE_UNAVAILABLE",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "GUARDIAN_CONSENT_REQUIRED",
] as const satisfies readonly Reason[];
export type ConsentReason = (typeof CONSENT_REASONS)[number];
export type ConsentFinding = "MET" | ConsentReason;

/** What a consent is asked for: the same for every object of a request. */
export interface ConsentQuestion {
  readonly purpose: string;
  readonly category: string;
  readonly caller: Caller;
  readonly now: number;
  readonly today: DayNumber | null;
  readonly guardianAge: number;
  readonly changes: MaterialChanges;
}

/** Whether a guardian decides for the person: unknown where no day of birth is known. */
export type Majority = "MINOR" | "OF_AGE" | "UNKNOWN";

/** Under the deployment's guardian age or not, on the day of the request (UTC). */
export function majorityOf(birthDay: DayNumber | null, question: ConsentQuestion): Majority {
  if (birthDay === null || question.today === null) return "UNKNOWN";
  return isAged(birthDay, question.guardianAge, question.today) ? "OF_AGE" : "MINOR";
}

/**
 * The record that speaks for an object of `tenant`: of those for all tenants and for this one, the most recent in which somebody
 * chose. A later general withdrawal so beats an earlier consent for the tenant, and the other way round. Having been asked, or
 * having put the answer off, is no choice and takes none back. Of two at the same millisecond a refusal wins over a consent, else
 * the tenant's own record over the general one: in whatever order a store names them.
 */
export function findDeciding(
  consents: readonly ConsentStanding[],
  tenant: string | null,
  purpose: string,
): ConsentStanding | null {
  let deciding: ConsentStanding | null = null;
  for (const record of consents) {
    if (record.purpose !== purpose || !isChoice(record.state)) continue;
    if (record.tenant !== null && record.tenant !== tenant) continue;
    if (deciding === null || isLater(record, deciding)) deciding = record;
  }
  return deciding;
}

function isChoice(state: ConsentState): boolean {
  return state !== "UNKNOWN" && state !== "REQUESTED" && state !== "DEFERRED";
}

function isLater(record: ConsentStanding, than: ConsentStanding): boolean {
  if (record.changedAt !== than.changedAt) return !(record.changedAt < than.changedAt);
  if (authorises(record.state) !== authorises(than.state)) return authorises(than.state);
  return record.tenant !== null && than.tenant === null;
}

function authorises(state: ConsentState): boolean {
  return state === "GIVEN" || state === "RENEWED";
}

/**
 * Whether a person's record meets a demand.
 * - It covers the field's category and the caller (role or organisation), or it is no consent to this: CONSENT_MISSING.
 * - For a minor only a verified guardian's yes is a consent at all: without one GUARDIAN_CONSENT_REQUIRED, whatever else the
 *   child's own yes would lack. A no counts whoever said it.
 * - A guardian's consent ends when the child comes of age: CONSENT_EXPIRED, as by its own date.
 * - An agent or guardian whose authority was not verified says nothing for an adult: CONSENT_MISSING.
 * - A consent dated after now is not yet given: CONSENT_MISSING; a withdrawal works whatever its date.
 */
export function judgeConsent(
  record: ConsentStanding | null,
  demand: ConsentDemand,
  majority: Majority,
  question: ConsentQuestion,
): ConsentFinding {
  const nothing = majority === "MINOR" ? "GUARDIAN_CONSENT_REQUIRED" : "CONSENT_MISSING";
  if (record === null || !covers(record, question)) return nothing;
  const spoken = judgeState(record.state);
  if (spoken === "CONSENT_MISSING") return nothing;
  if (spoken === "CONSENT_REFUSED" || spoken === "CONSENT_WITHDRAWN") return spoken;
  const entitled = judgeSpeaker(record, majority);
  if (entitled !== "MET") return entitled;
  if (!(record.changedAt <= question.now)) return "CONSENT_MISSING";
  if (spoken === "CONSENT_EXPIRED" || isPast(record.expiresAt, question.now)) return "CONSENT_EXPIRED";
  if (isOutdated(record.notice, record.changedAt, question.changes)) return "CONSENT_OUTDATED";
  return isFormEnough(record.form, demand) ? "MET" : "CONSENT_FORM_TOO_WEAK";
}

/**
 * The record that speaks where only a no is asked about (`optOut`): as `findDeciding`, but of those that cover the field and the
 * caller, and of the yeses only those that hold. Nothing else takes a no back: not a consent to something narrower, nor one that
 * has ended, has yet to begin, or was given by somebody who cannot.
 */
export function findObjection(
  consents: readonly ConsentStanding[],
  tenant: string | null,
  majority: Majority,
  question: ConsentQuestion,
): ConsentStanding | null {
  const speaking = consents.filter(
    (record) => covers(record, question) && (isNo(record) || isYes(record, majority, question)),
  );
  const deciding = findDeciding(speaking, tenant, question.purpose);
  return deciding !== null && isNo(deciding) ? deciding : null;
}

/** Whoever said it, and whenever. */
function isNo({ state }: ConsentStanding): boolean {
  const spoken = judgeState(state);
  return spoken === "CONSENT_REFUSED" || spoken === "CONSENT_WITHDRAWN";
}

function isYes(record: ConsentStanding, majority: Majority, { now }: ConsentQuestion): boolean {
  const holds = authorises(record.state) && record.changedAt <= now && !isPast(record.expiresAt, now);
  return holds && judgeSpeaker(record, majority) === "MET";
}

/** What a no is as a finding; MET where nobody said one. */
export function judgeObjection(objection: ConsentStanding | null): ConsentFinding {
  return objection === null ? "MET" : judgeState(objection.state);
}

/** Whether a tenant's agreement meets a demand `from: TENANT`; `tenant` is the object's. With `optOut` only the tenant's no is an obstacle. */
export function judgeAgreement(
  agreement: AgreementStanding | null | undefined,
  tenant: string | null,
  demand: ConsentDemand,
  now: number,
): ConsentFinding {
  const nothing = demand.optOut === true ? "MET" : "CONSENT_MISSING";
  if (tenant === null) return nothing;
  if (agreement === null) return "CONSENT_STORE_UNAVAILABLE";
  if (agreement === undefined || agreement.tenant !== tenant) return nothing;
  const spoken = judgeState(agreement.state);
  if (demand.optOut === true) return spoken === "CONSENT_REFUSED" || spoken === "CONSENT_WITHDRAWN" ? spoken : "MET";
  if (spoken !== "MET" && spoken !== "CONSENT_EXPIRED") return spoken;
  if (!(agreement.givenAt <= now)) return "CONSENT_MISSING";
  if (spoken === "CONSENT_EXPIRED" || isPast(agreement.expiresAt, now)) return "CONSENT_EXPIRED";
  return isFormEnough(agreement.form, demand) ? "MET" : "CONSENT_FORM_TOO_WEAK";
}

/** The one of two findings that is named: the first in the table's order. */
export function firstOf(one: ConsentFinding, other: ConsentFinding): ConsentFinding {
  if (one === "MET") return other;
  if (other === "MET") return one;
  return CONSENT_REASONS.indexOf(one) <= CONSENT_REASONS.indexOf(other) ? one : other;
}

function judgeState(state: ConsentState): ConsentFinding {
  switch (state) {
    case "GIVEN":
    case "RENEWED":
      return "MET";
    case "REFUSED":
      return "CONSENT_REFUSED";
    case "WITHDRAWN":
    case "REVOKED":
    case "INVALIDATED":
      return "CONSENT_WITHDRAWN";
    case "EXPIRED":
      return "CONSENT_EXPIRED";
    case "UNKNOWN":
    case "REQUESTED":
    case "DEFERRED":
      return "CONSENT_MISSING";
    default:
      return judgeUnknownState(state);
  }
}

/** A state that a newer gateway stored: not known here, so no consent. */
function judgeUnknownState(_: never): ConsentFinding {
  return "CONSENT_MISSING";
}

function judgeSpeaker(record: ConsentStanding, majority: Majority): ConsentFinding {
  if (majority === "MINOR") {
    return record.expressedBy === "GUARDIAN" && record.verified ? "MET" : "GUARDIAN_CONSENT_REQUIRED";
  }
  if (record.expressedBy !== "GUARDIAN" && record.expressedBy !== "AGENT") return "MET";
  if (!record.verified) return "CONSENT_MISSING";
  return record.expressedBy === "GUARDIAN" && majority === "OF_AGE" ? "CONSENT_EXPIRED" : "MET";
}

function covers(record: ConsentStanding, { category, caller }: ConsentQuestion): boolean {
  const { categories, recipients } = record;
  if (categories !== null && !categories.includes(category)) return false;
  if (recipients === null || recipients.includes(caller.role)) return true;
  return caller.organisation !== null && recipients.includes(caller.organisation);
}

function isPast(expiresAt: number | null, now: number): boolean {
  return expiresAt !== null && !(expiresAt > now);
}

function isFormEnough(form: ConsentStanding["form"], demand: ConsentDemand): boolean {
  return demand.form === null || CONSENT_FORMS.indexOf(form) >= CONSENT_FORMS.indexOf(demand.form);
}
