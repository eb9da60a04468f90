/**
 * What is read out of the messages of graphql-js and jsonwebtoken, where they say it nowhere else. A test provokes each with the
 * library itself: a new version that words it otherwise is noticed there, and not by a client.
 */

/** Whether graphql-js gave up comparing selections, as there are too many: then nobody tries again. */
export function isValidationAborted(message: string): boolean {
  return message === "Validation aborted.";
}

/** `defer` or `stream`, where validation did not know the directive. */
export function unknownIncremental(message: string): string | null {
  return /^Unknown directive "@(defer|stream)"/.exec(message)?.[1] ?? null;
}

/** The type that validation says is due in the place of a literal. */
export function typeDue(message: string): string | null {
  return /^Expected value of type "([\w![\]]+)"/.exec(message)?.[1] ?? null;
}

/** The input field that validation says is missing from an object. */
export function inputFieldDue(message: string): string | null {
  return /^Field "\w+\.(\w+)" of required type/.exec(message)?.[1] ?? null;
}

/** The message of validation or coercion without the value that it quotes at its end. */
export function withoutQuoted(message: string): string {
  return message.replace(/(found|got invalid value)\b.*$/s, "$1 something else.");
}

/** The message of validation without the names of the schema that it suggests. */
export function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .*$/s, "");
}

/** The field that execution says must not be null and is, as its type and name. */
export function nullInNonNull(message: string): readonly [type: string, field: string] | null {
  const [, type, field] =
    /^Cannot return null for non-nullable field ([A-Za-z0-9_]+)\.([A-Za-z0-9_]+)\.$/.exec(message) ?? [];
  return type === undefined || field === undefined ? null : [type, field];
}

/** The variable, without its `$`, that coercion says does not fit. */
export function variableAtFault(message: string): string | null {
  return /^Variable "\$(\w+)"/.exec(message)?.[1] ?? null;
}

const TOKEN_REASONS = [
  "jwt expired",
  "jwt malformed",
  "jwt not active",
  "jwt signature is required",
  "invalid signature",
  "invalid algorithm",
  "invalid token",
  "jwt issuer invalid",
  "jwt audience invalid",
] as const;

/** Which check of a token failed; null where jsonwebtoken says anything else, which may quote the token. */
export function tokenReason(message: string): string | null {
  return TOKEN_REASONS.find((reason) => message.startsWith(reason)) ?? null;
}
