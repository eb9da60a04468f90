import type { AgreementStanding, Standing } from "../consents/standing.ts";
import type { Reason } from "../core/reasons.ts";
import type { FieldPolicy, Outcome } from "../policy/model.ts";

export type {
  AgreementStanding,
  ConsentStanding,
  ConsentState,
  Standing,
  SubjectStatus,
} from "../consents/standing.ts";
export { REASONS, type Reason } from "../core/reasons.ts";

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
  /** `act`: the person on whose behalf the token says that the caller acts. */
  readonly onBehalfOf: string | null;
  /** Present where what the deployment knows of the two speaks against that: the caller then reaches nobody's data but their own. */
  readonly refuted?: true;
  /** In which quality; null when acting for oneself. */
  readonly actingAs: "GUARDIAN" | "AGENT" | null;
  /** Token id (`jti`) where the issuer gives one; Unix seconds of expiry. */
  readonly tokenId: string | null;
  /** When the token ends, in milliseconds since the epoch; null where it does not. */
  readonly expiresAt: number | null;
  readonly app: string | null;
}

/** Whose data the caller reaches like their own. */
export function standsFor({ onBehalfOf, refuted }: Pick<Caller, "onBehalfOf" | "refuted">): string | null {
  return refuted === true ? null : onBehalfOf;
}

/** Years under which only a guardian consents, unless the deployment says otherwise (PIPL 31). */
export const GUARDIAN_AGE = 14;

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
  /** Present where the operation only asks what there is: it shows nothing, and finds what is due for deletion. */
  readonly survey?: true;
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
  /** In whatever form: see `readBirthDay`. null where there is none. */
  readonly birthDate: unknown;
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

/** What was decided on one value or write, and why. */
export interface Decision {
  readonly outcome: "ALLOW" | Outcome;
  readonly reason: Reason;
  /** Ids of the consents (and agreements) that the decision rests on. */
  readonly consentIds: readonly string[];
  /** Present where the data are of somebody whom the caller's role has nothing to do with: masks are not for strangers. */
  readonly stranger?: true;
  /** Facts of the object that are there and cannot be read: `birthDate`, or the name of a field that a date was looked for in. */
  readonly unreadable?: readonly string[];
}

/** The fact of `ObjectFacts` that holds the date of birth, as `Decision.unreadable` names it. */
export const BIRTH_DATE = "birthDate";

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
  outcomeOf(decided: Pick<Decision, "reason" | "stranger">): Decision["outcome"];

  /**
   * The decision where nothing of the value is shown whatever the object, so that it need not be fetched; null where it depends
   * on the object. Neither executes nor asks a store.
   */
  decideStatic(request: RequestFacts): Promise<Decision | null>;

  /** Why the request alone is refused, whatever comes of that; null where the object decides. */
  refusedAnyway(request: RequestFacts): Promise<Reason | null>;

  /** The whole decision for one object, static tests included. Never rejects: what fails counts as no, with RULE_FAILED. */
  decide(request: RequestFacts, object: ObjectFacts): Promise<Decision>;

  /** As `decide` for each object, in order; the rules are asked once for all objects that look alike to them. */
  decideMany(request: RequestFacts, objects: readonly ObjectFacts[]): Promise<Decision[]>;
}
