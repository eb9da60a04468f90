import { isInterfaceType } from "graphql";
import { compositeTypes } from "../annotations.ts";
import type { HintContext } from "./context.ts";

/**
 * Sensitive fields of a type without a subject of its own, which is reached inside of somebody's object on one path and of
 * nobody's on another: the same value is decided as a person's there, and as nobody's here.
 */
export function hintSomePaths({ schema, types, owners, hints }: HintContext): void {
  for (const type of compositeTypes(schema)) {
    const policy = types[type.name];
    if (policy === undefined || policy.subject !== null || isInterfaceType(type)) continue;
    if (Object.keys(policy.fields).length === 0 || policy.aggregate !== null) continue;
    const givers = owners.givers(type);
    const without = owners.reachedWithout(type);
    if (givers.length === 0 || without.length === 0) continue;
    const message = `Inside of ${givers.join(", ")} it is known whose data ${type.name} holds, and from ${without.join(", ")} it is not: there they count as nobody's.`;
    const mend = `Add \`@subject(id: ...)\` to ${type.name}, or to what stands between.`;
    hints.add("SUBJECT_ON_SOME_PATHS", type.name, type.astNode, message, mend);
  }
}
