import { FieldguardError } from "../../core/errors.ts";
import { type ConsentEvent, type ConsentRecord, givenAtAfter } from "../consent-store.ts";
import { eventFromBody, type RecordRow, recordFromRow, scopeOf } from "./consent-rows.ts";
import type { Database } from "./database.ts";

export type Append = (
  events: readonly ConsentEvent[],
  expected: ReadonlyMap<string, string | null> | undefined,
  storedAt: number,
) => { readonly records: ConsentRecord[]; readonly stored: number };

interface Current {
  readonly event_id: string;
  readonly given_at: number | null;
}

/** Prepares `append` as it runs inside a transaction that holds the write lock: what it reads, nobody changes meanwhile. */
export function prepareAppend(database: Database): Append {
  const statements = prepareStatements(database);

  function current(subject: string, tenant: string | null, purpose: string): Current | undefined {
    return statements.current.get(subject, purpose, scopeOf(tenant));
  }

  function checkGuards(expected: ReadonlyMap<string, string | null>): void {
    for (const [key, eventId] of expected) {
      const [subject, tenant, purpose] = JSON.parse(key) as [string, string | null, string];
      if ((current(subject, tenant, purpose)?.event_id ?? null) !== eventId) throw movedOn(purpose);
    }
  }

  /** The event as stored already, by its id or by its key. */
  function findStored(event: ConsentEvent): ConsentEvent | null {
    const byId = statements.byId.get(event.id);
    if (byId !== undefined) {
      const stored = eventFromBody(byId);
      if (stored.subject !== event.subject) throw idTaken();
      return stored;
    }
    const byKey = event.key === null ? undefined : statements.byKey.get(event.subject, event.key);
    return byKey === undefined ? null : eventFromBody(byKey);
  }

  function store(event: ConsentEvent, storedAt: number): void {
    if (statements.status.get(event.subject) === "ERASED") throw erased();
    const { lastInsertRowid } = statements.insertEvent.run(
      event.id,
      event.subject,
      event.key,
      JSON.stringify(event),
      storedAt,
    );
    for (const purpose of event.purposes) {
      const givenAt = givenAtAfter(current(event.subject, event.tenant, purpose)?.given_at ?? null, event);
      statements.putRecord.run(projection(event, purpose, Number(lastInsertRowid), givenAt));
    }
  }

  return (events, expected, storedAt) => {
    const acknowledged = [];
    let stored = 0;
    for (const event of events) {
      const known = findStored(event);
      if (known === null) {
        if (stored === 0 && expected !== undefined) checkGuards(expected);
        store(event, storedAt);
        stored += 1;
      }
      acknowledged.push(known ?? event);
    }
    const records = acknowledged.flatMap((event) =>
      event.purposes.map((purpose) => {
        const row = statements.record.get(event.subject, purpose, scopeOf(event.tenant));
        if (row === undefined) throw new Error("a stored event has no record");
        return recordFromRow(row);
      }),
    );
    return { records, stored };
  };
}

function prepareStatements(database: Database) {
  return {
    current: database.prepare<[string, string, string], Current>(
      "SELECT event_id, given_at FROM consent_record WHERE subject = ? AND purpose = ? AND scope = ?",
    ),
    byId: database.prepare<[string], string>("SELECT body FROM consent_event WHERE id = ?").pluck(),
    byKey: database
      .prepare<[string, string], string>("SELECT body FROM consent_event WHERE subject = ? AND key = ?")
      .pluck(),
    status: database.prepare<[string], string>("SELECT status FROM consent_subject WHERE subject = ?").pluck(),
    insertEvent: database.prepare<[string, string, string | null, string, number]>(
      "INSERT INTO consent_event (id, subject, key, body, stored_at) VALUES (?, ?, ?, ?, ?)",
    ),
    putRecord: database.prepare<Projection>(
      `INSERT OR REPLACE INTO consent_record (subject, purpose, scope, record_id, event_seq, event_id, state, form, time,
         given_at, expires_at, notice_id, notice_version, categories, recipients, role, verified)
       VALUES (@subject, @purpose, @scope, @recordId, @eventSeq, @eventId, @state, @form, @time,
         @givenAt, @expiresAt, @noticeId, @noticeVersion, @categories, @recipients, @role, @verified)`,
    ),
    record: database.prepare<[string, string, string], RecordRow>(
      `SELECT r.record_id, r.subject, r.scope, r.purpose, r.given_at, e.body
       FROM consent_record AS r JOIN consent_event AS e ON e.seq = r.event_seq
       WHERE r.subject = ? AND r.purpose = ? AND r.scope = ?`,
    ),
  };
}

type Projection = ReturnType<typeof projection>;

function projection(event: ConsentEvent, purpose: string, eventSeq: number, givenAt: number | null) {
  return {
    subject: event.subject,
    purpose,
    scope: scopeOf(event.tenant),
    recordId: event.recordId,
    eventSeq,
    eventId: event.id,
    state: event.state,
    form: event.form,
    time: event.time,
    givenAt,
    expiresAt: event.expiresAt,
    noticeId: event.notice?.id ?? null,
    noticeVersion: event.notice?.version ?? null,
    categories: event.categories === null ? null : JSON.stringify(event.categories),
    recipients: event.recipients === null ? null : JSON.stringify(event.recipients),
    role: event.expressedBy.role,
    verified: event.expressedBy.verification === null ? 0 : 1,
  };
}

function movedOn(purpose: string): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    `Cannot change the consent for ${purpose}: somebody else changed it meanwhile. Read how it stands now and decide anew.`,
  );
}

function erased(): FieldguardError {
  return new FieldguardError("CONSENT_STATE_CONFLICT", "Cannot store a consent for a subject who has been erased.");
}

function idTaken(): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    "Cannot store the event: its id is stored already, for another subject.",
  );
}
