import { type GraphQLObjectType, type GraphQLOutputType, getNamedType, isCompositeType, isObjectType } from "graphql";
import type { Caller } from "../../src/decision/model.ts";
import { decideBefore } from "./before.ts";
import { type AskedField, fieldsAskedOf, outputTypeOf, selectionsUnder } from "./operation.ts";
import { peopleIn } from "./people.ts";
import type { WalkContext } from "./walk.ts";
import { keyAt, keyOf, TYPE_KEY } from "./with-keys.ts";
import type { ActOutcome } from "./writes.ts";

type Raw = Readonly<Record<string, unknown>>;

/**
 * What became of an act by what it answers: where that holds an object that was acted on as somebody's who was not decided on, it
 * changed hands in between.
 */
export function settleAct(
  context: WalkContext,
  act: ActOutcome,
  value: unknown,
  place: GraphQLObjectType,
  asked: AskedField,
): ActOutcome {
  const { request } = context;
  const known = [...act.people.map(({ subject }) => subject), ...ownIdsOf(request.caller)];
  const objects = objectsIn(context, value, outputTypeOf(place, asked.name), asked, []);
  const changed = objects.some(
    ({ type, id, subjects }) =>
      act.acted.get(type)?.has(id) === true && subjects.some((subject) => !known.includes(subject)),
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
  readonly subjects: readonly string[];
}

/** Everything that was fetched, shown or not: not what stands in a group that does not leave. */
function objectsIn(
  context: WalkContext,
  value: unknown,
  type: GraphQLOutputType,
  asked: AskedField,
  around: readonly string[],
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
  const people = keys == null ? [] : peopleIn(keys, annotations.spaces, (path) => keyAt(object.name, raw, path));
  const subjects = keys == null ? around : people.map(({ subject }) => subject).filter((each) => each !== null);
  const id = raw[keyOf(object.name, "id")] ?? null;
  const below = fieldsAskedOf(operation, object, selectionsUnder(asked)).flatMap((field) => {
    const policy = fields?.get(field.name);
    const before = policy === undefined ? null : decideBefore(policy, annotations.vocabulary, request);
    if (before !== null && mode === "enforce" && (before.outcome === "DENY" || policy?.mask === "NULLIFY")) return [];
    return objectsIn(context, raw[field.key], outputTypeOf(object, field.name), field, subjects);
  });
  return [...(id === null ? [] : [{ type: object.name, id: String(id), subjects }]), ...below];
}
