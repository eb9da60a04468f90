import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type SelectionNode,
} from "graphql";
import type { FieldPolicy, Policy } from "../../policy/model.ts";
import type { Holder } from "../enforce/holder.ts";
import { holderOf } from "../enforce/holder.ts";
import { typesOf } from "../plan/identities.ts";
import { HIDDEN } from "../plan/model.ts";
import { fieldAs, onType, selectionSet, subjectKeys } from "../plan/rewrite.ts";
import type { WrittenValues } from "./find-written.ts";

/** An annotated field that is written, by where the objects that are looked up keep it. */
export interface WrittenField {
  /** Type of the object that is looked up. */
  readonly on: string;
  /** Fields that lead from there to the object that has the field; none where it is that object itself. */
  readonly path: readonly string[];
  readonly field: FieldPolicy;
  readonly values: ReadonlySet<unknown>;
}

type About = { readonly schema: GraphQLSchema; readonly policy: Policy };
type Raw = Readonly<Record<string, unknown>>;

/** Where objects of the types keep what is written; what they do not keep is not there. */
export function writtenFields(
  about: About,
  types: readonly string[],
  written: readonly WrittenValues[],
): readonly WrittenField[] {
  const found = new Map<string, WrittenField>();
  for (const { coordinate, path: inputs, values } of written) {
    const [type = "", name = ""] = coordinate.split(".");
    const field = about.policy.types[type]?.fields[name];
    if (field === undefined) continue;
    for (const on of types) {
      for (const path of waysTo(about.schema, on, type, inputs.slice(0, -1))) {
        const key = [on, ...path, coordinate].join(" ");
        const known = found.get(key);
        const all = known === undefined ? values : new Set([...known.values, ...values]);
        found.set(key, { on, path, field, values: all });
      }
    }
  }
  return [...found.values()];
}

/**
 * Ways from an object to those that an input writes: the names of the inputs are those of fields (`changes.address.city` writes
 * the address's); where they are not, it is any field of the object that holds such a one.
 */
function waysTo(
  schema: GraphQLSchema,
  on: string,
  type: string,
  inputs: readonly string[],
): readonly (readonly string[])[] {
  for (const at of inputs.keys()) {
    const way = inputs.slice(at);
    if (leads(schema, on, way, type)) return [way];
  }
  if (on === type) return [[]];
  const object = schema.getType(on);
  const fields = isObjectType(object) ? Object.keys(object.getFields()) : [];
  return fields.map((name) => [name]).filter((way) => leads(schema, on, way, type));
}

function leads(schema: GraphQLSchema, on: string, [step, ...rest]: readonly string[], type: string): boolean {
  if (step === undefined) return on === type;
  return typesAt(schema, on, step).some((below) => leads(schema, below, rest, type));
}

/** The object types that a field can hold which is asked for without arguments. */
function typesAt(schema: GraphQLSchema, on: string, step: string): readonly string[] {
  const object = schema.getType(on);
  const field = isObjectType(object) ? object.getFields()[step] : undefined;
  if (field === undefined || field.args.some(isRequiredArgument)) return [];
  const held = getNamedType(field.type);
  return isObjectType(held) || isAbstractType(held) ? typesOf(schema, held.name) : [];
}

/** What is fetched of an object of the type, in order to compare: values, whose they are, and what their grants name. */
export function selectWritten(about: About, type: string, fields: readonly WrittenField[]): readonly SelectionNode[] {
  return fields.filter(({ on }) => on === type).flatMap((each) => select(about, type, each.path, each.field));
}

function select(
  about: About,
  type: string,
  [step, ...rest]: readonly string[],
  field: FieldPolicy,
): readonly SelectionNode[] {
  const { schema, policy } = about;
  const wanted = [...namesIn(field), ...(step === undefined ? [] : gateNames(policy, type, step))];
  const plain = wanted.filter((name) => isPlain(schema, type, name)).map((name) => fieldAs(HIDDEN.named(name), name));
  if (step === undefined) {
    const value = fieldAs(HIDDEN.written(field.field), field.field);
    return isPlain(schema, type, field.field) ? [...plain, value] : plain;
  }
  const below = typesAt(schema, type, step)
    .filter((each) => leads(schema, each, rest, field.type))
    .map((each) => {
      const subject = policy.types[each]?.subject ?? null;
      const keys = subject === null ? [] : subjectKeys(subject);
      return onType(
        each,
        selectionSet([fieldAs(HIDDEN.type, "__typename"), ...keys, ...select(about, each, rest, field)]),
      );
    });
  if (below.length === 0) return plain;
  return [...plain, { ...fieldAs(HIDDEN.written(step), step), selectionSet: selectionSet(below) }];
}

/** Names of fields that a decision on the field needs. */
export function namesIn({ grants, retain }: FieldPolicy): readonly string[] {
  const names = [...grants.flatMap(({ assigned, until }) => [assigned, until]), retain?.after ?? null];
  return names.filter((name) => name !== null);
}

function gateNames(policy: Policy, type: string, step: string): readonly string[] {
  const gate = policy.types[type]?.fields[step];
  return gate === undefined ? [] : namesIn(gate);
}

/** Whether the type has such a field, of values that can be asked for without arguments. */
export function isPlain(schema: GraphQLSchema, type: string, name: string): boolean {
  const object = schema.getType(type) as GraphQLObjectType | undefined;
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  return field !== undefined && isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument);
}

/** A value of an annotated field, and whose it is. */
export interface Present {
  readonly field: FieldPolicy;
  readonly raw: Raw;
  readonly holder: Holder;
}

/** What is there already where something is written, and the annotated fields that it stands under. */
export interface Met extends Present {
  readonly under: readonly Present[];
}

/** Everything of an object, and of those below it, that is written to. */
export function meet(policy: Policy, raw: Raw, holder: Holder, { on, path, field }: WrittenField): readonly Met[] {
  return meetBelow(policy, { raw, type: on, holder, under: [] }, path, field);
}

interface At {
  readonly raw: Raw;
  readonly type: string;
  readonly holder: Holder;
  readonly under: readonly Present[];
}

function meetBelow(policy: Policy, at: At, [step, ...rest]: readonly string[], field: FieldPolicy): readonly Met[] {
  const { raw, type, holder } = at;
  if (step === undefined) return type === field.type ? [{ field, raw, holder, under: at.under }] : [];
  const gate = policy.types[type]?.fields[step];
  const under = gate === undefined ? at.under : [...at.under, { field: gate, raw, holder }];
  return objectsIn(raw[HIDDEN.written(step)]).flatMap((below) => {
    const name = String(below[HIDDEN.type]);
    const keys = policy.types[name]?.subject ?? null;
    const whose = keys === null ? holder : holderOf(below, keys);
    return meetBelow(policy, { raw: below, type: name, holder: whose, under }, rest, field);
  });
}

function objectsIn(value: unknown): readonly Raw[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return typeof value === "object" && value !== null ? [value as Raw] : [];
}
