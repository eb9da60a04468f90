import { GraphQLInt, getNamedType } from "graphql";
import { compositeTypes } from "../annotations.ts";
import type { HintContext } from "./context.ts";

/**
 * Two types that count their own people from 1, in one space: customer 7 and employee 7 are one person then, with one consent and
 * one erasure. A type that only refers to people (`Order.customerId`) names those of another and is none of them.
 */
export function hintSharedSpace({ schema, types, origins, hints }: HintContext): void {
  const first = new Map<string, string>();
  for (const type of compositeTypes(schema)) {
    const subject = types[type.name]?.subject;
    const origin = subject == null ? undefined : origins.of.get(subject);
    // an inherited one is the interface's to mend
    if (subject == null || origin === undefined || origin.coordinate !== type.name) continue;
    const own = subject.id.find((path) => path === "id" || path.toLowerCase() === `${type.name}id`.toLowerCase());
    const field = own === undefined ? undefined : type.getFields()[own];
    if (field === undefined || getNamedType(field.type) !== GraphQLInt) continue;
    const space = subject.space ?? "";
    const other = first.get(space);
    if (other === undefined) {
      first.set(space, type.name);
      continue;
    }
    const message = `${other} and ${type.name} both number their own people, in one space: who has the same number counts as the same person.`;
    const mend = `Add \`space: "..."\` to one of the two @subject, unless they are the same people.`;
    hints.add("SUBJECT_SPACE_SHARED", type.name, origin.node, message, mend);
  }
}
