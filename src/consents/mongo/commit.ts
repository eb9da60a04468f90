import { FieldguardError } from "../../core/errors.ts";
import { byScope, recordsAfter, standingsOf } from "../choices.ts";
import { type Choice, type ConsentEvent, type ConsentRecord, type SubjectState, withoutFreeText } from "../contract.ts";
import type { Standing } from "../standing.ts";
import { type Commit, purposeField, purposeOf, type StoredCommit, type StoredRecord } from "./model.ts";

/** How a subject stands after its latest commit: where the next one is computed from. */
export interface Head {
  readonly subject: string;
  /** 0: nothing is stored. */
  readonly n: number;
  readonly at: number;
  readonly state: Commit["state"];
  readonly records: Readonly<Record<string, readonly StoredRecord[]>>;
  /** The commits that are current: what the next one supersedes. */
  readonly current: readonly unknown[];
}

export function emptyHead(subject: string): Head {
  const state = { status: "ACTIVE", legalHold: false, time: 0, by: "", reason: null } as const;
  return { subject, n: 0, at: 0, state, records: {}, current: [] };
}

/** Of several commits that are current the latest; see `Commit`. */
export function latestOf<T extends Pick<Commit, "n">>(commits: readonly T[]): T | undefined {
  return commits.reduce<T | undefined>((best, one) => (best === undefined || one.n > best.n ? one : best), undefined);
}

export function headFrom(subject: string, commits: readonly StoredCommit[]): Head {
  const latest = latestOf(commits);
  if (latest === undefined) return emptyHead(subject);
  const { n, at, state, records = {} } = latest;
  return { subject, n, at, state, records, current: commits.map((commit) => commit._id) };
}

/** The records of one purpose, in the order of storing. */
export function recordsFor({ subject, records }: Pick<Head, "subject" | "records">, purpose: string): ConsentRecord[] {
  return (records[purposeField(purpose)] ?? []).map((record) => ({ ...record, subject, purpose }));
}

export function recordsOf(head: Head): ConsentRecord[] {
  return Object.keys(head.records)
    .flatMap((field) => recordsFor(head, purposeOf(field)))
    .sort(byScope);
}

/** What a decision about a purpose is told of a commit that holds at least that purpose's records. */
export function standingFrom({ subject, state, records }: Commit, purpose: string): Standing {
  return {
    status: state.status,
    legalHold: state.legalHold,
    consents: recordsFor({ subject, records: records ?? {} }, purpose).flatMap(standingsOf),
  };
}

/** The commit that stores events after `head`; they are of its subject, and none is stored yet. */
export function commitEvents(head: Head, events: readonly ConsentEvent[], now: number): Commit {
  if (head.state.status === "ERASED") {
    throw new FieldguardError("CONSENT_STATE_CONFLICT", "Cannot store a consent for a subject who has been erased.");
  }
  return next(head, { events, state: head.state, records: snapshotAfter(head, events) }, now);
}

/** What stands of a person after further events. */
export function snapshotAfter(
  { subject, records }: Pick<Head, "subject" | "records">,
  events: readonly ConsentEvent[],
): Head["records"] {
  const after: Record<string, readonly StoredRecord[]> = { ...records };
  for (const event of events) {
    for (const purpose of event.purposes) {
      const own = recordsAfter(recordsFor({ subject, records: after }, purpose), event, purpose);
      after[purposeField(purpose)] = own.map(({ subject: _, purpose: __, ...record }) => record);
    }
  }
  return after;
}

/** The commit that sets a subject's state after `head`. Throws CONSENT_STATE_CONFLICT where the state is final. */
export function commitState(head: Head, { subject: _, ...state }: SubjectState, now: number): Commit {
  const endsHold = state.status === "ERASED" && head.state.legalHold && !state.legalHold;
  if (head.state.status === "ERASED" && !endsHold) {
    throw new FieldguardError("CONSENT_STATE_CONFLICT", "Cannot change the subject's state: erasure is final.");
  }
  if (state.status !== "ERASED") return next(head, { events: [], state, records: head.records }, now);
  const records = Object.fromEntries(
    Object.entries(head.records).map(([field, own]) => [
      field,
      own.map((record) => ({
        ...record,
        ...unwritten(record),
        objection: record.objection && unwritten(record.objection),
      })),
    ]),
  );
  return { ...next(head, { events: [], state, records }, now), redacting: true };
}

function next(head: Head, change: Pick<Commit, "events" | "state" | "records">, now: number): Commit {
  const { subject } = head;
  return { subject, n: head.n + 1, current: subject, at: Math.max(now, head.at), ...change };
}

function unwritten({ event, since }: Choice): Choice {
  return { event: withoutFreeText(event), since };
}
