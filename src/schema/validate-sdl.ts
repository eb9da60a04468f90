import { type DocumentNode, type GraphQLError, Kind, specifiedDirectives } from "graphql";
import { specifiedSDLRules } from "graphql/validation/specifiedRules.js";
import type { SDLValidationRule } from "graphql/validation/ValidationContext.js";
import { validateSDL } from "graphql/validation/validate.js";
import type { FaultCode } from "../policy/fault-codes.ts";
import type { FaultCollector } from "../policy/faults.ts";
import { coordinateOf } from "./coordinates.ts";

interface Meaning {
  readonly code: FaultCode;
  readonly mend: string;
}

const DUPLICATE: Meaning = { code: "NAME_DUPLICATE", mend: "Remove one of the two, or give it another name." };

/** What a violation of each of SDL's own rules means here. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  LoneSchemaDefinitionRule: { code: "NAME_DUPLICATE", mend: "Keep one `schema` definition and extend it." },
  UniqueOperationTypesRule: DUPLICATE,
  UniqueTypeNamesRule: DUPLICATE,
  UniqueEnumValueNamesRule: DUPLICATE,
  UniqueFieldDefinitionNamesRule: DUPLICATE,
  UniqueArgumentDefinitionNamesRule: DUPLICATE,
  UniqueDirectiveNamesRule: DUPLICATE,
  UniqueArgumentNamesRule: DUPLICATE,
  UniqueInputFieldNamesRule: DUPLICATE,
  KnownTypeNamesRule: { code: "TYPE_UNKNOWN", mend: "Define the type, or correct its name." },
  KnownDirectivesRule: {
    code: "DIRECTIVE_UNKNOWN",
    mend: "Correct the name, or define the directive. A privacy directive under another name would protect nothing.",
  },
  UniqueDirectivesPerLocationRule: { code: "DIRECTIVE_REPEATED", mend: "Keep one of the two." },
  PossibleTypeExtensionsRule: {
    code: "TYPE_UNKNOWN",
    mend: "Define the type first, and extend it as the kind that it is.",
  },
  KnownArgumentNamesOnDirectivesRule: { code: "DIRECTIVE_ARGUMENT_UNKNOWN", mend: "Correct or remove the argument." },
  ProvidedRequiredArgumentsOnDirectivesRule: { code: "DIRECTIVE_ARGUMENT_MISSING", mend: "Add the argument." },
};

const MISPLACED: Meaning = { code: "DIRECTIVE_MISPLACED", mend: "Move it to an element that takes it, or remove it." };

/** Runs the specification's rules for SDL over the whole document; each violation becomes a fault with its code. */
export function validateDefinitions(document: DocumentNode, faults: FaultCollector<FaultCode>): void {
  const ruleOf = new Map<GraphQLError, string>();
  const directives = directivesOf(document);
  const rules = specifiedSDLRules.map((rule) => named(rule, ruleOf));
  for (const error of validateSDL(document, null, rules)) {
    // of two that clash, point at the later one
    const node = error.nodes?.at(-1);
    const { code, mend } = meaningOf(ruleOf.get(error), error, directives);
    faults.add(code, coordinateOf(document, node), node, error.message, mend);
  }
}

/** graphql-js's errors do not say which rule they come from: note it as they are reported. */
function named(rule: SDLValidationRule, ruleOf: Map<GraphQLError, string>): SDLValidationRule {
  return (context) => {
    const noting = Object.create(context, {
      reportError: {
        value: (error: GraphQLError): void => {
          ruleOf.set(error, rule.name);
          context.reportError(error);
        },
      },
    });
    return rule(noting);
  };
}

/** Names of the directives that may be used somewhere. */
function directivesOf({ definitions }: DocumentNode): ReadonlySet<string> {
  const defined = definitions.flatMap((node) => (node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : []));
  return new Set([...defined, ...specifiedDirectives.map(({ name }) => name)]);
}

/** graphql-js reports a directive that is unknown and one in the wrong place by the same rule. */
function meaningOf(rule: string | undefined, { nodes }: GraphQLError, directives: ReadonlySet<string>): Meaning {
  const [node] = nodes ?? [];
  const isKnown = node?.kind === Kind.DIRECTIVE && directives.has(node.name.value);
  if (rule === "KnownDirectivesRule" && isKnown) return MISPLACED;
  const meaning = rule === undefined ? undefined : MEANINGS[rule];
  return meaning ?? { code: "SDL_INVALID", mend: "Correct the definition." };
}
