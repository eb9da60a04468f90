import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  Kind,
  OperationTypeNode,
  parseType,
  type SelectionNode,
  type VariableDefinitionNode,
} from "graphql";
import type { WritePolicy } from "../../policy/model.ts";
import { identityOf, typesOf } from "../plan/identities.ts";
import { HIDDEN, WRITTEN_PREFIX } from "../plan/model.ts";
import { fieldAs, onType, selectionSet, subjectKeys } from "../plan/rewrite.ts";
import type { ActContext } from "./context.ts";
import type { AppliedAct, GivenKey } from "./find-keys.ts";
import { isPlain, selectWritten, type WrittenField } from "./written-fields.ts";

/** An object that an act concerns, as the upstream gave it under hidden keys. */
export interface FoundObject {
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What is asked of the schema behind the gateway, in the caller's name. */
export type LookUpContext = Pick<ActContext, "schema" | "policy" | "executor" | "resolverContext">;

/** What one field that acts wants looked up. */
export interface LookUp {
  readonly write: WritePolicy;
  readonly acts: readonly AppliedAct[];
  /** What its arguments write, for the present values. */
  readonly written: readonly WrittenField[];
}

/** By act: the objects of all of its keys, or null where one was not found or could not be told: that counts as no. */
export type Found = ReadonlyMap<AppliedAct, readonly FoundObject[] | null>;

/** One key of an act that is looked up, under an alias that equal ones share; null for one that the query does not take. */
interface Asked {
  readonly lookUp: LookUp;
  readonly applied: AppliedAct;
  readonly key: GivenKey | null;
  readonly alias: string | null;
}

/** Looks up the objects of all that act in one request, each object once. In the order of `lookUps`. */
export async function lookUpObjects(about: LookUpContext, lookUps: readonly LookUp[]): Promise<readonly Found[]> {
  const { document, values, asked } = writeRequest(about, lookUps);
  const result = document === null ? NOTHING : await execute(about, document, values);
  // What is only compared is not needed to tell whose it is; where it took the object with it, it is left out.
  if (tookAlong(result)) {
    return lookUpObjects(
      about,
      lookUps.map((each) => ({ ...each, written: [] })),
    );
  }
  // One that fails as a whole may have been made to by another field's.
  if (result.data == null && document !== null && lookUps.length > 1) {
    return (await Promise.all(lookUps.map((each) => lookUpObjects(about, [each])))).flat();
  }
  const failed = failedIn(result);
  return lookUps.map(
    (lookUp) =>
      new Map(
        lookUp.acts.map((applied) => {
          const objects = asked
            .filter((each) => each.applied === applied)
            .flatMap(({ alias }) =>
              alias === null || failed(alias) ? [null] : objectsIn(about, applied, result.data?.[alias]),
            );
          return [applied, objects.includes(null) ? null : (objects as FoundObject[])] as const;
        }),
      ),
  );
}

const NOTHING: ExecutionResult = { data: null };

async function execute(about: LookUpContext, document: DocumentNode, variables: Record<string, unknown>) {
  return about.executor.execute({
    document,
    operationName: undefined,
    operationType: "query",
    variables,
    context: about.resolverContext,
  });
}

function isCompared({ path }: GraphQLError): boolean {
  return path?.some((key) => typeof key === "string" && key.startsWith(WRITTEN_PREFIX)) === true;
}

/** Whether an object is null because of what it was to be compared with. */
function tookAlong({ data, errors = [] }: ExecutionResult): boolean {
  return errors.filter(isCompared).some(({ path = [] }) => {
    let at: unknown = data;
    for (const key of path) {
      if (typeof key === "string" && key.startsWith(WRITTEN_PREFIX)) return at === null || at === undefined;
      at = typeof at === "object" && at !== null ? (at as Readonly<Record<string | number, unknown>>)[key] : null;
    }
    return false;
  });
}

/** A hidden key that failed would look like one that is null: an object that names nobody. */
function failedIn({ data, errors = [] }: ExecutionResult): (alias: string) => boolean {
  const places = errors.filter((error) => !isCompared(error)).map(({ path }) => path?.[0]);
  const failed = new Set(places);
  const all = data == null || failed.has(undefined);
  return (alias) => all || failed.has(alias);
}

/** null for what was not found, or is not of the type. */
function objectsIn(about: LookUpContext, applied: AppliedAct, value: unknown): readonly (FoundObject | null)[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [null] : value.flatMap((item) => objectsIn(about, applied, item));
  }
  if (typeof value !== "object" || value === null) return [null];
  const raw = value as Readonly<Record<string, unknown>>;
  const type = String(raw[HIDDEN.type]);
  return [typesOf(about.schema, applied.act.on).includes(type) ? { type, raw } : null];
}

function writeRequest(about: LookUpContext, lookUps: readonly LookUp[]) {
  const queries = about.schema.getQueryType()?.getFields() ?? {};
  const aliases = new Map<string, { readonly alias: string; readonly base: FieldNode }>();
  const selections: FieldNode[] = [];
  const variableDefinitions: VariableDefinitionNode[] = [];
  const values: Record<string, unknown> = {};
  const known = (mark: string, base: (alias: string, variable: string) => FieldNode) => {
    const made = aliases.get(mark);
    if (made !== undefined) return made;
    const at = aliases.size;
    const alias = `_fg_key_${at}`;
    const one = { alias, base: base(alias, `key${at}`) };
    aliases.set(mark, one);
    return one;
  };
  const ask = (field: GraphQLField<unknown, unknown> | undefined, key: GivenKey | null) => {
    if (field === undefined) return null;
    if (key === null) return known(field.name, (alias) => fieldAs(alias, field.name));
    const given = givenTo(field, key);
    if (given === null) return null;
    // Objects may be alike to JSON and not to whoever resolves the query: each is asked for by itself.
    const value = typeof given.value === "object" ? [aliases.size] : [typeof given.value, String(given.value)];
    return known(JSON.stringify([field.name, given.argument, ...value]), (alias, name) => {
      const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
      variableDefinitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(given.type) });
      values[name] = given.value;
      const argumentName = { kind: Kind.NAME, value: given.argument } as const;
      return {
        ...fieldAs(alias, field.name),
        arguments: [{ kind: Kind.ARGUMENT, name: argumentName, value: variable }],
      };
    });
  };
  const asked = lookUps.flatMap((lookUp) =>
    lookUp.acts.flatMap((applied) =>
      (applied.act.keys.length === 0 ? [null] : applied.keys).map((key): Asked => {
        const one = ask(queries[applied.act.by ?? ""], key);
        // The same alias may stand several times: what is asked under it is merged.
        if (one !== null)
          selections.push({ ...one.base, selectionSet: selectionSet(wantedOf(about, lookUp, applied, key)) });
        return { lookUp, applied, key, alias: one?.alias ?? null };
      }),
    ),
  );
  return { document: selections.length === 0 ? null : documentOf(selections, variableDefinitions), values, asked };
}

function documentOf(selections: readonly FieldNode[], variableDefinitions: VariableDefinitionNode[]): DocumentNode {
  const operation = OperationTypeNode.QUERY;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { kind: Kind.OPERATION_DEFINITION, operation, variableDefinitions, selectionSet: selectionSet(selections) },
    ],
  };
}

/** As a client would write it; null for what the argument does not take. */
function givenTo({ args }: GraphQLField<unknown, unknown>, { argument: name, value }: GivenKey) {
  const argument = args.find((each) => each.name === name);
  const leaf = argument === undefined ? undefined : getNamedType(argument.type);
  if (argument === undefined || !isLeafType(leaf)) return null;
  const text = serialised(leaf, value);
  if (text === null) return null;
  const isList = isListType(getNullableType(argument.type));
  return { argument: argument.name, type: String(argument.type), value: isList ? [text] : text };
}

function serialised(leaf: { serialize(value: unknown): unknown }, value: unknown): unknown {
  try {
    return leaf.serialize(value) ?? null;
  } catch {
    return null;
  }
}

/** The hidden keys of every type that can come back. */
function wantedOf(
  about: LookUpContext,
  { write, written }: LookUp,
  { act }: AppliedAct,
  key: GivenKey | null,
): readonly SelectionNode[] {
  const { schema, policy } = about;
  const named = write.policy.grants.flatMap(({ assigned, until }) => [assigned, until]).filter((name) => name !== null);
  const wanted: SelectionNode[] = [fieldAs(HIDDEN.type, "__typename")];
  for (const type of typesOf(schema, act.on)) {
    const subject = policy.types[type]?.subject ?? null;
    const identity = identityOf(schema, type, key?.argument ?? null);
    const names = new Set([...named, ...(identity === null ? [] : [identity])]);
    const keys = [
      ...(subject === null ? [] : subjectKeys(subject)),
      ...[...names].filter((name) => isPlain(schema, type, name)).map((name) => fieldAs(HIDDEN.named(name), name)),
      ...selectWritten(about, type, written),
    ];
    if (keys.length > 0) wanted.push(onType(type, selectionSet(keys)));
  }
  return wanted;
}
