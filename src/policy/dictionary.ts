/**
 * An empty dictionary without a prototype. Its keys are names out of somebody's schema, and a field may well be called
 * `constructor` or `toString`: on a plain object, looking that up would find something that nobody put there.
 */
export function dictionary<Value>(entries: Iterable<readonly [string, Value]> = []): Record<string, Value> {
  const made: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) made[name] = value;
  return made;
}
