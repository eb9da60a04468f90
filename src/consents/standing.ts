import type { ConsentForm } from "../policy/model.ts";

/** Whether a person's data may be used: ACTIVE, RESTRICTED (kept but not used) or ERASED. */
export type SubjectStatus = "ACTIVE" | "RESTRICTED" | "ERASED";

/** What the consent store knows of one person for one purpose: the input of the decision, read in one batch. */
export interface Standing {
  readonly status: SubjectStatus;
  readonly legalHold: boolean;
  /** The choices that stand for the purpose asked, of every tenant (null: all tenants), in no particular order. */
  readonly consents: readonly ConsentStanding[];
}

/** What is asked of a person before anything else, whoever wants their data and what for. */
export interface Erasure {
  readonly erased: boolean;
  readonly legalHold: boolean;
}

/** What became of a consent, one to one with the states of DPV; only GIVEN and RENEWED authorise. */
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

/** What a decision is told of a stored choice. Times are milliseconds since the epoch. */
export interface ConsentStanding {
  readonly id: string;
  readonly tenant: string | null;
  readonly purpose: string;
  /** As stored; EXPIRED is computed from `expiresAt` at reading. */
  readonly state: ConsentState;
  /** The form that it counts as, which can be weaker than what was entered. */
  readonly form: ConsentForm;
  /** When the consent was given, in milliseconds since the epoch; where it never was, when the state came about. */
  readonly givenAt: number;
  /**
   * Since when the choice counts, in milliseconds since the epoch: of a withdrawal, when it was withdrawn. Of the choices that
   * cover a value and a caller the latest decides.
   */
  readonly changedAt: number;
  /** Milliseconds since the epoch; null where it does not expire. */
  readonly expiresAt: number | null;
  readonly notice: { readonly id: string; readonly version: string } | null;
  /** null: every category, every recipient. A recipient is `org:ID` or `role:NAME`; one without either, of old, a role if it is one. */
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
  /** Milliseconds since the epoch. */
  readonly givenAt: number;
  /** Milliseconds since the epoch; null where it does not expire. */
  readonly expiresAt: number | null;
}
