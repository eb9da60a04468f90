import { type DayNumber, isAged, readBirthDay, readMoment, UNREADABLE_DAY } from "../core/dates.ts";
import type { ConsentDemand } from "../policy/model.ts";
import {
  CONSENT_REASONS,
  type ConsentFinding,
  findChosen,
  firstOf,
  judgeAgreement,
  judgeConsent,
  judgeObjection,
  type Majority,
  majorityOf,
} from "./consent.ts";
import { BIRTH_DATE, type ObjectFacts, standsFor } from "./model.ts";
import { type GrantQuestion, type Question, type Rung, rungsOf, type Traits } from "./question.ts";
import { hasEnded, hasExpired } from "./retention.ts";

/** What the static rules look at. */
export interface StaticFindings {
  readonly traits: Traits;
  /** One rung a grant, as digits, in the policy's order. */
  readonly rungs: string;
  readonly reachable: boolean;
}

/** What the rules look at: everything raw compared and normalised, so that few distinct findings stand for many objects. */
export interface Findings extends StaticFindings {
  readonly subject: "KNOWN" | "UNKNOWN" | "NOT_NEEDED";
  readonly status: "ACTIVE" | "RESTRICTED" | "ERASED" | "UNAVAILABLE";
  readonly legalHold: boolean;
  readonly expired: boolean;
  readonly tooYoung: boolean;
  readonly barred: boolean;
  readonly consent: ConsentFinding;
  /** Ids of the consents and agreements that were looked at and found to authorise. */
  readonly consentIds: readonly string[];
  /** Whether the caller has nothing to do with whoever's data it is: of no rule's interest, but of the outcome's. */
  readonly stranger: boolean;
  /** Facts that are there and cannot be read: see `Decision`. */
  readonly unreadable: readonly string[];
}

const NO_IDS: readonly string[] = [];

/** What can be found without an object. */
export function examineRequest(question: Question): StaticFindings {
  return { traits: question.traits, rungs: rungsOf(question.grants), reachable: question.reachable };
}

/**
 * Compares one object's raw values with what a request asks of a coordinate. Pure and synchronous; looks at everything, also
 * where an early test fails, because comparing costs less than deciding what to leave out.
 */
export function examine(question: Question, object: ObjectFacts): Findings {
  const { standing } = object;
  const subject = findSubject(question, object);
  const birthDay = question.asksAge ? readBirthDay(object.birthDate) : null;
  const own = isOwn(question, object, birthDay);
  const consents = examineConsents(question, object, birthDay);
  const expired = isExpired(question, object);
  return {
    traits: question.traits,
    rungs: climb(question, object, own),
    reachable: question.reachable,
    subject,
    status: statusOf(question, object, { expired, own }),
    legalHold: standing?.legalHold ?? false,
    expired,
    tooYoung: isTooYoung(question, object, birthDay),
    barred: isBarred(question, object, own),
    consent: consents.finding,
    consentIds: consents.ids,
    stranger: question.stranger === "ALWAYS" || (question.stranger === "OUTSIDE_ITSELF" && !own),
    unreadable: findUnreadable(question, object, birthDay),
  };
}

/** What is there and is no date. Rarely anything: nothing is made where there is none. */
function findUnreadable({ retain, grants }: Question, object: ObjectFacts, birthDay: DayNumber | null) {
  let found = NO_IDS;
  const look = (field: string): void => {
    const value = namedValue(object, field);
    if (value !== null && value !== undefined && readMoment(value) === null) found = [...found, field];
  };
  if (birthDay === UNREADABLE_DAY) found = [BIRTH_DATE];
  if (retain !== null) look(retain.after);
  for (const { rung, until } of grants) if (rung === 2 && until !== null) look(until);
  return found;
}

/**
 * What a law asks to keep for a time is not erased with the person before that time is over: it is kept and not used. A
 * restriction is for the person: it bars nobody from what is their own (GDPR 18).
 */
function statusOf(
  { retain, reach }: Question,
  { subjectDeclared, subject, standing }: ObjectFacts,
  { expired, own }: { readonly expired: boolean; readonly own: boolean },
): Findings["status"] {
  // of nobody in particular there is no state; that the subject is unknown has a test of its own
  if (!subjectDeclared || subject === null) return "ACTIVE";
  // A state that is none of ours may be one that forbids.
  const stored = standing?.status;
  const status = stored !== undefined && Object.hasOwn(STATUS_CODES, stored) ? stored : "UNAVAILABLE";
  if (status === "RESTRICTED" && reach === "SELF" && own) return "ACTIVE";
  return status === "ERASED" && retain?.duty === true && !expired ? "RESTRICTED" : status;
}

const SUBJECT_CODES = { KNOWN: 0, UNKNOWN: 1, NOT_NEEDED: 2 } as const;
const STATUS_CODES = { ACTIVE: 0, RESTRICTED: 1, ERASED: 2, UNAVAILABLE: 3 } as const;
const CONSENT_CODES = new Map<ConsentFinding, number>(
  ["MET" as const, ...CONSENT_REASONS].map((finding, at) => [finding, at]),
);

/** What the object alone brought to its findings, but for the rungs, as a small number: equal where the rules see no difference. */
export function codeOf(findings: Findings): number {
  const flags =
    (findings.legalHold ? 1 : 0) + (findings.expired ? 2 : 0) + (findings.tooYoung ? 4 : 0) + (findings.barred ? 8 : 0);
  const stated = SUBJECT_CODES[findings.subject] + 3 * STATUS_CODES[findings.status];
  return flags + 16 * (stated + 12 * (CONSENT_CODES.get(findings.consent) ?? -1));
}

/** Equal for findings that every rule answers alike; the ids of consents are not part of it. */
export function signature(findings: Findings): string {
  return `${findings.traits.key} ${findings.rungs} ${codeOf(findings)}`;
}

/**
 * A type with `@subject` always tells whose data it holds, or the subject is unknown. One without (a product, a count) belongs
 * to nobody; then a subject is missed only where something is asked of it: a reach to one's own or one's tenant's, or a consent.
 */
function findSubject(question: Question, object: ObjectFacts): Findings["subject"] {
  if (object.subjectDeclared) return object.subject === null ? "UNKNOWN" : "KNOWN";
  const needed = question.reach === "SELF" || question.reach === "TENANT" || question.demands.length > 0;
  return needed ? "UNKNOWN" : "NOT_NEEDED";
}

function climb(question: Question, object: ObjectFacts, own: boolean): string {
  const covered = isCovered(question, object, own);
  if (question.fixedRungs !== null) return covered ? question.fixedRungs.covered : question.fixedRungs.uncovered;
  let rungs = "";
  for (const grant of question.grants)
    rungs += grant.rung < 2 ? grant.rung : climbGrant(grant, covered, question, object);
  return rungs;
}

function climbGrant(grant: GrantQuestion, covered: boolean, question: Question, object: ObjectFacts): Rung {
  const { caller, now } = question.request;
  if (!covered) return 2;
  if (grant.assigned !== null && !names(namedValue(object, grant.assigned), caller.organisation)) return 2;
  if (question.reach === "ASSIGNED" && grant.assigned === null) return 2;
  if (grant.until !== null && hasEnded(namedValue(object, grant.until), now)) return 3;
  return 4;
}

/** Whether the role's reach covers the object, but for what a grant's `assigned` adds. */
function isCovered(question: Question, object: ObjectFacts, own: boolean): boolean {
  const { caller } = question.request;
  switch (question.reach) {
    case "NONE":
      return false;
    case "SELF":
      return own;
    case "TENANT":
      return object.tenant !== null && caller.tenants.includes(object.tenant);
    case "ASSIGNED":
    case "ALL":
      return true;
  }
}

/**
 * Whether the object is the caller's own, or of somebody whom the caller stands for. Of a ward whose age is known, only as long
 * as it is a child: one whose day of birth cannot be read is nobody's ward.
 */
function isOwn(
  { request, consent }: Question,
  { subject }: Pick<ObjectFacts, "subject">,
  birthDay: DayNumber | null,
): boolean {
  const { caller } = request;
  if (subject === null) return false;
  if (subject === caller.id) return true;
  if (subject !== standsFor(caller)) return false;
  if (caller.actingAs !== "GUARDIAN" || birthDay === null) return true;
  return birthDay !== UNREADABLE_DAY && majorityOf(birthDay, consent) !== "OF_AGE";
}

/** An id may be a number in the data and is text in the token. */
function names(value: unknown, organisation: string | null): boolean {
  if (typeof value === "string") return value === organisation;
  return (typeof value === "number" || typeof value === "bigint") && String(value) === organisation;
}

function namedValue(object: ObjectFacts, field: string): unknown {
  return Object.hasOwn(object.named, field) ? object.named[field] : undefined;
}

function isExpired({ retain, request }: Question, object: ObjectFacts): boolean {
  return retain !== null && hasExpired(namedValue(object, retain.after), retain.period, request.now);
}

/** With a minimum age, a day of birth that the type tells must be known and far enough back. */
function isTooYoung({ request, consent }: Question, object: ObjectFacts, birthDay: DayNumber | null): boolean {
  const { minimumAge } = request.deployment;
  if (minimumAge === null || minimumAge <= 0 || !object.birthDateDeclared) return false;
  return birthDay === null || consent.today === null || !isAged(birthDay, minimumAge, consent.today);
}

/**
 * Whether the data would leave its region for one that it may not go to. A region that is not told is the deployment's, but for a
 * role of another company, which is wherever that company is: somewhere unknown. Not asked where the type tells no region, nor of
 * people who fetch their own data, or their child's: that is no transfer (EDPB Guidelines 05/2021). An agent may be a company.
 */
function isBarred({ request, reach, external }: Question, object: ObjectFacts, own: boolean): boolean {
  if (!object.regionDeclared) return false;
  const { caller, deployment } = request;
  if (reach === "SELF" && own && (object.subject === caller.id || caller.actingAs === "GUARDIAN")) return false;
  if (external && caller.region === null) return true;
  const from = object.region ?? deployment.region;
  const to = caller.region ?? deployment.region;
  if (from === to) return false;
  if (from === null || to === null || !Object.hasOwn(deployment.transfers, from)) return true;
  return deployment.transfers[from]?.includes(to) !== true;
}

interface Judged {
  readonly finding: ConsentFinding;
  /** What authorises; empty unless MET. */
  readonly ids: readonly string[];
}

const NOTHING_ASKED: Judged = { finding: "MET", ids: NO_IDS };

function examineConsents(question: Question, object: ObjectFacts, birthDay: DayNumber | null): Judged {
  const { demands, consent } = question;
  if (demands.length === 0) return NOTHING_ASKED;
  const majority = majorityOf(birthDay, consent);
  let finding: ConsentFinding = "MET";
  let ids = NO_IDS;
  for (const demand of demands) {
    const one = examineDemand(demand, question, object, majority, birthDay);
    finding = firstOf(finding, one.finding);
    for (const id of one.ids) if (!ids.includes(id)) ids = [...ids, id];
  }
  return { finding, ids };
}

/** One demand. Who is not asked, and who said nothing against it, authorises nothing: such a decision rests on no consent. */
function examineDemand(
  demand: ConsentDemand,
  { consent, request }: Question,
  { standing, agreement, tenant }: ObjectFacts,
  majority: Majority,
  birthDay: DayNumber | null,
): Judged {
  if (demand.minorsOnly === true && majority === "OF_AGE") return NOTHING_ASKED;
  if (demand.from === "TENANT") {
    const finding = judgeAgreement(agreement, tenant, demand, request.now);
    return judged(finding, demand.optOut === true ? null : agreement);
  }
  const chosen = findChosen(standing?.consents ?? [], tenant, majority, consent, birthDay);
  if (demand.optOut === true) return { finding: judgeObjection(chosen), ids: NO_IDS };
  return judged(judgeConsent(chosen, demand, consent), chosen.by);
}

function judged(finding: ConsentFinding, by: { readonly id: string } | null | undefined): Judged {
  return { finding, ids: finding === "MET" && by != null ? [by.id] : NO_IDS };
}
