import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from "graphql";
import { type CompositeType, compositeTypes } from "../annotations.ts";
import type { SubjectKeys } from "../model.ts";

/** What can enclose an object, up to what gives it its subject: where names that it does not have itself are looked up. */
export interface Ownership {
  /**
   * Object types with `@subject` that give instances of the type their subject: itself where it has one, else every type
   * that has one and can enclose it through types without. For an interface, those of the objects behind it.
   */
  givers(type: CompositeType): readonly string[];
  /** Root types from which an object type is reached through types without a subject: nothing tells there whose data it is. */
  reachedWithout(type: CompositeType): readonly string[];
}

/**
 * @param subjects by type name, inheritance from interfaces already applied
 */
export function ownership(schema: GraphQLSchema, subjects: Readonly<Record<string, SubjectKeys | null>>): Ownership {
  const parents = enclosing(schema);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (root) => root?.name ?? [],
  );
  const subjectsByType = new Map<string, readonly string[]>();
  const ofObject = (name: string): readonly string[] => {
    const found = subjectsByType.get(name) ?? climb(name, parents, subjects);
    subjectsByType.set(name, found);
    return found;
  };
  return {
    givers(type) {
      if (isObjectType(type)) return ofObject(type.name);
      return [...new Set(schema.getPossibleTypes(type).flatMap((each) => ofObject(each.name)))];
    },
    reachedWithout(type) {
      const way = wayUp(type.name, parents, subjects);
      return roots.filter((root) => root !== type.name && way.has(root));
    },
  };
}

/** For each object type, the object types with a field that can hold it, through lists, interfaces and unions. */
function enclosing(schema: GraphQLSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, Set<string>>();
  for (const type of compositeTypes(schema)) {
    // at run time every object is of an object type, whose fields are at least as exact as its interfaces' are
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const held = getNamedType(field.type);
      const objects = isAbstractType(held) ? schema.getPossibleTypes(held) : isObjectType(held) ? [held] : [];
      for (const object of objects) {
        const holders = parents.get(object.name);
        if (holders === undefined) parents.set(object.name, new Set([type.name]));
        else holders.add(type.name);
      }
    }
  }
  return parents;
}

function climb(
  start: string,
  parents: ReadonlyMap<string, ReadonlySet<string>>,
  subjects: Readonly<Record<string, SubjectKeys | null>>,
): readonly string[] {
  return [...wayUp(start, parents, subjects)].filter((name) => subjects[name] != null);
}

/** The type itself and all that can enclose it, each way up to where something tells whose data it is. */
function wayUp(
  start: string,
  parents: ReadonlyMap<string, ReadonlySet<string>>,
  subjects: Readonly<Record<string, SubjectKeys | null>>,
): ReadonlySet<string> {
  const way = new Set([start]);
  // a set grows while it is walked: each type once, however the schema loops
  for (const name of way) {
    if (subjects[name] == null) for (const parent of parents.get(name) ?? []) way.add(parent);
  }
  return way;
}
