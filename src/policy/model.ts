import type { FaultCode, HintCode } from "./fault-codes.ts";
/**
 * The compiled policy: plain data, so that it can be hashed, printed, diffed and sent to another process.
 * Made by `compilePolicy` from annotated SDL; read by every later stage; changed by none.
 */

import type { Mask } from "../masks/names.ts";

/** Whose objects a role may see: nobody's, its own, those of its tenants, those assigned to it, or all. */
export type Reach = "NONE" | "SELF" | "TENANT" | "ASSIGNED" | "ALL";
/** What happens to a value: it leaves as it is (ALLOW), masked (MASK), or not at all (DENY). */
export type Outcome = "MASK" | "DENY";
/** Whose consent is needed: the person's, or that of a tenant. */
export type ConsentGiver = "SUBJECT" | "TENANT";

/** Weakest first; the order is the comparison. */
export const CONSENT_FORMS = ["IMPLIED", "EXPRESSED", "EXPLICIT", "SEPARATE", "WRITTEN"] as const;
/** How a consent was expressed, the weakest form first. */
export type ConsentForm = (typeof CONSENT_FORMS)[number];

export const LEGAL_BASES = [
  "CONSENT",
  "CONTRACT",
  "LEGAL_OBLIGATION",
  "VITAL_INTEREST",
  "PUBLIC_INTEREST",
  "LEGITIMATE_INTEREST",
  "PUBLICLY_AVAILABLE",
] as const;
/** What makes processing lawful (GDPR 6(1), PIPL 13). */
export type LegalBasis = (typeof LEGAL_BASES)[number];

/** A role: how far it reaches, and what it may declare. */
export interface RoleTerm {
  readonly name: string;
  readonly reach: Reach;
  readonly declares: readonly string[];
  readonly external: boolean;
}

/** A purpose and the legal basis that it rests on. */
export interface PurposeTerm {
  readonly name: string;
  readonly basis: LegalBasis;
  /** Whether a caller who declares it must say why (a case reference, a ticket). */
  readonly justification: boolean;
  /** Present where it may use the data of the restricted (GDPR 18(2)). */
  readonly restricted?: true;
  /** Present where it serves people's rights, also of those too young to be served. */
  readonly rights?: true;
  /** Present where a Global Privacy Control signal speaks against it. */
  readonly sale?: true;
}

/** A category of data: its default mask, and what happens to a value that is not allowed. */
export interface CategoryTerm {
  readonly name: string;
  readonly mask: Mask;
  readonly otherwise: Outcome;
  /** Present where a law or policy counts the category as sensitive. */
  readonly special?: true;
}

/** Roles, purposes and categories as the vocabulary's SDL declares them, by name. */
export interface Vocabulary {
  readonly roles: Readonly<Record<string, RoleTerm>>;
  readonly purposes: Readonly<Record<string, PurposeTerm>>;
  readonly categories: Readonly<Record<string, CategoryTerm>>;
}

/** `@subject`: paths to fields, from the object on: `id`, `user.id`. */
export interface SubjectKeys {
  /** Each that is there is a subject of the object. */
  readonly id: readonly string[];
  readonly tenant: string | null;
  readonly region: string | null;
  readonly birthDate: string | null;
  /** Present where the people are of a space of their own: their ids are no ids of others. */
  readonly space?: string;
  /** Present where they are of none, and others are of these. */
  readonly otherSpaces?: readonly string[];
}

/** One `@purpose`. */
export interface Grant {
  readonly allow: readonly string[];
  readonly to: readonly string[];
  readonly assigned: string | null;
  readonly until: string | null;
}

/** One `@consent`. */
export interface ConsentDemand {
  readonly purposes: readonly string[];
  readonly from: ConsentGiver;
  readonly form: ConsentForm | null;
  /** Present where those known to have reached the guardian age are not asked. */
  readonly minorsOnly?: true;
  /** Present where only a no is an obstacle. */
  readonly optOut?: true;
  /** Present where only a consent suffices that names the caller's organisation or role. */
  readonly named?: true;
  /** Present where only a consent suffices that rests on a notice version which was known and in force when it was given. */
  readonly informed?: true;
}

/** `@retain`: `period` is an ISO 8601 duration counted from the date in the field `after`. */
export interface Retention {
  readonly period: string;
  readonly after: string;
  /** Present where a law asks to keep the data that long: erasure then restricts them until the end. */
  readonly duty?: true;
}

/** One annotated coordinate (`Type.field`). */
export interface FieldPolicy {
  readonly coordinate: string;
  readonly type: string;
  readonly field: string;
  readonly category: string;
  readonly mask: Mask;
  readonly otherwise: Outcome;
  /** Present where the field itself says `otherwise: MASK`: then strangers are shown the mask as well. */
  readonly maskForStrangers?: true;
  /** Present where nobody may ever see the clear value: there are no grants, and none on a type behind an interface. */
  readonly sealed?: true;
  readonly grants: readonly Grant[];
  readonly consents: readonly ConsentDemand[];
  readonly retain: Retention | null;
  /** Name of the scalar (or enum, object ...) that the field holds, lists and non-null unwrapped: tells the mask which shape to keep. */
  readonly leaf: string;
}

/** One key of an `@acts`: where the arguments hold it, and for which argument of the look-up. */
export interface ActKey {
  /** Names of an argument and of input fields below it: `["input", "orderId"]`. Lists on the way give all of their items. */
  readonly path: readonly string[];
  /** Argument of the look-up; null where nothing is looked up. */
  readonly argument: string | null;
}

/** How it is known whose the objects are that a field acts on: looked up by a query, told by `subjectOf`, or taken on trust. */
export type ActSource = "QUERY" | "SUBJECT_OF" | "TRUST";

/** One `@acts`. */
export interface Act {
  readonly on: string;
  /** Empty for one without `id`. */
  readonly keys: readonly ActKey[];
  readonly source: ActSource;
  /** The Query field that looks up; null where none does. */
  readonly by: string | null;
  /** Whose it is where nobody is looked up, or where an object names nobody. */
  readonly reach: Reach | null;
}

/** A field that is decided before it runs. */
export interface WritePolicy {
  readonly coordinate: string;
  /** Grants and demands as the decision reads them; always denied otherwise. */
  readonly policy: FieldPolicy;
  readonly acts: readonly Act[];
  /** Whether the field has `@purpose` itself, rather than from its type. */
  readonly ownGrants: boolean;
}

/** `@aggregate`: a type whose objects count people, and are shown from a number of them on. */
export interface Aggregate {
  /** Field of the type that holds the number of people in the group. */
  readonly count: string;
  /** People from which on an object is shown. */
  readonly atLeast: number;
}

/** What the annotations say of one object or interface type. */
export interface TypePolicy {
  readonly name: string;
  readonly kind: "OBJECT" | "INTERFACE";
  /** The type's own `@subject`, or for an object without one, that of the interface it implements. */
  readonly subject: SubjectKeys | null;
  readonly aggregate: Aggregate | null;
  /** Annotated fields only, by name. */
  readonly fields: Readonly<Record<string, FieldPolicy>>;
  /** Every field name of the type: where a name in `assigned`, `until`, `after` is looked up. */
  readonly fieldNames: readonly string[];
}

/** What the annotations of a schema say, compiled. Plain data, and the same for the same SDL. */
export interface Policy {
  readonly vocabulary: Vocabulary;
  /** Every object and interface type of the schema but introspection's, annotated or not. */
  readonly types: Readonly<Record<string, TypePolicy>>;
  /**
   * `@probes`, by where it stands: `Query.customers(emailContains:)`, `CustomerFilter.email`, `CustomerSort.EMAIL`.
   * The values are the coordinates that the use of it can reveal.
   */
  readonly probes: Readonly<Record<string, readonly string[]>>;
  /** Fields that are decided before they run, by coordinate: those with `@acts`, and of Mutation those with `@purpose`. */
  readonly writes: Readonly<Record<string, WritePolicy>>;
  /** `@writes`, by where it stands (`Mutation.rename(name:)`, `ProfileInput.name`): the coordinates that are written. */
  readonly written: Readonly<Record<string, readonly string[]>>;
  /** SHA-256 (hex) of the canonical JSON of all of the above. */
  readonly hash: string;
}

/** Something that cannot be enforced, or (as a hint) that looks forgotten. */
export interface Fault {
  readonly code: FaultCode | HintCode;
  /** `Type.field`, `Type`; "" where it belongs to no one element. */
  readonly coordinate: string;
  readonly message: string;
  /** What to write instead. */
  readonly mend: string;
  /** `file:line:column` where known. */
  readonly place: string | null;
}
