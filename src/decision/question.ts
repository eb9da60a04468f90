import { FieldguardError } from "../core/errors.ts";
import type { ConsentDemand, FieldPolicy, LegalBasis, Reach, Vocabulary } from "../policy/model.ts";
import type { ConsentQuestion } from "./consent.ts";
import { dayNumberOf } from "./dates.ts";
import type { RequestFacts } from "./model.ts";
import { collectChanges } from "./notices.ts";
import { type Period, parsePeriod } from "./retention.ts";

/** A coordinate's policy with what can be worked out once, before any request. */
export interface PreparedField {
  readonly policy: FieldPolicy;
  readonly vocabulary: Vocabulary;
  readonly retain: { readonly period: Period; readonly after: string } | null;
}

/** Throws POLICY_INVALID where the retention period cannot be read. */
export function prepareField(policy: FieldPolicy, vocabulary: Vocabulary): PreparedField {
  return { policy, vocabulary, retain: readRetention(policy) };
}

function readRetention(policy: FieldPolicy): PreparedField["retain"] {
  if (policy.retain === null) return null;
  try {
    return { period: parsePeriod(policy.retain.period), after: policy.retain.after };
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
  /** Whether some grant that names role and purpose can reach any object at all. */
  readonly reachable: boolean;
  /** Demands that name the purpose. */
  readonly demands: readonly ConsentDemand[];
  readonly consent: ConsentQuestion;
  readonly retain: PreparedField["retain"];
  readonly traits: Traits;
}

/** What the purpose and the request bring to the tests. */
export interface Traits {
  readonly purposeDeclared: boolean;
  /** Basis LEGAL_OBLIGATION: under a legal hold, erasure and retention do not stop it. */
  readonly legalObligation: boolean;
  /** RIGHTS_FULFILMENT, LEGAL_COMPLIANCE, SECURITY_OPERATIONS: what a restriction leaves possible (GDPR 18(2)). */
  readonly servesRestricted: boolean;
  /** RIGHTS_FULFILMENT: also those who may not be served have rights. */
  readonly servesMinors: boolean;
  /** The request's own signal against this purpose. */
  readonly optedOut: boolean;
  /** All of the above in a few characters. */
  readonly key: string;
}

const SERVES_RESTRICTED: ReadonlySet<string> = new Set([
  "RIGHTS_FULFILMENT",
  "LEGAL_COMPLIANCE",
  "SECURITY_OPERATIONS",
]);
const SERVES_MINORS: ReadonlySet<string> = new Set(["RIGHTS_FULFILMENT"]);
/** What `Sec-GPC: 1` speaks against (Global Privacy Control: do not sell or share). */
const OPT_OUT_PURPOSES: ReadonlySet<string> = new Set(["THIRD_PARTY_SHARING", "TARGETED_ADVERTISING"]);

/** Poses a coordinate's question for one request. */
export function poseQuestion(field: PreparedField, request: RequestFacts): Question {
  const { policy, vocabulary } = field;
  const { caller, purpose, now, deployment } = request;
  const reach = reachOf(caller.role, vocabulary);
  const grants = policy.grants.map((grant): GrantQuestion => {
    const namesRole = grant.to.includes(caller.role);
    const namesPurpose = purpose !== null && grant.allow.includes(purpose);
    return {
      rung: namesRole ? (namesPurpose ? 2 : 1) : 0,
      assigned: reach === "ASSIGNED" || !namesAssignedRole(grant.to, vocabulary) ? grant.assigned : null,
      until: grant.until,
    };
  });
  return {
    request,
    reach,
    grants,
    reachable: grants.some((grant) => grant.rung === 2 && canReach(reach, grant, request)),
    demands: purpose === null ? [] : policy.consents.filter((demand) => demand.purposes.includes(purpose)),
    consent: {
      purpose: purpose ?? "",
      category: policy.category,
      caller,
      now,
      today: dayNumberOf(now),
      guardianAge: deployment.guardianAge,
      changes: collectChanges(deployment.notices, purpose, now),
    },
    retain: field.retain,
    traits: traitsOf(request, basisOf(purpose, vocabulary)),
  };
}

/** A role that the vocabulary does not know reaches nothing. */
function reachOf(role: string, vocabulary: Vocabulary): Reach {
  return Object.hasOwn(vocabulary.roles, role) ? (vocabulary.roles[role]?.reach ?? "NONE") : "NONE";
}

function basisOf(purpose: string | null, vocabulary: Vocabulary): LegalBasis | null {
  if (purpose === null || !Object.hasOwn(vocabulary.purposes, purpose)) return null;
  return vocabulary.purposes[purpose]?.basis ?? null;
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
      return caller.id !== null || caller.onBehalfOf !== null;
    case "TENANT":
      return caller.tenants.length > 0;
    case "ASSIGNED":
      return grant.assigned !== null;
    case "ALL":
      return true;
  }
}

function traitsOf({ purpose, optedOut }: RequestFacts, basis: LegalBasis | null): Traits {
  const flags = {
    purposeDeclared: purpose !== null,
    legalObligation: basis === "LEGAL_OBLIGATION",
    servesRestricted: purpose !== null && SERVES_RESTRICTED.has(purpose),
    servesMinors: purpose !== null && SERVES_MINORS.has(purpose),
    optedOut: optedOut && purpose !== null && OPT_OUT_PURPOSES.has(purpose),
  };
  return { ...flags, key: Object.values(flags).map(Number).join("") };
}
