import type BetterSqlite3 from "better-sqlite3";
import type { SubjectStatus } from "../../decision/model.ts";
import { type RecordRow, STANDING_COLUMNS, type StandingRow, type SubjectRow } from "./consent-rows.ts";
import type { Database } from "./database.ts";

export type ConsentStatements = ReturnType<typeof prepareConsentStatements>;

/** Everything that the store asks of SQLite outside `append`, prepared once per connection. */
export function prepareConsentStatements(database: Database) {
  return {
    revision: database.prepare<[], number>("SELECT value FROM consent_revision").pluck(),
    nextRevision: database.prepare<[], number>("UPDATE consent_revision SET value = value + 1 RETURNING value").pluck(),
    // CROSS JOIN fixes the order: a look-up by primary key for each subject asked, never a scan of what is stored.
    standings: database
      .prepare<[string, string], StandingRow>(
        `SELECT ${STANDING_COLUMNS}
         FROM json_each(?) AS asked CROSS JOIN consent_record AS r ON r.subject = asked.value
         WHERE r.purpose = ?`,
      )
      .raw(),
    statuses: database
      .prepare<[string], readonly [asked: number, status: SubjectStatus, legalHold: number]>(
        `SELECT asked.key, s.status, s.legal_hold
         FROM json_each(?) AS asked CROSS JOIN consent_subject AS s ON s.subject = asked.value`,
      )
      .raw(),
    recordsOf: database.prepare<[string], RecordRow>(
      `SELECT r.record_id, r.subject, r.scope, r.purpose, r.given_at, e.body
       FROM consent_record AS r JOIN consent_event AS e ON e.seq = r.event_seq
       WHERE r.subject = ? ORDER BY r.purpose, r.scope`,
    ),
    eventsOf: database
      .prepare<[string], string>("SELECT body FROM consent_event WHERE subject = ? ORDER BY seq")
      .pluck(),
    position: database.prepare<[string], number>("SELECT seq FROM consent_event WHERE id = ?").pluck(),
    eventsAfter: database.prepare<[number, number], { readonly seq: number; readonly body: string }>(
      "SELECT seq, body FROM consent_event WHERE seq > ? ORDER BY seq LIMIT ?",
    ),
    subject: database.prepare<[string], SubjectRow>("SELECT * FROM consent_subject WHERE subject = ?"),
    putSubject: database.prepare(
      `INSERT OR REPLACE INTO consent_subject (subject, status, legal_hold, time, by, reason)
       VALUES (@subject, @status, @legalHold, @time, @by, @reason)`,
    ),
    redactEvent: database.prepare<[string, string]>("UPDATE consent_event SET body = ?, key = NULL WHERE id = ?"),
    unverifyRecords: database.prepare<[string]>("UPDATE consent_record SET verified = 0 WHERE subject = ?"),
    agreementsOf: database
      .prepare<[string], string>("SELECT body FROM consent_agreement WHERE tenant = ? ORDER BY id")
      .pluck(),
    allAgreements: database.prepare<[], string>("SELECT body FROM consent_agreement ORDER BY tenant, id").pluck(),
    putAgreement: database.prepare<[string, string, string | null, string]>(
      "INSERT OR REPLACE INTO consent_agreement (id, tenant, partner, body) VALUES (?, ?, ?, ?)",
    ),
  };
}
