import type { FieldShape, ObjectShape } from "./model.ts";

/** The fields under a response key, of whatever types can stand there. */
export function fieldsAt(shapes: readonly ObjectShape[], key: string | number | undefined): readonly FieldShape[] {
  return shapes.flatMap(({ fields }) => fields.filter((field) => field.key === key));
}

/**
 * The shapes that can stand under `fields`, each once. Several types share the shapes below them: followed each by each, they
 * would grow with the power of the depth.
 */
export function shapesBelow(fields: readonly FieldShape[]): readonly ObjectShape[] {
  const selections = new Set(fields.map(({ child }) => child));
  return [...new Set([...selections].flatMap((child) => [...(child?.shapes.values() ?? [])]))];
}
