import type { Keyring } from "../../src/core/keys.ts";
import type { RecordedDecision } from "../../src/log/contract.ts";
import type { DecidedValue } from "./walk.ts";

/** Values that share coordinate, path pattern, outcome and reason, as `extensions.privacy` and the access record tell them. */
export type Told = Omit<RecordedDecision, "subjects"> & { readonly subjects: readonly string[] };

export function patternOf({ path }: DecidedValue): readonly string[] {
  return path.map((key) => (typeof key === "number" ? "@" : key));
}

/** @param reference names a person as the log does */
export function tell(decided: readonly DecidedValue[], { reference }: Pick<Keyring, "reference">): readonly Told[] {
  const groups = new Map<string, DecidedValue[]>();
  for (const value of decided) {
    const key = JSON.stringify([value.coordinate, patternOf(value), value.outcome, value.reason]);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()].flatMap((values): Told[] => {
    const [first] = values;
    if (first === undefined) return [];
    const { coordinate, category, outcome, reason } = first;
    const subjects = values.flatMap((value) => value.subjects.map((each) => reference(each)));
    return [
      {
        coordinate,
        path: patternOf(first).join("."),
        category,
        outcome,
        reason,
        count: values.length,
        consentIds: [...new Set(values.flatMap(({ consentIds }) => consentIds))].sort(),
        subjects: [...new Set(subjects)].sort(),
      },
    ];
  });
}

/** As it is recorded: of one field under several names of the same objects one entry, at the least of the names. */
export function recorded(told: readonly Told[]): readonly Told[] {
  const groups = new Map<string, Told[]>();
  for (const each of told) {
    const { path, ...rest } = each;
    const key = JSON.stringify([path.slice(0, path.lastIndexOf(".") + 1), rest]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike.sort((one, other) => (one.path < other.path ? -1 : 1));
    return first === undefined ? [] : [{ ...first, count: first.count * alike.length }];
  });
}

/** One error per coordinate and path pattern that is denied, whatever the number of rows and reasons: the first value's. */
export function denials(decided: readonly DecidedValue[]): readonly DecidedValue[] {
  const first = new Map<string, DecidedValue>();
  for (const value of decided) {
    const key = JSON.stringify([value.coordinate, patternOf(value)]);
    if (value.outcome === "DENY" && !first.has(key)) first.set(key, value);
  }
  return [...first.values()];
}
