import type { HTTPGraphQLRequest } from "@apollo/server";
import { FieldguardError } from "../core/errors.ts";
import type { Documents } from "./documents.ts";

/**
 * What Apollo Server would not take, or not without harm: throws OPERATION_TOO_LARGE on a text beyond the limits, and
 * BAD_INPUT on a persisted query whose hash is none. What else is wrong with a request Apollo tells.
 */
export function checkRequest(request: HTTPGraphQLRequest, documents: Documents): void {
  const { query, extensions } = request.method === "GET" ? inSearch(request.search) : inBody(request.body);
  checkPersistedQuery(extensions);
  if (typeof query === "string" && query !== "") documents.read(query);
}

interface Asked {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

function inBody(body: unknown): Asked {
  return isRecord(body) ? body : {};
}

function inSearch(search: string): Asked {
  const parameters = new URLSearchParams(search);
  return { query: parameters.get("query"), extensions: jsonOf(parameters.get("extensions")) };
}

function jsonOf(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Apollo makes a key of the hash, whatever it is: an object's own `toString` would be called, a list joined. */
function checkPersistedQuery(extensions: unknown): void {
  if (!isRecord(extensions) || !Object.hasOwn(extensions, "persistedQuery")) return;
  const { persistedQuery } = extensions;
  if (persistedQuery === null || persistedQuery === undefined) return;
  if (isRecord(persistedQuery) && persistedQuery["version"] === 1 && isSha256(persistedQuery["sha256Hash"])) return;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot use `extensions.persistedQuery`: { version: 1, sha256Hash } expected, the SHA-256 of the query in lower-case hexadecimal.",
  );
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && /^[\da-f]{64}$/.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
