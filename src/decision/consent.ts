import { isChoice, isNo } from "../consents/choices.ts";
import { type DayNumber, dayEverywhere, isAged } from "../core/dates.ts";
import { CONSENT_FORMS, type ConsentDemand, type Vocabulary } from "../policy/model.ts";
import type { AgreementStanding, Caller, ConsentStanding, ConsentState, Reason } from "./model.ts";
import { isOutdated, type MaterialChanges, wasInForce } from "./notices.ts";

/** Why a demanded consent is not met, in the order in which one reason is named where several hold. */
export const CONSENT_REASONS = [
  "CONSENT_STORE_UNAVAILABLE",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "CONSENT_NOT_NAMED",
  "CONSENT_NOT_INFORMED",
  "GUARDIAN_CONSENT_REQUIRED",
] as const satisfies readonly Reason[];
export type ConsentReason = (typeof CONSENT_REASONS)[number];
export type ConsentFinding = "MET" | ConsentReason;

/** What a consent is asked for: the same for every object of a request. */
export interface ConsentQuestion {
  readonly purpose: string;
  readonly category: string;
  /** The recipients that the caller is one of; see `namesOf`. */
  readonly names: readonly string[];
  readonly now: number;
  readonly today: DayNumber | null;
  readonly guardianAge: number;
  readonly changes: MaterialChanges;
}

/**
 * How a consent can name a caller as recipient: `role:NAME`, `org:ID`. A name without either was stored by the first edition: it
 * is a role if the vocabulary has such a one, else an organisation.
 */
export function namesOf({ role, organisation }: Caller, { roles }: Pick<Vocabulary, "roles">): readonly string[] {
  const names = [`role:${role}`];
  if (Object.hasOwn(roles, role)) names.push(role);
  if (organisation !== null) names.push(`org:${organisation}`);
  if (organisation !== null && !Object.hasOwn(roles, organisation)) names.push(organisation);
  return names;
}

/** Whether a guardian decides for the person: unknown where no day of birth is known. */
export type Majority = "MINOR" | "OF_AGE" | "UNKNOWN";

/** Under the deployment's guardian age or not, on the day that the request is made on, everywhere on earth. */
export function majorityOf(birthDay: DayNumber | null, question: ConsentQuestion): Majority {
  if (birthDay === null || question.today === null) return "UNKNOWN";
  return isAged(birthDay, question.guardianAge, question.today) ? "OF_AGE" : "MINOR";
}

/** What a person's choices come to for one value and caller. */
export interface Chosen {
  /** The choice that decides; null where nobody chose. */
  readonly by: ConsentStanding | null;
  /** MET: a yes that holds, whatever its form and notice. */
  readonly finding: ConsentFinding;
}

/**
 * What counts of a person's choices for an object of `tenant`. A choice is for a tenant, categories and recipients, or for all of
 * them; of those that cover the value and the caller the latest decides, in whatever order a store names them. So a yes to one
 * recipient ends no other's, and a no takes all that it covers. Of the same millisecond a no wins.
 * - A no counts whoever said it, and whatever its date.
 * - A yes that does not hold takes back no earlier no, which then decides, and brings no older yes back. It does not hold where it
 *   has ended, is dated after now, or was said by somebody who is not entitled (see `judgeSpeaker`).
 * - Nor does what the controller entered without evidence take back a no; against none it stands as IMPLIED.
 * - For a minor only a verified guardian's yes is a consent at all: without one GUARDIAN_CONSENT_REQUIRED. What a minor said
 *   by themselves never becomes one, also not by coming of age (`birthDay`, where it is known).
 */
export function findChosen(
  consents: readonly ConsentStanding[],
  tenant: string | null,
  majority: Majority,
  question: ConsentQuestion,
  birthDay: DayNumber | null = null,
): Chosen {
  const covering = consents.filter((choice) => coversValue(choice, tenant, question));
  const latest = latestOf(covering);
  const nothing = majority === "MINOR" ? "GUARDIAN_CONSENT_REQUIRED" : "CONSENT_MISSING";
  if (latest === null) return { by: null, finding: nothing };
  if (isNo(latest.state)) return { by: latest, finding: judgeState(latest.state) };
  const finding = judgeYes(latest, majority, question, birthDay);
  const objection =
    finding === "MET" && !isUnproven(latest) ? null : latestOf(covering.filter(({ state }) => isNo(state)));
  return objection === null ? { by: latest, finding } : { by: objection, finding: judgeState(objection.state) };
}

/** Entered by the controller, and nothing tells that anybody said it; see `formOf`. */
function isUnproven({ expressedBy, form }: ConsentStanding): boolean {
  return expressedBy === "CONTROLLER" && form === "IMPLIED";
}

function coversValue(
  { purpose, tenant: of, state, categories, recipients }: ConsentStanding,
  tenant: string | null,
  { purpose: asked, category, names }: ConsentQuestion,
): boolean {
  if (purpose !== asked || !isChoice(state) || (of !== null && of !== tenant)) return false;
  if (categories !== null && !categories.includes(category)) return false;
  return recipients === null || recipients.some((recipient) => names.includes(recipient));
}

function latestOf(choices: readonly ConsentStanding[]): ConsentStanding | null {
  let latest: ConsentStanding | null = null;
  for (const choice of choices) if (latest === null || isLater(choice, latest)) latest = choice;
  return latest;
}

/** Of one millisecond a no, then the choice that says more exactly what it is for; the id is there to make the order whole. */
function isLater(one: ConsentStanding, than: ConsentStanding): boolean {
  if (one.changedAt !== than.changedAt) return !(one.changedAt < than.changedAt);
  if (isNo(one.state) !== isNo(than.state)) return isNo(one.state);
  for (const part of ["tenant", "recipients", "categories"] as const) {
    if ((one[part] === null) !== (than[part] === null)) return one[part] !== null;
  }
  return one.id > than.id;
}

function judgeYes(
  choice: ConsentStanding,
  majority: Majority,
  { now, guardianAge }: ConsentQuestion,
  birthDay: DayNumber | null,
): ConsentFinding {
  const entitled = judgeSpeaker(choice, majority);
  if (entitled !== "MET") return entitled;
  if (choice.expressedBy !== "GUARDIAN" && wasMinor(birthDay, choice.changedAt, guardianAge)) return "CONSENT_MISSING";
  if (!(choice.changedAt <= now)) return "CONSENT_MISSING";
  return isPast(choice.expiresAt, now) ? "CONSENT_EXPIRED" : judgeState(choice.state);
}

/**
 * Whether what a person chose meets a demand.
 * - OUTDATED where the notice has since changed in what concerns the purpose.
 * - The form, the recipient's name and the notice are asked of the choice that decides, of no other.
 */
export function judgeConsent(
  { by, finding }: Chosen,
  demand: ConsentDemand,
  question: ConsentQuestion,
): ConsentFinding {
  if (by === null || finding !== "MET") return finding;
  if (isOutdated(by.notice, by.changedAt, question.changes)) return "CONSENT_OUTDATED";
  if (!isFormEnough(by.form, demand)) return "CONSENT_FORM_TOO_WEAK";
  if (demand.named === true && by.recipients === null) return "CONSENT_NOT_NAMED";
  if (demand.informed === true && !wasInForce(by.notice, by.changedAt, question.changes)) return "CONSENT_NOT_INFORMED";
  return "MET";
}

/** As `judgeConsent` where only a no is asked about (`optOut`). */
export function judgeObjection({ by, finding }: Chosen): ConsentFinding {
  return by !== null && isNo(by.state) ? finding : "MET";
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

function wasMinor(birthDay: DayNumber | null, time: number, guardianAge: number): boolean {
  const then = dayEverywhere(time);
  return birthDay !== null && then !== null && !isAged(birthDay, guardianAge, then);
}

function isPast(expiresAt: number | null, now: number): boolean {
  return expiresAt !== null && !(expiresAt > now);
}

function isFormEnough(form: ConsentStanding["form"], demand: ConsentDemand): boolean {
  return demand.form === null || CONSENT_FORMS.indexOf(form) >= CONSENT_FORMS.indexOf(demand.form);
}
