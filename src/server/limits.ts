import { costLimitRule } from "@escape.tech/graphql-armor-cost-limit";
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import { GraphQLError, type ValidationContext, type ValidationRule } from "graphql";

/** What one request may ask of the gateway. Every bound is an option; going over one is refused with OPERATION_TOO_LARGE. */
export interface OperationLimits {
  /** Levels of selections, fragments flattened. */
  readonly depthMax: number;
  readonly aliasesMax: number;
  readonly directivesMax: number;
  /** By graphql-armor's count: 2 an object, 1 a scalar, 1.5 times more each level. */
  readonly costMax: number;
  /** Lexical tokens of the document. */
  readonly tokensMax: number;
  /** Characters of a name that the client chooses: it is repeated for every path under it. */
  readonly nameCharsMax: number;
}

type Rejection = (context: ValidationContext | null) => void;

/** Rules that run beside validation. */
export function limitRules(limits: OperationLimits): ValidationRule[] {
  const common = (limit: keyof OperationLimits, what: string) => ({
    propagateOnRejection: false,
    onReject: [reject(limit, limits[limit], what)],
  });
  const rules = [
    maxDepthRule({ n: limits.depthMax, flattenFragments: true, ...common("depthMax", "is nested deeper than") }),
    maxAliasesRule({ n: limits.aliasesMax, allowList: [], ...common("aliasesMax", "has more aliases than") }),
    maxDirectivesRule({ n: limits.directivesMax, ...common("directivesMax", "has more directives than") }),
    costLimitRule({ maxCost: limits.costMax, flattenFragments: true, ...common("costMax", "costs more than") }),
  ];
  return [...(rules as unknown as ValidationRule[]), nameRule(limits.nameCharsMax)];
}

function nameRule(charsMax: number): ValidationRule {
  return (context) => ({
    Name({ value }) {
      if (value.length <= charsMax) return;
      context.reportError(
        tooLarge(`A name is longer than ${charsMax} characters (option \`limits.nameCharsMax\`).`, "nameCharsMax"),
      );
    },
  });
}

function reject(limit: string, bound: number, what: string): Rejection {
  return (context) =>
    context?.reportError(
      tooLarge(`The operation ${what} ${bound} (option \`limits.${limit}\`). Ask for less at once.`, limit),
    );
}

export function tooLarge(message: string, limit: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "OPERATION_TOO_LARGE", limit } });
}
