import type { Agreement, ConsentEvent, ConsentRecord, SubjectState } from "../contract.ts";
import type { AgreementStanding, ConsentStanding, SubjectStatus } from "../standing.ts";

/**
 * What a decision reads of `consent_standing`, as a tuple in the order of STANDING_COLUMNS: a thousand objects with named
 * columns would cost as much again as finding the rows.
 */
export type StandingRow = readonly [
  /** Position of the subject in the question. */
  asked: number,
  tenant: string,
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

export const STANDING_COLUMNS = `asked.key, r.tenant, r.event_id, r.state, r.form, r.given_at, r.since, r.expires_at,
  r.notice_id, r.notice_version, r.categories, r.recipients, r.role, r.verified`;

/** How rows of records are read; the condition follows. */
export const SELECT_RECORDS = `SELECT s.subject, s.purpose, s.kind, s.tenant, s.covers, s.record_id, s.event_seq, s.since,
  s.given_at, e.body FROM consent_standing AS s JOIN consent_event AS e ON e.seq = s.event_seq`;

export interface RecordRow {
  readonly subject: string;
  readonly purpose: string;
  readonly kind: "CHOICE" | "OBJECTION" | "QUESTION";
  readonly tenant: string;
  readonly covers: string;
  readonly record_id: string;
  readonly event_seq: number;
  readonly since: number;
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

export function tenantKey(tenant: string | null): string {
  return tenant === null ? "" : `=${tenant}`;
}

function tenantOf(key: string): string | null {
  return key === "" ? null : key.slice(1);
}

export function standingFromRow(row: StandingRow, purpose: string): ConsentStanding {
  const [
    ,
    tenant,
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
    tenant: tenantOf(tenant),
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

/** Records in the order of the rows of their choices and questions. */
export function recordsFromRows(rows: readonly RecordRow[]): ConsentRecord[] {
  const key = ({ purpose, tenant, covers }: RecordRow) => JSON.stringify([purpose, tenant, covers]);
  const objections = new Map(rows.flatMap((row) => (row.kind === "OBJECTION" ? [[key(row), row] as const] : [])));
  return rows.flatMap((row) => {
    if (row.kind === "OBJECTION") return [];
    const behind = row.kind === "CHOICE" ? objections.get(key(row)) : undefined;
    return {
      recordId: row.record_id,
      subject: row.subject,
      tenant: tenantOf(row.tenant),
      purpose: row.purpose,
      event: eventFromBody(row.body),
      since: row.since,
      givenAt: row.given_at,
      objection: behind === undefined ? null : { event: eventFromBody(behind.body), since: behind.since },
    };
  });
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
