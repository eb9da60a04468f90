import type { ConsentEvent, ConsentStore } from "../consents/contract.ts";
import { isoTime } from "../core/clock.ts";
import type { Keyring } from "../core/keys.ts";
import { GUARDIAN_AGE } from "../decision/model.ts";
import type { AccessFilter, AccessLog, AccessRecord } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";
import { consentThen } from "./consent-then.ts";
import { type Deadline, deadlinesFrom } from "./deadlines.ts";
import { type OwnViews, ownViewsOf } from "./own-views.ts";
import { PeopleList, type Person } from "./people.ts";

/** What happened to one person's data, as far as the filter reaches. Times are ISO 8601. */
export interface AffectedSubject {
  /** Keyed reference: only somebody with the key and a list of ids can tell who it is. */
  readonly reference: string;
  /** null where neither the consent store nor a list of people knows whose reference it is. */
  readonly id: string | null;
  readonly revealed: readonly string[];
  readonly masked: readonly string[];
  readonly attempted: readonly string[];
  readonly purposes: readonly string[];
  readonly callers: readonly string[];
  /** Consents that reveals rested on. */
  readonly consentIds: readonly string[];
  /** How consent stood at the time of each access; empty where it is not known who the person is. */
  readonly consentThen: readonly ConsentThen[];
  /** Whether they were under the guardian age at one of the accesses; null where nothing tells. */
  readonly minor: boolean | null;
  /** Ids of those who have spoken for them as guardians. */
  readonly guardians: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly records: number;
}

export interface ConsentThen {
  readonly purpose: string;
  /** A consent's state, or `NONE` where none was stored. */
  readonly state: string;
  readonly records: number;
}

export interface AffectedSubjects {
  /** ISO 8601: when the incident became known. */
  readonly known: string;
  /** What was asked for, in words. */
  readonly asked: string;
  /** Those of whom something was revealed first, then by the time of the first access. */
  readonly subjects: readonly AffectedSubject[];
  readonly totals: AffectedTotals;
  readonly deadlines: readonly Deadline[];
}

export interface AffectedTotals {
  /** Those that concern anybody. */
  readonly records: number;
  readonly subjects: number;
  /** People of whom at least one value was revealed clear; of whom values were masked at most; of whom all was denied. */
  readonly revealed: number;
  readonly maskedOnly: number;
  readonly attemptedOnly: number;
  /** Values that were revealed clear, of all of them together. */
  readonly valuesRevealed: number;
  readonly minors: number;
  /** People of whom nothing tells whether they were minors. */
  readonly ageUnknown: number;
  /** People whose id is known. */
  readonly named: number;
  /** Records in which people saw their own data, which affect nobody. Counted as affecting where a caller or a token was asked for: it may have been stolen. */
  readonly ownViews: number;
  readonly first: string | null;
  readonly last: string | null;
}

export interface AffectedOptions {
  /** When the incident became known, from which deadlines count. Milliseconds since the epoch. */
  readonly known: number;
  /** What was asked for, in words. */
  readonly asked?: string;
  /** Who can tell ids of references, and how consent stood. Without it neither is known. */
  readonly consents?: ConsentStore;
  readonly keyring?: Keyring;
  /** Further people, whom the consent store may not know. */
  readonly people?: readonly Person[];
  /** Years under which a guardian decides. */
  readonly guardianAge?: number;
}

interface Gathering {
  readonly reference: string;
  readonly revealed: Set<string>;
  readonly masked: Set<string>;
  readonly attempted: Set<string>;
  readonly purposes: Set<string>;
  readonly callers: Set<string>;
  readonly consentIds: Set<string>;
  /** By purpose and state, how many records. */
  readonly stood: Map<string, ConsentThen>;
  minor: boolean;
  first: number;
  last: number;
  records: number;
}

/**
 * Whose data an incident concerns: given a caller, a token, an operation, a coordinate or a window, per person what was
 * revealed, masked or attempted, and how their consent stood then. The log is read twice, page by page: what is kept in
 * memory are the people and their consents, however long it is.
 */
export async function affectedSubjects(
  log: AccessLog,
  filter: AccessFilter,
  options: AffectedOptions,
): Promise<AffectedSubjects> {
  const gathered = new Map<string, Gathering>();
  let records = 0;
  let valuesRevealed = 0;
  let ownViews = 0;
  const own = ownViewsOf(filter, options.keyring ?? null);
  for await (const record of readRecords(log, filter)) {
    const { concerned, revealed, passedOver } = gather(record, filter, gathered, own);
    if (concerned > 0) records += 1;
    else if (passedOver) ownViews += 1;
    valuesRevealed += revealed;
  }
  const people = new PeopleList(options.keyring ?? null, options.people ?? [], new Set(gathered.keys()));
  const events = options.consents === undefined ? new Map() : await eventsOf(options.consents, people);
  const persons = united(gathered, people);
  if (events.size > 0) {
    for await (const record of readRecords(log, filter)) noteConsents(record, filter, persons, people, events, own);
  }
  const subjects = [...new Set(persons.values())].map((person) => view(person, people, events, options)).sort(inOrder);
  return {
    known: isoTime(options.known),
    asked: options.asked ?? "",
    subjects,
    totals: { ...totalsOf(subjects, records, valuesRevealed), ownViews },
    deadlines: deadlinesFrom(options.known),
  };
}

/** Takes a record in; returns how many people it concerns, how many values it revealed, and whether it holds views of one's own. */
function gather(record: AccessRecord, filter: AccessFilter, gathered: Map<string, Gathering>, own: OwnViews) {
  let revealed = 0;
  let passedOver = false;
  const isOwn = own(record);
  const concerned = new Set<Gathering>();
  for (const { coordinate, outcome, count, subjects, consentIds, write } of record.decisions) {
    if (!isAsked(filter, coordinate)) continue;
    const others = subjects.filter((position) => !isOwn(record.subjects[position]));
    if (others.length < subjects.length) passedOver = true;
    if (subjects.length > 0 && others.length === 0) continue;
    // What was done concerns people as well, and showed nothing of theirs.
    const shown = write === undefined;
    if (outcome === "ALLOW" && shown) revealed += count;
    for (const position of others) {
      const reference = record.subjects[position];
      if (reference === undefined) continue;
      const of = gatheringOf(gathered, reference, record.time);
      const into = outcome === "ALLOW" ? of.revealed : outcome === "MASK" ? of.masked : of.attempted;
      if (shown) into.add(coordinate);
      if (outcome === "ALLOW") for (const id of consentIds) of.consentIds.add(id);
      if (record.minors?.includes(position)) of.minor = true;
      concerned.add(of);
    }
  }
  for (const of of concerned) {
    if (record.purpose !== null) of.purposes.add(record.purpose);
    of.callers.add(`${record.caller.role} ${record.caller.id ?? ""}`.trim());
    of.records += 1;
    of.first = Math.min(of.first, record.time);
    of.last = Math.max(of.last, record.time);
  }
  return { concerned: concerned.size, revealed, passedOver };
}

function isAsked(filter: AccessFilter, coordinate: string): boolean {
  return filter.coordinate === undefined || coordinate === filter.coordinate;
}

/** Every event of the people concerned, by their id, in the order in which they were stored. */
async function eventsOf(consents: ConsentStore, people: PeopleList): Promise<Map<string, ConsentEvent[]>> {
  const events = new Map<string, ConsentEvent[]>();
  for await (const event of consents.events()) {
    if (!people.isConcerned(event.subject)) continue;
    const own = events.get(event.subject);
    if (own === undefined) events.set(event.subject, [event]);
    else own.push(event);
  }
  return events;
}

/** By reference: one and the same person under several key versions is one. */
function united(gathered: ReadonlyMap<string, Gathering>, people: PeopleList): Map<string, Gathering> {
  const byId = new Map<string, Gathering>();
  const persons = new Map<string, Gathering>();
  for (const [reference, own] of gathered) {
    const id = people.idOf(reference);
    const known = id === null ? undefined : byId.get(id);
    if (known !== undefined) unite(known, own);
    else if (id !== null) byId.set(id, own);
    persons.set(reference, known ?? own);
  }
  return persons;
}

function unite(into: Gathering, from: Gathering): void {
  for (const part of ["revealed", "masked", "attempted", "purposes", "callers", "consentIds"] as const) {
    for (const each of from[part]) into[part].add(each);
  }
  into.minor ||= from.minor;
  into.records += from.records;
  into.first = Math.min(into.first, from.first);
  into.last = Math.max(into.last, from.last);
}

function noteConsents(
  record: AccessRecord,
  filter: AccessFilter,
  persons: ReadonlyMap<string, Gathering>,
  people: PeopleList,
  events: ReadonlyMap<string, readonly ConsentEvent[]>,
  own: OwnViews,
): void {
  const { purpose, time, caller } = record;
  if (purpose === null) return;
  const isOwn = own(record);
  const decisions = record.decisions.filter(({ coordinate }) => isAsked(filter, coordinate));
  for (const position of new Set(decisions.flatMap(({ subjects }) => subjects))) {
    const reference = record.subjects[position] ?? "";
    if (isOwn(reference)) continue;
    const of = persons.get(reference);
    const id = people.idOf(reference);
    if (of === undefined || id === null) continue;
    for (const state of consentThen(events.get(id) ?? [], purpose, caller, time)) {
      const key = `${purpose} ${state}`;
      of.stood.set(key, { purpose, state, records: (of.stood.get(key)?.records ?? 0) + 1 });
    }
  }
}

function gatheringOf(gathered: Map<string, Gathering>, reference: string, time: number): Gathering {
  let of = gathered.get(reference);
  if (of === undefined) {
    of = {
      reference,
      revealed: new Set(),
      masked: new Set(),
      attempted: new Set(),
      purposes: new Set(),
      callers: new Set(),
      consentIds: new Set(),
      stood: new Map(),
      minor: false,
      first: time,
      last: time,
      records: 0,
    };
    gathered.set(reference, of);
  }
  return of;
}

function view(
  of: Gathering,
  people: PeopleList,
  events: ReadonlyMap<string, readonly ConsentEvent[]>,
  { guardianAge = GUARDIAN_AGE }: AffectedOptions,
): AffectedSubject {
  const id = people.idOf(of.reference);
  const own = (id === null ? undefined : events.get(id)) ?? [];
  const guardians = own.flatMap(({ expressedBy }) => (expressedBy.role === "GUARDIAN" ? [expressedBy.id] : []));
  return {
    reference: of.reference,
    id,
    revealed: [...of.revealed].sort(),
    masked: [...of.masked].sort(),
    attempted: [...of.attempted].sort(),
    purposes: [...of.purposes].sort(),
    callers: [...of.callers].sort(),
    consentIds: [...of.consentIds].sort(),
    consentThen: [...of.stood.keys()].sort().flatMap((key) => of.stood.get(key) ?? []),
    minor: of.minor || people.wasMinor(id, of.first, guardianAge),
    guardians: [...new Set(guardians)].sort(),
    first: isoTime(of.first),
    last: isoTime(of.last),
    records: of.records,
  };
}

function gravity({ revealed, masked }: AffectedSubject): number {
  return revealed.length > 0 ? 0 : masked.length > 0 ? 1 : 2;
}

function inOrder(one: AffectedSubject, other: AffectedSubject): number {
  const [a, b] = [one, other].map((each) => `${gravity(each)} ${each.first} ${each.id ?? each.reference}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

function totalsOf(
  subjects: readonly AffectedSubject[],
  records: number,
  valuesRevealed: number,
): Omit<AffectedTotals, "ownViews"> {
  const count = (holds: (subject: AffectedSubject) => boolean) => subjects.filter(holds).length;
  const [first = null] = subjects.map((subject) => subject.first).sort();
  return {
    records,
    subjects: subjects.length,
    revealed: count((subject) => gravity(subject) === 0),
    maskedOnly: count((subject) => gravity(subject) === 1),
    attemptedOnly: count((subject) => gravity(subject) === 2),
    valuesRevealed,
    minors: count(({ minor }) => minor === true),
    ageUnknown: count(({ minor }) => minor === null),
    named: count(({ id }) => id !== null),
    first,
    last:
      subjects
        .map((subject) => subject.last)
        .sort()
        .at(-1) ?? null,
  };
}

/** How consent stood, as a phrase: `consent: given (3 records), withdrawn (1)`. */
export function consentThenInWords(states: readonly ConsentThen[]): string {
  const words = states.map(({ state, records }, at) => {
    const name = state === "NONE" ? "none stored" : state.toLowerCase();
    return `${name} (${records}${at === 0 ? ` ${records === 1 ? "record" : "records"}` : ""})`;
  });
  return `consent: ${words.join(", ")}`;
}
