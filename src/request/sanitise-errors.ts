import { GraphQLError } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { RESERVED_PREFIX } from "./plan/model.ts";

/** What is told inside of an error that a resolver or an upstream threw: never its message, which may carry values. */
export interface Incident {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly path: string;
}

const NULL_IN_NON_NULL = /^Cannot return null for non-nullable field [A-Za-z0-9_.]+\.$/;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * What a resolver throws reaches the client as a code and an id. Errors that the gateway made itself keep their message:
 * they carry no value.
 */
export function sanitiseErrors(
  errors: readonly GraphQLError[] | undefined,
  now: number,
  report: (incident: Incident) => void,
): GraphQLError[] {
  return (errors ?? []).map((error) => sanitise(error, now, report));
}

function sanitise(error: GraphQLError, now: number, report: (incident: Incident) => void): GraphQLError {
  const position = { path: clientPath(error.path) };
  const own = ownError(error);
  if (own !== null) {
    return new GraphQLError(own.message, { ...position, extensions: { ...own.details, code: own.code } });
  }
  if (NULL_IN_NON_NULL.test(error.message)) {
    return new GraphQLError(error.message, { ...position, extensions: { code: "INTERNAL_SERVER_ERROR" } });
  }
  const original = error.originalError;
  const claimed = error.extensions?.["code"];
  const code = typeof claimed === "string" && CODE.test(claimed) ? claimed : "INTERNAL_SERVER_ERROR";
  const id = newId(now);
  report({
    id,
    name: original?.constructor?.name ?? error.name,
    code,
    path: (error.path ?? []).map((key) => (typeof key === "number" ? "@" : key)).join("."),
  });
  return new GraphQLError(`The field could not be resolved. Quote the incident ${id} to the operator.`, {
    ...position,
    extensions: { code, incident: id },
  });
}

/** A hidden key that failed is an error of the object that it was to tell of. */
function clientPath(path: GraphQLError["path"]): readonly (string | number)[] | null {
  if (path === undefined) return null;
  const hidden = path.findIndex((key) => typeof key === "string" && key.startsWith(RESERVED_PREFIX));
  return hidden === -1 ? path : path.slice(0, hidden);
}

function ownError(error: GraphQLError): FieldguardError | null {
  let at: unknown = error;
  while (at instanceof GraphQLError) at = at.originalError;
  return at instanceof FieldguardError ? at : null;
}
