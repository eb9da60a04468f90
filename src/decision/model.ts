import type { Reason } from "../core/reasons.ts";
import type { FieldPolicy, Outcome } from "../policy/model.ts";
import type { AgreementStanding, Standing } from "../stores/standing.ts";

export { REASONS, type Reason } from "../core/reasons.ts";
export type {
  AgreementStanding,
  ConsentStanding,
  ConsentState,
  Standing,
  SubjectStatus,
} from "../stores/standing.ts";

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
