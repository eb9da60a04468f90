import { FieldguardError } from "../../core/errors.ts";
import { recordOf } from "../choices.ts";
import type { ConsentEvent, ConsentRecord } from "../contract.ts";
import { commitEvents, type Head, recordsFor } from "./commit.ts";
import type { CommitWriter } from "./commit-writer.ts";
import type { Commit } from "./model.ts";

type Expected = ReadonlyMap<string, string | null>;

/**
 * Stores events, a commit for each subject. Subjects of which another writer stored something meanwhile are read and
 * computed anew; the guards are asked each time, before anything of the attempt is written.
 */
export async function appendEvents(
  writer: CommitWriter,
  events: readonly ConsentEvent[],
  expected: Expected,
): Promise<ConsentRecord[]> {
  const acknowledged = new Map<ConsentEvent, ConsentRecord[]>();
  let waiting = groupBySubject(events);
  for (let attempt = 0; waiting.size > 0; attempt += 1) {
    await writer.pauseBefore(attempt);
    const heads = await writer.readHeads([...waiting.keys()]);
    const stored = new StoredEvents(await writer.findStored(heads, [...waiting.values()].flat()));
    const plans = [...waiting].map(([subject, own]) => planFor(headOf(heads, subject), own, stored));
    if (plans.some((plan) => plan.fresh.length > 0)) checkGuards(heads, waiting, expected);
    const commits = plans.flatMap((plan) =>
      plan.fresh.length === 0 ? [] : [commitEvents(plan.head, plan.fresh, writer.now())],
    );
    const lost = await writer.insert(commits, heads);
    const after = new Map(commits.map((commit) => [commit.subject, commit]));
    for (const { head, events: own, known } of plans) {
      if (lost.has(head.subject)) continue;
      const standing = headAfter(head, after.get(head.subject));
      for (const event of own) acknowledged.set(event, recordsAfter(standing, known.get(event) ?? event));
    }
    waiting = new Map([...waiting].filter(([subject]) => lost.has(subject)));
  }
  return events.flatMap((event) => acknowledged.get(event) ?? []);
}

interface Plan {
  readonly head: Head;
  readonly events: readonly ConsentEvent[];
  /** Those that are not stored yet, each once. */
  readonly fresh: readonly ConsentEvent[];
  /** For those that are: what was stored. */
  readonly known: ReadonlyMap<ConsentEvent, ConsentEvent>;
}

function planFor(head: Head, events: readonly ConsentEvent[], stored: StoredEvents): Plan {
  const fresh: ConsentEvent[] = [];
  const known = new Map<ConsentEvent, ConsentEvent>();
  const own = new StoredEvents([]);
  for (const event of events) {
    const before = stored.find(event) ?? own.find(event);
    if (before !== null) known.set(event, before);
    else {
      fresh.push(event);
      own.add(event);
    }
  }
  return { head, events, fresh, known };
}

/** Finds one and the same event again, by its id or by its subject's key. */
class StoredEvents {
  readonly #byId = new Map<string, ConsentEvent>();
  readonly #byKey = new Map<string, ConsentEvent>();

  constructor(events: readonly ConsentEvent[]) {
    for (const event of events) this.add(event);
  }

  add(event: ConsentEvent): void {
    this.#byId.set(event.id, event);
    if (event.key !== null) this.#byKey.set(JSON.stringify([event.subject, event.key]), event);
  }

  find(event: ConsentEvent): ConsentEvent | null {
    const byId = this.#byId.get(event.id);
    const byKey = event.key === null ? undefined : this.#byKey.get(JSON.stringify([event.subject, event.key]));
    return byId ?? byKey ?? null;
  }
}

/** Guards for subjects that are not waiting were asked when their events were stored. */
function checkGuards(
  heads: ReadonlyMap<string, Head>,
  waiting: ReadonlyMap<string, unknown>,
  expected: Expected,
): void {
  for (const [key, eventId] of expected) {
    const [subject, tenant, purpose] = JSON.parse(key) as [string, string | null, string];
    if (!waiting.has(subject)) continue;
    const last = recordsFor(headOf(heads, subject), purpose).findLast((record) => record.tenant === tenant);
    if ((last?.event.id ?? null) !== eventId) throw movedOn(purpose);
  }
}

function headOf(heads: ReadonlyMap<string, Head>, subject: string): Head {
  const head = heads.get(subject);
  if (head === undefined) throw new Error("a subject asked for has no head");
  return head;
}

function headAfter(head: Head, commit: Commit | undefined): Head {
  return commit === undefined ? head : { ...head, ...commit, records: commit.records ?? {}, current: [] };
}

function recordsAfter(head: Head, event: ConsentEvent): ConsentRecord[] {
  return event.purposes.flatMap((purpose) => recordOf(recordsFor(head, purpose), event) ?? []);
}

function groupBySubject(events: readonly ConsentEvent[]): Map<string, ConsentEvent[]> {
  const groups = new Map<string, ConsentEvent[]>();
  for (const event of events) {
    const eventsOfSubject = groups.get(event.subject);
    if (eventsOfSubject === undefined) groups.set(event.subject, [event]);
    else eventsOfSubject.push(event);
  }
  return groups;
}

function movedOn(purpose: string): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    `Cannot change the consent for ${purpose}: somebody else changed it meanwhile. Read how it stands now and decide anew.`,
  );
}
