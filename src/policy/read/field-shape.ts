import {
  type GraphQLType,
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isScalarType,
} from "graphql";
import type { OutputField } from "../annotations.ts";

/** Why a field cannot serve as a key that the gateway fetches by itself; null where it can. */
export type Unusable = string | null;

/** A single scalar or enum value that can be asked for without arguments. */
export function unusableAsKey(field: OutputField): Unusable {
  return needsArguments(field) ?? notSingleLeaf(field);
}

/** An id: scalars only, since an enum names kinds, not people; and neither true/false nor a fraction tells people apart. */
export function unusableAsId(field: OutputField): Unusable {
  const type = getNullableType(field.type);
  if (isEnumType(type)) return `is the enum ${type.name}`;
  if (isScalarType(type) && (type.name === "Boolean" || type.name === "Float")) return `is of type ${type.name}`;
  return unusableAsKey(field);
}

/** A date of birth: text or a scalar of the integrator's own. */
export function unusableAsBirthDate(field: OutputField): Unusable {
  const type = getNullableType(field.type);
  if (isEnumType(type)) return `is the enum ${type.name}`;
  if (isScalarType(type) && ["Boolean", "Int", "Float"].includes(type.name)) return `is of type ${type.name}`;
  return unusableAsKey(field);
}

/** A date or time: text, a scalar of the integrator's own, or milliseconds since the epoch, for which Int is too small. */
export function unusableAsDate(field: OutputField): Unusable {
  const type = getNullableType(field.type);
  if (isScalarType(type) && type.name === "Int") return "is of type Int";
  return unusableAsBirthDate(field) === "is of type Float" ? unusableAsKey(field) : unusableAsBirthDate(field);
}

function needsArguments(field: OutputField): Unusable {
  const required = field.args.filter(isRequiredArgument).map((argument) => argument.name);
  return required.length === 0 ? null : `takes required arguments (${required.join(", ")})`;
}

function notSingleLeaf(field: OutputField): Unusable {
  const type: GraphQLType = getNullableType(field.type);
  if (isListType(type)) return "is a list";
  if (!isLeafType(type)) return `is of type ${getNamedType(field.type).name}, which is not a single value`;
  return type.name === "Boolean" ? "is of type Boolean" : null;
}
