import { isoTime } from "../core/clock.ts";
import type { Keyring } from "../core/keys.ts";
import type { AccessLog } from "../stores/access-log.ts";
import type { ConsentStore } from "../stores/consent-store.ts";
import { readRecords } from "./read-records.ts";

/** Everything that the gateway keeps about one person: the right of access and portability (GDPR 15, 20; PIPL 45). */
export interface SubjectReport {
  readonly subject: string;
  readonly state: { readonly status: string; readonly legalHold: boolean; readonly since: string | null };
  readonly consents: readonly unknown[];
  readonly history: readonly unknown[];
  /** Newest first. */
  readonly accesses: readonly SubjectAccess[];
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

export async function subjectReport(
  subject: string,
  stores: { readonly consents: ConsentStore; readonly accessLog: AccessLog; readonly keyring: Keyring },
): Promise<SubjectReport> {
  const { consents, accessLog, keyring } = stores;
  const references = new Set(keyring.references(subject));
  const [state, records, history] = await Promise.all([
    consents.subjectState(subject),
    consents.records(subject),
    consents.history(subject),
  ]);
  const accesses: SubjectAccess[] = [];
  for await (const record of readRecords(accessLog, { subjects: [...references] })) {
    for (const { coordinate, category, outcome, reason, subjects } of record.decisions) {
      if (!subjects.some((position) => references.has(record.subjects[position] ?? ""))) continue;
      const { role, organisation } = record.caller;
      const { purpose, justification, id: receipt } = record;
      accesses.push({
        time: isoTime(record.time),
        receipt,
        role,
        organisation,
        purpose,
        justification,
        coordinate,
        category,
        outcome,
        reason,
      });
    }
  }
  const { status, legalHold, time } = state;
  return {
    subject,
    state: { status, legalHold, since: time === 0 ? null : isoTime(time) },
    consents: records.map(({ purpose, tenant, event, givenAt }) => ({
      purpose,
      tenant,
      state: event.state,
      form: event.form,
      notice: event.notice,
      givenAt: givenAt === null ? null : isoTime(givenAt),
      expiresAt: event.expiresAt === null ? null : isoTime(event.expiresAt),
    })),
    history: history.map(({ time: at, ...event }) => ({ ...event, time: isoTime(at) })),
    accesses,
  };
}
