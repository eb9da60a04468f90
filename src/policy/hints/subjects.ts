import { compositeTypes } from "../annotations.ts";
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
    const category = types[type.name]?.fields[subject.id]?.category ?? usualCategory(subject.id);
    if (category === null || !CHANGEABLE.has(category)) continue;
    const message = `@subject tells people by ${type.name}.${subject.id}, which holds ${category}: when it changes hands, so do consents.`;
    const mend = "Name a field that holds an id which stays with the person.";
    hints.add("SUBJECT_ID_IS_EMAIL", type.name, origin.node, message, mend);
  }
}
