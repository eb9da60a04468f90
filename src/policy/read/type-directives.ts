import { type ASTNode, GraphQLInt, getNullableType } from "graphql";
import { type CompositeType, typeDirectives } from "../annotations.ts";
import type { Aggregate, SubjectKeys } from "../model.ts";
import { SPACE_NAME } from "../spaces.ts";
import { suggest } from "../suggest.ts";
import { readDirective, textOf, textsOf } from "./directive.ts";
import { unusableAsBirthDate, unusableAsId, unusableAsKey } from "./field-shape.ts";
import type { AnnotationContext } from "./grants.ts";
import { followPath } from "./paths.ts";

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
  if (node === undefined || values === null) return null;
  const id = textsOf(values, "id");
  if (id.length === 0) {
    const message = "@subject(id:) is an empty list, so nobody is the subject.";
    context.faults.add("SUBJECT_FIELD_UNKNOWN", type.name, node, message, "Name the field that holds the person's id.");
    return null;
  }
  for (const [argument, unusable] of SUBJECT_KEYS) {
    const pointed = node.arguments?.find((each) => each.name.value === argument) ?? node;
    const paths = argument === "id" ? id : [textOf(values, argument)].filter((path) => path !== null);
    for (const path of paths) checkSubjectPath(context, type, { argument, path, unusable }, pointed);
  }
  const space = textOf(values, "space");
  if (space !== null && !SPACE_NAME.test(space)) {
    const message = `@subject(space:) is "${space}", which is no name of a space.`;
    const mend = "Use a letter, then letters, digits, _ and -: it stands before the ids, with a colon between.";
    context.faults.add("SUBJECT_SPACE_INVALID", type.name, node, message, mend);
  }
  const subject: SubjectKeys = {
    id,
    tenant: textOf(values, "tenant"),
    region: textOf(values, "region"),
    birthDate: textOf(values, "birthDate"),
    ...(space === null ? {} : { space }),
  };
  context.origins.of.set(subject, { node, coordinate: type.name });
  return subject;
}

interface SubjectPath {
  readonly argument: (typeof SUBJECT_KEYS)[number][0];
  readonly path: string;
  readonly unusable: (typeof SUBJECT_KEYS)[number][1];
}

function checkSubjectPath(
  context: AnnotationContext,
  type: CompositeType,
  { argument, path, unusable }: SubjectPath,
  node: ASTNode,
): void {
  const way = followPath(type, path);
  if (way.field === null && way.why === "UNKNOWN") {
    const fields = Object.keys(way.at.getFields());
    const message = `@subject(${argument}:) names the field "${path}", which ${way.at.name} does not have.`;
    const mend = `${suggest(way.name, fields)}Name a field of ${type.name} itself, or a path through its objects: \`user.id\`.`;
    context.faults.add("SUBJECT_FIELD_UNKNOWN", type.name, node, message, mend);
    return;
  }
  const at = way.field === null ? `${way.at.name}.${way.name}` : `${way.of.name}.${way.field.name}`;
  const reason = way.field === null ? way.why : unusable(way.field);
  if (reason === null) return;
  const message = `@subject(${argument}:) names ${at}, which ${reason}.`;
  const mend =
    argument === "birthDate"
      ? "Name a date: a String or a scalar for dates."
      : "Name a single scalar that needs no arguments.";
  context.faults.add("SUBJECT_FIELD_UNUSABLE", type.name, node, message, mend);
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
