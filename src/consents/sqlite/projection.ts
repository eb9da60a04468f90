import { saysSomething } from "../../core/says-something.ts";
import type { Database } from "../../databases/sqlite/database.ts";
import { coversKey, isChoice, recordsAfter, recordsFrom, standingsOf } from "../choices.ts";
import type { Choice, ConsentEvent, ConsentRecord } from "../contract.ts";
import type { ConsentStanding } from "../standing.ts";
import { eventFromBody, type RecordRow, recordsFromRows, SELECT_RECORDS, tenantKey } from "./rows.ts";

export type Project = (event: ConsentEvent, purpose: string, eventSeq: number) => readonly ConsentRecord[];

/** Prepares how an event that was stored changes the records of its subject and one of its purposes; returns them. */
export function prepareProjection(database: Database): Project {
  const read = database.prepare<[string, string], RecordRow>(
    `${SELECT_RECORDS} WHERE s.subject = ? AND s.purpose = ? ORDER BY s.event_seq`,
  );
  const remove = database.prepare<[string, string]>("DELETE FROM consent_standing WHERE subject = ? AND purpose = ?");
  const write = prepareWrite(database);
  return (event, purpose, eventSeq) => {
    const rows = read.all(event.subject, purpose);
    const records = recordsAfter(recordsFromRows(rows), event, purpose);
    const positions = new Map(rows.map((row) => [eventFromBody(row.body).id, row.event_seq])).set(event.id, eventSeq);
    if (rows.length > 0) remove.run(event.subject, purpose);
    for (const record of records) write(record, positions);
    return records;
  };
}

function prepareWrite(database: Database) {
  const insert = database.prepare<StandingColumns>(
    `INSERT INTO consent_standing (subject, purpose, tenant, covers, kind, record_id, event_seq, event_id, state, form, since,
       given_at, expires_at, notice_id, notice_version, categories, recipients, role, verified)
     VALUES (@subject, @purpose, @tenant, @covers, @kind, @recordId, @eventSeq, @eventId, @state, @form, @since,
       @givenAt, @expiresAt, @noticeId, @noticeVersion, @categories, @recipients, @role, @verified)`,
  );
  return (record: ConsentRecord, positions: ReadonlyMap<string, number>): void => {
    const kinds = isChoice(record.event.state) ? (["CHOICE", "OBJECTION"] as const) : (["QUESTION"] as const);
    for (const [at, choice] of [record, record.objection].entries()) {
      const [kind, eventSeq] = [kinds[at], positions.get(choice?.event.id ?? "")];
      if (choice === null || kind === undefined) continue;
      if (eventSeq === undefined) throw new Error("a record's event has no place");
      insert.run(columnsOf(record, choice, kind, eventSeq));
    }
  };
}

type StandingColumns = ReturnType<typeof columnsOf>;

function columnsOf(record: ConsentRecord, choice: Choice, kind: RecordRow["kind"], eventSeq: number) {
  const { event, since } = choice;
  const [told] = standingsOf({ ...record, ...choice, objection: null });
  return {
    subject: record.subject,
    purpose: record.purpose,
    tenant: tenantKey(record.tenant),
    covers: kind === "QUESTION" ? "" : coversKey(event),
    kind,
    recordId: record.recordId,
    eventSeq,
    eventId: event.id,
    state: event.state,
    form: told?.form ?? event.form,
    since,
    givenAt: kind === "OBJECTION" ? null : record.givenAt,
    expiresAt: event.expiresAt,
    noticeId: event.notice?.id ?? null,
    noticeVersion: event.notice?.version ?? null,
    categories: listText(event.categories),
    recipients: listText(event.recipients),
    role: event.expressedBy.role,
    verified: saysSomething(event.expressedBy.verification) ? 1 : 0,
  };
}

function listText(list: ConsentStanding["categories"]): string | null {
  return list === null ? null : JSON.stringify(list);
}

const PAGE = 500;

/** Works out everybody's records anew from their events, a person at a time. */
export function fillStandings(database: Database): void {
  const write = prepareWrite(database);
  const page = database.prepare<[string, number, number], { seq: number; subject: string; body: string }>(
    `SELECT seq, subject, body FROM consent_event WHERE (subject, seq) > (?, ?) ORDER BY subject, seq LIMIT ?`,
  );
  let events: ConsentEvent[] = [];
  let positions = new Map<string, number>();
  const finish = (): void => {
    for (const record of recordsFrom(events)) write(record, positions);
    events = [];
    positions = new Map();
  };
  let last = { subject: "", seq: -1 };
  for (
    let rows = page.all(last.subject, last.seq, PAGE);
    rows.length > 0;
    rows = page.all(last.subject, last.seq, PAGE)
  ) {
    for (const { seq, subject, body } of rows) {
      if (subject !== last.subject) finish();
      const event = eventFromBody(body);
      events.push(event);
      positions.set(event.id, seq);
      last = { subject, seq };
    }
  }
  finish();
}
