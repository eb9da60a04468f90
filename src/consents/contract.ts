import type { ConsentForm } from "../policy/model.ts";
import type { AgreementStanding, ConsentState, Erasure, Standing, SubjectStatus } from "./standing.ts";

/** In which capacity somebody expressed a consent. */
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
  /**
   * Where the proof of it is: a paper's or a call's reference, a record's id. Needed for what the controller enters; see `formOf`.
   * Absent in events of the first edition, null where there is none.
   */
  readonly evidence?: string | null;
}

/** An event in which somebody chose, and since when it counts: its time, or that of the choice whose place it took, if that is later. */
export interface Choice {
  readonly event: ConsentEvent;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/**
 * What stands of a subject's events for a purpose: a choice for a tenant, categories and recipients, or, beside the choices, the
 * question of a tenant. See `recordsAfter`.
 */
export interface ConsentRecord extends Choice {
  readonly recordId: string;
  readonly subject: string;
  readonly tenant: string | null;
  readonly purpose: string;
  /** When the consent that stands was first given; null where it never was. */
  readonly givenAt: number | null;
  /** The no to the same that this yes followed: it stands again where the yes does not hold. */
  readonly objection: Choice | null;
}

/** Whether a person's data may be used, and whether a legal duty keeps it. */
export interface SubjectState {
  readonly subject: string;
  readonly status: SubjectStatus;
  readonly legalHold: boolean;
  /** Since when, in milliseconds since the epoch. */
  readonly time: number;
  /** Id of whoever set it. */
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

/** Of which person and purpose a decision must know how consent stands. */
export interface StandingQuestion {
  readonly subjects: readonly string[];
  readonly purpose: string;
  /** Tenants whose agreement with `partner` is asked for; empty where no coordinate needs one. */
  readonly tenants: readonly string[];
  readonly partner: string | null;
}

/** What the store knows of the people and purposes that it was asked for. */
export interface StandingAnswer {
  /** One for every subject asked, ACTIVE and without consents where nothing is stored. */
  readonly subjects: ReadonlyMap<string, Standing>;
  /** By tenant; absent where none is stored. */
  readonly agreements: ReadonlyMap<string, AgreementStanding>;
}

/**
 * Consents, subjects' states and agreements. Events are the truth; the current records are their projection, which
 * `recordsAfter` (stores/choices.ts) defines.
 *
 * Obligations of every implementation (proved by `stores/conformance`):
 * - What a promise has acknowledged survives a crash of the process.
 * - A reader that starts after an acknowledged write sees it, on every instance (withdrawal works at once).
 * - Events are never changed or removed, but for erasure (see `withoutFreeText`).
 * - An event whose id, or whose (subject, key), is stored already for the subject is acknowledged again with what was
 *   stored, and not stored twice.
 * - For one subject, the order in which events are stored is their order everywhere: of the choices for the same tenant,
 *   purpose, categories and recipients the one stored last stands, whatever its `time` says.
 * - Choices and questions are kept apart: asking takes back no choice.
 * - Rejects with FieldguardError STORE_UNAVAILABLE, never with a driver's own error, and never answers by halves.
 */
export interface ConsentStore {
  /**
   * Stores events in order, all or none. (Only where they tell of several subjects may a rejected call have stored
   * those of some: whole for each subject. Repeat it, and the rest is stored.)
   * For one (subject, tenant, purpose) `expected` guards against a race: where the id of the event stored last differs from
   * it (null: no event yet), nothing is stored and CONSENT_STATE_CONFLICT is thrown; left out, no guard. The guard is not
   * asked where every event is stored already. An event for an ERASED subject is refused with CONSENT_STATE_CONFLICT.
   * Returns the records as they stand afterwards, one per event and purpose (`recordOf`).
   */
  append(events: readonly ConsentEvent[], expected?: ReadonlyMap<string, string | null>): Promise<ConsentRecord[]>;

  /** Everything that the decisions of one response need, in one question. Doubled subjects count once. */
  lookUp(question: StandingQuestion): Promise<StandingAnswer>;

  /**
   * Which of these people are erased or under a legal hold; of the others there is no entry. Asked for every response that
   * holds a subject, so it should cost little.
   */
  erasures(subjects: readonly string[]): Promise<ReadonlyMap<string, Erasure>>;

  /** Current records of one subject, ordered by purpose, then tenant, every tenant's first (`byScope`). */
  records(subject: string): Promise<ConsentRecord[]>;

  /** Events of one subject, oldest first; of a page no more is read than is asked for. */
  history(subject: string, page?: HistoryPage): Promise<ConsentEvent[]>;

  /**
   * Streams every event in storage order, for export. `after` is an event id to go on from; NOT_FOUND where it is not
   * stored.
   */
  events(after?: string): AsyncIterable<ConsentEvent>;

  /** ACTIVE since time 0, by "", where nothing is stored. */
  subjectState(subject: string): Promise<SubjectState>;

  /**
   * ERASED is final: any later change is refused with CONSENT_STATE_CONFLICT, but for the end of a legal hold, which
   * only takes away. With ERASED, the subject's events lose their free text in the same step. `expected` guards against
   * a race: where the state that stands differs from it, CONSENT_STATE_CONFLICT. Returns what stands.
   */
  setSubjectState(state: SubjectState, expected?: SubjectState): Promise<SubjectState>;

  /** Stores or replaces the agreement with this id. */
  putAgreement(agreement: Agreement): Promise<void>;

  /** Ordered by tenant, then id (by code point). */
  agreements(tenant?: string): Promise<Agreement[]>;

  /** Resolves where the store can answer; throws STORE_UNAVAILABLE otherwise. */
  ping(): Promise<void>;

  /** Waits for what is under way. Afterwards every method rejects with STORE_UNAVAILABLE. Closing twice is no error. */
  close(): Promise<void>;
}

/** Part of a history, in the order in which it was stored. */
export interface HistoryPage {
  /** How many events at most. */
  readonly first: number;
  /** How many to leave out before; none where left out. */
  readonly skip?: number;
  readonly newestFirst?: boolean;
}

/** The key of `append`'s `expected`. */
export function recordKey(subject: string, tenant: string | null, purpose: string): string {
  return JSON.stringify([subject, tenant, purpose]);
}

/** Whether two states of a subject are one and the same. */
export function isSameState(one: SubjectState, other: SubjectState): boolean {
  return (
    one.subject === other.subject &&
    one.status === other.status &&
    one.legalHold === other.legalHold &&
    one.time === other.time &&
    one.by === other.by &&
    one.reason === other.reason
  );
}

/**
 * What erasure leaves of an event: that consent was had, when, for what and on which notice can still be shown
 * (GDPR 7(1), 17(3)(e)); what people wrote by hand cannot.
 */
export function withoutFreeText(event: ConsentEvent): ConsentEvent {
  const { evidence, ...others } = event;
  const expressedBy = { ...event.expressedBy, verification: null };
  return { ...others, reason: null, key: null, expressedBy, ...(evidence === undefined ? {} : { evidence: null }) };
}

/**
 * Which of a tenant's agreements answers for a partner and purpose: one that names the partner before one for any, then
 * the one given last, then the greater id. null where none concerns them.
 */
export function prevailingAgreement(
  agreements: readonly Agreement[],
  partner: string | null,
  purpose: string,
): Agreement | null {
  const concerned = agreements.filter(
    (agreement) =>
      agreement.purposes.includes(purpose) && (agreement.partner === null || agreement.partner === partner),
  );
  return concerned.reduce<Agreement | null>(
    (best, agreement) => (best === null || prevails(agreement, best) ? agreement : best),
    null,
  );
}

function prevails(one: Agreement, other: Agreement): boolean {
  if ((one.partner === null) !== (other.partner === null)) return one.partner !== null;
  if (one.givenAt !== other.givenAt) return one.givenAt > other.givenAt;
  return one.id > other.id;
}
