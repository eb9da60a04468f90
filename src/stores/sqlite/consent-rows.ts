import type { Agreement, ConsentEvent, ConsentRecord, SubjectState } from "../consent-store.ts";
import type { AgreementStanding, ConsentStanding, SubjectStatus } from "../standing.ts";

/**
 * What a decision reads of `consent_record`, as a tuple in the order of STANDING_COLUMNS: a thousand objects with named
 * columns would cost as much again as finding the rows.
 */
export type StandingRow = readonly [
  /** Position of the subject in the question. */
  asked: number,
  scope: string,
  eventId: string,
  state: ConsentStanding["state"],
  form: ConsentStanding["form"],
  givenAt: number | null,
  changedAt: number,
  expiresAt: number | null,
  noticeId: string | null,
  noticeVersion: string | null,
  categories: string | null,
  recipients: string | null,
  role: ConsentStanding["expressedBy"],
  verified: number,
];

export const STANDING_COLUMNS = `asked.key, r.scope, r.event_id, r.state, r.form, r.given_at, r.time, r.expires_at,
  r.notice_id, r.notice_version, r.categories, r.recipients, r.role, r.verified`;

export interface RecordRow {
  readonly record_id: string;
  readonly subject: string;
  readonly scope: string;
  readonly purpose: string;
  readonly given_at: number | null;
  readonly body: string;
}

export interface SubjectRow {
  readonly subject: string;
  readonly status: SubjectStatus;
  readonly legal_hold: number;
  readonly time: number;
  readonly by: string;
  readonly reason: string | null;
}

export function scopeOf(tenant: string | null): string {
  return tenant === null ? "" : `=${tenant}`;
}

export function tenantOf(scope: string): string | null {
  return scope === "" ? null : scope.slice(1);
}

export function standingFromRow(row: StandingRow, purpose: string): ConsentStanding {
  const [
    ,
    scope,
    id,
    state,
    form,
    givenAt,
    changedAt,
    expiresAt,
    noticeId,
    noticeVersion,
    categories,
    recipients,
    role,
    verified,
  ] = row;
  return {
    id,
    tenant: tenantOf(scope),
    purpose,
    state,
    form,
    givenAt: givenAt ?? changedAt,
    changedAt,
    expiresAt,
    notice: noticeId === null || noticeVersion === null ? null : { id: noticeId, version: noticeVersion },
    categories: listFromText(categories),
    recipients: listFromText(recipients),
    expressedBy: role,
    verified: verified === 1,
  };
}

function listFromText(text: string | null): readonly string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]);
}

export function eventFromBody(body: string): ConsentEvent {
  return JSON.parse(body) as ConsentEvent;
}

export function recordFromRow(row: RecordRow): ConsentRecord {
  return {
    recordId: row.record_id,
    subject: row.subject,
    tenant: tenantOf(row.scope),
    purpose: row.purpose,
    event: eventFromBody(row.body),
    givenAt: row.given_at,
  };
}

export function subjectStateFromRow(row: SubjectRow): SubjectState {
  return {
    subject: row.subject,
    status: row.status,
    legalHold: row.legal_hold === 1,
    time: row.time,
    by: row.by,
    reason: row.reason,
  };
}

export function agreementFromBody(body: string): Agreement {
  return JSON.parse(body) as Agreement;
}

export function agreementStanding(agreement: Agreement): AgreementStanding {
  const { id, tenant, state, form, givenAt, expiresAt } = agreement;
  return { id, tenant, state, form, givenAt, expiresAt };
}
