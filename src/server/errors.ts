import { HeaderMap } from "@apollo/server";
import { type ASTNode, GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import {
  inputFieldDue,
  typeDue,
  unknownIncremental,
  withoutQuoted,
  withoutSuggestions,
} from "../core/foreign-messages.ts";

/** The whole request is refused: an HTTP status, a code, no `data`. */
export function refusalOf(error: unknown): GraphQLError {
  if (error instanceof FieldguardError) {
    const headers = new HeaderMap([["cache-control", "no-store"]]);
    if (error.code === "UNAUTHENTICATED") headers.set("www-authenticate", 'Bearer error="invalid_token"');
    if (error.status === 503) headers.set("retry-after", RETRY_AFTER_SECONDS);
    return new GraphQLError(error.message, {
      extensions: { ...error.details, code: error.code, http: { status: error.status, headers } },
    });
  }
  return new GraphQLError(UNANSWERED.message, {
    extensions: { code: "INTERNAL", http: { status: 500, headers: new HeaderMap() } },
  });
}

/** When to try again what cannot be answered just now. */
export const RETRY_AFTER_SECONDS = "1";

const UNANSWERED = { message: "The gateway could not answer.", extensions: { code: "INTERNAL" } } as const;

/**
 * What is sent of an error that Apollo, a plugin or graphql-js reports. Errors of parsing and validation quote the
 * document: what it holds of literals stays out. Of an error that nobody made for clients only that there was one is said.
 */
export function formatSafely(
  formatted: GraphQLFormattedError,
  error: unknown,
  introspection: boolean,
): GraphQLFormattedError {
  const code = formatted.extensions?.["code"];
  if (code === "GRAPHQL_PARSE_FAILED") return formatParseError(formatted);
  if (code === "GRAPHQL_VALIDATION_FAILED") return formatValidationError(formatted, error, introspection);
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original !== undefined && !(original instanceof GraphQLError)) return UNANSWERED;
  return formatted;
}

function formatParseError({ locations }: GraphQLFormattedError): GraphQLFormattedError {
  const at = locations?.[0];
  return {
    message: `The document is not valid GraphQL${at ? ` at line ${at.line}, column ${at.column}` : ""}.`,
    ...(locations ? { locations } : {}),
    extensions: { code: "GRAPHQL_PARSE_FAILED" },
  };
}

function formatValidationError(
  formatted: GraphQLFormattedError,
  error: unknown,
  introspection: boolean,
): GraphQLFormattedError {
  const incremental = unknownIncremental(formatted.message);
  if (incremental !== null) return incrementalRefusal(incremental);
  const message = withoutLiterals(formatted.message, error instanceof GraphQLError ? error.nodes : undefined);
  // Who may not ask for the schema is not helped to guess it.
  return { ...formatted, message: introspection ? message : withoutSuggestions(message) };
}

function incrementalRefusal(directive: string): GraphQLFormattedError {
  return {
    message: `\`@${directive}\` is not served: every value must be decided and recorded before any is sent. Leave it out.`,
    extensions: { code: "INCREMENTAL_DELIVERY_NOT_SUPPORTED" },
  };
}

const LITERALS: ReadonlySet<string> = new Set([
  Kind.STRING,
  Kind.INT,
  Kind.FLOAT,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
  Kind.NULL,
]);

/**
 * An error about a literal repeats it, printed anew with other escapes, or in a scalar's own words: all but the type
 * that is due goes. Where a message quotes a literal of elsewhere, so does everything from there on.
 */
function withoutLiterals(message: string, nodes: readonly ASTNode[] | undefined): string {
  if (nodes?.some(({ kind }) => LITERALS.has(kind)) !== true) {
    return withoutQuoted(message);
  }
  const due = typeDue(message);
  const field = inputFieldDue(message);
  if (field !== null) return `The input field "${field}" is required.`;
  return due === null
    ? "A value in the document is not of the type that is due in its place."
    : `Expected a value of type "${due}".`;
}
