import { Kind, visit } from "graphql";
import type { AskedOperation } from "./operation.ts";

/** Whether a mutation is sent what `isMasked` knows: in a variable, in the default of one that is left out, or in an argument. */
export function sendsMasked(
  { definition, document }: AskedOperation,
  sent: Readonly<Record<string, unknown>>,
  isMasked: (text: string) => boolean,
): boolean {
  if (definition.operation !== "mutation") return false;
  let found = holds(sent, isMasked);
  const literal = (value: Parameters<typeof visit>[0]): void => {
    visit(value, {
      StringValue: ({ value: text }) => {
        found ||= isMasked(text);
      },
    });
  };
  for (const node of [definition, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)]) {
    visit(node, {
      Directive: () => false,
      VariableDefinition: ({ variable, defaultValue }) => {
        if (defaultValue !== undefined && !Object.hasOwn(sent, variable.name.value)) literal(defaultValue);
        return false;
      },
      Argument: ({ value }) => literal(value),
    });
  }
  return found;
}

function holds(value: unknown, isMasked: (text: string) => boolean): boolean {
  if (typeof value === "string") return isMasked(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((each) => holds(each, isMasked));
}
