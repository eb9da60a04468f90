import { GraphQLInt, getNullableType } from "graphql";
import { type CompositeType, typeDirectives } from "./annotations.ts";
import { unusableAsBirthDate, unusableAsId, unusableAsKey } from "./field-shape.ts";
import type { Aggregate, SubjectKeys } from "./model.ts";
import { readDirective, textOf } from "./read-directive.ts";
import type { AnnotationContext } from "./read-grants.ts";
import { suggest } from "./suggest.ts";

const SUBJECT_KEYS = [
  ["id", unusableAsId],
  ["tenant", unusableAsKey],
  ["region", unusableAsKey],
  ["birthDate", unusableAsBirthDate],
] as const;

/** Reads the type's own `@subject`, whose fields must exist and be fetchable by the gateway alone. */
export function readSubject(context: AnnotationContext, type: CompositeType): SubjectKeys | null {
  const node = typeDirectives(type, "subject")[0];
  const values = node === undefined ? null : readDirective(context, node, type.name);
  const id = values === null ? null : textOf(values, "id");
  if (node === undefined || values === null || id === null) return null;
  const fields = type.getFields();
  for (const [argument, unusable] of SUBJECT_KEYS) {
    const name = textOf(values, argument);
    if (name === null) continue;
    const pointed = node.arguments?.find((each) => each.name.value === argument) ?? node;
    const field = fields[name];
    if (field === undefined) {
      const message = `@subject(${argument}:) names the field "${name}", which ${type.name} does not have.`;
      const mend = `${suggest(name, Object.keys(fields))}Name a field of ${type.name} itself.`;
      context.faults.add("SUBJECT_FIELD_UNKNOWN", type.name, pointed, message, mend);
      continue;
    }
    const reason = unusable(field);
    if (reason !== null) {
      const message = `@subject(${argument}:) names ${type.name}.${name}, which ${reason}.`;
      const mend =
        argument === "birthDate"
          ? "Name a date: a String or a scalar for dates."
          : "Name a single scalar that needs no arguments.";
      context.faults.add("SUBJECT_FIELD_UNUSABLE", type.name, pointed, message, mend);
    }
  }
  const subject: SubjectKeys = {
    id,
    tenant: textOf(values, "tenant"),
    region: textOf(values, "region"),
    birthDate: textOf(values, "birthDate"),
  };
  context.origins.of.set(subject, { node, coordinate: type.name });
  return subject;
}

/** Reads `@aggregate`: its count must be an Int that the gateway can fetch. */
export function readAggregate(context: AnnotationContext, type: CompositeType): Aggregate | null {
  const node = typeDirectives(type, "aggregate")[0];
  const values = node === undefined ? null : readDirective(context, node, type.name);
  const count = values === null ? null : textOf(values, "count");
  const atLeast = values?.get("atLeast");
  if (node === undefined || count === null || typeof atLeast !== "number") return null;
  const fields = type.getFields();
  const field = fields[count];
  if (field === undefined) {
    const message = `@aggregate(count:) names the field "${count}", which ${type.name} does not have.`;
    const mend = `${suggest(count, Object.keys(fields))}Name the field of ${type.name} that counts people.`;
    context.faults.add("AGGREGATE_COUNT_UNKNOWN", type.name, node, message, mend);
  } else if (getNullableType(field.type) !== GraphQLInt || unusableAsKey(field) !== null) {
    const message = `@aggregate(count:) names ${type.name}.${count}, which is not an Int that needs no arguments.`;
    context.faults.add("AGGREGATE_COUNT_UNUSABLE", type.name, node, message, "Name an Int field that counts people.");
  }
  if (atLeast < 1) {
    const message = `A threshold of ${atLeast} suppresses nothing.`;
    const mend = "Ask for the size below which a group tells of persons, such as 10.";
    context.faults.add("AGGREGATE_THRESHOLD_INVALID", type.name, node, message, mend);
  }
  return { count, atLeast };
}
