import canonicalize from "canonicalize";

const QUOTED_MAX = 10_000;
const QUOTED_CHARS_MAX = 128;
const quoted = new Map<string, string>();

/** A string or null as JSON. For texts that come again and again (names, codes): what was quoted is remembered. */
export function quote(text: string | null): string {
  if (text === null) return "null";
  let known = quoted.get(text);
  if (known === undefined) {
    known = quoteOnce(text);
    if (text.length <= QUOTED_CHARS_MAX) {
      if (quoted.size >= QUOTED_MAX) quoted.clear();
      quoted.set(text, known);
    }
  }
  return known;
}

/**
 * A string as canonical JSON. Half surrogate pairs, which a GraphQL literal can hold, have no UTF-8, and RFC 8785
 * refuses them: each becomes U+FFFD, as it would wherever the text was written out.
 */
export function quoteOnce(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  return json.includes("\\ud") ? JSON.stringify(mend(text)) : json;
}

/** Text that stands in JSON as it is: ASCII without control characters, quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

function mend(text: string): string {
  return text.replace(HALF_PAIR, "\ufffd");
}

const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Strings as a JSON array. */
export function list(texts: readonly string[]): string {
  return `[${texts.map(quote).join(",")}]`;
}

/** Canonical JSON (RFC 8785), for values whose keys are not ours. Throws TypeError on what JSON cannot carry. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(wellFormed(value));
  if (text === undefined) throw new TypeError("Cannot write a value as JSON: it is undefined.");
  return text;
}

function wellFormed(value: unknown): unknown {
  const json = JSON.stringify(value);
  return json === undefined
    ? undefined
    : JSON.parse(json, (_key, each) => (typeof each === "string" ? mend(each) : each));
}
