import type { Act, WritePolicy } from "../../policy/model.ts";

/** An `@acts` that applies to the arguments, with every key that they give. */
export interface AppliedAct {
  readonly act: Act;
  /** Each once. */
  readonly keys: readonly GivenKey[];
  /** How many there were. */
  readonly given: number;
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
  const keyed = acts.filter(({ keys }) => keys.length > 0).map((act) => ({ act, ...keysIn(act, args) }));
  const applied = keyed.filter(({ keys }) => keys.length > 0);
  if (applied.length > 0) return applied;
  return acts.filter(({ keys }) => keys.length === 0).map((act) => ({ act, keys: [], given: 0 }));
}

function keysIn(act: Act, args: Arguments): Pick<AppliedAct, "keys" | "given"> {
  const keys: GivenKey[] = [];
  let given = 0;
  // A scalar may give objects, of which nobody knows which are alike: each is a key of its own.
  const known = new Map<string | null, Set<unknown>>();
  for (const { path, argument } of act.keys) {
    const values = known.get(argument) ?? new Set();
    known.set(argument, values);
    eachAt(args, path, 0, (value) => {
      given += 1;
      if (values.has(value)) return;
      values.add(value);
      keys.push({ argument, value });
    });
  }
  return { keys, given };
}

/** What stands at the path, through lists; null and what is left out are not there. */
function eachAt(value: unknown, path: readonly string[], at: number, take: (value: unknown) => void): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) eachAt(item, path, at, take);
    return;
  }
  const name = path[at];
  if (name === undefined) take(value);
  else if (typeof value === "object" && Object.hasOwn(value, name)) {
    eachAt((value as Arguments)[name], path, at + 1, take);
  }
}
