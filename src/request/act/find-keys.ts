import type { Act, WritePolicy } from "../../policy/model.ts";

/** An `@acts` that applies to the arguments, with every key that they give. */
export interface AppliedAct {
  readonly act: Act;
  readonly keys: readonly GivenKey[];
}

export interface GivenKey {
  /** Argument of the look-up. */
  readonly argument: string | null;
  readonly value: unknown;
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Which of a field's `@acts` apply to the arguments, as coerced: one with keys where any of them is given, one without where
 * no other applies.
 */
export function applyActs({ acts }: WritePolicy, args: Arguments): readonly AppliedAct[] {
  const keyed = acts.filter(({ keys }) => keys.length > 0).map((act) => ({ act, keys: keysIn(act, args) }));
  const applied = keyed.filter(({ keys }) => keys.length > 0);
  if (applied.length > 0) return applied;
  return acts.filter(({ keys }) => keys.length === 0).map((act) => ({ act, keys: [] }));
}

function keysIn(act: Act, args: Arguments): readonly GivenKey[] {
  const given: GivenKey[] = [];
  const known = new Set<string>();
  for (const { path, argument } of act.keys) {
    for (const value of valuesAt(args, path)) {
      const mark = JSON.stringify([argument, typeof value, String(value)]);
      if (known.has(mark)) continue;
      known.add(mark);
      given.push({ argument, value });
    }
  }
  return given;
}

/** What stands at the path, through lists; null and what is left out are not there. */
function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (typeof value !== "object" || !Object.hasOwn(value, name)) return [];
  return valuesAt((value as Arguments)[name], rest);
}
