import canonicalize from "canonicalize";

const QUOTED_MAX = 10_000;
const QUOTED_CHARS_MAX = 128;
const quoted = new Map<string, string>();

/** A string or null as JSON. For texts that come again and again (names, codes): what was quoted is remembered. */
export function quote(text: string | null): string {
  if (text === null) return "null";
  let known = quoted.get(text);
  if (known === undefined) {
    known = JSON.stringify(text);
    if (text.length <= QUOTED_CHARS_MAX) {
      if (quoted.size >= QUOTED_MAX) quoted.clear();
      quoted.set(text, known);
    }
  }
  return known;
}

/** Strings as a JSON array. */
export function list(texts: readonly string[]): string {
  return `[${texts.map(quote).join(",")}]`;
}

/** Canonical JSON (RFC 8785), for values whose keys are not ours. Throws TypeError on what JSON cannot carry. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("Cannot write a value as JSON: it is undefined.");
  return text;
}
