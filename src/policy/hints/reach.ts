import { isInterfaceType } from "graphql";
import { type CompositeType, compositeTypes } from "../annotations.ts";
import type { FieldPolicy, Reach } from "../model.ts";
import type { HintContext } from "./context.ts";

/**
 * Grants that hang on a person or a tenant where none can be known: neither the type nor anything that encloses it says
 * whose data it is. They are enforced (denied as SUBJECT_UNKNOWN or OUT_OF_REACH), which is hardly what was meant.
 */
export function hintReach(context: HintContext): void {
  for (const type of compositeTypes(context.schema)) {
    const fields = Object.values(context.types[type.name]?.fields ?? {});
    if (fields.length === 0 || hasNobodyBehind(context, type)) continue;
    const givers = context.owners.givers(type);
    if (givers.length === 0) {
      hintEach(context, fields, type, "SUBJECT_UNREACHABLE");
    } else if (givers.every((giver) => context.types[giver]?.subject?.tenant == null)) {
      hintEach(context, fields, type, "TENANT_UNREACHABLE");
    }
  }
}

function hasNobodyBehind({ schema }: HintContext, type: CompositeType): boolean {
  return isInterfaceType(type) && schema.getPossibleTypes(type).length === 0;
}

function hintEach(
  context: HintContext,
  fields: readonly FieldPolicy[],
  type: CompositeType,
  code: "SUBJECT_UNREACHABLE" | "TENANT_UNREACHABLE",
): void {
  const { origins, hints } = context;
  const what = code === "SUBJECT_UNREACHABLE" ? "whose data it is" : "which tenant keeps the data";
  const key = code === "SUBJECT_UNREACHABLE" ? "@subject(id: ...)" : "@subject(id: ..., tenant: ...)";
  for (const field of fields) {
    for (const { needs, by } of needsOf(context, field, code)) {
      const origin = origins.of.get(by);
      if (origin === undefined) continue;
      const message = `${needs} ${what}, which neither ${type.name} nor any object around it says: always denied.`;
      const mend = `Add \`${key}\` to ${type.name} or to the type that encloses it.`;
      hints.add(code, origin.coordinate, origin.node, message, mend);
    }
  }
}

function needsOf(context: HintContext, field: FieldPolicy, code: "SUBJECT_UNREACHABLE" | "TENANT_UNREACHABLE") {
  const anybody = code === "SUBJECT_UNREACHABLE";
  const reaches: readonly Reach[] = anybody ? ["SELF", "TENANT"] : ["TENANT"];
  const grants = field.grants.flatMap((grant) => {
    const roles = grant.to.filter((role) => reaches.some((reach) => reach === context.vocabulary.roles[role]?.reach));
    return roles.length === 0 ? [] : [{ needs: `What ${roles.join(", ")} may see depends on`, by: grant }];
  });
  const consents = field.consents
    .filter((demand) => anybody || demand.from === "TENANT")
    .map((demand) => ({ needs: `The consent for ${demand.purposes.join(", ")} depends on`, by: demand }));
  return [...grants, ...consents];
}
