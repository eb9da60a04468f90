import { type CompositeType, compositeTypes } from "../annotations.ts";
import { followPath } from "../read/paths.ts";
import type { HintContext } from "./context.ts";
import { usualCategory } from "./looks-sensitive.ts";

const CHANGEABLE: ReadonlySet<string> = new Set(["EMAIL_ADDRESS", "PHONE_NUMBER"]);

/** A person known by an e-mail address or phone number: those change hands, and with them somebody's consents. */
export function hintSubjectIds({ schema, types, origins, hints }: HintContext): void {
  for (const type of compositeTypes(schema)) {
    const subject = types[type.name]?.subject;
    // an inherited one is the interface's to mend
    const origin = subject == null ? undefined : origins.of.get(subject);
    if (subject == null || origin === undefined || origin.coordinate !== type.name) continue;
    const changeable = subject.id.find((path) => CHANGEABLE.has(categoryAt(types, type, path) ?? ""));
    if (changeable === undefined) continue;
    const message = `@subject tells people by ${type.name}.${changeable}, which holds ${categoryAt(types, type, changeable)}: when it changes hands, so do consents.`;
    const mend = "Name a field that holds an id which stays with the person.";
    hints.add("SUBJECT_ID_IS_EMAIL", type.name, origin.node, message, mend);
  }
}

function categoryAt(types: HintContext["types"], type: CompositeType, path: string): string | null {
  const way = followPath(type, path);
  if (way.field === null) return null;
  return types[way.of.name]?.fields[way.field.name]?.category ?? usualCategory(way.field.name);
}
