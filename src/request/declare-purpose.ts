import { type GraphQLDirective, type GraphQLSchema, getDirectiveValues, type OperationDefinitionNode } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { saysSomething } from "../core/says-something.ts";
import type { Caller } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";

/** Why the caller wants the data, as declared and found permitted. */
export interface DeclaredPurpose {
  readonly purpose: string | null;
  readonly justification: string | null;
}

export const JUSTIFICATION_LENGTH_MAX = 500;

/** What the request said, wherever it said it. */
interface Declaration {
  readonly purpose: string | null;
  readonly justification: string | null;
}

export interface PurposeRules {
  readonly vocabulary: Vocabulary;
  /** Where the deployment stands; `CN` knows no legitimate interest as a basis (PIPL 13). */
  readonly jurisdiction: string | null;
}

/**
 * Takes the purpose from `@declare` on the operation and from the headers `x-purpose` and `x-justification`, which must
 * not differ, and checks that the role and the token may declare it.
 * Throws PURPOSE_CONFLICT, PURPOSE_UNKNOWN, PURPOSE_NOT_PERMITTED, JUSTIFICATION_REQUIRED.
 */
export function declarePurpose(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  header: (name: string) => string | undefined,
  caller: Caller,
  rules: PurposeRules,
): DeclaredPurpose {
  const inOperation = declaredInOperation(schema, operation, variables);
  const inHeaders = {
    purpose: header("x-purpose")?.trim() ?? null,
    justification: words(header("x-justification")),
  };
  const purpose = agreed("purpose", inOperation.purpose, inHeaders.purpose);
  const justification = agreed("justification", inOperation.justification, inHeaders.justification);
  if (justification !== null && justification.length > JUSTIFICATION_LENGTH_MAX) {
    throw new FieldguardError("BAD_INPUT", `The justification is longer than ${JUSTIFICATION_LENGTH_MAX} characters.`);
  }
  if (purpose === null) return { purpose, justification };
  checkPermitted(purpose, justification, caller, rules);
  return { purpose, justification };
}

function declaredInOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Declaration {
  const directive = schema.getDirective("declare");
  const values = directive ? givenValues(directive, operation, variables) : undefined;
  const text = (value: unknown): string | null => (typeof value === "string" ? value.trim() : null);
  return { purpose: text(values?.["purpose"]), justification: words(values?.["justification"]) };
}

/** One line of what somebody wrote: what would start lines, move a terminal's cursor or turn the text round goes. */
function words(value: unknown): string | null {
  return typeof value === "string" ? value.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, " ").trim() : null;
}

/** A variable of its default's type may still be null, which the directive does not take. */
function givenValues(
  directive: GraphQLDirective,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return getDirectiveValues(directive, operation, { ...variables });
  } catch {
    throw new FieldguardError(
      "BAD_INPUT",
      "Cannot use null as an argument of `@declare`. Send a purpose, or leave it out.",
    );
  }
}

function agreed(what: string, inOperation: string | null, inHeader: string | null): string | null {
  if (inOperation !== null && inHeader !== null && inOperation !== inHeader) {
    throw new FieldguardError(
      "PURPOSE_CONFLICT",
      `Cannot tell which ${what} is meant: \`@declare\` and the header \`x-${what}\` differ. Send one of them, or the same in both.`,
    );
  }
  return inOperation ?? inHeader;
}

function checkPermitted(purpose: string, justification: string | null, caller: Caller, rules: PurposeRules): void {
  const { purposes, roles } = rules.vocabulary;
  const term = Object.hasOwn(purposes, purpose) ? purposes[purpose] : undefined;
  if (term === undefined) {
    throw new FieldguardError(
      "PURPOSE_UNKNOWN",
      `Cannot serve a purpose that the vocabulary does not hold. Known purposes: ${Object.keys(purposes).join(", ")}.`,
    );
  }
  if (!(roles[caller.role]?.declares.includes(purpose) ?? false)) {
    throw new FieldguardError(
      "PURPOSE_NOT_PERMITTED",
      `The role ${caller.role} may not declare the purpose ${purpose}.`,
    );
  }
  if (caller.purposes !== null && !caller.purposes.includes(purpose)) {
    throw new FieldguardError("PURPOSE_NOT_PERMITTED", `This token may not declare the purpose ${purpose}.`);
  }
  if (term.basis === "LEGITIMATE_INTEREST" && rules.jurisdiction === "CN") {
    throw new FieldguardError(
      "PURPOSE_NOT_PERMITTED",
      `The purpose ${purpose} rests on legitimate interest, which is no legal basis in China (PIPL 13).`,
    );
  }
  if (term.justification && (justification === null || !saysSomething(justification))) {
    throw new FieldguardError(
      "JUSTIFICATION_REQUIRED",
      `The purpose ${purpose} asks for a justification: send a case or ticket reference in the header \`x-justification\` or in \`@declare\`.`,
    );
  }
}
