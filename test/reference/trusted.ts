import type { Caller, Decision, ObjectFacts } from "../../src/decision/model.ts";
import type { Reach, Vocabulary } from "../../src/policy/model.ts";
import { decideByReference } from "../decision/reference.ts";
import { agreementIn, standingIn } from "./stored.ts";
import type { Acting, ActingField, WrittenAct } from "./writes.ts";

type Row = Readonly<Record<string, unknown>>;

/** One no is a no for the whole field: every person whom it concerns, as one decision each. */
export interface Concerned {
  readonly decision: Decision;
  readonly subject: string | null;
  readonly born: unknown;
  /** Where the facts come from, other than the object. */
  readonly toldBy?: string;
  /** Rules that were met, to be counted. */
  readonly met?: readonly string[];
}

interface Unnamed {
  /** The object that was found and names nobody; null where none was looked up. */
  readonly row?: Row | null;
  /** Whose it is said to be all the same. */
  readonly tenant?: string | null;
  /** Nothing was asked at all. */
  readonly alone?: boolean;
}

export function trustedBy(
  now: Acting,
  field: ActingField,
  { on, reach }: WrittenAct,
  { row = null, tenant = null, alone = false }: Unnamed,
): readonly Concerned[] {
  const { request, annotations } = now;
  if (reach === "NONE") {
    const open: Decision = { outcome: "ALLOW", reason: "GRANTED", consentIds: [] };
    return [field.ownGrants ? trusted(now, field, "ROLE", { row }) : { decision: open, subject: null, born: null }];
  }
  if (reach !== "SELF") {
    const elsewhere = tenant !== null && !request.caller.tenants.includes(tenant);
    const ofTenants = annotations.vocabulary.roles[request.caller.role]?.reach === "TENANT";
    if (reach === "TENANT" && elsewhere && ofTenants) return [trusted(now, field, "OBJECT", { row, tenant })];
    return [trusted(now, field, reach ?? "ROLE", { row, tenant })];
  }
  const people = ownIdsOf(request.caller);
  // Where nobody too young is served, whoever acts on themselves must have an age; here nothing tells it.
  const { minimumAge } = request.deployment;
  const aged = alone && minimumAge !== null && annotations.types.get(on)?.subject?.birthDate != null;
  return (people.length > 0 ? people : [null]).map((subject) =>
    trusted(now, field, "SELF", { row, subject, birthDateDeclared: aged && subject !== null }),
  );
}

function ownIdsOf({ id, onBehalfOf, refuted }: Caller): readonly string[] {
  return [...new Set([id, refuted === true ? null : onBehalfOf])].filter((each) => each !== null);
}

interface Known {
  readonly row?: Row | null;
  readonly subject?: string | null;
  readonly tenant?: string | null;
  readonly birthDateDeclared?: boolean;
}

export function trusted(
  now: Acting,
  { policy }: ActingField,
  as: Reach | "ROLE" | "OBJECT",
  { row = null, subject = null, tenant = null, birthDateDeclared = false }: Known,
): Concerned {
  const { annotations, request, stored } = now;
  const names = policy.grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  const facts: ObjectFacts = {
    ...NOTHING_KNOWN,
    ...{ birthDateDeclared, subject, tenant },
    subjectDeclared: subject !== null || as === "OBJECT",
    named: Object.fromEntries(names.map((name) => [name, row?.[name]])),
    standing: standingAt(now, subject),
    agreement:
      tenant === null ? undefined : agreementIn(stored, tenant, request.caller.organisation, request.purpose ?? ""),
  };
  const vocabulary = as === "OBJECT" ? annotations.vocabulary : reaching(annotations.vocabulary, as);
  return { decision: decideByReference(policy, vocabulary, request, facts), subject, born: null };
}

/** How far roles are taken to reach where nobody is looked up. */
export function reaching(vocabulary: Vocabulary, as: Reach | "ROLE"): Vocabulary {
  const reach = (of: Reach): Reach => {
    if (as === "ROLE") return "ALL";
    if (as === "SELF") return of === "NONE" ? "NONE" : "SELF";
    if (as === "TENANT") return of === "TENANT" || of === "ALL" ? "ALL" : "NONE";
    return of === as ? of : "NONE";
  };
  const roles = Object.entries(vocabulary.roles).map(
    ([name, role]) => [name, { ...role, reach: reach(role.reach) }] as const,
  );
  return { ...vocabulary, roles: Object.fromEntries(roles) };
}

export const NOTHING_KNOWN: ObjectFacts = {
  subjectDeclared: false,
  subject: null,
  tenant: null,
  region: null,
  regionDeclared: false,
  birthDate: null,
  birthDateDeclared: false,
  named: {},
  standing: null,
  agreement: undefined,
};

export function standingAt({ stored, request }: Acting, subject: string | null) {
  return subject === null ? null : standingIn(stored, subject, request.purpose ?? "");
}
