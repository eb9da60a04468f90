import type { Policy } from "./model.ts";

/** What of one category a schema holds. */
export interface CategoryRow {
  /** Whether a law or policy counts it as sensitive. */
  readonly special: boolean;
  /** Coordinates of objects' fields, in the schema's order. */
  readonly fields: readonly string[];
  /** Arguments and input fields that write them; absent where none says so. */
  readonly writtenBy?: readonly string[];
}

/** Categories in use, by name: the register of processing that a policy amounts to. */
export function categoryMatrix(policy: Policy): Record<string, CategoryRow> {
  const rows: Record<string, { special: boolean; fields: string[]; writtenBy?: readonly string[] }> = {};
  for (const type of Object.values(policy.types)) {
    if (type.kind !== "OBJECT") continue;
    for (const { category, coordinate } of Object.values(type.fields)) {
      const row = rows[category] ?? { special: policy.vocabulary.categories[category]?.special === true, fields: [] };
      row.fields.push(coordinate);
      rows[category] = row;
    }
  }
  for (const row of Object.values(rows)) {
    const writing = Object.entries(policy.written).filter(([, written]) =>
      row.fields.some((field) => written.includes(field)),
    );
    if (writing.length > 0) row.writtenBy = writing.map(([at]) => at);
  }
  return rows;
}
