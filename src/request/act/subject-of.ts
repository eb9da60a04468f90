import type { SubjectKeys } from "../../policy/model.ts";
import { subjectIdOf } from "../../policy/spaces.ts";
import { type Holder, NOBODY } from "../enforce/holder.ts";

/** A person whom the option `subjectOf` tells of an object. */
export interface ToldSubject {
  readonly id: string | number | null;
  readonly tenant?: string | number | null;
  readonly region?: string | null;
  readonly birthDate?: string | Date | null;
}

/**
 * Whose an object is, by its key: one person, several, or nobody (an empty list); null where there is no such object. By type.
 */
export type SubjectOf = Readonly<Record<string, (key: unknown, context: unknown) => Told | Promise<Told>>>;
/** What `subjectOf` says of an object: whose it is, several people, or null where nobody knows. */
type Told = ToldSubject | readonly ToldSubject[] | null;

/** Whose an object was told to be. */
export interface ToldPeople {
  /** Somebody who was told and is not known is among them. */
  readonly people: readonly Holder[];
  /** Of an object that is nobody's. */
  readonly tenant: string | null;
}

/**
 * Everybody that is told; null where there is no such object, or where it could not be told: that counts as no. Whatever is
 * not of the form counts as not told: an answer that is misspelt must not make somebody's object nobody's.
 *
 * @param keys of the type that it is about: ids are of its space
 */
export async function toldPeople(
  tell: SubjectOf[string] | undefined,
  key: unknown,
  context: unknown,
  keys: SubjectKeys | null,
): Promise<ToldPeople | null> {
  try {
    const told: unknown = (await tell?.(key, context)) ?? null;
    const list: readonly unknown[] = Array.isArray(told) ? told : [told];
    if (!list.every(isToldSubject)) return null;
    if (list.every(({ id }) => id === null)) return { people: [], tenant: text(list[0]?.tenant) };
    return { people: list.map((each) => holderOfTold(each, keys)), tenant: null };
  } catch {
    return null;
  }
}

function isToldSubject(told: unknown): told is ToldSubject {
  if (typeof told !== "object" || told === null || !("id" in told)) return false;
  const { id, tenant, region } = told as Readonly<Record<string, unknown>>;
  return (
    (id === null || isKey(id)) && (tenant == null || isKey(tenant)) && (region == null || typeof region === "string")
  );
}

function isKey(value: unknown): boolean {
  return typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value);
}

function holderOfTold({ id, tenant, region, birthDate }: ToldSubject, keys: SubjectKeys | null): Holder {
  const told = text(id);
  return {
    ...NOBODY,
    declared: true,
    subject: told === null || keys === null ? told : subjectIdOf(keys, told),
    tenant: text(tenant),
    region: text(region),
    regionDeclared: region !== undefined || (keys?.region ?? null) !== null,
    birthDate: birthDate ?? null,
    birthDateDeclared: birthDate !== undefined || (keys?.birthDate ?? null) !== null,
  };
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
