/** A leaf value as masks read it. */
export type Clear = string | number | boolean | bigint;

/** Whether fields of this leaf type hold text. */
export function isTextLeaf(leaf: string): boolean {
  return leaf === "String" || leaf === "ID";
}

/**
 * A serialised leaf value as masks read it: dates as they are sent, and in a text field (`asText`) numbers and booleans as the scalar
 * writes them. null for null, objects, NaN, the infinities and what else is no leaf value. Throws where the value itself does.
 */
export function readClear(value: unknown, asText: boolean): Clear | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return !Number.isFinite(value) ? null : asText ? String(value) : value;
    case "boolean":
    case "bigint":
      return asText ? String(value) : value;
    default:
      return value instanceof Date ? value.toISOString() : null;
  }
}
