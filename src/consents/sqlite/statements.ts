import type { Database } from "../../databases/sqlite/database.ts";
import type { SubjectStatus } from "../standing.ts";
import { type RecordRow, SELECT_RECORDS, STANDING_COLUMNS, type StandingRow, type SubjectRow } from "./rows.ts";

export type ConsentStatements = ReturnType<typeof prepareConsentStatements>;

/** The part of a prepared statement that is used; the driver's own type cannot be named where declarations are emitted. */
interface Prepared<B extends unknown[], R> {
  get(...params: B): R | undefined;
  all(...params: B): R[];
  iterate(...params: B): IterableIterator<R>;
  run(...params: B): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  pluck(): this;
  raw(): this;
}

type Prepare = <B extends unknown[], R = unknown>(sql: string) => Prepared<B, R>;

/** Everything that the store asks of SQLite outside `append`, prepared once per connection. */
export function prepareConsentStatements(database: Database) {
  const prepare: Prepare = (sql) => database.prepare(sql);
  return {
    revision: prepare<[], number>("SELECT value FROM consent_revision").pluck(),
    nextRevision: prepare<[], number>("UPDATE consent_revision SET value = value + 1 RETURNING value").pluck(),
    changeId: prepare<[number], string>("SELECT id FROM consent_change WHERE revision = ?").pluck(),
    // CROSS JOIN fixes the order: a look-up by primary key for each subject asked, never a scan of what is stored.
    standings: prepare<[string, string], StandingRow>(
      `SELECT ${STANDING_COLUMNS}
         FROM json_each(?) AS asked CROSS JOIN consent_standing AS r ON r.subject = asked.value
         WHERE r.purpose = ? AND r.kind <> 'QUESTION'`,
    ).raw(),
    statuses: prepare<[string], readonly [asked: number, status: SubjectStatus, legalHold: number]>(
      `SELECT asked.key, s.status, s.legal_hold
         FROM json_each(?) AS asked CROSS JOIN consent_subject AS s ON s.subject = asked.value`,
    ).raw(),
    subjectRevision: prepare<[], number>("SELECT value FROM consent_subject_revision").pluck(),
    erasures: prepare<[], readonly [subject: string, erased: number, legalHold: number]>(
      `SELECT subject, status = 'ERASED', legal_hold FROM consent_subject WHERE status = 'ERASED' OR legal_hold = 1`,
    ).raw(),
    recordsOf: prepare<[string], RecordRow>(`${SELECT_RECORDS} WHERE s.subject = ?`),
    eventsOf: prepare<[string], string>("SELECT body FROM consent_event WHERE subject = ? ORDER BY seq").pluck(),
    eventsOfPage: prepare<[string, number, number], string>(
      "SELECT body FROM consent_event WHERE subject = ? ORDER BY seq LIMIT ? OFFSET ?",
    ).pluck(),
    latestEventsOf: prepare<[string, number, number], string>(
      "SELECT body FROM consent_event WHERE subject = ? ORDER BY seq DESC LIMIT ? OFFSET ?",
    ).pluck(),
    position: prepare<[string], number>("SELECT seq FROM consent_event WHERE id = ?").pluck(),
    eventsAfter: prepare<[number, number], { readonly seq: number; readonly body: string }>(
      "SELECT seq, body FROM consent_event WHERE seq > ? ORDER BY seq LIMIT ?",
    ),
    subject: prepare<[string], SubjectRow>("SELECT * FROM consent_subject WHERE subject = ?"),
    putSubject: prepare<unknown[]>(
      `INSERT OR REPLACE INTO consent_subject (subject, status, legal_hold, time, by, reason)
       VALUES (@subject, @status, @legalHold, @time, @by, @reason)`,
    ),
    redactEvent: prepare<[string, string]>("UPDATE consent_event SET body = ?, key = NULL WHERE id = ?"),
    // As `formOf` has it, once the evidence is gone.
    unverifyRecords: prepare<[string]>(
      "UPDATE consent_standing SET verified = 0, form = iif(role = 'CONTROLLER', 'IMPLIED', form) WHERE subject = ?",
    ),
    ...prepareAgreementStatements(prepare),
  };
}

function prepareAgreementStatements(prepare: Prepare) {
  return {
    agreementsOf: prepare<[string], string>(
      `SELECT a.body FROM json_each(?) AS asked CROSS JOIN consent_agreement AS a ON a.tenant = asked.value
       ORDER BY a.tenant, a.id`,
    ).pluck(),
    allAgreements: prepare<[], string>("SELECT body FROM consent_agreement ORDER BY tenant, id").pluck(),
    putAgreement: prepare<[string, string, string | null, string]>(
      "INSERT OR REPLACE INTO consent_agreement (id, tenant, partner, body) VALUES (?, ?, ?, ?)",
    ),
  };
}
