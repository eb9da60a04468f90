import type { Draws } from "../draws.ts";
import type { TypeModel } from "./schema.ts";

/** What arguments, input fields and enum values probe: a coordinate, a field's bare name, or nothing. */
export interface ProbesModel {
  readonly text: string | null;
  readonly input: string | null;
  readonly extra: string | null;
  readonly order: string | null;
  readonly hidden: string | null;
  /** Whether what is marked is also used by default, in a list argument and in an input field. */
  readonly byDefault: boolean;
  readonly inInput: boolean;
}

/** Some fields take an argument, on the interface and on all types behind it alike; what it probes is each one's own matter. */
export function withArguments(draws: Draws, types: readonly TypeModel[]): readonly TypeModel[] {
  const names = new Set(
    types.flatMap(({ fields }) => fields.filter(({ role }) => role !== "key").map(({ name }) => name)),
  );
  const taking = new Set([...names].filter(() => draws.chance(12)));
  return types.map((type) => ({
    ...type,
    fields: type.fields.map((field) =>
      taking.has(field.name) && field.role !== "key"
        ? { ...field, near: { probes: draws.chance(50) ? drawProbed(draws, types, field.type) : null } }
        : field,
    ),
  }));
}

export function drawProbes(draws: Draws, types: readonly TypeModel[]): ProbesModel {
  const one = (returned: string | null = null): string | null =>
    draws.chance(60) ? drawProbed(draws, types, returned) : null;
  return {
    text: one("T0"),
    input: one(),
    extra: one(),
    order: one(),
    hidden: one(),
    byDefault: draws.chance(12),
    inInput: draws.chance(12),
  };
}

/** An annotated field, by its coordinate or, where that means annotated fields alone, by its bare name. */
function drawProbed(draws: Draws, types: readonly TypeModel[], returned: string | null): string | null {
  const annotated = types.flatMap(({ name, fields }) =>
    fields.filter(({ notes }) => notes !== null).map((field) => ({ type: name, field: field.name })),
  );
  if (annotated.length === 0) return null;
  const { type, field } = draws.pick(annotated);
  const meant = types.find(({ name }) => name === returned)?.fields.find(({ name }) => name === field);
  return draws.chance(25) && (meant === undefined || meant.notes !== null) ? field : `${type}.${field}`;
}
