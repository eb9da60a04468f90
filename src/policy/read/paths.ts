import { getNamedType, getNullableType, isInterfaceType, isListType, isObjectType, isRequiredArgument } from "graphql";
import type { CompositeType, OutputField } from "../annotations.ts";

/** Where a path of field names leads from a type on: to a field, or as far as it goes and why no further. */
export type Way =
  | { readonly field: OutputField; readonly of: CompositeType }
  | { readonly field: null; readonly at: CompositeType; readonly name: string; readonly why: "UNKNOWN" | string };

/** Follows `order.user.id`. Every step but the last must be one object that can be asked for without arguments. */
export function followPath(type: CompositeType, path: string): Way {
  const names = path.split(".");
  let at = type;
  for (const [index, name] of names.entries()) {
    const field = at.getFields()[name];
    if (field === undefined) return { field: null, at, name, why: "UNKNOWN" };
    if (index === names.length - 1) return { field, of: at };
    const next = getNamedType(field.type);
    if (isListType(getNullableType(field.type))) return { field: null, at, name, why: "is a list" };
    if (!isObjectType(next) && !isInterfaceType(next))
      return { field: null, at, name, why: "is no object with fields" };
    if (field.args.some(isRequiredArgument)) return { field: null, at, name, why: "takes required arguments" };
    at = next;
  }
  return { field: null, at, name: path, why: "UNKNOWN" };
}
