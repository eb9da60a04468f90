import { FieldguardError } from "../../core/errors.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { recordOf } from "../choices.ts";
import type { ConsentEvent, ConsentRecord } from "../contract.ts";
import { prepareProjection } from "./projection.ts";
import { eventFromBody, type RecordRow, recordsFromRows, SELECT_RECORDS, tenantKey } from "./rows.ts";

/** Runs inside a transaction that holds the write lock: what it reads, nobody changes meanwhile. */
export class EventAppender {
  readonly #statements;
  readonly #project;

  constructor(database: Database) {
    this.#statements = prepareStatements(database);
    this.#project = prepareProjection(database);
  }

  /** Stores what is not stored yet. Returns the records of all, and how many events were stored. */
  append(
    events: readonly ConsentEvent[],
    expected: ReadonlyMap<string, string | null> | undefined,
    storedAt: number,
  ): { readonly records: ConsentRecord[]; readonly stored: number } {
    const acknowledged: ConsentEvent[] = [];
    let stored = 0;
    for (const event of events) {
      const before = this.#findStored(event);
      if (before === null) {
        if (stored === 0 && expected !== undefined) this.#checkGuards(expected);
        this.#store(event, storedAt);
        stored += 1;
      }
      acknowledged.push(before ?? event);
    }
    return { records: acknowledged.flatMap((event) => this.#recordsOf(event)), stored };
  }

  #checkGuards(expected: ReadonlyMap<string, string | null>): void {
    for (const [key, eventId] of expected) {
      const [subject, tenant, purpose] = JSON.parse(key) as [string, string | null, string];
      const current = this.#statements.current.get(subject, purpose, tenantKey(tenant)) ?? null;
      if (current !== eventId) throw movedOn(purpose);
    }
  }

  /** The event as stored already, by its id or by its key. */
  #findStored(event: ConsentEvent): ConsentEvent | null {
    const byId = this.#statements.byId.get(event.id);
    if (byId !== undefined) {
      const stored = eventFromBody(byId);
      if (stored.subject !== event.subject) throw idTaken();
      return stored;
    }
    const byKey = event.key === null ? undefined : this.#statements.byKey.get(event.subject, event.key);
    return byKey === undefined ? null : eventFromBody(byKey);
  }

  #store(event: ConsentEvent, storedAt: number): void {
    const { id, subject, key, purposes } = event;
    if (this.#statements.status.get(subject) === "ERASED") throw erased();
    const { lastInsertRowid } = this.#statements.insertEvent.run(id, subject, key, JSON.stringify(event), storedAt);
    for (const purpose of purposes) this.#project(event, purpose, Number(lastInsertRowid));
  }

  #recordsOf(event: ConsentEvent): ConsentRecord[] {
    return event.purposes.map((purpose) => {
      const record = recordOf(recordsFromRows(this.#statements.records.all(event.subject, purpose)), event);
      if (record === null) throw new Error("a stored event has no record");
      return record;
    });
  }
}

function prepareStatements(database: Database) {
  return {
    current: database
      .prepare<[string, string, string], string>(
        `SELECT event_id FROM consent_standing WHERE subject = ? AND purpose = ? AND tenant = ?
         ORDER BY event_seq DESC LIMIT 1`,
      )
      .pluck(),
    byId: database.prepare<[string], string>("SELECT body FROM consent_event WHERE id = ?").pluck(),
    byKey: database
      .prepare<[string, string], string>("SELECT body FROM consent_event WHERE subject = ? AND key = ?")
      .pluck(),
    status: database.prepare<[string], string>("SELECT status FROM consent_subject WHERE subject = ?").pluck(),
    insertEvent: database.prepare<[string, string, string | null, string, number]>(
      "INSERT INTO consent_event (id, subject, key, body, stored_at) VALUES (?, ?, ?, ?, ?)",
    ),
    records: database.prepare<[string, string], RecordRow>(
      `${SELECT_RECORDS} WHERE s.subject = ? AND s.purpose = ? ORDER BY s.event_seq`,
    ),
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
