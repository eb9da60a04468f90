import { FieldguardError } from "../core/errors.ts";

/**
 * Throws OPERATION_TOO_LARGE where any list in the variables, however deep, has more items than allowed, or they are nested
 * deeper; BAD_INPUT where a key could reach a prototype in whatever a resolver merges them with.
 */
export function checkVariables(
  variables: Readonly<Record<string, unknown>>,
  { listItemsMax, inputDepthMax }: { readonly listItemsMax: number; readonly inputDepthMax: number },
): void {
  // A level at a time: variables may be nested deeper than functions can call each other.
  checkKeys(variables);
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
      else checkKeys(value as object);
      for (const each of Object.values(value as object)) if (isNested(each)) inner.push(each);
    }
    level = inner;
  }
}

/** The body of a POST is refused for the same keys before it is one; an address and a WebSocket's message come here as they are. */
function checkKeys(value: object): void {
  const constructed = Object.hasOwn(value, "constructor") ? (value as { constructor: unknown }).constructor : null;
  const reaches = isNested(constructed) && Object.hasOwn(constructed as object, "prototype");
  if (!Object.hasOwn(value, "__proto__") && !reaches) return;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot use the keys `__proto__` and `constructor.prototype` in variables. Choose other names.",
  );
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
