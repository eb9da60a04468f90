import type { ConsentStore } from "../consents/contract.ts";
import type { Keyring } from "../core/keys.ts";
import type { AccessFilter, AccessLog } from "../log/contract.ts";
import { readRecords } from "../log/read-records.ts";
import { PeopleList, type Person } from "./people.ts";

/** Why data should no longer be there: what decisions of a survey say of it. */
const DUE_REASONS = ["RETENTION_EXPIRED", "MINOR_NOT_SERVED", "SUBJECT_ERASED"] as const;
export type DueReason = (typeof DUE_REASONS)[number];

/** Somebody whose data the upstream still holds and should delete. */
export interface Due {
  /** Keyed reference: only somebody with the key and a list of ids can tell who it is. */
  readonly reference: string;
  /** null where neither the consent store nor a list of people knows whose reference it is. */
  readonly id: string | null;
  readonly because: readonly DueReason[];
  /** Fields that are due, as `Type.field`. */
  readonly coordinates: readonly string[];
}

/** Who can tell ids of references. */
export interface PeopleSources {
  readonly keyring: Keyring;
  readonly consents: ConsentStore;
  /** Further people, whom the consent store may not know. */
  readonly people: readonly Person[];
}

/**
 * Whose data are due for deletion, as far as the records reach that the filter names: those of a survey, an operation in which
 * an officer asks for what there is. The gateway withholds what is over its time, and its record tells whose it was.
 */
export async function dueForDeletion(log: AccessLog, filter: AccessFilter, sources: PeopleSources): Promise<Due[]> {
  const due = new Map<string, { because: Set<DueReason>; coordinates: Set<string> }>();
  for await (const record of readRecords(log, filter)) {
    for (const { coordinate, reason, subjects } of record.decisions) {
      const because = DUE_REASONS.find((each) => each === reason);
      if (because === undefined) continue;
      for (const position of subjects) {
        const reference = record.subjects[position];
        if (reference === undefined) continue;
        const of = due.get(reference) ?? { because: new Set(), coordinates: new Set() };
        of.because.add(because);
        of.coordinates.add(coordinate);
        due.set(reference, of);
      }
    }
  }
  const people = new PeopleList(sources.keyring, sources.people, new Set(due.keys()));
  for await (const { subject } of sources.consents.events()) people.isConcerned(subject);
  return Array.from(due, ([reference, { because, coordinates }]) => ({
    reference,
    id: people.idOf(reference),
    because: [...because].sort(),
    coordinates: [...coordinates].sort(),
  }));
}
