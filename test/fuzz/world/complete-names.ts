import { namesIn } from "./annotate.ts";
import { type FieldModel, KEY_TYPES, type TypeModel } from "./schema.ts";

/**
 * Adds the fields that `assigned`, `until` and `after` name where neither the object has them nor one that gives it its subject:
 * to the type itself. Some are left to the enclosing object that gives the subject.
 */
export function completeNames(types: readonly TypeModel[], union: readonly string[]): void {
  for (const type of types) {
    const names = [...type.named, ...type.fields.flatMap(({ notes }) => (notes === null ? [] : namesIn(notes)))];
    for (const name of new Set(names)) {
      if (!lookedUpOn(type, types, union).some((each) => has(each, name))) addField(type, name, types);
    }
  }
}

function has({ fields }: TypeModel, name: string): boolean {
  return fields.some((field) => field.name === name);
}

function addField(type: TypeModel, name: string, types: readonly TypeModel[]): void {
  const field: FieldModel = { name, type: KEY_TYPES[name] ?? "String", wrap: "#", role: "key", notes: null };
  const behind = types.filter((each) => each.interfaces.includes(type.name));
  for (const each of [type, ...behind]) if (!has(each, name)) each.fields.push(field);
}

/** The type, and what can give it its subject; for an interface, of each type behind it. */
function lookedUpOn(type: TypeModel, types: readonly TypeModel[], union: readonly string[]): readonly TypeModel[] {
  const own = type.kind === "interface" ? types.filter((each) => each.interfaces.includes(type.name)) : [type];
  const way = new Set(own);
  for (const each of way) {
    if (each.subject) continue;
    for (const parent of types) {
      const holds = parent.kind === "type" && parent.fields.some((field) => canHold(field.type, each, union));
      if (holds) way.add(parent);
    }
  }
  return [...way].filter((each) => each.subject || own.includes(each));
}

function canHold(target: string, type: TypeModel, union: readonly string[]): boolean {
  return target === type.name || type.interfaces.includes(target) || (target === "U" && union.includes(type.name));
}
