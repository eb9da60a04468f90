import { type GraphQLInputField, getNamedType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { isOwn } from "../../core/own-api.ts";
import { directivesOn, type OutputField } from "../annotations.ts";
import { usualLookUp } from "../read/act-look-up.ts";
import type { HintContext } from "./context.ts";

/** How deep in inputs and payloads somebody is looked for. */
const STEPS = 2;

/**
 * Fields of Mutation that look as if they act on somebody, and do not say on whom: whoever calls them, they run. By three
 * signals: a key of a type that has a subject (`customerId`, `id` in `updateCustomer`), an input that is named like a
 * `@sensitive` field, and a payload that holds somebody's data.
 */
export function hintActs(context: HintContext): void {
  const { schema, places, hints } = context;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !places.isWriteSide(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (context.writes[coordinate] !== undefined || directivesOn(field, "acts").length > 0) continue;
      if (isOwn(field.astNode) || places.namespaces.has(getNamedType(field.type).name)) continue;
      const signal = keySignal(context, field) ?? inputSignal(context, field) ?? payloadSignal(context, field);
      if (signal === null) continue;
      const message = `${coordinate} looks as if it acts on somebody (${signal.why}), and runs for whoever calls it.`;
      const mend = `Add \`@acts(on: "${signal.on}", id: "...")\` with the path to the key, and say by \`@purpose\` who may.`;
      hints.add("LOOKS_LIKE_ACT", coordinate, field.astNode, message, mend);
    }
  }
}

/**
 * A key by which the object could be looked up, and `reach` without `by`: it is not, and the upstream is trusted to confine the
 * act. Where only objects that name nobody are meant (a guest's cart), whose it is would have to be looked up first.
 */
export function hintKeysOnTrust({ schema, writes, hints }: HintContext): void {
  for (const { coordinate, policy, acts } of Object.values(writes)) {
    const holder = schema.getType(policy.type);
    const node = isObjectType(holder) ? holder.getFields()[policy.field]?.astNode : null;
    for (const { on, source, reach, keys } of acts) {
      const type = schema.getType(on);
      if (source !== "TRUST" || reach === "ALL" || !(isObjectType(type) || isInterfaceType(type))) continue;
      const query = usualLookUp(schema, type);
      const takes =
        schema
          .getQueryType()
          ?.getFields()
          [query ?? ""]?.args.map(({ name }) => name) ?? [];
      const key = keys.find(({ path }) => takes.includes(path.at(-1) ?? ""));
      if (query === null || key === undefined) continue;
      const message = `${coordinate} gives a key of ${on}, and whose it is is not looked up: \`reach: ${reach}\` without \`by\` trusts the upstream with every ${on}.`;
      const mend = `Add \`by: "${query}"\`, so that \`reach\` is for those that name nobody; or leave \`id\` out where the upstream confines it.`;
      hints.add("ACT_KEY_ON_TRUST", coordinate, node, message, mend);
    }
  }
}

interface Signal {
  readonly on: string;
  readonly why: string;
}

/** Types whose objects are somebody's. */
function ownedTypes({ types }: HintContext): readonly string[] {
  return Object.values(types).flatMap(({ name, kind, subject }) =>
    kind === "OBJECT" && subject !== null ? [name] : [],
  );
}

function keySignal(context: HintContext, field: OutputField): Signal | null {
  const named = context.wordsOf(field.name).join("");
  for (const on of ownedTypes(context)) {
    const like = context.wordsOf(on).join("");
    for (const [name] of inputsOf(field)) {
      const words = context.wordsOf(name);
      const isId = /^(ids?|keys?|uuids?|gids?)$/.test(words.at(-1) ?? "");
      const about = words.slice(0, -1).join("");
      if (isId && (about === like || about === `${like}s` || (about === "" && named.includes(like)))) {
        return { on, why: `"${name}" is a key of ${on}` };
      }
    }
  }
  return null;
}

function inputSignal({ types, wordsOf }: HintContext, field: OutputField): Signal | null {
  const names = new Set(inputsOf(field).map(([name]) => wordsOf(name).join("")));
  for (const { name: on, kind, subject, fields } of Object.values(types)) {
    if (kind !== "OBJECT" || subject === null) continue;
    const like = Object.keys(fields).find((name) => names.has(wordsOf(name).join("")));
    if (like !== undefined) return { on, why: `"${like}" is a @sensitive field of ${on}` };
  }
  return null;
}

/** Arguments, and fields of the inputs below them. */
function inputsOf(field: OutputField): readonly (readonly [name: string])[] {
  const found: (readonly [string])[] = [];
  const look = (inputs: readonly Pick<GraphQLInputField, "name" | "type">[], steps: number): void => {
    for (const { name, type } of inputs) {
      found.push([name]);
      const below = getNamedType(type);
      if (steps > 0 && isInputObjectType(below)) look(Object.values(below.getFields()), steps - 1);
    }
  };
  look(field.args, STEPS);
  return found;
}

function payloadSignal({ types }: HintContext, field: OutputField): Signal | null {
  const look = (type: unknown, steps: number): string | null => {
    if (!isObjectType(type)) return null;
    if (types[type.name]?.subject != null) return type.name;
    if (steps === 0) return null;
    for (const inner of Object.values(type.getFields())) {
      const found = look(getNamedType(inner.type), steps - 1);
      if (found !== null) return found;
    }
    return null;
  };
  const on = look(getNamedType(field.type), STEPS - 1);
  return on === null ? null : { on, why: `it answers with ${on}` };
}
