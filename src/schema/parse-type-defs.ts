import { type DocumentNode, GraphQLError, Kind, parse, print, Source } from "graphql";
import type { FaultCode } from "../policy/fault-codes.ts";
import type { FaultCollector } from "../policy/faults.ts";
import { placeAt } from "../policy/place.ts";

/** SDL as integrators hold it: text, text with a file name (`new Source(text, "schema/shop.graphql")`), or parsed. */
export type TypeDefs = string | DocumentNode | Source | readonly (string | DocumentNode | Source)[];

/** graphql-js's name for a source that was given none. */
const UNNAMED = "GraphQL request";

/**
 * Parses every part with its locations, so that faults can name file, line and column. Text without a name is called
 * `typeDefs`, or `typeDefs[n]` where there are several. What cannot be parsed becomes a fault, part by part.
 */
export function parseTypeDefs(typeDefs: TypeDefs, faults: FaultCollector<FaultCode>): DocumentNode[] {
  const parts = Array.isArray(typeDefs) ? typeDefs : [typeDefs];
  const documents: DocumentNode[] = [];
  for (const [index, part] of parts.entries()) {
    const name = parts.length === 1 ? "typeDefs" : `typeDefs[${index}]`;
    try {
      documents.push(parsePart(part, name));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const mend = "Correct the SDL here; the faults behind it show once it can be read.";
      faults.addAt("SDL_SYNTAX", placeOfError(error), error.message, mend);
    }
  }
  return documents;
}

function parsePart(part: unknown, name: string): DocumentNode {
  if (typeof part === "string") return parse(new Source(part, name));
  if (isSource(part)) return parse(named(part, name));
  if (isDocument(part)) return located(part, name);
  throw new GraphQLError(
    `Cannot read ${name} as SDL: it is ${part === null ? "null" : typeof part}, not text, Source or DocumentNode.`,
  );
}

/**
 * Documents come with locations (graphql-js), with one for the whole only (graphql-tag strips the rest), or with none
 * (made by programs). The text is parsed again only where it says exactly what the nodes say: a document that was
 * changed after parsing counts as it is now.
 */
function located(document: DocumentNode, name: string): DocumentNode {
  if (
    document.definitions.some((definition) => definition.loc !== undefined && definition.loc.source.name !== UNNAMED)
  ) {
    return document;
  }
  const source = document.loc?.source;
  const printed = print(document);
  if (source !== undefined && parsesTo(source, printed)) return parse(named(source, name));
  return parse(new Source(printed, `${name} (printed)`));
}

function parsesTo(source: Source, printed: string): boolean {
  try {
    return print(parse(source, { noLocation: true })) === printed;
  } catch {
    return false;
  }
}

function named(source: Source, name: string): Source {
  return new Source(source.body, source.name === UNNAMED ? name : source.name, source.locationOffset);
}

/** By shape, not by class: a second copy of graphql-js in the integrator's tree has classes of its own. */
function isSource(part: unknown): part is Source {
  return typeof part === "object" && part !== null && "body" in part && typeof part.body === "string";
}

function isDocument(part: unknown): part is DocumentNode {
  return typeof part === "object" && part !== null && "kind" in part && part.kind === Kind.DOCUMENT;
}

function placeOfError(error: GraphQLError): string | null {
  const position = error.positions?.[0];
  return error.source === undefined || position === undefined ? null : placeAt(error.source, position);
}
