import type { ObjectFacts } from "../../src/decision/model.ts";
import type { SubjectKeys } from "../../src/policy/model.ts";

/** By which rules it was told whose an object is, for whoever counts how often each was met. */
export function rulesMet(
  { id, space }: SubjectKeys,
  people: readonly Person[],
  read: (path: string) => unknown,
): string[] {
  const there = id.some((path) => textOf(read(path)) !== null);
  return [
    ...(people.length > 1 ? ["several people"] : []),
    ...(id.some((path) => path.includes(".")) ? ["a path"] : []),
    ...(space === undefined ? [] : ["a space"]),
    ...(there && people.some(({ subject }) => subject === null) ? ["an id that looks like another space's"] : []),
  ];
}

/** One of those whose data an object is, and what is told of them. */
export type Person = Pick<
  ObjectFacts,
  "subjectDeclared" | "subject" | "tenant" | "region" | "regionDeclared" | "birthDate" | "birthDateDeclared"
>;

export const NOBODY: Person = {
  subjectDeclared: false,
  subject: null,
  tenant: null,
  region: null,
  regionDeclared: false,
  birthDate: null,
  birthDateDeclared: false,
};

/** Every path that `@subject` names. */
export function pathsIn(keys: SubjectKeys): readonly string[] {
  return [...keys.id, keys.tenant, keys.region, keys.birthDate].filter((path) => path !== null);
}

/**
 * Everybody whose data an object is, in the order in which their ids are named, each once. Where no id is there: nobody known, of whom
 * all that the object tells is told.
 *
 * @param read the value at a path from the object on
 */
export function peopleIn(keys: SubjectKeys, spaces: readonly string[], read: (path: string) => unknown): Person[] {
  const there = keys.id.filter((path) => textOf(read(path)) !== null);
  if (there.length === 0) return [personAt(keys, () => true, null, read)];
  const people: Person[] = [];
  for (const path of there) {
    const subject = inSpace(keys, spaces, textOf(read(path)) ?? "");
    const person = personAt(keys, (fact) => tellsOf(keys, fact, path), subject, read);
    const at = people.findIndex((other) => other.subject === subject);
    const known = people[at];
    if (known === undefined) people.push(person);
    else people[at] = { ...known, ...toldOf(person, known) };
  }
  return people;
}

/** The same person, by another path: what the one does not tell the other may. */
function toldOf(person: Person, known: Person) {
  return {
    tenant: known.tenant ?? person.tenant,
    region: known.region ?? person.region,
    birthDate: known.birthDate ?? person.birthDate,
  };
}

function personAt(
  keys: SubjectKeys,
  tells: (fact: string) => boolean,
  subject: string | null,
  read: (path: string) => unknown,
): Person {
  const fact = (path: string | null): unknown => (path !== null && tells(path) ? (read(path) ?? null) : null);
  return {
    subjectDeclared: true,
    subject,
    tenant: textOf(fact(keys.tenant)),
    region: textOf(fact(keys.region)),
    regionDeclared: keys.region !== null,
    birthDate: fact(keys.birthDate),
    birthDateDeclared: keys.birthDate !== null,
  };
}

/** A fact beside somebody's id is theirs; one that lies on nobody's way is everybody's. */
function tellsOf(keys: SubjectKeys, fact: string, id: string): boolean {
  const common = (path: string): number => {
    const [way, other] = [stepsTo(fact), stepsTo(path)];
    const apart = way.findIndex((step, at) => step !== other[at]);
    return apart === -1 ? way.length : apart;
  };
  return keys.id.every((other) => common(other) <= common(id));
}

function stepsTo(path: string): readonly string[] {
  return path.split(".").slice(0, -1);
}

/** People of a space never share an id with others; who is of none and looks like one of a space is somebody unknown. */
export function inSpace({ space }: Pick<SubjectKeys, "space">, spaces: readonly string[], id: string): string | null {
  if (space !== undefined) return `${space}:${id}`;
  return spaces.some((each) => id.startsWith(`${each}:`)) ? null : id;
}

export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** What a path leads to in plain data. */
export function valueAt(row: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, step) =>
        typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : null,
      row,
    );
}

/** Selections that bring all that the paths lead to: `deal { buyer { id } tenant }`. */
export function askFor(paths: readonly string[]): string {
  const below = new Map<string, string[]>();
  for (const path of paths) {
    const [step = "", ...rest] = path.split(".");
    below.set(step, [...(below.get(step) ?? []), ...(rest.length > 0 ? [rest.join(".")] : [])]);
  }
  return [...below].map(([step, rest]) => (rest.length > 0 ? `${step} { ${askFor(rest)} }` : step)).join(" ");
}
