/**
 * Defaults under what was given. A member that JavaScript gives as undefined is not given: a limit of undefined would be none, and
 * a claim of that name would not be looked at.
 */
export function withDefaults<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  const named = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(named) as Partial<T>) };
}
