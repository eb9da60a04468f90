import type { SubjectKeys, TypePolicy } from "./model.ts";

/** What a space may be called: it stands before a person's id, with a colon between. */
export const SPACE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The id by which a person of a space is known to tokens, consent store and log: `staff:7` is nobody's 7 but the staff's. */
export function idInSpace(space: string | null, id: string): string {
  return space === null ? id : `${space}:${id}`;
}

/** Every space that some type's people are of. */
export function spacesIn(types: Readonly<Record<string, Pick<TypePolicy, "subject">>>): readonly string[] {
  return [...new Set(Object.values(types).flatMap(({ subject }) => subject?.space ?? []))].sort();
}

/**
 * A person's id as the keys of an object have it; null where it looks like that of somebody of another space: an id that people
 * choose for themselves makes nobody somebody else.
 */
export function subjectIdOf({ space, otherSpaces = [] }: SubjectKeys, id: string): string | null {
  if (space !== undefined) return idInSpace(space, id);
  return isOfSpace(otherSpaces, id) ? null : id;
}

export function isOfSpace(spaces: readonly string[], id: string): boolean {
  return spaces.some((space) => id.startsWith(`${space}:`));
}
