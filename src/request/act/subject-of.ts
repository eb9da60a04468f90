import type { Holder } from "../enforce/model.ts";

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
type Told = ToldSubject | readonly ToldSubject[] | null;

/** Everybody that is told; null where there is no such object, or where it could not be told: that counts as no. */
export async function toldHolders(
  tell: SubjectOf[string] | undefined,
  key: unknown,
  context: unknown,
): Promise<readonly Holder[] | null> {
  try {
    const told = (await tell?.(key, context)) ?? null;
    if (told === null) return null;
    return (Array.isArray(told) ? (told as readonly ToldSubject[]) : [told as ToldSubject])
      .filter(({ id }) => id !== null && id !== undefined)
      .map(holderOfTold);
  } catch {
    return null;
  }
}

function holderOfTold({ id, tenant, region, birthDate }: ToldSubject): Holder {
  return {
    declared: true,
    of: null,
    raw: null,
    subject: text(id),
    tenant: text(tenant),
    region: text(region),
    regionDeclared: region !== undefined,
    birthDate: birthDate ?? null,
    birthDateDeclared: birthDate !== undefined,
    beside: null,
  };
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
