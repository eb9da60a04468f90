import { type DirectiveNode, type GraphQLNamedType, getNamedType, isInterfaceType, isLeafType } from "graphql";
import type { Mask } from "../../masks/names.ts";
import { type CompositeType, directivesOn, type OutputField, typeDirectives } from "../annotations.ts";
import { canCarry, masksFor } from "../check/mask-fit.ts";
import { dictionary } from "../dictionary.ts";
import type { Aggregate, ConsentDemand, FieldPolicy, Grant, Retention, SubjectKeys, TypePolicy } from "../model.ts";
import { readDirective, textOf } from "./directive.ts";
import { type AnnotationContext, readConsents, readGrants, readRetention } from "./grants.ts";
import { readAggregate, readSubject } from "./type-directives.ts";
import { maskOf, outcomeOf } from "./vocabulary.ts";
import type { WritePlaces } from "./write-places.ts";

/** What the annotations of a type itself hold for each of its `@sensitive` fields that has none of its own. */
interface Inherited {
  readonly grants: readonly Grant[];
  readonly consents: readonly ConsentDemand[];
  readonly retain: Retention | null;
}

/** Reads everything annotated on one type and its fields. `subject` is the type's own; inheritance comes later. */
export function readType(context: AnnotationContext, type: CompositeType, places: WritePlaces): TypePolicy {
  const inherited: Inherited = {
    grants: readGrants(context, typeDirectives(type, "purpose"), type.name),
    consents: readConsents(context, typeDirectives(type, "consent"), type.name),
    retain: readRetention(context, typeDirectives(type, "retain")[0], type.name),
  };
  const fields = dictionary<FieldPolicy>();
  let sensitive = false;
  const all = Object.values(type.getFields());
  for (const field of all) {
    const nodes = directivesOn(field, "sensitive");
    if (nodes.length === 0) {
      checkPublicField(context, type, field, places);
      continue;
    }
    sensitive = true;
    const policy = readField(context, type, field, nodes[0], inherited);
    if (policy !== null) fields[field.name] = policy;
  }
  if (!sensitive && !all.some(isActed)) checkPublicType(context, type);
  const subject: SubjectKeys | null = readSubject(context, type);
  const aggregate: Aggregate | null = readAggregate(context, type);
  return {
    name: type.name,
    kind: isInterfaceType(type) ? "INTERFACE" : "OBJECT",
    subject,
    aggregate,
    fields,
    fieldNames: all.map((field) => field.name),
  };
}

function readField(
  context: AnnotationContext,
  type: CompositeType,
  field: OutputField,
  node: DirectiveNode | undefined,
  inherited: Inherited,
): FieldPolicy | null {
  const coordinate = `${type.name}.${field.name}`;
  const ownGrants = directivesOn(field, "purpose");
  const ownConsents = directivesOn(field, "consent");
  const ownRetain = directivesOn(field, "retain");
  // all of them are read even where @sensitive itself is faulty: every fault, in one report
  const grants = readGrants(context, ownGrants, coordinate);
  const consents = readConsents(context, ownConsents, coordinate);
  const retain = readRetention(context, ownRetain[0], coordinate);
  const values = node === undefined ? null : readDirective(context, node, coordinate);
  if (node === undefined || values === null) return null;
  const category = textOf(values, "category") ?? "";
  const term = context.vocabulary.categories[category];
  const leaf = getNamedType(field.type);
  const mask = maskOf(values) ?? term?.mask ?? "NULLIFY";
  const otherwise = outcomeOf(values) ?? term?.otherwise ?? "DENY";
  const sealed = values.get("sealed") === true;
  if (sealed && ownGrants.length > 0) {
    const message = "The field is sealed, so nobody sees it clear, and it has a grant of its own.";
    context.faults.add("SEALED_WITH_GRANT", coordinate, ownGrants[0], message, "Remove the grant, or `sealed: true`.");
  }
  if (otherwise === "MASK" || maskOf(values) !== null) checkMask(context, coordinate, node, leaf, mask, otherwise);
  const policy: FieldPolicy = {
    coordinate,
    type: type.name,
    field: field.name,
    category,
    mask,
    otherwise,
    ...(outcomeOf(values) === "MASK" ? { maskForStrangers: true as const } : {}),
    ...(sealed ? { sealed } : {}),
    grants: ownGrants.length > 0 ? grants : sealed ? [] : inherited.grants,
    consents: ownConsents.length > 0 ? consents : inherited.consents,
    retain: ownRetain.length > 0 ? retain : inherited.retain,
    leaf: leaf.name,
  };
  context.origins.of.set(policy, { node, coordinate });
  return policy;
}

/** A mask that is never used (the field is denied) must fit only where the field itself asks for it. */
function checkMask(
  context: AnnotationContext,
  coordinate: string,
  node: DirectiveNode,
  leaf: GraphQLNamedType,
  mask: Mask,
  otherwise: "MASK" | "DENY",
): void {
  if (!isLeafType(leaf)) {
    const message =
      otherwise === "MASK"
        ? `${leaf.name} is an object; it cannot be masked, only denied.`
        : `${leaf.name} is an object; no mask fits it.`;
    const mend = "Write `otherwise: DENY` without a mask, or annotate the object's own fields instead.";
    context.faults.add("MASK_ON_OBJECT", coordinate, node, message, mend);
  } else if (!canCarry(leaf, mask)) {
    const message = `A value of type ${leaf.name} cannot carry what the mask ${mask} makes.`;
    const mend = `Use a mask that it can carry (${masksFor(leaf).join(", ")}), or \`otherwise: DENY\`.`;
    context.faults.add("MASK_NOT_CARRIED", coordinate, node, message, mend);
  }
}

const NEEDS_SENSITIVE = [
  ["purpose", "GRANT_WITHOUT_SENSITIVE"],
  ["consent", "CONSENT_WITHOUT_SENSITIVE"],
  ["retain", "RETAIN_WITHOUT_SENSITIVE"],
] as const;

function isActed(field: OutputField): boolean {
  return directivesOn(field, "acts").length > 0;
}

/** On a field that is not `@sensitive` the others would protect nothing: the value goes out to everybody. */
function checkPublicField(
  context: AnnotationContext,
  type: CompositeType,
  field: OutputField,
  places: WritePlaces,
): void {
  const coordinate = `${type.name}.${field.name}`;
  // who may do something is decided by the same directives as who may see something
  const acts = isActed(field) || (places.isWriteSide(type.name) && directivesOn(field, "purpose").length > 0);
  for (const [directive, code] of NEEDS_SENSITIVE) {
    if (acts && directive !== "retain") continue;
    const node = directivesOn(field, directive)[0];
    if (node === undefined) continue;
    const message = `@${directive} has no effect: the field is not @sensitive, so everybody sees it.`;
    const mend = "Add `@sensitive(category: ...)` to the field, or remove the directive.";
    context.faults.add(code, coordinate, node, message, mend);
  }
}

function checkPublicType(context: AnnotationContext, type: CompositeType): void {
  for (const [directive, code] of NEEDS_SENSITIVE) {
    const node = typeDirectives(type, directive)[0];
    if (node === undefined) continue;
    const message = `@${directive} has no effect: no field of ${type.name} is @sensitive, so everybody sees them all.`;
    const mend = "Add `@sensitive(category: ...)` to the fields that it is meant for, or remove the directive.";
    context.faults.add(code, type.name, node, message, mend);
  }
}
