import { createHash } from "node:crypto";
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { LRUCache } from "lru-cache";
import { FieldguardError } from "../core/errors.ts";
import { isValidationAborted } from "../core/foreign-messages.ts";
import { checkDocument, type DocumentLimits } from "./limits.ts";
import { scanDocument } from "./scan-document.ts";

/** Texts that were found good, as documents. One way in for HTTP and WebSocket. */
export interface Documents {
  /**
   * The text as a document that is valid and within the limits, without locations; or why it is not valid. Throws
   * OPERATION_TOO_LARGE and BAD_INPUT where it is not even looked at further.
   */
  read(text: string): DocumentNode | InvalidDocument;
  /** The document of a text that was read before, by the text's SHA-256 (hex). */
  recall(hash: string): DocumentNode | undefined;
  /** What is kept at the moment. */
  readonly kept: { readonly documents: number; readonly bytes: number };
}

export interface InvalidDocument {
  readonly code: "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED";
  readonly errors: readonly GraphQLError[];
}

export interface DocumentsOptions {
  readonly limits: DocumentLimits & { readonly plansMax: number };
  readonly introspection: boolean;
}

/** Memory that a token takes once it is parsed: two nodes on the average. */
const TOKEN_BYTES = 250;
/** Documents may have so many bytes each on the average, or fewer are kept. */
export const KEPT_BYTES_EACH = 65_536;

export function createDocuments(schema: GraphQLSchema, { limits, introspection }: DocumentsOptions): Documents {
  const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const known = new LRUCache<string, DocumentNode>({
    max: limits.plansMax,
    maxSize: limits.plansMax * KEPT_BYTES_EACH,
  });
  return {
    get kept() {
      return { documents: known.size, bytes: known.calculatedSize };
    },
    recall: (hash) => known.get(hash),
    read(text) {
      const hash = createHash("sha256").update(text).digest("hex");
      const before = known.get(hash);
      if (before !== undefined) return before;
      const parsed = parseScanned(text, limits);
      if ("code" in parsed) return parsed;
      checkDocument(parsed.document, limits);
      const errors = validate(schema, parsed.document, rules);
      if (errors.some(({ message }) => isValidationAborted(message))) throw tooMuchToCheck();
      if (errors.length > 0) return { code: "GRAPHQL_VALIDATION_FAILED", errors };
      known.set(hash, parsed.document, { size: parsed.bytes });
      return parsed.document;
    },
  };
}

function tooMuchToCheck(): FieldguardError {
  return new FieldguardError(
    "OPERATION_TOO_LARGE",
    "The operation selects too much in too many ways to be checked. Ask for less at once.",
  );
}

type Parsed = { readonly document: DocumentNode; readonly bytes: number } | InvalidDocument;

function parseScanned(text: string, limits: DocumentLimits): Parsed {
  try {
    const scanned = scanDocument(text, limits);
    // Locations hold on to the text and to every token of it, comments included.
    const document = parse(scanned.text, { noLocation: true });
    return { document, bytes: 2 * scanned.text.length + TOKEN_BYTES * scanned.tokens };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { code: "GRAPHQL_PARSE_FAILED", errors: [whereItFails(text) ?? error] };
  }
}

/** Parses again with locations, for the place that the message names. */
function whereItFails(text: string): GraphQLError | null {
  try {
    parse(text);
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error : null;
  }
}
