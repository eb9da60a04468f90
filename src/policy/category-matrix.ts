import type { Policy } from "./model.ts";

/** What of one category a schema holds. */
export interface CategoryRow {
  /** Whether a law or policy counts it as sensitive. */
  readonly special: boolean;
  /** Coordinates of objects' fields, in the schema's order. */
  readonly fields: readonly string[];
}

/** Categories in use, by name: the register of processing that a policy amounts to. */
export function categoryMatrix(policy: Policy): Record<string, CategoryRow> {
  const rows: Record<string, { special: boolean; fields: string[] }> = {};
  for (const type of Object.values(policy.types)) {
    if (type.kind !== "OBJECT") continue;
    for (const { category, coordinate } of Object.values(type.fields)) {
      const row = rows[category] ?? { special: policy.vocabulary.categories[category]?.special === true, fields: [] };
      row.fields.push(coordinate);
      rows[category] = row;
    }
  }
  return rows;
}
