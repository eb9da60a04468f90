import type { GraphQLInterfaceType, GraphQLSchema } from "graphql";
import { type CompositeType, compositeTypes, interfacesOf } from "../annotations.ts";
import { dictionary } from "../dictionary.ts";
import type { SubjectKeys, TypePolicy } from "../model.ts";
import type { AnnotationContext } from "./grants.ts";

/**
 * Whose data each type's objects are: by its own `@subject`, else by that of an interface which it implements. Of
 * interfaces that implement each other the nearest counts; two others that disagree are a fault.
 */
export function inheritSubjects(
  context: AnnotationContext,
  types: Readonly<Record<string, TypePolicy>>,
): Readonly<Record<string, SubjectKeys | null>> {
  const subjects = dictionary<SubjectKeys | null>();
  for (const type of compositeTypes(context.schema)) {
    subjects[type.name] = types[type.name]?.subject ?? fromInterfaces(context, type, types);
  }
  return subjects;
}

function fromInterfaces(
  context: AnnotationContext,
  type: CompositeType,
  types: Readonly<Record<string, TypePolicy>>,
): SubjectKeys | null {
  const giving = interfacesOf(type).filter((each) => types[each.name]?.subject != null);
  const nearest = giving.filter((each) => !giving.some((other) => isBelow(context.schema, other, each)));
  const [first, ...others] = nearest;
  const subject = first === undefined ? null : (types[first.name]?.subject ?? null);
  const differing = others.filter(
    (each) => JSON.stringify(keysOf(types[each.name])) !== JSON.stringify(keysOf(types[first?.name ?? ""])),
  );
  if (first !== undefined && differing.length > 0) {
    const names = [first, ...differing].map((each) => each.name).join(" and ");
    const message = `${type.name} has no @subject, and its interfaces ${names} name different ones.`;
    const mend = `Write @subject on ${type.name}.`;
    context.faults.add("SUBJECT_AMBIGUOUS", type.name, type.astNode, message, mend);
  }
  return subject;
}

function isBelow(schema: GraphQLSchema, lower: GraphQLInterfaceType, upper: GraphQLInterfaceType): boolean {
  return lower !== upper && schema.isSubType(upper, lower);
}

function keysOf(type: TypePolicy | undefined): readonly unknown[] {
  const subject = type?.subject;
  return subject == null ? [] : [subject.id, subject.tenant, subject.region, subject.birthDate, subject.space ?? null];
}
