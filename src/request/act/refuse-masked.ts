import { type DocumentNode, Kind, type ValueNode, visit } from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import { looksMasked } from "../../masks/recognise.ts";
import type { Operation } from "../parse-operation.ts";

/**
 * A form that shows a masked value sends it back when it is saved. What a mask with a mark has made is told by the text alone:
 * such an operation is refused whole, before anything runs. Throws MASKED_VALUE.
 */
export function refuseMasked(
  operation: Operation,
  sent: Readonly<Record<string, unknown>>,
  coerced: Readonly<Record<string, unknown>>,
): void {
  if (operation.type !== "mutation") return;
  // As sent, because a scalar may make something of it that is not looked into; as coerced, because it may be sent as something else.
  const seen = new Set<object>();
  for (const [name, value] of [...Object.entries(sent), ...Object.entries(coerced)]) {
    if (holdsMasked(value, seen)) throw maskedValue(`The variable $${name}`);
  }
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [operation.definition, ...Object.values(operation.fragments)],
  };
  visit(document, {
    // Why somebody asks is a text of its own.
    Directive: () => false,
    VariableDefinition({ variable, defaultValue }) {
      const used = defaultValue !== undefined && !Object.hasOwn(sent, variable.name.value);
      if (used && literalHoldsMasked(defaultValue)) throw maskedValue(`The default of $${variable.name.value}`);
      return false;
    },
    Argument({ name, value }) {
      if (literalHoldsMasked(value)) throw maskedValue(`The argument ${name.value}`);
      return false;
    },
  });
}

function literalHoldsMasked(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    StringValue({ value: text }) {
      found ||= looksMasked(text);
    },
  });
  return found;
}

/** Each object once: coercion fills in a default as the same object wherever it is left out. */
function holdsMasked(value: unknown, seen: Set<object>): boolean {
  if (typeof value === "string") return looksMasked(value);
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  return Object.values(value).some((item) => holdsMasked(item, seen));
}

function maskedValue(what: string): FieldguardError {
  return new FieldguardError(
    "MASKED_VALUE",
    `${what} holds a masked value, as it was shown in place of the real one: written back, it would replace it. Leave it out, or send the real value.`,
  );
}
