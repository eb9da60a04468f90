/** Lines that tell what was expected and what came instead. */
export type Differences = string[];

export function differ(what: string, expected: unknown, actual: unknown): Differences {
  const [one, other] = [JSON.stringify(expected), JSON.stringify(actual)];
  return one === other ? [] : [`${what}\n  expected ${one}\n  came     ${other}`];
}

/** The order of errors and decisions is nobody's business; that of data is. */
export function sorted(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

/** Records are kept in canonical JSON: their keys have another order than those of an object that was written down. */
export function inOrder(value: object): unknown {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
