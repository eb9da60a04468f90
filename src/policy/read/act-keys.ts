import {
  type DirectiveNode,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
} from "graphql";
import type { OutputField } from "../annotations.ts";
import { suggest } from "../suggest.ts";
import type { AnnotationContext } from "./grants.ts";

/** A key as `@acts(id:)` writes it: `input.orderId`, `lines[].id`, `number: input.number`. */
export interface WrittenKey {
  readonly text: string;
  /** Argument of the look-up that is named; null where none is. */
  readonly argument: string | null;
  readonly path: readonly string[];
  /** Name of the scalar or enum that the arguments hold there. */
  readonly leaf: string;
}

const KEY =
  /^(?:\s*([_A-Za-z][_0-9A-Za-z]*)\s*:)?\s*([_A-Za-z][_0-9A-Za-z]*(?:\[\])?(?:\.[_A-Za-z][_0-9A-Za-z]*(?:\[\])?)*)\s*$/;

/** Reads one key; null, with its fault noted, where the field's arguments do not lead to a single value by it. */
export function readKey(
  context: AnnotationContext,
  field: OutputField,
  text: string,
  coordinate: string,
  node: DirectiveNode,
): WrittenKey | null {
  const [, argument = null, path = ""] = KEY.exec(text) ?? [];
  if (path === "") {
    const message = `@acts(id:) cannot read "${text}" as a path into the arguments.`;
    context.faults.add("ACT_KEY_UNKNOWN", coordinate, node, message, `${FORM}`);
    return null;
  }
  const found = follow(field, path.split("."));
  if (typeof found === "object") {
    return { text, argument, path: path.split(".").map((step) => step.replace("[]", "")), leaf: found.leaf };
  }
  const [code, what, mend] = found();
  context.faults.add(code, coordinate, node, `@acts(id:) names "${text}", ${what}`, mend);
  return null;
}

const FORM = "Write names joined by dots, `[]` behind a list: `input.orderId`, `lines[].id`, `key: input.orderId`.";

type Wrong = () => readonly ["ACT_KEY_UNKNOWN" | "ACT_KEY_UNUSABLE", string, string];

function follow(field: OutputField, steps: readonly string[]): { readonly leaf: string } | Wrong {
  let inputs: readonly { readonly name: string; readonly type: GraphQLInputType }[] = field.args;
  let where = "the field's arguments";
  for (const [index, step] of steps.entries()) {
    const name = step.replace("[]", "");
    const input = inputs.find((each) => each.name === name);
    if (input === undefined) {
      const names = inputs.map((each) => each.name);
      const place = where;
      return () => [
        "ACT_KEY_UNKNOWN",
        `and ${place} have no "${name}".`,
        `${suggest(name, names)}Name ${names.length === 0 ? "something that the caller gives" : `one of ${names.join(", ")}`}.`,
      ];
    }
    const last = index === steps.length - 1;
    const list = isListType(getNullableType(input.type));
    if (list !== step.endsWith("[]") && !(last && list)) {
      return () => ["ACT_KEY_UNUSABLE", `and "${name}" is ${list ? "a" : "no"} list.`, FORM];
    }
    const type = getNamedType(input.type);
    if (last) return isLeafType(type) && type.name !== "Boolean" ? { leaf: type.name } : noKey(name, type.name);
    if (!isInputObjectType(type)) return noFields(name, type.name);
    inputs = Object.values(type.getFields());
    where = `fields of ${type.name}`;
  }
  return noKey("", "nothing");
}

function noKey(name: string, type: string): Wrong {
  return () => [
    "ACT_KEY_UNUSABLE",
    `and "${name}" is of type ${type}, which is no key.`,
    "Name a single value that tells objects apart, such as an ID.",
  ];
}

function noFields(name: string, type: string): Wrong {
  return () => ["ACT_KEY_UNUSABLE", `and "${name}" is of type ${type}, which has no fields.`, FORM];
}
