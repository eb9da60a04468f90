import { editOf, KEYS } from "./acts.ts";
import { notesSdl } from "./annotate.ts";
import type { FieldModel } from "./schema.ts";

export function mark(probed: string | null): string {
  return probed === null ? "" : ` @probes(field: "${probed}")`;
}

export function fieldSdl({ name, type, wrap, notes, near, acts }: FieldModel): string {
  const argument = near === undefined ? "" : `(near: String${mark(near.probes)})`;
  const directives = [...(notes === null ? [] : [notesSdl(notes)]), ...(acts?.directives ?? [])];
  const head = `  ${name}${acts === undefined ? argument : `(${KEYS}, edit: ${editOf(acts.edits)})`}: ${wrap.replace("#", type)}`;
  return [head, ...directives].join(" ");
}
