import { readFileSync } from "node:fs";
import { type DefinitionNode, type DocumentNode, type EnumTypeDefinitionNode, Kind, parse, Source } from "graphql";

/** The enums of `schema/vocabulary.graphql`: an integrator extends or replaces them. */
export const VOCABULARY_ENUMS = ["Role", "Purpose", "DataCategory"] as const;
export type VocabularyEnum = (typeof VOCABULARY_ENUMS)[number];

export function isVocabularyEnum(name: string): name is VocabularyEnum {
  return VOCABULARY_ENUMS.some((known) => known === name);
}

/** The files lie at the package root, two folders above both `src/policy` and `dist/policy`. */
function read(file: string): DocumentNode {
  const url = new URL(`../../schema/${file}`, import.meta.url);
  return parse(new Source(readFileSync(url, "utf8"), `fieldguard/schema/${file}`));
}

let privacy: DocumentNode | undefined;
let vocabulary: DocumentNode | undefined;
let cost: DocumentNode | undefined;

/** Definitions of `schema/privacy.graphql`: the directives and the enums that the decision engine knows. */
export function privacyDefinitions(): readonly DefinitionNode[] {
  privacy ??= read("privacy.graphql");
  return privacy.definitions;
}

/** Definitions of `schema/cost.graphql`, for schemas that have none of their own of these names. */
export function costDefinitions(): readonly DefinitionNode[] {
  cost ??= read("cost.graphql");
  return cost.definitions;
}

/** Definitions of `schema/vocabulary.graphql`, by name. */
export function vocabularyDefinitions(): ReadonlyMap<VocabularyEnum, EnumTypeDefinitionNode> {
  vocabulary ??= read("vocabulary.graphql");
  const enums = new Map<VocabularyEnum, EnumTypeDefinitionNode>();
  for (const definition of vocabulary.definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && isVocabularyEnum(definition.name.value)) {
      enums.set(definition.name.value, definition);
    }
  }
  return enums;
}

/** Names of the privacy directives, without `@`. */
export function privacyDirectiveNames(): string[] {
  return privacyDefinitions().flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? [definition.name.value] : [],
  );
}
