/** Differences between what was expected and what came, each with its place. */
export function differences(expected: unknown, actual: unknown, exact: boolean, at = ""): string[] {
  const here = at === "" ? "the answer" : at;
  if (typeof expected === "string" && /^\/.*\/$/.test(expected)) {
    const holds = typeof actual === "string" && new RegExp(expected.slice(1, -1), "u").test(actual);
    return holds ? [] : [`${here}: expected ${expected}, got ${show(actual)}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) {
      return [`${here}: expected ${show(expected)}, got ${show(actual)}`];
    }
    return expected.flatMap((each, index) => differences(each, actual[index], exact, `${at}.${index}`));
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return [`${here}: expected ${show(expected)}, got ${show(actual)}`];
    const surplus = exact ? Object.keys(actual).filter((key) => !Object.hasOwn(expected, key)) : [];
    return [
      ...Object.keys(expected).flatMap((key) => differences(expected[key], actual[key], exact, `${at}.${key}`)),
      ...surplus.map((key) => `${at}.${key}: expected nothing, got ${show(actual[key])}`),
    ];
  }
  return Object.is(expected, actual) ? [] : [`${here}: expected ${show(expected)}, got ${show(actual)}`];
}

/** What `expected` lists and `actual` lacks; with `exact` also the other way round. */
export function setDifferences(
  expected: readonly string[],
  actual: readonly string[],
  exact: boolean,
  of: string,
): string[] {
  const missing = expected.filter((each) => !actual.includes(each));
  const surplus = exact ? actual.filter((each) => !expected.includes(each)) : [];
  return [
    ...missing.map((each) => `${of}: ${each} is missing`),
    ...surplus.map((each) => `${of}: ${each} is there and was not expected`),
  ];
}

/** The value at a path such as `viewers.0.id`. */
export function valueAt(path: string, value: unknown): unknown {
  let found: unknown = value;
  for (const key of path.split(".")) {
    found = isObject(found) || Array.isArray(found) ? (found as Record<string, unknown>)[key] : undefined;
  }
  return found;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
