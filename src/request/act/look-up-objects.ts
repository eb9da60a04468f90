import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  Kind,
  OperationTypeNode,
  parseType,
  type SelectionNode,
  type VariableDefinitionNode,
} from "graphql";
import type { Policy, WritePolicy } from "../../policy/model.ts";
import type { Executor } from "../execute.ts";
import { identityOf, typesOf } from "../plan/identities.ts";
import { HIDDEN } from "../plan/model.ts";
import { fieldAs, onType, selectionSet, subjectKeys } from "../plan/rewrite.ts";
import type { AppliedAct, GivenKey } from "./find-keys.ts";

/** An object that an act concerns, as the upstream gave it under hidden keys. */
export interface FoundObject {
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What is asked of the schema behind the gateway, in the caller's name. */
export interface LookingUp {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly executor: Executor;
  readonly context: unknown;
}

/** One key of an act that is looked up. */
interface Asked {
  readonly applied: AppliedAct;
  readonly key: GivenKey | null;
}

/**
 * Looks up the objects of all acts in one request. By act: the objects of all of its keys, or null where one was not found or
 * could not be told: that counts as no. `fields` are names of the objects' fields that are wanted besides.
 */
export async function lookUpObjects(
  about: LookingUp,
  write: WritePolicy,
  acts: readonly AppliedAct[],
  fields: readonly string[],
): Promise<ReadonlyMap<AppliedAct, readonly FoundObject[] | null>> {
  const asked = acts.flatMap((applied): readonly Asked[] =>
    applied.act.keys.length === 0 ? [{ applied, key: null }] : applied.keys.map((key) => ({ applied, key })),
  );
  const found = new Map<AppliedAct, readonly FoundObject[] | null>(acts.map((applied) => [applied, null]));
  if (asked.length === 0) return found;
  const values: Record<string, unknown> = {};
  const document = writeDocument(about, write, asked, fields, values);
  if (document === null) return found;
  const { data, errors } = await about.executor.execute({
    document,
    operationName: undefined,
    operationType: "query",
    variables: values,
    context: about.context,
  });
  // A hidden key that failed would look like one that is null: an object that names nobody.
  if (data == null || (errors !== undefined && errors.length > 0)) return found;
  for (const applied of acts) {
    const objects = asked.flatMap((each, index) =>
      each.applied === applied ? objectsIn(about, applied, data[aliasAt(index)]) : [],
    );
    found.set(applied, objects.includes(null) ? null : (objects as FoundObject[]));
  }
  return found;
}

function aliasAt(index: number): string {
  return `_fg_key_${index}`;
}

/** null for what was not found, or is not of the type. */
function objectsIn(about: LookingUp, { act }: AppliedAct, value: unknown): readonly (FoundObject | null)[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [null] : value.flatMap((item) => objectsIn(about, { act, keys: [] }, item));
  }
  if (typeof value !== "object" || value === null) return [null];
  const raw = value as Readonly<Record<string, unknown>>;
  const type = String(raw[HIDDEN.type]);
  return [typesOf(about.schema, act.on).includes(type) ? { type, raw } : null];
}

function writeDocument(
  about: LookingUp,
  write: WritePolicy,
  asked: readonly Asked[],
  fields: readonly string[],
  values: Record<string, unknown>,
): DocumentNode | null {
  const queries = about.schema.getQueryType()?.getFields() ?? {};
  const variableDefinitions: VariableDefinitionNode[] = [];
  const selections: FieldNode[] = [];
  for (const [index, { applied, key }] of asked.entries()) {
    const field = queries[applied.act.by ?? ""];
    if (field === undefined) return null;
    const base = fieldAs(aliasAt(index), field.name);
    const below = selectionSet(wantedOf(about, write, applied, key, fields));
    if (key === null) {
      selections.push({ ...base, selectionSet: below });
      continue;
    }
    const argument = field.args.find(({ name }) => name === key.argument);
    const leaf = argument === undefined ? undefined : getNamedType(argument.type);
    if (argument === undefined || !isLeafType(leaf)) return null;
    const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: `key${index}` } } as const;
    variableDefinitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(argument.type)) });
    const text = serialised(leaf, key.value);
    if (text === null) return null;
    values[`key${index}`] = isListType(getNullableType(argument.type)) ? [text] : text;
    const given = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: argument.name }, value: variable } as const;
    selections.push({ ...base, arguments: [given], selectionSet: below });
  }
  const operation = OperationTypeNode.QUERY;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { kind: Kind.OPERATION_DEFINITION, operation, variableDefinitions, selectionSet: selectionSet(selections) },
    ],
  };
}

/** As a client would write it; null for what the scalar does not take. */
function serialised(leaf: { serialize(value: unknown): unknown }, value: unknown): unknown {
  try {
    return leaf.serialize(value) ?? null;
  } catch {
    return null;
  }
}

/** The hidden keys of every type that can come back. */
function wantedOf(
  { schema, policy }: LookingUp,
  { policy: { grants } }: WritePolicy,
  { act }: AppliedAct,
  key: GivenKey | null,
  fields: readonly string[],
): readonly SelectionNode[] {
  const named = grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  const wanted: SelectionNode[] = [fieldAs(HIDDEN.type, "__typename")];
  for (const type of typesOf(schema, act.on)) {
    const own = policy.types[type];
    const subject = own?.subject ?? null;
    const identity = identityOf(schema, type, key?.argument ?? null);
    const names = new Set([...named, ...fields, ...(identity === null ? [] : [identity])]);
    const keys = [
      ...(subject === null ? [] : subjectKeys(subject)),
      ...[...names].filter((name) => isPlain(schema, type, name)).map((name) => fieldAs(HIDDEN.named(name), name)),
    ];
    if (keys.length > 0) wanted.push(onType(type, selectionSet(keys)));
  }
  return wanted;
}

/** Whether the type has such a field, of values that can be asked for without arguments. */
function isPlain(schema: GraphQLSchema, type: string, name: string): boolean {
  const object = schema.getType(type);
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  return field !== undefined && isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument);
}
