import { FieldguardError } from "../core/errors.ts";

interface VariableBounds {
  readonly listItemsMax: number;
  readonly inputDepthMax: number;
  readonly inputMax: number;
}

/**
 * Throws OPERATION_TOO_LARGE where any list in the variables, however deep, has more items than allowed, they are nested
 * deeper, or hold more altogether; BAD_INPUT where a key could reach a prototype in whatever a resolver merges them with.
 */
export function checkVariables(
  variables: Readonly<Record<string, unknown>>,
  { listItemsMax, inputDepthMax, inputMax }: VariableBounds,
): void {
  // A level at a time: variables may be nested deeper than functions can call each other.
  checkKeys(variables);
  let held = 0;
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
      const items = Object.values(value as object);
      held += items.length;
      // Refused before it is coerced, and before it is known where it is used.
      if (held > inputMax) throw tooMuchInput("The variables hold", inputMax);
      for (const each of items) if (isNested(each)) inner.push(each);
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

export function tooMuchInput(what: string, inputMax: number, besides = ""): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    `${what} more than ${inputMax} (option \`limits.inputMax\`): 1 an item of a list, a field of an object or 64 characters, each time that a field is resolved with it. Send less at once.${besides === "" ? "" : ` ${besides}`}`,
    { details: { limit: "inputMax" } },
  );
}
