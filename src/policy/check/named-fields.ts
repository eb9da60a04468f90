import { isAbstractType, isObjectType } from "graphql";
import { type CompositeType, compositeTypes, directivesOn, type OutputField } from "../annotations.ts";
import type { Grant, Retention, TypePolicy } from "../model.ts";
import { unusableAsDate, unusableAsKey } from "../read/field-shape.ts";
import type { AnnotationContext } from "../read/grants.ts";
import type { Ownership } from "../read/ownership.ts";
import { suggest } from "../suggest.ts";

/** A name as `assigned`, `until` or `after` gives it. */
interface NamedField {
  readonly argument: "assigned" | "until" | "after";
  readonly name: string;
  readonly by: Grant | Retention;
}

/**
 * A name in `assigned`, `until` or `after` must be one that some object can have where it is looked up: the object
 * itself, else the one around it that gives its subject. One that none has would silently deny for ever, or (`until`) never end.
 */
export function checkNamedFields(
  context: AnnotationContext,
  types: Readonly<Record<string, TypePolicy>>,
  owners: Ownership,
): void {
  for (const type of compositeTypes(context.schema)) {
    let around: readonly CompositeType[] | undefined;
    for (const named of namedFields(type, types[type.name])) {
      const own = type.getFields()[named.name];
      if (own !== undefined) {
        // the object's own field hides those around it
        checkUsable(context, named, [own]);
        continue;
      }
      around ??= carriersOf(context, type, owners);
      const found = around.flatMap((carrier) => fieldOf(carrier, named.name));
      if (found.length > 0) checkUsable(context, named, found);
      else addUnknown(context, type, named, around);
    }
  }
}

/** Whom a field with `@acts` is granted to is told by what it acts on: that is looked at with its acts. */
function* namedFields(type: CompositeType, read: TypePolicy | undefined): Generator<NamedField> {
  // what stands on the type is shared by its fields: a set looks at it once
  const grants = new Set<Grant>();
  const retentions = new Set<Retention>();
  const definitions = type.getFields();
  for (const field of Object.values(read?.fields ?? {})) {
    const acts = directivesOn(definitions[field.field] ?? {}, "acts").length > 0;
    for (const grant of acts ? [] : field.grants) grants.add(grant);
    if (field.retain !== null) retentions.add(field.retain);
  }
  for (const grant of grants) {
    if (grant.assigned !== null) yield { argument: "assigned", name: grant.assigned, by: grant };
    if (grant.until !== null) yield { argument: "until", name: grant.until, by: grant };
  }
  for (const retention of retentions) yield { argument: "after", name: retention.after, by: retention };
}

function addUnknown(
  context: AnnotationContext,
  type: CompositeType,
  { argument, name, by }: NamedField,
  around: readonly CompositeType[],
): void {
  const origin = context.origins.of.get(by);
  if (origin === undefined) return;
  const fieldNames = new Set([type, ...around].flatMap((carrier) => Object.keys(carrier.getFields())));
  const others = around.filter((carrier) => carrier !== type).map((carrier) => carrier.name);
  const looked = others.length === 0 ? "nothing encloses it" : `nor has ${namesOf(others)} around it`;
  const message = `\`${argument}\` names the field "${name}", which ${type.name} does not have, ${looked}.`;
  const mend = `${suggest(name, [...fieldNames])}Name a field of ${type.name}, or of the object that gives its @subject.`;
  context.faults.add("NAMED_FIELD_UNKNOWN", origin.coordinate, origin.node, message, mend);
}

const SHOWN_MAX = 5;

function namesOf(types: readonly string[]): string {
  const more = types.length - SHOWN_MAX;
  return types.slice(0, SHOWN_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function checkUsable(
  context: AnnotationContext,
  { argument, name, by }: NamedField,
  found: readonly OutputField[],
): void {
  const origin = context.origins.of.get(by);
  const reasons = found.map((field) => (argument === "assigned" ? unusableAsKey(field) : unusableAsDate(field)));
  const [reason] = reasons;
  if (origin === undefined || reason == null || reasons.includes(null)) return;
  const message = `\`${argument}\` names the field "${name}", which ${reason}.`;
  const mend =
    argument === "assigned"
      ? "Name a field that holds one organisation's id and needs no arguments."
      : "Name a date that needs no arguments: a String or a scalar for dates.";
  context.faults.add("NAMED_FIELD_UNUSABLE", origin.coordinate, origin.node, message, mend);
}

/** For an interface the objects behind it; then whatever gives them their subject. */
function carriersOf(context: AnnotationContext, type: CompositeType, owners: Ownership): CompositeType[] {
  const behind = isAbstractType(type) ? context.schema.getPossibleTypes(type).map((each) => each.name) : [];
  return [...new Set([...behind, ...owners.givers(type)])].flatMap((name): CompositeType[] => {
    const carrier = context.schema.getType(name);
    return isObjectType(carrier) ? [carrier] : [];
  });
}

function fieldOf(type: CompositeType, name: string): OutputField[] {
  const field = type.getFields()[name];
  return field === undefined ? [] : [field];
}
