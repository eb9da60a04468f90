import { Lexer, Source, TokenKind } from "graphql";
import { FieldguardError } from "../core/errors.ts";

/** Bounds that hold before a document is parsed. */
export interface ScanLimits {
  /** Levels of selections. */
  readonly depthMax: number;
  /** Levels of lists and objects in a value. */
  readonly inputDepthMax: number;
  /** Lexical tokens of the document. */
  readonly tokensMax: number;
  /** Bytes of the document's text, comments included. */
  readonly documentBytesMax: number;
}

/** A document's tokens, without what lies between them. */
export interface Scanned {
  /** Text of its own: what is parsed from it keeps no more than this alive. */
  readonly text: string;
  readonly tokens: number;
}

/**
 * Looks at a text before anything calls itself over it: how long it is, and how deep its brackets are nested. Throws
 * OPERATION_TOO_LARGE, and a syntax error where a text has no tokens.
 */
export function scanDocument(text: string, limits: ScanLimits): Scanned {
  if (text.length > limits.documentBytesMax || Buffer.byteLength(text) > limits.documentBytesMax) {
    throw tooLarge("documentBytesMax", `The document has more than ${limits.documentBytesMax} bytes of text`);
  }
  const lexer = new Lexer(new Source(text));
  const pieces: string[] = [];
  const depths = new Depths(limits);
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (pieces.length >= limits.tokensMax) {
      throw tooLarge("tokensMax", `The document has more tokens than ${limits.tokensMax}`);
    }
    depths.pass(token.kind);
    pieces.push(text.slice(token.start, token.end));
  }
  return { text: pieces.join(" "), tokens: pieces.length };
}

/** Braces outside of parentheses are selections; all other brackets are of values and of types. */
class Depths {
  readonly #limits: ScanLimits;
  #parentheses = 0;
  #values = 0;
  #selections = 0;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  pass(kind: TokenKind): void {
    if (kind === TokenKind.PAREN_L) this.#parentheses += 1;
    else if (kind === TokenKind.PAREN_R) this.#parentheses -= 1;
    else if (kind === TokenKind.BRACKET_L) this.#openValue();
    else if (kind === TokenKind.BRACKET_R) this.#values -= 1;
    else if (kind === TokenKind.BRACE_L && this.#parentheses > 0) this.#openValue();
    else if (kind === TokenKind.BRACE_L) this.#openSelection();
    else if (kind === TokenKind.BRACE_R && this.#parentheses > 0) this.#values -= 1;
    else if (kind === TokenKind.BRACE_R) this.#selections -= 1;
  }

  #openValue(): void {
    this.#values += 1;
    const { inputDepthMax } = this.#limits;
    if (this.#values > inputDepthMax) {
      throw tooLarge("inputDepthMax", `A value or type in the document is nested deeper than ${inputDepthMax} levels`);
    }
  }

  #openSelection(): void {
    this.#selections += 1;
    const bound = nestingMax(this.#limits.depthMax);
    if (this.#selections > bound) throw nestedTooDeep(bound);
  }
}

/** Levels of fields the usual bound counts; of braces and fragments, most of which add no level, there may be so many. */
export function nestingMax(depthMax: number): number {
  return Math.min(4 * Math.max(depthMax, INTROSPECTION_DEPTH), NESTING_MAX);
}

/** As deep as tools ask for the schema. */
const INTROSPECTION_DEPTH = 20;
/** Beyond this the functions that walk a document could call themselves too often, whatever is configured. */
const NESTING_MAX = 500;

export function nestedTooDeep(bound: number): FieldguardError {
  return tooLarge("depthMax", `The operation nests fields and fragments deeper than ${bound} levels`);
}

export function tooLarge(limit: string, what: string): FieldguardError {
  return new FieldguardError("OPERATION_TOO_LARGE", `${what} (option \`limits.${limit}\`). Ask for less at once.`, {
    details: { limit },
  });
}
