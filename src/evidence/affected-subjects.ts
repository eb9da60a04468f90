import { isoTime } from "../core/clock.ts";
import type { AccessFilter, AccessLog } from "../stores/access-log.ts";
import { readRecords } from "./read-records.ts";

/** What happened to one person's data, as far as the filter reaches. Times are ISO 8601. */
export interface AffectedSubject {
  /** Keyed reference: only somebody with the key and a list of ids can tell who it is. */
  readonly reference: string;
  readonly id: string | null;
  readonly revealed: readonly string[];
  readonly masked: readonly string[];
  readonly attempted: readonly string[];
  readonly purposes: readonly string[];
  readonly callers: readonly string[];
  readonly consentIds: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly records: number;
}

export interface AffectedSubjects {
  readonly subjects: readonly AffectedSubject[];
  readonly totals: {
    readonly records: number;
    readonly subjects: number;
    /** People of whom at least one value was revealed clear. */
    readonly revealed: number;
  };
  readonly deadlines: readonly Deadline[];
}

export interface Deadline {
  readonly rule: string;
  readonly to: string;
  /** ISO 8601; null: at once. */
  readonly by: string | null;
}

interface Gathering {
  readonly revealed: Set<string>;
  readonly masked: Set<string>;
  readonly attempted: Set<string>;
  readonly purposes: Set<string>;
  readonly callers: Set<string>;
  readonly consentIds: Set<string>;
  first: number;
  last: number;
  records: number;
}

const HOURS_72_MS = 72 * 3_600_000;

/**
 * Whose data an incident concerns: given a caller, an operation, a coordinate or a window, per person what was revealed,
 * masked or attempted. `name` tells ids of references, where a list of people is at hand. `known` is when the incident
 * became known, from which deadlines count.
 */
export async function affectedSubjects(
  log: AccessLog,
  filter: AccessFilter,
  known: number,
  name: (reference: string) => string | null = () => null,
): Promise<AffectedSubjects> {
  const people = new Map<string, Gathering>();
  let records = 0;
  for await (const record of readRecords(log, filter)) {
    records += 1;
    for (const { coordinate, outcome, subjects, consentIds } of record.decisions) {
      if (filter.coordinate !== undefined && coordinate !== filter.coordinate) continue;
      for (const position of subjects) {
        const reference = record.subjects[position];
        if (reference === undefined) continue;
        const of = gatheringOf(people, reference, record.time);
        const into = outcome === "ALLOW" ? of.revealed : outcome === "MASK" ? of.masked : of.attempted;
        into.add(coordinate);
        if (record.purpose !== null) of.purposes.add(record.purpose);
        of.callers.add(`${record.caller.role} ${record.caller.id ?? ""}`.trim());
        if (outcome === "ALLOW") for (const id of consentIds) of.consentIds.add(id);
      }
    }
    for (const reference of record.subjects) {
      const of = people.get(reference);
      if (of === undefined) continue;
      of.records += 1;
      of.first = Math.min(of.first, record.time);
      of.last = Math.max(of.last, record.time);
    }
  }
  const subjects = Array.from(people, ([reference, of]) => view(reference, of, name));
  const revealed = subjects.filter((subject) => subject.revealed.length > 0).length;
  return { subjects, totals: { records, subjects: subjects.length, revealed }, deadlines: deadlinesFrom(known) };
}

/** Who must be told by when, once an incident is known. */
export function deadlinesFrom(known: number): Deadline[] {
  return [
    { rule: "GDPR 33(1)", to: "the supervisory authority, where there is a risk", by: isoTime(known + HOURS_72_MS) },
    { rule: "GDPR 34(1)", to: "the people concerned, where the risk is high", by: null },
    { rule: "PIPL 57", to: "the department in charge and the people concerned", by: null },
  ];
}

function gatheringOf(people: Map<string, Gathering>, reference: string, time: number): Gathering {
  let of = people.get(reference);
  if (of === undefined) {
    of = {
      revealed: new Set(),
      masked: new Set(),
      attempted: new Set(),
      purposes: new Set(),
      callers: new Set(),
      consentIds: new Set(),
      first: time,
      last: time,
      records: 0,
    };
    people.set(reference, of);
  }
  return of;
}

function view(reference: string, of: Gathering, name: (reference: string) => string | null): AffectedSubject {
  return {
    reference,
    id: name(reference),
    revealed: [...of.revealed].sort(),
    masked: [...of.masked].sort(),
    attempted: [...of.attempted].sort(),
    purposes: [...of.purposes].sort(),
    callers: [...of.callers].sort(),
    consentIds: [...of.consentIds].sort(),
    first: isoTime(of.first),
    last: isoTime(of.last),
    records: of.records,
  };
}
