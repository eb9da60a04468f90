import { FieldguardError } from "../core/errors.ts";

/** Throws OPERATION_TOO_LARGE where any list in the variables, however deep, has more items than allowed. */
export function checkLists(variables: Readonly<Record<string, unknown>>, itemsMax: number): void {
  // A stack of its own: variables may be nested deeper than functions can call each other.
  const left: unknown[] = Object.values(variables);
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) checkLength(value, itemsMax, "A list in the variables");
    for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) left.push(inner);
  }
}

export function checkLength(list: readonly unknown[], itemsMax: number, what: string): void {
  if (list.length <= itemsMax) return;
  throw new FieldguardError(
    "OPERATION_TOO_LARGE",
    `${what} has more than ${itemsMax} items (option \`limits.listItemsMax\`). Ask for less at once.`,
    { details: { limit: "listItemsMax" } },
  );
}
