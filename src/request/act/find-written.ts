import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
} from "graphql";
import type { Policy } from "../../policy/model.ts";

/** A value that an argument or input field writes to an annotated coordinate. */
export interface WrittenValue {
  readonly coordinate: string;
  /** As coerced. */
  readonly value: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** What the arguments of a field, as coerced, write: whatever `@writes` says of those that are given. */
export function findWritten(
  policy: Policy,
  type: string,
  field: GraphQLField<unknown, unknown>,
  args: Values,
): readonly WrittenValue[] {
  const found: WrittenValue[] = [];
  if (Object.keys(policy.written).length === 0) return found;
  const look = (input: GraphQLArgument | GraphQLInputField, at: string, value: unknown): void => {
    for (const coordinate of policy.written[at] ?? []) found.push({ coordinate, value });
    const below = getNamedType(input.type);
    if (isInputObjectType(below)) lookInto(Object.values(below.getFields()), below.name, value);
  };
  const lookInto = (inputs: readonly GraphQLInputField[], name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) lookInto(inputs, name, item);
    else if (typeof value === "object" && value !== null) {
      for (const input of inputs) {
        if (Object.hasOwn(value, input.name)) look(input, `${name}.${input.name}`, (value as Values)[input.name]);
      }
    }
  };
  for (const argument of field.args) {
    if (Object.hasOwn(args, argument.name)) {
      look(argument, `${type}.${field.name}(${argument.name}:)`, args[argument.name]);
    }
  }
  return found;
}
