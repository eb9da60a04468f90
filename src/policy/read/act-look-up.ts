import {
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isRequiredArgument,
} from "graphql";
import { type CompositeType, directivesOn, type OutputField } from "../annotations.ts";
import type { ActKey } from "../model.ts";
import { suggest } from "../suggest.ts";
import type { WrittenKey } from "./act-keys.ts";
import type { AnnotationContext } from "./grants.ts";

/**
 * The query that is taken where `by` is left out: the one named like the type, else the only one that returns it, else the
 * only one that returns an interface of it. null where that leaves none, or several.
 */
export function usualLookUp(schema: GraphQLSchema, on: CompositeType): string | null {
  const all = Object.values(schema.getQueryType()?.getFields() ?? {}).filter((field) => field.args.length > 0);
  const exact = all.filter((field) => getNamedType(field.type) === on);
  const like = on.name.toLowerCase();
  const named = [...exact, ...all.filter((field) => returns(schema, field, on))].find(
    (field) => field.name.toLowerCase() === like,
  );
  if (named !== undefined) return named.name;
  const wide = all.filter((field) => returns(schema, field, on));
  const [only, ...others] = exact.length > 0 ? exact : wide;
  return only === undefined || others.length > 0 ? null : only.name;
}

/** Whether what the field returns can be an object of the type: the type itself, or an interface of it. */
function returns(schema: GraphQLSchema, field: OutputField, on: CompositeType): boolean {
  const type = getNamedType(field.type);
  return type === on || (isInterfaceType(type) && schema.isSubType(type, on));
}

/** Which argument of the look-up each key is given to; null, with its fault noted, where it cannot be used so. */
export function fitLookUp(
  context: AnnotationContext,
  on: CompositeType,
  by: string,
  keys: readonly WrittenKey[],
  coordinate: string,
  node: DirectiveNode,
): readonly ActKey[] | null {
  const { schema, faults } = context;
  const queries = schema.getQueryType()?.getFields() ?? {};
  const field = queries[by];
  if (field === undefined) {
    const message = `@acts(by:) names the query "${by}", which does not exist.`;
    const mend = `${suggest(by, Object.keys(queries))}Name a field of the query type that returns ${on.name}.`;
    faults.add("ACT_LOOK_UP_UNKNOWN", coordinate, node, message, mend);
    return null;
  }
  const keysOrFault = misfitOf(schema, field, on) ?? fitKeys(field, keys);
  if (!("why" in keysOrFault)) return keysOrFault;
  const message = `${on.name} cannot be looked up by the query ${by}: ${keysOrFault.why}.`;
  faults.add("ACT_LOOK_UP_UNUSABLE", coordinate, node, message, keysOrFault.mend);
  return null;
}

/** Why a query cannot be used as a look-up, and what to write instead. */
interface Misfit {
  readonly why: string;
  readonly mend: string;
}

/** What makes the query useless whatever the keys. */
function misfitOf(schema: GraphQLSchema, field: OutputField, on: CompositeType): Misfit | null {
  if (!returns(schema, field, on)) {
    const mend = `Name a query that returns ${on.name} or an interface of it.`;
    return { why: `it returns ${getNamedType(field.type).name}`, mend };
  }
  if (directivesOn(field, "acts").length > 0) return { why: "it acts itself", mend: "Name a query without @acts." };
  return null;
}

function fitKeys(field: OutputField, keys: readonly WrittenKey[]): readonly ActKey[] | Misfit {
  const required = field.args.filter(isRequiredArgument);
  if (keys.length === 0 && required.length > 0) {
    return { why: `it needs ${namesOf(required)}`, mend: "Say by `id` where the arguments hold it." };
  }
  const fitted: ActKey[] = [];
  for (const key of keys) {
    const argument = argumentFor(field, key);
    if (argument === null)
      return { why: argumentMissing(key), mend: "Write `key: path`, with the name of the argument." };
    const missing = required.filter((other) => other !== argument);
    if (missing.length > 0) return { why: `it needs ${namesOf(missing)} besides`, mend: LONE };
    if (!carries(argument, key.leaf)) {
      const why = `"${key.text}" is of type ${key.leaf}, and ${argument.name} of type ${argument.type}`;
      return { why, mend: LONE };
    }
    fitted.push({ path: key.path, argument: argument.name });
  }
  return fitted;
}

function argumentMissing({ argument, text }: WrittenKey): string {
  return argument === null ? `it is not clear which argument takes "${text}"` : `it has no argument ${argument}`;
}

function namesOf(args: readonly GraphQLArgument[]): string {
  return args.map(({ name }) => name).join(", ");
}

const LONE = "Name a query that finds the object by that one key, or use the option `subjectOf`.";

function argumentFor(field: OutputField, key: WrittenKey): GraphQLArgument | null {
  const named = (name: string) => field.args.find((argument) => argument.name === name);
  if (key.argument !== null) return named(key.argument) ?? null;
  const same = named(key.path.at(-1) ?? "") ?? named("id");
  if (same !== undefined) return same;
  const required = field.args.filter(isRequiredArgument);
  const candidates = required.length > 0 ? required : field.args;
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** Ids and texts stand for each other, an Int for an id; everything else only for itself. */
function carries(argument: GraphQLArgument, leaf: string): boolean {
  const type = getNamedType(argument.type);
  if (!isLeafType(type)) return false;
  if (type.name === leaf) return true;
  if (type.name === "ID") return leaf === "String" || leaf === "Int";
  return type.name === "String" && leaf === "ID";
}
