import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** The schema's own scalars. What is refused is told by its kind, never by its value: it may be somebody's birthday. */
export const SCALARS = {
  Date: textScalar("Date", DAY, "a day such as 2024-03-01"),
  DateTime: textScalar("DateTime", TIME, "a time in UTC such as 2024-03-01T09:30:00Z"),
  JSON: new GraphQLScalarType({
    name: "JSON",
    description: "Any JSON value.",
    parseValue: (value) => value,
    parseLiteral: (node, variables) => jsonOf(node, variables ?? {}),
  }),
};

function textScalar(name: string, form: RegExp, expected: string): GraphQLScalarType<string, string> {
  const check = (value: unknown): string => {
    if (typeof value === "string" && form.test(value) && isOnCalendar(value)) return value;
    throw new GraphQLError(`Cannot use this value as ${name}: it must be ${expected}.`);
  };
  return new GraphQLScalarType({
    name,
    description: `Text: ${expected}.`,
    serialize: check,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}

/** Date rolls the 30th of February over to March: the day that it read must be the one that was written. */
function isOnCalendar(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 10));
}

function jsonOf(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.LIST:
      return node.values.map((value) => jsonOf(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, jsonOf(value, variables)]));
    case Kind.VARIABLE:
      return variables[node.name.value];
  }
}
