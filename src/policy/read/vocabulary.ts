import { type EnumValueDefinitionNode, type GraphQLEnumType, isEnumType } from "graphql";
import { MASKS, type Mask } from "../../masks/names.ts";
import { dictionary } from "../dictionary.ts";
import {
  type CategoryTerm,
  LEGAL_BASES,
  type LegalBasis,
  type Outcome,
  type PurposeTerm,
  type Reach,
  type RoleTerm,
  type Vocabulary,
} from "../model.ts";
import type { VocabularyEnum } from "../privacy-sdl.ts";
import { type Arguments, type ReadContext, readDirective, textOf, textsOf } from "./directive.ts";

const REACHES: readonly Reach[] = ["NONE", "SELF", "TENANT", "ASSIGNED", "ALL"];

/** Reads Role, Purpose and DataCategory with `@reach`, `@basis` and `@handling`. A value without its directive is a fault. */
export function readVocabulary(context: ReadContext): Vocabulary {
  const roles = dictionary<RoleTerm>();
  for (const [name, values] of readTerms(context, "Role")) roles[name] = roleTerm(name, values);
  const purposes = dictionary<PurposeTerm>();
  for (const [name, values] of readTerms(context, "Purpose")) purposes[name] = purposeTerm(name, values);
  const categories = dictionary<CategoryTerm>();
  for (const [name, values] of readTerms(context, "DataCategory")) categories[name] = categoryTerm(name, values);
  return { roles, purposes, categories };
}

const TERM_DIRECTIVE = {
  Role: { directive: "reach", code: "ROLE_WITHOUT_REACH", example: "@reach(of: TENANT, declares: [ORDER_FULFILMENT])" },
  Purpose: { directive: "basis", code: "PURPOSE_WITHOUT_BASIS", example: "@basis(of: CONSENT)" },
  DataCategory: {
    directive: "handling",
    code: "CATEGORY_WITHOUT_HANDLING",
    example: "@handling(mask: REDACT, otherwise: MASK)",
  },
} as const satisfies Record<VocabularyEnum, unknown>;

function* readTerms(context: ReadContext, enumName: VocabularyEnum): Generator<[string, Arguments]> {
  const type = context.schema.getType(enumName);
  if (!isEnumType(type)) {
    const mend = "Build the schema from what composeTypeDefs returns, which adds the default vocabulary.";
    context.faults.add("VOCABULARY_MISSING", enumName, type?.astNode, `There is no enum ${enumName}.`, mend);
    return;
  }
  const nodes = valueNodes(type);
  for (const value of type.getValues()) {
    const read = readTerm(context, enumName, value.name, nodes.get(value.name));
    if (read !== null) yield [value.name, read];
  }
}

function readTerm(
  context: ReadContext,
  enumName: VocabularyEnum,
  value: string,
  node: EnumValueDefinitionNode | undefined,
): Arguments | null {
  const { directive, code, example } = TERM_DIRECTIVE[enumName];
  const coordinate = `${enumName}.${value}`;
  const found = node?.directives?.find((each) => each.name.value === directive);
  if (found !== undefined) return readDirective(context, found, coordinate);
  const message = `${coordinate} has no @${directive}, so nothing could be decided for it.`;
  const mend = `Write \`${value} ${example}\`. If this enum is something of your own, give it another name: ${enumName} is Fieldguard's vocabulary.`;
  context.faults.add(code, coordinate, node, message, mend);
  return null;
}

/** Values can come from the definition and from extensions, and tools that merge schemas may leave them in either. */
function valueNodes(type: GraphQLEnumType): ReadonlyMap<string, EnumValueDefinitionNode> {
  const nodes = new Map<string, EnumValueDefinitionNode>();
  for (const part of [type.astNode, ...type.extensionASTNodes]) {
    for (const node of part?.values ?? []) nodes.set(node.name.value, node);
  }
  for (const value of type.getValues()) {
    if (value.astNode !== null && value.astNode !== undefined) nodes.set(value.name, value.astNode);
  }
  return nodes;
}

function roleTerm(name: string, values: Arguments): RoleTerm {
  const reach = REACHES.find((each) => each === textOf(values, "of")) ?? "NONE";
  return { name, reach, declares: textsOf(values, "declares"), external: values.get("external") === true };
}

function purposeTerm(name: string, values: Arguments): PurposeTerm {
  const justification = values.get("justification") === true;
  return {
    name,
    basis: basisOf(values),
    justification,
    ...flagOf(values, "restricted"),
    ...flagOf(values, "rights"),
    ...flagOf(values, "sale"),
  };
}

/** The key where it is switched on, and nothing where not: what is left out of a policy leaves its hash as it was. */
function flagOf<K extends string>(values: Arguments, key: K): { [P in K]?: true } {
  return values.get(key) === true ? ({ [key]: true } as { [P in K]?: true }) : {};
}

function basisOf(values: Arguments): LegalBasis {
  // compose lets nobody add a basis, so the strictest stands in only for a schema that has a fault anyway
  return LEGAL_BASES.find((basis) => basis === textOf(values, "of")) ?? "CONSENT";
}

function categoryTerm(name: string, values: Arguments): CategoryTerm {
  const handling = { mask: maskOf(values) ?? "NULLIFY", otherwise: outcomeOf(values) ?? "DENY" } as const;
  return { name, ...handling, ...flagOf(values, "special") };
}

/** The argument `mask`, where there is one. */
export function maskOf(values: Arguments): Mask | null {
  return MASKS.find((mask) => mask === textOf(values, "mask")) ?? null;
}

/** The argument `otherwise`, where there is one. */
export function outcomeOf(values: Arguments): Outcome | null {
  const outcome = textOf(values, "otherwise");
  return outcome === "MASK" || outcome === "DENY" ? outcome : null;
}
