import type { ConsentForm, FieldPolicy, Outcome } from "../policy/model.ts";

/** Why a value was or was not revealed. Closed; the same words in errors, records, API and console. */
export const REASONS = [
  "GRANTED",
  "ROLE_NOT_ALLOWED",
  "PURPOSE_MISSING",
  "PURPOSE_NOT_ALLOWED",
  "SUBJECT_UNKNOWN",
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "OUT_OF_REACH",
  "GRANT_ENDED",
  "SUBJECT_RESTRICTED",
  "MINOR_NOT_SERVED",
  "CROSS_BORDER",
  "CONSENT_MISSING",
  "CONSENT_REFUSED",
  "CONSENT_WITHDRAWN",
  "CONSENT_EXPIRED",
  "CONSENT_OUTDATED",
  "CONSENT_FORM_TOO_WEAK",
  "GUARDIAN_CONSENT_REQUIRED",
  "OPTED_OUT",
  "CONSENT_STORE_UNAVAILABLE",
  /** `@aggregate`: the group is smaller than its threshold. */
  "GROUP_TOO_SMALL",
  /** The mask could not make a value that the field can carry; the value is withheld. */
  "MASK_FAILED",
  /** A rule failed by itself: counts as no. */
  "RULE_FAILED",
  /** The reveal budget of an unusual reader is used up. */
  "ACCESS_LIMIT_REACHED",
  "AUDIT_UNAVAILABLE",
] as const;
export type Reason = (typeof REASONS)[number];

/** Who asks: taken from the verified token, or GUEST without one. */
export interface Caller {
  /** null for GUEST. */
  readonly id: string | null;
  readonly role: string;
  readonly organisation: string | null;
  readonly tenants: readonly string[];
  readonly region: string | null;
  /** Purposes that the token narrows the role to; null where it does not. */
  readonly purposes: readonly string[] | null;
  /** `act`: the person on whose behalf the caller acts. */
  readonly onBehalfOf: string | null;
  /** In which quality; null when acting for oneself. */
  readonly actingAs: "GUARDIAN" | "AGENT" | null;
  /** Token id (`jti`) where the issuer gives one; Unix seconds of expiry. */
  readonly tokenId: string | null;
  readonly expiresAt: number | null;
  readonly app: string | null;
}

/** Settings of the deployment that decisions depend on. */
export interface Deployment {
  /** Region in which the gateway's data stand: what a caller or subject without a region counts as; null where not configured. */
  readonly region: string | null;
  /** Regions that a region's data may go to besides itself. */
  readonly transfers: Readonly<Record<string, readonly string[]>>;
  /** Age in years under which nobody is served at all; null for no limit. */
  readonly minimumAge: number | null;
  /** Age in years under which only a guardian consents (PIPL 31: 14). */
  readonly guardianAge: number;
  /** Notice versions with their material changes; see `stores/consent-store.ts`. */
  readonly notices: readonly Notice[];
  /** Whether `DNT: 1` counts like `Sec-GPC: 1`. */
  readonly doNotTrack: boolean;
}

/** A version of the privacy notice. Versions of one id are ordered by `effectiveFrom`. */
export interface Notice {
  readonly id: string;
  readonly version: string;
  /** ISO 8601 time. */
  readonly effectiveFrom: string;
  /** Purposes whose consent must be asked anew since this version (PIPL 14); empty for an editorial change. */
  readonly materialFor: readonly string[];
  readonly contentHash?: string;
}

/** What is the same for every value of one request. */
export interface RequestFacts {
  readonly caller: Caller;
  readonly purpose: string | null;
  /** `Sec-GPC: 1` (or `DNT: 1` where switched on). */
  readonly optedOut: boolean;
  /** Milliseconds since the epoch, read once. */
  readonly now: number;
  readonly deployment: Deployment;
}

export type SubjectStatus = "ACTIVE" | "RESTRICTED" | "ERASED";

/** What the consent store knows of one person for one purpose: the input of the decision, read in one batch. */
export interface Standing {
  readonly status: SubjectStatus;
  readonly legalHold: boolean;
  /** Current consent records for the purpose asked, of every tenant, at most one per tenant (null: all tenants). */
  readonly consents: readonly ConsentStanding[];
}

export type ConsentState =
  | "UNKNOWN"
  | "REQUESTED"
  | "DEFERRED"
  | "REFUSED"
  | "GIVEN"
  | "RENEWED"
  | "WITHDRAWN"
  | "REVOKED"
  | "EXPIRED"
  | "INVALIDATED";

export interface ConsentStanding {
  readonly id: string;
  readonly tenant: string | null;
  readonly purpose: string;
  /** As stored; EXPIRED is computed from `expiresAt` at reading. */
  readonly state: ConsentState;
  readonly form: ConsentForm;
  /** When the consent was given, in milliseconds since the epoch; where it never was, when the state came about. */
  readonly givenAt: number;
  /**
   * When the state came about (the time of the latest event: of a withdrawal, when it was withdrawn), in milliseconds since the
   * epoch. Where a tenant's record and a general one exist, the later one decides.
   */
  readonly changedAt: number;
  readonly expiresAt: number | null;
  readonly notice: { readonly id: string; readonly version: string } | null;
  /** null: every category, every recipient. A recipient is a role or an organisation. */
  readonly categories: readonly string[] | null;
  readonly recipients: readonly string[] | null;
  readonly expressedBy: "DATA_SUBJECT" | "GUARDIAN" | "AGENT" | "CONTROLLER" | "SYSTEM";
  /** Whether a guardian's or agent's authority was verified. */
  readonly verified: boolean;
}

/** A tenant's agreement that a partner may have its people's data for purposes, until a date. */
export interface AgreementStanding {
  readonly id: string;
  readonly tenant: string;
  readonly state: ConsentState;
  readonly form: ConsentForm;
  readonly givenAt: number;
  readonly expiresAt: number | null;
}

/** What is known of the object that a value stands on. Every value as the upstream gave it; undefined where the object has no such key. */
export interface ObjectFacts {
  /** Whether the object or one around it has `@subject` at all. */
  readonly subjectDeclared: boolean;
  readonly subject: string | null;
  readonly tenant: string | null;
  readonly region: string | null;
  readonly regionDeclared: boolean;
  readonly birthDate: string | null;
  readonly birthDateDeclared: boolean;
  /** Values of the fields that the coordinate's `assigned`, `until` and `after` name. */
  readonly named: Readonly<Record<string, unknown>>;
  /** null where the store could not answer. */
  readonly standing: Standing | null;
  /**
   * The agreement of the object's tenant with the caller's organisation for the purpose; undefined where none is stored, null
   * where the store could not answer.
   */
  readonly agreement: AgreementStanding | null | undefined;
}

export interface Decision {
  readonly outcome: "ALLOW" | Outcome;
  readonly reason: Reason;
  /** Ids of the consents (and agreements) that the decision rests on. */
  readonly consentIds: readonly string[];
}

/** What the stores must be asked before objects can be decided, for one role and purpose. */
export interface Needs {
  /** Whether subjects' states and consents are needed (of objects that have a subject). */
  readonly standing: boolean;
  /** Whether agreements of the objects' tenants with the caller's organisation are needed. */
  readonly agreements: boolean;
}

/**
 * One coordinate's compiled decision; made by `compileDecider`. What it remembers changes no decision. A `RequestFacts` is one
 * request at one time: make a new one for each event of a subscription.
 */
export interface Decider {
  readonly policy: FieldPolicy;
  /**
   * Equal for coordinates that give the same reason for the same request and object facts: one call of `decideMany` then serves
   * them all, each with its own `outcomeOf` that reason.
   */
  readonly classKey: string;

  needs(request: RequestFacts): Needs;

  /** What the coordinate does with a value that was refused, or granted, for a reason. */
  outcomeOf(reason: Reason): Decision["outcome"];

  /** The decision where no object can change it; null where it depends on the object. Neither executes nor asks a store. */
  decideStatic(request: RequestFacts): Promise<Decision | null>;

  /** The whole decision for one object, static tests included. Never rejects: what fails counts as no, with RULE_FAILED. */
  decide(request: RequestFacts, object: ObjectFacts): Promise<Decision>;

  /** As `decide` for each object, in order; the rules are asked once for all objects that look alike to them. */
  decideMany(request: RequestFacts, objects: readonly ObjectFacts[]): Promise<Decision[]>;
}
