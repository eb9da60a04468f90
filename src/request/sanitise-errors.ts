import { GraphQLError, type GraphQLSchema, isInterfaceType, isObjectType } from "graphql";
import { FieldguardError } from "../core/errors.ts";
import { nullInNonNull } from "../core/foreign-messages.ts";
import { newId } from "../core/ids.ts";
import { fieldsAt, shapesBelow } from "./plan/below.ts";
import type { ObjectShape } from "./plan/model.ts";

/** What is told inside of an error that a resolver or an upstream threw: never its message, which may carry values. */
export interface Incident {
  readonly id: string;
  /** The error's class. */
  readonly name: string;
  readonly code: string;
  /** Names of the schema's fields, not the client's aliases: `orders.@.customer.email`. */
  readonly path: string;
}

/** What an error may say without giving anything away. */
export interface ErrorPolicy {
  readonly schema: GraphQLSchema;
  /** Codes of resolvers' errors that clients see; every other is INTERNAL_SERVER_ERROR. */
  readonly errorCodes: ReadonlySet<string>;
  readonly reportIncident: (incident: Incident) => void;
}

/** Codes that resolvers usually give. A code may be made of anything, values included, so only known ones pass. */
export const USUAL_ERROR_CODES = [
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "CONFLICT",
  "DOWNSTREAM_SERVICE_ERROR",
  "FORBIDDEN",
  "INTERNAL_SERVER_ERROR",
  "NOT_FOUND",
  "RATE_LIMITED",
  "REQUEST_TIMEOUT",
  "SERVICE_UNAVAILABLE",
  "TOO_MANY_REQUESTS",
  "UNAUTHENTICATED",
] as const;

/**
 * What a resolver throws reaches the client as a code and an id. Errors that the gateway made itself keep their message:
 * they carry no value. Paths are held to what was asked for: an error can bring one of its own, and a hidden key that
 * failed is an error of the object that it was to tell of.
 */
export function sanitiseErrors(
  errors: readonly GraphQLError[] | undefined,
  root: ObjectShape,
  now: number,
  policy: ErrorPolicy,
): GraphQLError[] {
  return (errors ?? []).map((error) => sanitise(error, root, now, policy));
}

function sanitise(error: GraphQLError, root: ObjectShape, now: number, policy: ErrorPolicy): GraphQLError {
  const { keys, names } = pathIn(root, error.path ?? []);
  const position = { path: error.path === undefined ? null : keys };
  const own = ownError(error);
  if (own !== null) {
    return new GraphQLError(own.message, { ...position, extensions: { ...own.details, code: own.code } });
  }
  if (isNullInNonNull(error.message, policy.schema)) {
    return new GraphQLError(error.message, { ...position, extensions: { code: "INTERNAL_SERVER_ERROR" } });
  }
  const claimed = error.extensions?.["code"];
  const code = typeof claimed === "string" && policy.errorCodes.has(claimed) ? claimed : "INTERNAL_SERVER_ERROR";
  const id = newId(now);
  policy.reportIncident({ id, name: className(error.originalError ?? error), code, path: names.join(".") });
  return new GraphQLError(`The field could not be resolved. Quote the incident ${id} to the operator.`, {
    ...position,
    extensions: { code, incident: id },
  });
}

/** As far as the path leads through the response as the client asked for it. */
function pathIn(root: ObjectShape, path: readonly (string | number)[]) {
  const keys: (string | number)[] = [];
  const names: string[] = [];
  let shapes: readonly ObjectShape[] = [root];
  for (const key of path) {
    if (typeof key === "number") {
      names.push("@");
    } else {
      const fields = fieldsAt(shapes, key);
      const [first] = fields;
      if (first === undefined) break;
      names.push(first.name);
      shapes = shapesBelow(fields);
    }
    keys.push(key);
  }
  return { keys, names };
}

/** graphql-js's own words about a field that there is; somebody else may use them about anything. */
function isNullInNonNull(message: string, schema: GraphQLSchema): boolean {
  const [typeName = "", fieldName = ""] = nullInNonNull(message) ?? [];
  const type = schema.getType(typeName);
  return (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), fieldName);
}

/** The class's name by the prototype: what an error itself calls `name` or `constructor` may be a value. */
function className(error: Error): string {
  const maker: unknown = Object.getPrototypeOf(error)?.constructor;
  const name = typeof maker === "function" ? maker.name : "";
  return /^[A-Za-z]{1,64}$/.test(name) ? name : "Error";
}

/** The gateway's own error under what graphql-js made of it; null for everybody else's. */
export function ownError(error: GraphQLError): FieldguardError | null {
  let at: unknown = error;
  while (at instanceof GraphQLError) at = at.originalError;
  return at instanceof FieldguardError ? at : null;
}
