import {
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLInputField,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isScalarType,
} from "graphql";
import { compositeTypes, directivesOn, type OutputField } from "../annotations.ts";
import type { HintContext } from "./context.ts";
import { isMany, type SensitiveField, sensitiveInRows } from "./rows.ts";
import { containsWords } from "./words.ts";

/** Arguments that filter or sort by something that their value names. */
const SELECTIVE: ReadonlySet<string> = new Set(
  "where filter filters query search q match having condition conditions criteria order orderby sort sortby sorting by groupby keyword keywords term terms distinct".split(
    " ",
  ),
);
const CURSOR: ReadonlySet<string> = new Set(["after", "before", "cursor", "continuation", "pagetoken", "nexttoken"]);

/**
 * What filters, sorts or pages over `@sensitive` fields and is not marked `@probes`: a value that may not be seen can be
 * found out by asking for the rows that have it (Drupal GraphQL #814, Elide #3415, Azure Data API Builder #3553).
 */
export function hintLooksLikeProbe(context: HintContext): void {
  const { schema, wordsOf } = context;
  const writes = (type: string): boolean => type === schema.getMutationType()?.name || /Mutations?$/.test(type);
  for (const type of compositeTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0) continue;
      // a mutation's arguments say what to write; only those that say which rows are filters
      const asked = field.args.filter((each) => !writes(type.name) || isSelective(wordsOf(each.name)));
      const sensitive = asked.length === 0 ? [] : sensitiveInRows(context, field);
      if (sensitive.length === 0) continue;
      for (const argument of asked) {
        hintArgument(context, argument, `${type.name}.${field.name}(${argument.name}:)`, field, sensitive);
      }
    }
  }
}

function isSelective(words: readonly string[]): boolean {
  return SELECTIVE.has(words.join("")) || words.some((word) => SELECTIVE.has(word));
}

function hintArgument(
  context: HintContext,
  argument: GraphQLArgument,
  coordinate: string,
  field: OutputField,
  sensitive: readonly SensitiveField[],
): void {
  if (directivesOn(argument, "probes").length > 0) return;
  const own = sensitive.filter((each) => each.own);
  if (CURSOR.has(context.wordsOf(argument.name).join("")) && isMany(context.schema, field)) {
    if (own.length === 0) return;
    const message = `A cursor often holds the values that rows are sorted by, and these rows have ${shown(own)}.`;
    const mend =
      "Make cursors from ids alone, or encrypt them; where one must hold such a value, mark the argument `@probes(field: ...)`.";
    context.hints.add("OPAQUE_CURSOR", coordinate, argument.astNode, message, mend);
    return;
  }
  hintInput(context, argument, coordinate, sensitive, { seen: new Set(), selective: false });
}

/** How an input was come to. */
interface Way {
  readonly seen: Set<string>;
  /** Whether something around it filters or sorts: then its enum values say by what. */
  readonly selective: boolean;
}

/** Looks at an argument or input field, then into it: each input type once, which also ends loops. */
function hintInput(
  context: HintContext,
  input: GraphQLArgument | GraphQLInputField,
  coordinate: string,
  sensitive: readonly SensitiveField[],
  way: Way,
): void {
  if (directivesOn(input, "probes").length > 0) return;
  const type = getNamedType(input.type);
  const { seen } = way;
  const selective = way.selective || isSelective(context.wordsOf(input.name));
  const named = match(context.wordsOf(input.name), sensitive);
  if (named !== null) {
    addHint(context, coordinate, input, named.coordinate);
    return;
  }
  if (isInputObjectType(type)) {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    for (const field of Object.values(type.getFields())) {
      hintInput(context, field, `${type.name}.${field.name}`, sensitive, { seen, selective });
    }
  } else if (isEnumType(type)) {
    if (!selective) return;
    for (const value of type.getValues()) {
      const meant = match(context.wordsOf(value.name), sensitive);
      if (meant !== null && directivesOn(value, "probes").length === 0) {
        addHint(context, `${type.name}.${value.name}`, value, meant.coordinate);
      }
    }
  } else if (
    isScalarType(type) &&
    isSelective(context.wordsOf(input.name)) &&
    !["Int", "Float", "Boolean", "ID"].includes(type.name)
  ) {
    const message = `What this ${type.name} may say is not in the schema: it could filter or sort by ${shown(sensitive)}.`;
    const mend = "Mark it `@probes(field: ...)` for each of them, or give it a type that leaves them out.";
    context.hints.add("LOOKS_LIKE_PROBE", coordinate, input.astNode, message, mend);
  }
}

/** The longest name that is meant: `emailDomainContains` means emailDomain rather than email. */
function match(words: readonly string[], sensitive: readonly SensitiveField[]): SensitiveField | null {
  const meant = sensitive.filter((field) => containsWords(words, field.words));
  return meant.reduce<SensitiveField | null>(
    (best, each) => (best === null || each.words.length > best.words.length ? each : best),
    null,
  );
}

function addHint(
  context: HintContext,
  coordinate: string,
  input: GraphQLArgument | GraphQLInputField | GraphQLEnumValue,
  field: string,
): void {
  const message = `Looks like a filter or sort by ${field}, which is @sensitive: who may not see a value could find it out.`;
  context.hints.add("LOOKS_LIKE_PROBE", coordinate, input.astNode, message, `Add \`@probes(field: "${field}")\`.`);
}

const SHOWN_MAX = 3;

function shown(sensitive: readonly SensitiveField[]): string {
  const names = sensitive.slice(0, SHOWN_MAX).map((field) => field.coordinate);
  const more = sensitive.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
