import { formOf } from "../consents/choices.ts";
import type { ConsentEvent, ConsentStore } from "../consents/contract.ts";
import { type Clock, isoTime } from "../core/clock.ts";
import type { Keyring } from "../core/keys.ts";
import type { AccessLog, AccessRecord } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";
import { currentRecords, stateAt } from "../rights/life-state.ts";
import { type RightsRequest, rightsRequests } from "../rights/rights-requests.ts";

/** Everything that the gateway keeps about one person: the right of access and portability (GDPR 15, 20; PIPL 45). */
export interface SubjectReport {
  readonly subject: string;
  /** ISO 8601: when it was made. */
  readonly made: string;
  readonly state: { readonly status: string; readonly legalHold: boolean; readonly since: string | null };
  readonly consents: readonly SubjectConsent[];
  /** Oldest first. */
  readonly history: readonly (Omit<ConsentEvent, "time"> & { readonly time: string })[];
  /** Requests for their rights, newest first. */
  readonly requests: readonly RightsRequest[];
  /** Who saw or tried to see their data; newest first. */
  readonly accesses: readonly SubjectAccess[];
  /** What else is on record of them: changes of consent and state, exports and reports about them; newest first. */
  readonly events: readonly SubjectEvent[];
  /** What they asked for themselves; newest first. */
  readonly activity: readonly SubjectActivity[];
}

export interface SubjectConsent {
  readonly purpose: string;
  readonly tenant: string | null;
  /** null: all. */
  readonly categories: readonly string[] | null;
  readonly recipients: readonly string[] | null;
  readonly state: string;
  readonly form: string;
  readonly notice: ConsentEvent["notice"];
  readonly givenAt: string | null;
  readonly expiresAt: string | null;
}

export interface SubjectAccess {
  readonly time: string;
  readonly receipt: string;
  readonly role: string;
  readonly organisation: string | null;
  readonly purpose: string | null;
  readonly justification: string | null;
  readonly coordinate: string;
  readonly category: string;
  readonly outcome: string;
  readonly reason: string;
}

export interface SubjectEvent {
  readonly time: string;
  readonly receipt: string;
  readonly kind: string;
  readonly role: string;
  readonly details: AccessRecord["details"];
}

export interface SubjectActivity {
  readonly time: string;
  readonly receipt: string;
  readonly kind: string;
  readonly role: string;
  readonly operation: string | null;
  readonly purpose: string | null;
  readonly outcome: string;
  readonly onBehalfOf: string | null;
  /** Truncated to /24 or /48. */
  readonly ip: string | null;
  readonly app: string | null;
}

export async function subjectReport(
  subject: string,
  stores: {
    readonly consents: ConsentStore;
    readonly accessLog: AccessLog;
    readonly keyring: Keyring;
    readonly clock: Clock;
  },
): Promise<SubjectReport> {
  const { consents, accessLog, keyring, clock } = stores;
  const now = clock.now();
  const references = keyring.references(subject);
  const [{ status, legalHold, time }, history, requests] = await Promise.all([
    consents.subjectState(subject),
    consents.history(subject),
    rightsRequests({ log: accessLog, clock }, references),
  ]);
  const activity: SubjectActivity[] = [];
  for await (const record of readRecords(accessLog, { caller: subject })) activity.push(activityIn(record));
  return {
    subject,
    made: isoTime(now),
    state: { status, legalHold, since: time === 0 ? null : isoTime(time) },
    consents: currentRecords(history, { now }).map(({ purpose, tenant, event, givenAt }) => ({
      purpose,
      tenant,
      categories: event.categories,
      recipients: event.recipients,
      state: stateAt(event, now),
      form: formOf(event),
      notice: event.notice,
      givenAt: givenAt === null ? null : isoTime(givenAt),
      expiresAt: event.expiresAt === null ? null : isoTime(event.expiresAt),
    })),
    history: history.map(({ time: at, ...event }) => ({ ...event, time: isoTime(at) })),
    requests,
    ...(await concerning(accessLog, references)),
    activity,
  };
}

async function concerning(log: AccessLog, references: readonly string[]) {
  const own = new Set(references);
  const accesses: SubjectAccess[] = [];
  const events: SubjectEvent[] = [];
  for await (const record of readRecords(log, { subjects: references })) {
    const { purpose, justification, id: receipt, kind, details, caller } = record;
    const time = isoTime(record.time);
    if (record.decisions.length === 0) events.push({ time, receipt, kind, role: caller.role, details });
    for (const { coordinate, category, outcome, reason, subjects } of record.decisions) {
      if (!subjects.some((position) => own.has(record.subjects[position] ?? ""))) continue;
      const { role, organisation } = caller;
      const who = { time, receipt, role, organisation, purpose, justification };
      accesses.push({ ...who, coordinate, category, outcome, reason });
    }
  }
  return { accesses, events };
}

function activityIn(record: AccessRecord): SubjectActivity {
  const { kind, caller, operation, purpose, outcome, client } = record;
  return {
    time: isoTime(record.time),
    receipt: record.id,
    kind,
    role: caller.role,
    operation: operation?.name ?? null,
    purpose,
    outcome,
    onBehalfOf: caller.onBehalfOf,
    ip: client.ip,
    app: client.app,
  };
}
