import type { SubjectKeys } from "../../policy/model.ts";
import { subjectIdOf } from "../../policy/spaces.ts";
import { HIDDEN, type ObjectShape } from "../plan/model.ts";

type Raw = Readonly<Record<string, unknown>>;

/** The nearest enclosing object that says whose data these are. */
export interface Holder {
  /** Whether any object on the way has `@subject`. */
  readonly declared: boolean;
  /** What was asked of that object; null where there is none. */
  readonly of: ObjectShape | null;
  /** As the upstream gave it, with the hidden keys. */
  readonly raw: Readonly<Record<string, unknown>> | null;
  readonly subject: string | null;
  readonly tenant: string | null;
  readonly region: string | null;
  readonly regionDeclared: boolean;
  /** In whatever form the upstream has it. */
  readonly birthDate: unknown;
  readonly birthDateDeclared: boolean;
  /** The next of several people whose data the object is. */
  readonly beside: Holder | null;
}

/** Of nobody in particular. */
export const NOBODY: Holder = {
  declared: false,
  of: null,
  raw: null,
  subject: null,
  tenant: null,
  region: null,
  regionDeclared: false,
  birthDate: null,
  birthDateDeclared: false,
  beside: null,
};

/** Every person whose data an object is; the one that nobody is known by where there is none. */
export function* peopleOf(holder: Holder): Iterable<Holder> {
  for (let each: Holder | null = holder; each !== null; each = each.beside) yield each;
}

/** Whose data an object is, out of the hidden keys that were fetched with it; several people as a chain. */
export function holderOf(raw: Raw, keys: SubjectKeys, of: ObjectShape | null = null): Holder {
  if (keys.id.length === 1) return personAt(raw, of, keys, 0, TELLS_ALL);
  const owners = ownersOf(keys);
  // somebody who is there and cannot be told from others is one who is not known
  const people = new Map<string | null, Holder>();
  for (const at of keys.id.keys()) {
    const subject = subjectAt(raw, keys, at);
    if (subject === null && valueAt(raw[HIDDEN.subject(at)]) === null) continue;
    const person = personAt(raw, of, keys, at, owners);
    const known = people.get(subject);
    people.set(subject, known === undefined ? person : joined(known, person));
  }
  // Nobody is there: what the object says by itself is all that is known.
  if (people.size === 0) return personAt(raw, of, keys, 0, owners);
  return [...people.values()].reduceRight<Holder | null>((beside, person) => ({ ...person, beside }), null) as Holder;
}

/** Whether no id of the object is there. One that is there and makes nobody is somebody who is not known. */
export function namesNobody(raw: Raw, keys: SubjectKeys): boolean {
  return keys.id.every((_, at) => valueAt(raw[HIDDEN.subject(at)]) === null);
}

/** For each fact and each position of the ids, whether the fact tells of that person. */
interface Owners {
  tells(path: string | null, at: number): boolean;
}

const TELLS_ALL: Owners = { tells: () => true };
const known = new WeakMap<SubjectKeys, Owners>();

/** A fact that shares its way with some of the ids tells of those that share most of it; one on the object itself, of all. */
function ownersOf(keys: SubjectKeys): Owners {
  const before = known.get(keys);
  if (before !== undefined) return before;
  const ids = keys.id.map((path) => path.split("."));
  const byPath = new Map<string, readonly boolean[]>();
  for (const path of [keys.tenant, keys.region, keys.birthDate]) {
    if (path === null) continue;
    const way = path.split(".").slice(0, -1);
    const shared = ids.map((id) => sharedSteps(way, id.slice(0, -1)));
    const most = Math.max(0, ...shared);
    byPath.set(
      path,
      shared.map((steps) => steps === most),
    );
  }
  const owners: Owners = { tells: (path, at) => path !== null && byPath.get(path)?.[at] === true };
  known.set(keys, owners);
  return owners;
}

function sharedSteps(one: readonly string[], other: readonly string[]): number {
  let steps = 0;
  while (steps < one.length && one[steps] === other[steps]) steps += 1;
  return steps;
}

function personAt(raw: Raw, of: ObjectShape | null, keys: SubjectKeys, at: number, owners: Owners): Holder {
  const fact = (path: string | null, alias: string): string | null =>
    owners.tells(path, at) ? valueAt(raw[alias]) : null;
  return {
    declared: true,
    of,
    raw,
    subject: subjectAt(raw, keys, at),
    tenant: fact(keys.tenant, HIDDEN.tenant),
    region: fact(keys.region, HIDDEN.region),
    regionDeclared: keys.region !== null,
    birthDate: owners.tells(keys.birthDate, at) ? endOf(raw[HIDDEN.birthDate]) : null,
    birthDateDeclared: keys.birthDate !== null,
    beside: null,
  };
}

function subjectAt(raw: Raw, keys: SubjectKeys, at: number): string | null {
  const id = valueAt(raw[HIDDEN.subject(at)]);
  return id === null ? null : subjectIdOf(keys, id);
}

/** The same person come to by two paths: what either tells is known. */
function joined(one: Holder, other: Holder): Holder {
  return {
    ...one,
    tenant: one.tenant ?? other.tenant,
    region: one.region ?? other.region,
    birthDate: one.birthDate ?? other.birthDate,
  };
}

/** The value at the end of a hidden path, as text. 0 and "" are values; only null and absence are not. */
function valueAt(fetched: unknown): string | null {
  const value = endOf(fetched);
  return value === null || value === undefined ? null : String(value);
}

function endOf(fetched: unknown): unknown {
  let value = fetched;
  while (typeof value === "object" && value !== null && HIDDEN.inner in value) {
    value = (value as Readonly<Record<string, unknown>>)[HIDDEN.inner];
  }
  return value;
}
