import { isInterfaceType, isObjectType } from "graphql";
import type { CompositeType } from "../annotations.ts";
import type { Act, FieldPolicy, Reach } from "../model.ts";
import { unusableAsDate, unusableAsKey } from "../read/field-shape.ts";
import type { AnnotationContext } from "../read/grants.ts";
import { suggest } from "../suggest.ts";

const NEED_SOMEBODY: ReadonlySet<Reach> = new Set(["SELF", "TENANT", "ASSIGNED"]);

/**
 * A field of Mutation without `@acts` is decided by role and purpose alone. Whose data it changes is known only once it has
 * run, so a grant or a demand that hangs on somebody would be answered after the effect.
 */
export function checkWithoutActs(context: AnnotationContext, policy: FieldPolicy | null): void {
  if (policy === null) return;
  const { coordinate } = policy;
  const mend = `Add \`@acts(on: "Type", id: "argument")\` to ${coordinate}, so that it is decided before it runs.`;
  for (const grant of policy.grants) {
    const roles = grant.to.filter((role) => NEED_SOMEBODY.has(context.vocabulary.roles[role]?.reach ?? "ALL"));
    const origin = context.origins.of.get(grant);
    if (roles.length === 0 || origin === undefined) continue;
    const message = `What ${roles.join(", ")} may do by ${coordinate} depends on whom it acts on, which it does not say: it would be denied after it has run.`;
    context.faults.add("WRITE_WITHOUT_ACTS", coordinate, origin.node, message, mend);
  }
  for (const demand of policy.consents) {
    const origin = context.origins.of.get(demand);
    if (origin === undefined) continue;
    const message = `${coordinate} needs somebody's consent and does not say whose: it would be denied after it has run.`;
    context.faults.add("WRITE_WITHOUT_ACTS", coordinate, origin.node, message, mend);
  }
}

/** `assigned` and `until` of a field with `@acts` name fields of what it acts on. */
export function checkActGrants(context: AnnotationContext, policy: FieldPolicy, acts: readonly Act[]): void {
  // an @acts that cannot be read has its own fault
  if (acts.length === 0) return;
  const looked = acts.filter(({ source }) => source === "QUERY").flatMap(({ on }) => compositeOf(context, on));
  for (const grant of policy.grants) {
    for (const [argument, name] of [["assigned", grant.assigned] as const, ["until", grant.until] as const]) {
      const origin = context.origins.of.get(grant);
      if (name === null || origin === undefined) continue;
      const found = looked.flatMap((type) => type.getFields()[name] ?? []);
      const unusable = argument === "assigned" ? unusableAsKey : unusableAsDate;
      if (found.some((field) => unusable(field) === null)) continue;
      const names = looked.flatMap((type) => Object.keys(type.getFields()));
      const types = looked.map((type) => type.name).join(", ");
      const why =
        looked.length === 0
          ? "and nothing is looked up that could have it"
          : found.length === 0
            ? `which ${types} does not have`
            : `which ${found.map(unusable)[0]}`;
      const message = `\`${argument}\` names the field "${name}" for ${policy.coordinate}, ${why}.`;
      const mend = `${suggest(name, names)}Name a field of what ${policy.coordinate} acts on.`;
      const code = found.length === 0 ? "NAMED_FIELD_UNKNOWN" : "NAMED_FIELD_UNUSABLE";
      context.faults.add(code, origin.coordinate, origin.node, message, mend);
    }
  }
}

function compositeOf({ schema }: AnnotationContext, name: string): readonly CompositeType[] {
  const type = schema.getType(name);
  if (isObjectType(type)) return [type];
  return isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : [];
}
