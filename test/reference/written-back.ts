import { type GraphQLSchema, getNamedType, isAbstractType, isLeafType, isObjectType } from "graphql";
import type { Keyring } from "../../src/core/keys.ts";
import type { ObjectFacts, RequestFacts } from "../../src/decision/model.ts";
import { compileMask } from "../../src/masks/index.ts";
import type { Mask } from "../../src/masks/names.ts";
import type { FieldPolicy } from "../../src/policy/model.ts";
import { decideByReference } from "../decision/reference.ts";
import type { Annotations } from "./annotations.ts";
import { askFor, NOBODY, type Person, pathsIn, peopleIn, valueAt } from "./people.ts";
import { agreementIn, type Stored, standingIn } from "./stored.ts";
import type { ActingField } from "./writes.ts";

type Row = Readonly<Record<string, unknown>>;

/** What an input writes to an annotated field: names of the argument and of the input fields that lead there. */
export interface WrittenValue {
  readonly coordinate: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Each field of an input that says which type it writes writes the annotated field of its name. */
export function writtenIn({ inputs, types }: Annotations, { args }: ActingField, given: Row): readonly WrittenValue[] {
  const below = (name: string, path: readonly string[], value: unknown): readonly WrittenValue[] => {
    if (Array.isArray(value)) return value.flatMap((item) => below(name, path, item));
    if (typeof value !== "object" || value === null) return [];
    const { writes = [], fields = [] } = inputs.get(name) ?? {};
    return fields
      .filter(([field]) => Object.hasOwn(value, field))
      .flatMap(([field, type]) => {
        const [at, inner] = [[...path, field], (value as Row)[field]];
        const coordinates = writes.flatMap((on) => types.get(on)?.fields.get(field)?.coordinate ?? []);
        return [
          ...coordinates.map((coordinate) => ({ coordinate, path: at, value: inner })),
          ...below(type, at, inner),
        ];
      });
  };
  return args
    .filter(([name]) => Object.hasOwn(given, name))
    .flatMap(([name, type]) => below(type, [name], given[name]));
}

/** What is compared: everything that is written to objects of a type that is looked up, by the way from it. */
export interface Compared {
  readonly policy: FieldPolicy;
  readonly way: readonly string[];
  readonly value: unknown;
}

export function comparedOn(
  { types }: Annotations,
  schema: GraphQLSchema,
  on: string,
  written: readonly WrittenValue[],
): readonly Compared[] {
  return written.flatMap(({ coordinate, path, value }) => {
    const [type = "", field = ""] = coordinate.split(".");
    const policy = types.get(type)?.fields.get(field);
    return policy === undefined
      ? []
      : waysTo(schema, on, type, path.slice(0, -1)).map((way) => ({ policy, way, value }));
  });
}

/** The input's own names lead there; else it is the object itself; else whatever field of it holds such an object. */
function waysTo(schema: GraphQLSchema, on: string, type: string, names: readonly string[]): readonly string[][] {
  const named = names.map((_, at) => names.slice(at)).find((way) => leads(schema, on, way, type));
  if (named !== undefined) return [named];
  if (on === type) return [[]];
  return Object.keys(fieldsOf(schema, on))
    .map((name) => [name])
    .filter((way) => leads(schema, on, way, type));
}

function leads(schema: GraphQLSchema, on: string, [step, ...rest]: readonly string[], type: string): boolean {
  if (step === undefined) return on === type;
  return typesBelow(schema, on, step).some((below) => leads(schema, below, rest, type));
}

function fieldsOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields() : {};
}

function typesBelow(schema: GraphQLSchema, on: string, step: string): readonly string[] {
  const type = getNamedType(fieldsOf(schema, on)[step]?.type);
  if (isObjectType(type)) return [type.name];
  return isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [];
}

/** Of keys under which compared values come back. */
export const COMPARED = "cmp__";

/** The text of what is asked of an object of the type besides, in order to compare. */
export function asksFor(
  { types }: Annotations,
  schema: GraphQLSchema,
  on: string,
  compared: readonly Compared[],
): string {
  const isLeaf = (type: string, name: string): boolean => isLeafType(getNamedType(fieldsOf(schema, type)[name]?.type));
  const ask = (type: string, [step, ...rest]: readonly string[], policy: FieldPolicy): string => {
    const subject = types.get(type)?.subject;
    const gate = step === undefined ? undefined : types.get(type)?.fields.get(step);
    const names = [...namesIn(policy), ...(gate === undefined ? [] : namesIn(gate))];
    const paths = subject == null ? [] : pathsIn(subject);
    const own = askFor([...paths, ...names.filter((name) => isLeaf(type, name))]);
    if (step === undefined) {
      return isLeaf(type, policy.field) ? `${own} ${COMPARED}${policy.field}: ${policy.field}` : own;
    }
    const below = typesBelow(schema, type, step)
      .filter((each) => leads(schema, each, rest, policy.type))
      .map((each) => `... on ${each} { __typename ${ask(each, rest, policy)} }`);
    return `${own} ${COMPARED}${step}: ${step} { ${below.join(" ")} }`;
  };
  return compared.map(({ way, policy }) => ask(on, way, policy)).join(" ");
}

function namesIn({ grants, retain }: FieldPolicy): readonly string[] {
  const names = [...grants.flatMap(({ assigned, until }) => [assigned, until]), retain?.after ?? null];
  return names.filter((name) => name !== null);
}

export interface Comparing {
  readonly annotations: Annotations;
  readonly stored: Stored;
  readonly request: RequestFacts;
  readonly keyring: Keyring;
}

interface Present {
  readonly policy: FieldPolicy;
  readonly row: Row;
  readonly owner: { readonly type: string; readonly row: Row };
}

/** Whether what is written is what the caller is shown in place of the value that is there. */
export function isWrittenBack(
  about: Comparing,
  schema: GraphQLSchema,
  on: string,
  found: Row,
  compared: readonly Compared[],
): boolean {
  return compared.some(({ policy, way, value }) =>
    placesIn(about, found, on, way, policy).some(({ present, under }) =>
      isShownFor(about, schema, present, under, value),
    ),
  );
}

function placesIn(
  { annotations: { types } }: Comparing,
  found: Row,
  on: string,
  way: readonly string[],
  policy: FieldPolicy,
): readonly { readonly present: Present; readonly under: readonly Present[] }[] {
  const look = (
    row: Row,
    type: string,
    owner: Present["owner"],
    under: readonly Present[],
    [step, ...rest]: readonly string[],
  ): ReturnType<typeof placesIn> => {
    if (step === undefined) return type === policy.type ? [{ present: { policy, row, owner }, under }] : [];
    const gate = types.get(type)?.fields.get(step);
    const gates = gate === undefined ? under : [...under, { policy: gate, row, owner }];
    return objectsIn(row[`${COMPARED}${step}`]).flatMap((below) => {
      const name = String(below["__typename"]);
      return look(below, name, types.get(name)?.subject == null ? owner : { type: name, row: below }, gates, rest);
    });
  };
  return look(found, on, { type: on, row: found }, [], way);
}

function objectsIn(value: unknown): readonly Row[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return typeof value === "object" && value !== null ? [value as Row] : [];
}

function isShownFor(
  about: Comparing,
  schema: GraphQLSchema,
  present: Present,
  under: readonly Present[],
  value: unknown,
): boolean {
  const { policy, row } = present;
  const outcome = outcomeOf(about, present);
  const hidden = outcome === "DENY" || under.some((gate) => outcomeOf(about, gate) !== "ALLOW");
  if (hidden || (outcome === "MASK" && policy.mask === "NULLIFY")) return value === null;
  if (outcome === "ALLOW") return false;
  const there = row[`${COMPARED}${policy.field}`] ?? null;
  if (there === null) return false;
  const { keyring, request } = about;
  const leaf = schema.getType(policy.leaf);
  const field = { category: policy.category, leaf: policy.leaf, ...(leaf ? { type: leaf } : {}) };
  const tenant = peopleOf(about, present)[0]?.tenant ?? null;
  const masked =
    compileMask(policy.mask, field, { keyring, clock: { now: () => request.now } })(there, {
      tenant,
      purpose: request.purpose,
    }) ?? null;
  if (masked === null) return value === null;
  const sent = value === null ? [] : leavesOf(value);
  return sent.some((each) => leavesOf(masked).includes(each) && !leavesOf(there).includes(each));
}

/** Each as text, as it is sent. */
function leavesOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return typeof value === "object" ? Object.values(value).flatMap(leavesOf) : [String(value)];
}

/** The worst that comes of any of those whose data it is. */
function outcomeOf(about: Comparing, present: Present): "ALLOW" | "MASK" | "DENY" {
  const { annotations, request } = about;
  const outcomes = peopleOf(about, present).map(
    (person) =>
      decideByReference(present.policy, annotations.vocabulary, request, factsOf(about, present, person)).outcome,
  );
  return (["DENY", "MASK"] as const).find((worse) => outcomes.includes(worse)) ?? "ALLOW";
}

function peopleOf({ annotations }: Comparing, { owner }: Present): readonly Person[] {
  const keys = annotations.types.get(owner.type)?.subject;
  if (keys == null) return [{ ...NOBODY, subjectDeclared: true }];
  return peopleIn(keys, annotations.spaces, (path) => valueAt(owner.row, path));
}

function factsOf(
  { stored, request: { caller, purpose } }: Comparing,
  { policy, row, owner }: Present,
  person: Person,
): ObjectFacts {
  const { subject, tenant } = person;
  return {
    ...person,
    named: Object.fromEntries(
      namesIn(policy).map((name) => [name, Object.hasOwn(row, name) ? row[name] : owner.row[name]]),
    ),
    standing: subject === null ? null : standingIn(stored, subject, purpose ?? ""),
    agreement: tenant === null ? undefined : agreementIn(stored, tenant, caller.organisation, purpose ?? ""),
  };
}

/** Masks of words, numbers and addresses, which have no such dots of their own. */
const DOTTED: readonly Mask[] = ["PERSON_NAME", "EMAIL", "PHONE", "PAN", "LAST4", "ID_NUMBER"];

/** Whether somebody edited a part of what was shown, and saves the rest of it. */
export function holdsDots({ types }: Annotations, written: readonly WrittenValue[]): boolean {
  return written.some(({ coordinate, value }) => {
    const [type = "", field = ""] = coordinate.split(".");
    const mask = types.get(type)?.fields.get(field)?.mask;
    return mask !== undefined && DOTTED.includes(mask) && leavesOf(value).some((text) => text.includes("••"));
  });
}
