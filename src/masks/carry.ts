import { type GraphQLNamedType, GraphQLScalarType, isEnumType, isScalarType, isSpecifiedScalarType } from "graphql";

/** Whether a field can carry a masked value in place of the clear one. Never throws. */
export type Carrier = (masked: unknown, clear: unknown) => boolean;

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

/** What a scalar reads with that does not say how. */
const READS_ANYTHING = new GraphQLScalarType({ name: "Anything" }).parseValue;

/**
 * What the field's leaf type accepts: the five scalars by the GraphQL specification, an enum its values, any other scalar what its
 * `parseValue` (or, where it has none, `serialize`) accepts and is of the same JavaScript type as the clear value (a scalar of which only SDL is known accepts anything).
 * Objects, interfaces and unions carry no masked value.
 */
export function compileCarrier(leaf: string, type?: GraphQLNamedType): Carrier {
  if (type === undefined || isSpecifiedScalarType(type)) {
    return builtInCarrier(leaf) ?? sameKind;
  }
  if (isEnumType(type)) {
    return (masked) => typeof masked === "string" && type.getValue(masked) !== undefined;
  }
  if (!isScalarType(type)) {
    return () => false;
  }
  return (masked, clear) => sameKind(masked, clear) && takes(type, masked, clear);
}

/** Whether the scalar sends what it read: one that reads the digits alone of `•••` reads nothing, and sends it as another value. */
function comesBack(type: GraphQLScalarType, value: unknown): boolean {
  try {
    return sent(type.serialize(type.parseValue(value))) === sent(value);
  } catch {
    return false;
  }
}

/** As it stands in the answer. */
function sent(value: unknown): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** A scalar that is only ever sent may say in `serialize` alone what it holds; where that does not take its own result, nothing can be told. */
function takes(type: GraphQLScalarType, masked: unknown, clear: unknown): boolean {
  return type.parseValue === READS_ANYTHING
    ? !succeeds(() => type.serialize(clear)) || succeeds(() => type.serialize(masked))
    : succeeds(() => type.parseValue(masked)) && (comesBack(type, masked) || !comesBack(type, clear));
}

function succeeds(read: () => unknown): boolean {
  try {
    const value = read();
    return isSomething(value);
  } catch {
    return false;
  }
}

/** Some scalars read nonsense as NaN, or as a date that is none. */
function isSomething(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    !Number.isNaN(value) &&
    !(value instanceof Date && Number.isNaN(value.getTime()))
  );
}

function builtInCarrier(leaf: string): Carrier | null {
  switch (leaf) {
    case "String":
    case "ID":
      return (masked) => typeof masked === "string";
    case "Int":
      return (masked) =>
        typeof masked === "number" && Number.isInteger(masked) && masked >= INT_MIN && masked <= INT_MAX;
    case "Float":
      return (masked) => Number.isFinite(masked);
    case "Boolean":
      return (masked) => typeof masked === "boolean";
    default:
      return null;
  }
}

function sameKind(masked: unknown, clear: unknown): boolean {
  return typeof masked === typeof clear;
}
