import { FieldguardError } from "../core/errors.ts";

/**
 * What resolvers get: the fields of a plain object in a new one, and an instance of a class itself, with `fieldguard` put on it;
 * its methods go on working. Throws CONFIGURATION_INVALID on an instance that cannot take it, or has that of another request.
 */
export function withFieldguard(given: object | null | undefined, fieldguard: object): object {
  if (isPlain(given)) return { ...given, fieldguard };
  if (!Object.isExtensible(given) || Object.hasOwn(given, "fieldguard")) {
    throw new FieldguardError(
      "CONFIGURATION_INVALID",
      "The option `context` gave an instance of a class that cannot take `fieldguard`, or has one: make a new one for each request.",
    );
  }
  return Object.defineProperty(given, "fieldguard", { value: fieldguard, enumerable: true });
}

function isPlain(given: object | null | undefined): given is Record<string, unknown> | null | undefined {
  if (typeof given !== "object" || given === null) return true;
  const prototype = Object.getPrototypeOf(given);
  return prototype === null || prototype === Object.prototype;
}
