import { FieldguardError } from "../core/errors.ts";
import type { PathNode, Tally } from "./enforce/model.ts";

/**
 * What is recorded of what was decided: a field that is asked for under several names of the same objects is one entry, with all
 * its values counted, at the first of these names by the alphabet. Who was shown what stays as it was; a few names more make the
 * record no larger.
 */
export function foldAliases(tallies: readonly Tally[]): readonly Tally[] {
  const groups = new Map<PathNode | null, Map<string, Folded[]>>();
  const all: Folded[] = [];
  for (const tally of tallies) {
    const siblings = groups.get(tally.path.parent) ?? new Map<string, Folded[]>();
    groups.set(tally.path.parent, siblings);
    const key = `${tally.coordinate} ${tally.outcome} ${tally.reason}`;
    const alike = siblings.get(key) ?? [];
    siblings.set(key, alike);
    const same = tally.act === undefined ? alike.find(({ first }) => isOfTheSame(first, tally)) : undefined;
    if (same === undefined) {
      const folded = { first: tally, count: tally.count, path: tally.path };
      if (tally.act === undefined) alike.push(folded);
      all.push(folded);
    } else {
      same.count += tally.count;
      if (tally.path.key < same.path.key) same.path = tally.path;
    }
  }
  return all.map(({ first, count, path }) => (count === first.count ? first : { ...first, count, path }));
}

interface Folded {
  readonly first: Tally;
  count: number;
  path: PathNode;
}

function isOfTheSame(one: Tally, other: Tally): boolean {
  return one.count === other.count && isSame(one.subjects, other.subjects) && isSame(one.consentIds, other.consentIds);
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false;
  for (const each of one) if (!other.has(each)) return false;
  return true;
}

/** What a decision, a mention of a person, a person and a consent take in a record. */
const DECISION_BYTES = 150;
const MENTION_BYTES = 7;
const PERSON_BYTES = 80;
const CONSENT_BYTES = 44;

/** Throws OPERATION_TOO_LARGE where what was decided would make a record of more bytes, roughly: nothing of it is shown then. */
export function checkRecordSize(tallies: readonly Tally[], bytesMax: number): void {
  const people = new Set<string>();
  let bytes = 0;
  for (const { path, subjects, consentIds } of tallies) {
    bytes += DECISION_BYTES + path.length + MENTION_BYTES * subjects.size + CONSENT_BYTES * consentIds.size;
    for (const subject of subjects) people.add(subject);
  }
  if (bytes + PERSON_BYTES * people.size <= bytesMax) return;
  throw new FieldguardError(
    "OPERATION_TOO_LARGE",
    `The record of what the operation reveals would be larger than ${bytesMax} bytes (option \`limits.recordBytesMax\`). Ask for less at once. What it changed may have been changed.`,
    { details: { limit: "recordBytesMax" } },
  );
}
