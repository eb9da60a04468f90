import { isInterfaceType } from "graphql";
import { type CompositeType, compositeTypes, type OutputField } from "./annotations.ts";
import { unusableAsDate, unusableAsKey } from "./field-shape.ts";
import type { Grant, Retention, TypePolicy } from "./model.ts";
import type { Ownership } from "./ownership.ts";
import type { AnnotationContext } from "./read-grants.ts";
import { suggest } from "./suggest.ts";

/**
 * A name in `assigned`, `until` or `after` must be one that some object on the way can have: the object itself, else
 * the enclosing one that gives its subject. One that none has would silently deny for ever, or (`until`) never end.
 */
export function checkNamedFields(
  context: AnnotationContext,
  types: Readonly<Record<string, TypePolicy>>,
  owners: Ownership,
): void {
  for (const type of compositeTypes(context.schema)) {
    // what stands on the type is shared by its fields: a set looks at it once
    const grants = new Set<Grant>();
    const retentions = new Set<Retention>();
    for (const field of Object.values(types[type.name]?.fields ?? {})) {
      for (const grant of field.grants) grants.add(grant);
      if (field.retain !== null) retentions.add(field.retain);
    }
    for (const grant of grants) {
      if (grant.assigned !== null) checkName(context, type, "assigned", grant.assigned, grant, owners);
      if (grant.until !== null) checkName(context, type, "until", grant.until, grant, owners);
    }
    for (const retention of retentions) checkName(context, type, "after", retention.after, retention, owners);
  }
}

type Argument = "assigned" | "until" | "after";

function checkName(
  context: AnnotationContext,
  type: CompositeType,
  argument: Argument,
  name: string,
  by: Grant | Retention,
  owners: Ownership,
): void {
  const origin = context.origins.of.get(by);
  if (origin === undefined) return;
  const carriers = carriersOf(context, type, owners);
  const found = carriers.flatMap((carrier) => fieldOf(carrier, name));
  if (found.length === 0) {
    const lookedAt = carriers.map((carrier) => carrier.name);
    const known = carriers.flatMap((carrier) => Object.keys(carrier.getFields()));
    const message = `\`${argument}\` names the field "${name}", which no object on the way has (looked at ${lookedAt.join(", ")}).`;
    const mend = `${suggest(name, [...new Set(known)])}Name a field of ${type.name}, or of the object that gives its @subject.`;
    context.faults.add("NAMED_FIELD_UNKNOWN", origin.coordinate, origin.node, message, mend);
    return;
  }
  // the object's own field hides those around it
  const own = fieldOf(type, name);
  const counting = own.length > 0 ? own : found;
  const reasons = counting.map((field) => (argument === "assigned" ? unusableAsKey(field) : unusableAsDate(field)));
  const [reason] = reasons;
  if (reason != null && reasons.every((each) => each !== null)) {
    const message = `\`${argument}\` names the field "${name}", which ${reason}.`;
    const mend =
      argument === "assigned"
        ? "Name a field that holds one organisation's id and needs no arguments."
        : "Name a date: a String or a scalar for dates, without required arguments.";
    context.faults.add("NAMED_FIELD_UNUSABLE", origin.coordinate, origin.node, message, mend);
  }
}

/** The type itself, the objects behind it where it is an interface, then those that can give them their subject. */
function carriersOf(context: AnnotationContext, type: CompositeType, owners: Ownership): CompositeType[] {
  const objects = isInterfaceType(type) ? context.schema.getPossibleTypes(type) : [];
  const givers = owners.givers(type).flatMap((name): CompositeType[] => {
    const giver = context.schema.getType(name);
    return giver !== undefined && "getFields" in giver && "getInterfaces" in giver ? [giver] : [];
  });
  return [...new Set<CompositeType>([type, ...objects, ...givers])];
}

function fieldOf(type: CompositeType, name: string): OutputField[] {
  const field = type.getFields()[name];
  return field === undefined ? [] : [field];
}
