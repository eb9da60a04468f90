import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import type { ReadContext } from "../read/directive.ts";

/** Response keys with this prefix are the gateway's own: under them it fetches what tells the subject. */
export const RESERVED_PREFIX = "_fg";

/** No name in the schema may start with the reserved prefix: an answer's keys must be told from the gateway's own. */
export function checkReservedNames(context: ReadContext): void {
  for (const type of Object.values(context.schema.getTypeMap())) {
    check(context, type.name, type.name, type);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(context, field.name, `${type.name}.${field.name}`, field);
        for (const argument of field.args) {
          check(context, argument.name, `${type.name}.${field.name}(${argument.name}:)`, argument);
        }
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        check(context, field.name, `${type.name}.${field.name}`, field);
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) check(context, value.name, `${type.name}.${value.name}`, value);
    }
  }
}

interface Element {
  readonly astNode?: Parameters<ReadContext["faults"]["add"]>[2];
}

function check(context: ReadContext, name: string, coordinate: string, element: Element): void {
  if (!name.startsWith(RESERVED_PREFIX)) return;
  const message = `The name "${name}" starts with "${RESERVED_PREFIX}", which is reserved for the gateway's own keys.`;
  context.faults.add("NAME_RESERVED", coordinate, element.astNode, message, "Give it another name.");
}
