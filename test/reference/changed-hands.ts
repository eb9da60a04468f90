import { type GraphQLOutputType, getNamedType, isCompositeType, isObjectType } from "graphql";
import type { Caller } from "../../src/decision/model.ts";
import { decideBefore } from "./before.ts";
import { type AskedField, fieldsAskedOf, outputTypeOf, selectionsUnder } from "./operation.ts";
import type { WalkContext } from "./walk.ts";
import { keyOf, TYPE_KEY } from "./with-keys.ts";
import type { ActOutcome } from "./writes.ts";

type Raw = Readonly<Record<string, unknown>>;

/**
 * What became of an act by what it answers: where that holds an object that was acted on as somebody's who was not decided on, it
 * changed hands in between.
 */
export function settleAct(context: WalkContext, act: ActOutcome, value: unknown, asked: AskedField): ActOutcome {
  const { operation, request } = context;
  const mutation = operation.schema.getMutationType();
  if (!mutation) return act;
  const known = [...act.people.map(({ subject }) => subject), ...ownIdsOf(request.caller)];
  const objects = objectsIn(context, value, outputTypeOf(mutation, asked.name), asked, null);
  const changed = objects.some(
    ({ type, id, subject }) => act.acted.get(type)?.has(id) === true && subject !== null && !known.includes(subject),
  );
  return changed
    ? { ...act, outcome: "DENY", reason: "SUBJECT_CHANGED", told: "SUBJECT_CHANGED", consentIds: [] }
    : act;
}

function ownIdsOf({ id, onBehalfOf, refuted }: Caller): readonly (string | null)[] {
  return [id, refuted === true ? null : onBehalfOf];
}

interface Keyed {
  readonly type: string;
  readonly id: string;
  readonly subject: string | null;
}

/** Everything that was fetched, shown or not: not what stands in a group that does not leave. */
function objectsIn(
  context: WalkContext,
  value: unknown,
  type: GraphQLOutputType,
  asked: AskedField,
  around: string | null,
): readonly Keyed[] {
  const { operation, annotations, request, mode } = context;
  const named = getNamedType(type);
  if (Array.isArray(value)) return value.flatMap((item) => objectsIn(context, item, type, asked, around));
  if (typeof value !== "object" || value === null || !isCompositeType(named)) return [];
  const raw = value as Raw;
  const object = operation.schema.getType(isObjectType(named) ? named.name : String(raw[TYPE_KEY]));
  if (!isObjectType(object)) return [];
  const { subject: keys, aggregate, fields } = annotations.types.get(object.name) ?? {};
  if (aggregate != null && mode === "enforce") {
    const people = raw[keyOf(object.name, aggregate.count)];
    if (!(typeof people === "number" && people >= aggregate.atLeast)) return [];
  }
  const text = (name: string | undefined): string | null => {
    const key = name === undefined ? null : (raw[keyOf(object.name, name)] ?? null);
    return key === null ? null : String(key);
  };
  const subject = keys == null ? around : text(keys.id[0]);
  const id = text("id");
  const below = fieldsAskedOf(operation, object, selectionsUnder(asked)).flatMap((field) => {
    const policy = fields?.get(field.name);
    const before = policy === undefined ? null : decideBefore(policy, annotations.vocabulary, request);
    if (before !== null && mode === "enforce" && (before.outcome === "DENY" || policy?.mask === "NULLIFY")) return [];
    return objectsIn(context, raw[field.key], outputTypeOf(object, field.name), field, subject);
  });
  return [...(id === null ? [] : [{ type: object.name, id, subject }]), ...below];
}
