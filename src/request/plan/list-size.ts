import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  getArgumentValues,
  getNullableType,
  isInputObjectType,
  isLeafType,
  valueFromASTUntyped,
} from "graphql";
import { FieldguardError } from "../../core/errors.ts";

/** Larger than any list; products of it stay finite. */
export const LARGEST = 1e15;

/** How many items a field returns, as far as the schema and its arguments tell. */
export interface ListSize {
  /** Paths into the arguments; the largest that is given is the size. */
  readonly slicing: readonly (readonly string[])[];
  /** The size where none is given; null where nothing tells. */
  readonly assumed: number | null;
  /** Lists of the returned object that the size is meant for; null for all of them. */
  readonly sizedFields: ReadonlySet<string> | null;
  /** Whether exactly one of the slicing arguments must be given. */
  readonly requiresOne: boolean;
}

/** Arguments that say how many, where the schema has no `@listSize`; compared without case and underscores. */
const SLICING_NAMES = new Set(
  "first last limit take top count size pagesize perpage pagelimit maxresults maxitems numitems batchsize itemsperpage".split(
    " ",
  ),
);
/** Input objects hold paging options at the top. */
const INPUT_LEVELS = 3;

const known = new WeakMap<GraphQLField<unknown, unknown>, ListSize>();

/** By the field's `@listSize` (IBM's and Apollo's specification), else by the names of its arguments. */
export function listSizeOf(field: GraphQLField<unknown, unknown>): ListSize {
  const before = known.get(field);
  if (before !== undefined) return before;
  const made = declaredSize(field) ?? {
    slicing: field.args.flatMap(({ name, type }) => slicingPaths(name, type, INPUT_LEVELS)),
    assumed: null,
    sizedFields: null,
    requiresOne: false,
  };
  known.set(field, made);
  return made;
}

function declaredSize(field: GraphQLField<unknown, unknown>): ListSize | null {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === "listSize");
  if (directive === undefined) return null;
  const given = new Map(directive.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const slicing = texts(given.get("slicingArguments")).map((path) => path.split("."));
  const assumed = given.get("assumedSize");
  const sizedFields = texts(given.get("sizedFields"));
  return {
    slicing,
    assumed: assumed === undefined || assumed === null ? null : sizeOf(assumed),
    sizedFields: sizedFields.length === 0 ? null : new Set(sizedFields),
    requiresOne: slicing.length > 0 && given.get("requireOneSlicingArgument") !== false,
  };
}

function texts(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === "string");
}

function slicingPaths(name: string, type: GraphQLInputType, levels: number): string[][] {
  const bare = getNullableType(type);
  if (isLeafType(bare)) return SLICING_NAMES.has(name.replaceAll("_", "").toLowerCase()) ? [[name]] : [];
  if (!isInputObjectType(bare) || levels === 1) return [];
  return Object.values(bare.getFields()).flatMap((field) =>
    slicingPaths(field.name, field.type, levels - 1).map((path) => [name, ...path]),
  );
}

/**
 * The size that the arguments ask for, defaults included; the assumed one where they say none. Throws BAD_INPUT where
 * exactly one must be given and is not.
 */
export function askedSize(
  field: GraphQLField<unknown, unknown>,
  size: ListSize,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | null {
  if (size.slicing.length === 0) return size.assumed;
  const values = argumentsOf(field, node, variables);
  const given = size.slicing.flatMap((path) => {
    const value = valueAt(values, path);
    return value === undefined || value === null ? [] : [sizeOf(value)];
  });
  if (size.requiresOne) requireOne(size, node, variables, given.length);
  return given.length === 0 ? size.assumed : Math.max(...given);
}

/** What cannot be coerced is told when the field is executed, and executes nothing. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  try {
    return getArgumentValues(field, node, { ...variables });
  } catch {
    return {};
  }
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  let at = values;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

/** Negative is none; what is no finite number may be any. */
function sizeOf(value: unknown): number {
  const number = typeof value === "string" || typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || value === "") return LARGEST;
  return Math.min(Math.max(0, Math.ceil(number)), LARGEST);
}

/** An argument that the client leaves to its default is not given, unless no other is. */
function requireOne(
  { slicing }: ListSize,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
  withDefaults: number,
): void {
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]));
  const said = slicing.filter(([first = "", ...path]) => {
    const value = valueAt({ [first]: given.get(first) }, [first, ...path]);
    return value !== undefined && value !== null;
  });
  if (said.length === 1 || (said.length === 0 && withDefaults === 1)) return;
  const names = slicing.map((path) => `\`${path.join(".")}\``).join(", ");
  throw new FieldguardError(
    "BAD_INPUT",
    `The field \`${node.name.value}\` must be told how many: exactly one of ${names} expected.`,
  );
}
