import { FieldguardError } from "../core/errors.ts";

/** Throws OPERATION_TOO_LARGE where any list in the variables, however deep, has more items than allowed, or they are nested deeper. */
export function checkVariables(
  variables: Readonly<Record<string, unknown>>,
  { listItemsMax, inputDepthMax }: { readonly listItemsMax: number; readonly inputDepthMax: number },
): void {
  // A level at a time: variables may be nested deeper than functions can call each other.
  let level: unknown[] = Object.values(variables).filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > inputDepthMax) {
      throw new FieldguardError(
        "OPERATION_TOO_LARGE",
        `The variables are nested deeper than ${inputDepthMax} levels (option \`limits.inputDepthMax\`). Send flatter ones.`,
        { details: { limit: "inputDepthMax" } },
      );
    }
    const inner: unknown[] = [];
    for (const value of level) {
      if (Array.isArray(value)) checkLength(value, listItemsMax, "A list in the variables");
      for (const each of Object.values(value as object)) if (isNested(each)) inner.push(each);
    }
    level = inner;
  }
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

export function checkLength(list: readonly unknown[], itemsMax: number, what: string): void {
  if (list.length > itemsMax) throw tooLong(itemsMax, what);
}

export function tooLong(itemsMax: number, what: string): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    `${what} has more than ${itemsMax} items (option \`limits.listItemsMax\`). Ask for less at once.`,
    { details: { limit: "listItemsMax" } },
  );
}
