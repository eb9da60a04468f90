import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Policy } from "./model.ts";

/** SHA-256 (hex) of a policy's canonical JSON (RFC 8785), its own hash left out. */
export function policyHash({ vocabulary, types, probes, writes, written }: Omit<Policy, "hash">): string {
  const all = { vocabulary, types, probes, writes, written };
  return createHash("sha256").update(canonicalText(all, new Map())).digest("hex");
}

/**
 * What `canonicalize` makes of the value, for values of objects, arrays, texts, whole numbers, booleans and null. A policy
 * holds the same few grants thousands of times over, since what stands on a type is shared by its fields: each array is
 * written once, which makes this several times faster.
 */
function canonicalText(value: unknown, written: Map<object, string>): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const text = written.get(value) ?? canonicalize(value) ?? "null";
    written.set(value, text);
    return text;
  }
  let text = "";
  // sorted by UTF-16 code units, as the standard has it
  for (const name of Object.keys(value).sort()) {
    const member = canonicalText(value[name as keyof typeof value], written);
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${member}`;
  }
  return `{${text}}`;
}
