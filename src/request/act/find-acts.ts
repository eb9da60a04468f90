import type { FieldNode, GraphQLSchema } from "graphql";
import { FieldguardError } from "../../core/errors.ts";
import { isOwn } from "../../core/own-api.ts";
import type { ObjectShape, Plan } from "../plan/model.ts";
import { actKey, type PlannedAct } from "./model.ts";

/**
 * Every field of an operation that acts, wherever it stands. Throws OPERATION_TOO_LARGE where there are more than `actsMax`, and
 * BAD_INPUT where two that are asked for apart stand at one place of the answer: nobody could tell which was decided on.
 */
export function findActs(root: ObjectShape, actsMax: number): readonly PlannedAct[] {
  const acts: PlannedAct[] = [];
  const known = new Map<string, FieldNode>();
  const barren = new Set<ObjectShape>();
  /** Whether anything was found; what holds none is not looked at again, however many ways lead there. */
  const look = (shape: ObjectShape, path: readonly string[]): boolean => {
    if (barren.has(shape)) return false;
    let found = false;
    for (const { key, act, child } of shape.fields) {
      if (act !== null) {
        if (acts.length >= actsMax) throw tooMany(actsMax);
        found = true;
        const place = actKey([...path, key], shape.type);
        const other = known.get(place);
        if (other !== undefined && other !== act.node) throw ambiguous([...path, key].join("."));
        if (other === undefined) acts.push({ path: [...path, key], type: shape.type, ...act });
        known.set(place, act.node);
      }
      for (const below of child?.shapes.values() ?? []) found = look(below, [...path, key]) || found;
    }
    if (!found) barren.add(shape);
    return found;
  };
  look(root, []);
  return acts;
}

/**
 * Response keys of the mutations that are executed and say nothing of what they act on: those of the gateway's own API, which
 * keep records of their changes themselves, are none.
 */
export function findOpen(schema: GraphQLSchema, { operationType, root }: Plan): readonly string[] {
  if (operationType !== "mutation") return [];
  const fields = schema.getMutationType()?.getFields() ?? {};
  return root.fields
    .filter(({ name, act, annotated }) => act === null && annotated?.dropped !== true && Object.hasOwn(fields, name))
    .filter(({ name }) => !isOwn(fields[name]?.astNode))
    .map(({ key }) => key);
}

export function tooMany(actsMax: number): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    `The operation acts on more than ${actsMax} objects (option \`limits.actsMax\`). Send several.`,
  );
}

function ambiguous(path: string): FieldguardError {
  return new FieldguardError(
    "BAD_INPUT",
    `Several fields that act stand at ${path}, in fragments on different types. Give each an alias of its own.`,
  );
}
