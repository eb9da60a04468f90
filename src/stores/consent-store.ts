import type { AgreementStanding, ConsentState, Standing, SubjectStatus } from "../decision/model.ts";
import type { ConsentForm } from "../policy/model.ts";

export type ExpressedByRole = "DATA_SUBJECT" | "GUARDIAN" | "AGENT" | "CONTROLLER" | "SYSTEM";

/** What happened to a consent (ISO/IEC TS 27560): never changed once stored. Times are milliseconds since the epoch. */
export interface ConsentEvent {
  readonly id: string;
  /** The consent record that the event belongs to. */
  readonly recordId: string;
  readonly subject: string;
  /** null: for every tenant. */
  readonly tenant: string | null;
  readonly purposes: readonly string[];
  /** null: all. */
  readonly categories: readonly string[] | null;
  readonly recipients: readonly string[] | null;
  readonly state: ConsentState;
  readonly form: ConsentForm;
  readonly time: number;
  readonly expiresAt: number | null;
  readonly expressedBy: {
    readonly id: string;
    readonly role: ExpressedByRole;
    /** How a guardian's or agent's authority was verified; null where it was not. */
    readonly verification: string | null;
  };
  readonly notice: { readonly id: string; readonly version: string; readonly contentHash: string | null } | null;
  readonly language: string | null;
  readonly method: string | null;
  readonly jurisdiction: string | null;
  readonly storageLocations: readonly string[] | null;
  /** ISO 8601 duration. */
  readonly retention: string | null;
  readonly withdrawalMethod: string | null;
  readonly reason: string | null;
  /** Idempotency key: unique per subject; an event with a known key is not stored again. */
  readonly key: string | null;
}

/** The projection of a record's events: the latest one for a subject, tenant and purpose. */
export interface ConsentRecord {
  readonly recordId: string;
  readonly subject: string;
  readonly tenant: string | null;
  readonly purpose: string;
  readonly event: ConsentEvent;
  /** When the consent that stands was first given; null where it never was. */
  readonly givenAt: number | null;
}

export interface SubjectState {
  readonly subject: string;
  readonly status: SubjectStatus;
  readonly legalHold: boolean;
  /** Since when, by whom and why. */
  readonly time: number;
  readonly by: string;
  readonly reason: string | null;
}

/** A tenant's agreement with a partner (an organisation; null: any) to let it have its people's data. */
export interface Agreement extends AgreementStanding {
  readonly partner: string | null;
  readonly purposes: readonly string[];
  readonly by: string;
  readonly reason: string | null;
}

export interface StandingQuestion {
  readonly subjects: readonly string[];
  readonly purpose: string;
  /** Tenants whose agreement with `partner` is asked for; empty where no coordinate needs one. */
  readonly tenants: readonly string[];
  readonly partner: string | null;
}

export interface StandingAnswer {
  /** One for every subject asked, ACTIVE and without consents where nothing is stored. */
  readonly subjects: ReadonlyMap<string, Standing>;
  /** By tenant; absent where none is stored. */
  readonly agreements: ReadonlyMap<string, AgreementStanding>;
}

/**
 * Consents, subjects' states and agreements. Events are the truth; the current record is their projection.
 *
 * Obligations of every implementation (proved by `stores/conformance`):
 * - What a promise has acknowledged survives a crash of the process.
 * - A reader that starts after an acknowledged write sees it, on every instance (withdrawal works at once).
 * - Events are never changed or removed, but for `erase`.
 * - An event whose (subject, key) is stored already is acknowledged again with what was stored, and not stored twice.
 * - Rejects with FieldguardError STORE_UNAVAILABLE, never with a driver's own error, and never answers by halves.
 */
export interface ConsentStore {
  /**
   * Stores events in order, all or none. For one (subject, tenant, purpose) `expected` guards against a race: where the
   * current event's id differs from it (null: no event yet), nothing is stored and CONSENT_STATE_CONFLICT is thrown;
   * left out, no guard. Returns the records as they stand afterwards, one per event and purpose.
   */
  append(events: readonly ConsentEvent[], expected?: ReadonlyMap<string, string | null>): Promise<ConsentRecord[]>;

  /** Everything that the decisions of one response need, in one question. */
  lookUp(question: StandingQuestion): Promise<StandingAnswer>;

  /** Current records of one subject, ordered by purpose, then tenant. */
  records(subject: string): Promise<ConsentRecord[]>;

  /** Events of one subject, oldest first. */
  history(subject: string): Promise<ConsentEvent[]>;

  /** Streams every event in storage order, for export. `after` is an event id to go on from. */
  events(after?: string): AsyncIterable<ConsentEvent>;

  subjectState(subject: string): Promise<SubjectState>;

  /** ERASED is final: any later change is refused with CONSENT_STATE_CONFLICT. Returns what stands. */
  setSubjectState(state: SubjectState): Promise<SubjectState>;

  /** Stores or replaces the agreement with this id. */
  putAgreement(agreement: Agreement): Promise<void>;

  agreements(tenant?: string): Promise<Agreement[]>;

  /** Resolves where the store can answer; throws STORE_UNAVAILABLE otherwise. */
  ping(): Promise<void>;

  close(): Promise<void>;
}

/** The key of `append`'s `expected`. */
export function recordKey(subject: string, tenant: string | null, purpose: string): string {
  return JSON.stringify([subject, tenant, purpose]);
}
