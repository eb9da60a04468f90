import { type DayNumber, type Duration, dayEverywhere } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";
import type { ConsentDemand, FieldPolicy, PurposeTerm, Reach, RoleTerm, Vocabulary } from "../policy/model.ts";
import { type ConsentQuestion, namesOf } from "./consent.ts";
import { type Caller, type RequestFacts, standsFor } from "./model.ts";
import { collectChanges, type MaterialChanges } from "./notices.ts";
import { parsePeriod } from "./retention.ts";

/** A coordinate's policy with what can be worked out once, before any request. */
export interface PreparedField {
  readonly policy: FieldPolicy;
  readonly vocabulary: Vocabulary;
  /** By grant, in the policy's order: whether its `assigned` binds every role that it names. */
  readonly bindsAll: readonly boolean[];
  readonly retain: { readonly period: Duration; readonly after: string; readonly duty: boolean } | null;
}

/** Throws POLICY_INVALID where the retention period cannot be read. */
export function prepareField(policy: FieldPolicy, vocabulary: Vocabulary): PreparedField {
  const bindsAll = policy.grants.map((grant) => !namesAssignedRole(grant.to, vocabulary));
  return { policy, vocabulary, bindsAll, retain: readRetention(policy) };
}

function readRetention(policy: FieldPolicy): PreparedField["retain"] {
  if (policy.retain === null) return null;
  try {
    const { period, after, duty = false } = policy.retain;
    return { period: parsePeriod(period), after, duty };
  } catch (cause) {
    if (!(cause instanceof FieldguardError)) throw cause;
    throw new FieldguardError(cause.code, `${policy.coordinate}: ${cause.message}`, { cause });
  }
}

/**
 * How far a grant carries, as rungs of a ladder: each test of grants asks for a higher one.
 * 0 names another role; 1 names the role, for other purposes; 2 names role and purpose; 3 reaches the object; 4 is running.
 */
export type Rung = 0 | 1 | 2 | 3 | 4;

/** A grant as it stands towards the role and purpose of a request. */
export interface GrantQuestion {
  readonly rung: 0 | 1 | 2;
  /** The field that must hold the caller's organisation; null where the role's own reach decides. */
  readonly assigned: string | null;
  readonly until: string | null;
}

/** What is the same for every object that a request asks a coordinate about. */
export interface Question {
  readonly request: RequestFacts;
  readonly reach: Reach;
  readonly grants: readonly GrantQuestion[];
  /** The grants' rungs where only the role's reach tells objects apart; null where a grant looks at the object's fields. */
  readonly fixedRungs: { readonly covered: string; readonly uncovered: string } | null;
  /** Whether some grant that names role and purpose can reach any object at all. */
  readonly reachable: boolean;
  /** Whether the caller is a stranger to every possible subject: a role of reach NONE, or a role of reach SELF that is not the subject. */
  readonly stranger: "ALWAYS" | "NEVER" | "OUTSIDE_ITSELF";
  /** Whether the role belongs to another company. */
  readonly external: boolean;
  /** Demands that name the purpose. */
  readonly demands: readonly ConsentDemand[];
  readonly consent: ConsentQuestion;
  /** Whether a person's age can matter. */
  readonly asksAge: boolean;
  readonly retain: PreparedField["retain"];
  readonly traits: Traits;
  /** Equal for questions that every static rule answers alike. */
  readonly key: string;
}

/** What the purpose and the request bring to the tests. */
export interface Traits {
  readonly purposeDeclared: boolean;
  /** Basis LEGAL_OBLIGATION: under a legal hold, erasure and retention do not stop it. */
  readonly legalObligation: boolean;
  /** The purpose says `restricted`: it is what a restriction leaves possible (GDPR 18(2)). */
  readonly servesRestricted: boolean;
  /** The purpose says `rights`, or protects somebody's life: also those who may not be served have rights, and lives. */
  readonly servesMinors: boolean;
  /** The request's own signal against this purpose. */
  readonly optedOut: boolean;
  /** All of the above in a few characters. */
  readonly key: string;
}

/** Since when the signal is taken as it is here: to be moved whenever what it does to a decision changes. */
export const OPT_OUT_SINCE = "2026-11-27";

/** Poses a coordinate's question for one request. */
export function poseQuestion(field: PreparedField, request: RequestFacts): Question {
  const { policy, vocabulary } = field;
  const { caller, purpose, now, deployment } = request;
  const shared = sharedBy(request, vocabulary);
  const role = roleOf(caller.role, vocabulary);
  const reach = role?.reach ?? "NONE";
  const grants = policy.grants.map((grant, index): GrantQuestion => {
    const namesRole = grant.to.includes(caller.role);
    const namesPurpose = purpose !== null && grant.allow.includes(purpose);
    return {
      rung: namesRole ? (namesPurpose ? 2 : 1) : 0,
      assigned: reach === "ASSIGNED" || field.bindsAll[index] === true ? grant.assigned : null,
      until: grant.until,
    };
  });
  const reachable = grants.some((grant) => grant.rung === 2 && canReach(reach, grant, request));
  const traits = traitsOf(request, termOf(purpose, vocabulary));
  const demands = purpose === null ? [] : policy.consents.filter((demand) => demand.purposes.includes(purpose));
  return {
    request,
    reach,
    grants,
    fixedRungs: fixedRungsOf(reach, grants),
    reachable,
    stranger: strangerOf(reach, caller),
    external: role?.external ?? false,
    demands,
    asksAge:
      deployment.minimumAge !== null ||
      caller.actingAs === "GUARDIAN" ||
      demands.some((demand) => demand.from === "SUBJECT" || demand.minorsOnly === true),
    consent: {
      purpose: purpose ?? "",
      category: policy.category,
      names: shared.names,
      now,
      today: shared.today,
      guardianAge: deployment.guardianAge,
      changes: shared.changes,
    },
    retain: field.retain,
    traits,
    key: `${traits.key} ${rungsOf(grants)} ${reachable}`,
  };
}

/** What the questions of all coordinates to one request have in common. */
interface Shared {
  readonly today: DayNumber | null;
  readonly changes: MaterialChanges;
  readonly names: readonly string[];
}

const sharedByRequest = new WeakMap<RequestFacts, Shared>();

function sharedBy(request: RequestFacts, vocabulary: Vocabulary): Shared {
  const remembered = sharedByRequest.get(request);
  if (remembered !== undefined) return remembered;
  const { caller, now, purpose, deployment } = request;
  const changes = collectChanges(deployment.notices, purpose, now);
  const shared = { today: dayEverywhere(now), changes, names: namesOf(caller, vocabulary) };
  sharedByRequest.set(request, shared);
  return shared;
}

function roleOf(role: string, vocabulary: Vocabulary): RoleTerm | null {
  return Object.hasOwn(vocabulary.roles, role) ? (vocabulary.roles[role] ?? null) : null;
}

/** A role that the vocabulary does not know reaches nothing. */
function reachOf(role: string, vocabulary: Vocabulary): Reach {
  return roleOf(role, vocabulary)?.reach ?? "NONE";
}

function strangerOf(reach: Reach, caller: Caller): Question["stranger"] {
  if (reach === "NONE") return "ALWAYS";
  if (reach !== "SELF") return "NEVER";
  return caller.id === null && standsFor(caller) === null ? "ALWAYS" : "OUTSIDE_ITSELF";
}

function termOf(purpose: string | null, vocabulary: Vocabulary): PurposeTerm | null {
  if (purpose === null || !Object.hasOwn(vocabulary.purposes, purpose)) return null;
  return vocabulary.purposes[purpose] ?? null;
}

/**
 * `assigned` binds the roles of reach ASSIGNED that a grant names, beside which roles of another reach go by that. Where a grant
 * names none of reach ASSIGNED it binds all: an annotation is never without effect.
 */
function namesAssignedRole(roles: readonly string[], vocabulary: Vocabulary): boolean {
  return roles.some((role) => reachOf(role, vocabulary) === "ASSIGNED");
}

/** Whether there can be an object that the grant reaches for this caller. */
function canReach(reach: Reach, grant: GrantQuestion, { caller }: RequestFacts): boolean {
  if (grant.assigned !== null && caller.organisation === null) return false;
  switch (reach) {
    case "NONE":
      return false;
    case "SELF":
      return caller.id !== null || standsFor(caller) !== null;
    case "TENANT":
      return caller.tenants.length > 0;
    case "ASSIGNED":
      return grant.assigned !== null;
    case "ALL":
      return true;
  }
}

function fixedRungsOf(reach: Reach, grants: readonly GrantQuestion[]): Question["fixedRungs"] {
  const looks = grants.some(({ rung, assigned, until }) => rung === 2 && (assigned !== null || until !== null));
  if (looks || reach === "ASSIGNED") return null;
  return { covered: rungsOf(grants, 4), uncovered: rungsOf(grants) };
}

/** One digit a grant; `named` stands for those that name role and purpose. */
export function rungsOf(grants: readonly GrantQuestion[], named: Rung = 2): string {
  let rungs = "";
  for (const grant of grants) rungs += grant.rung === 2 ? named : grant.rung;
  return rungs;
}

function traitsOf({ purpose, optedOut, survey }: RequestFacts, term: PurposeTerm | null): Traits {
  const flags = {
    purposeDeclared: purpose !== null,
    // what the law holds is not due for deletion, whatever a survey is for; and whom nobody serves is, whatever they may ask for
    legalObligation: survey === true || term?.basis === "LEGAL_OBLIGATION",
    servesRestricted: term?.restricted === true,
    servesMinors: survey !== true && (term?.rights === true || term?.basis === "VITAL_INTEREST"),
    optedOut: optedOut && term?.sale === true,
  };
  let key = "";
  for (const flag of Object.values(flags)) key += flag ? "1" : "0";
  return { ...flags, key };
}
