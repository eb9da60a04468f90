import type { Decision, RequestFacts } from "../../src/decision/model.ts";
import type { FieldPolicy, Vocabulary } from "../../src/policy/model.ts";

/**
 * What can be said of a field before any object is there, or null: row 1 of the table; and, since a denial that can be static
 * must be, for fields that are denied otherwise also that no object at all is in the caller's reach, and that the request
 * itself speaks against its purpose.
 */
export function decideBefore(policy: FieldPolicy, vocabulary: Vocabulary, request: RequestFacts): Decision | null {
  const { caller, purpose, optedOut } = request;
  const refuse = (reason: Decision["reason"]): Decision => ({ outcome: policy.otherwise, reason, consentIds: [] });
  const toRole = policy.grants.filter((grant) => grant.to.includes(caller.role));
  if (toRole.length === 0) return refuse("ROLE_NOT_ALLOWED");
  if (purpose === null) return refuse("PURPOSE_MISSING");
  const grants = toRole.filter((grant) => grant.allow.includes(purpose));
  if (grants.length === 0) return refuse("PURPOSE_NOT_ALLOWED");
  if (policy.otherwise !== "DENY") return null;
  const reach = vocabulary.roles[caller.role]?.reach ?? "NONE";
  const reachable = grants.some((grant) => {
    const bound = reach === "ASSIGNED" || !grant.to.some((role) => vocabulary.roles[role]?.reach === "ASSIGNED");
    if (bound && grant.assigned !== null && caller.organisation === null) return false;
    if (reach === "SELF") return caller.id !== null || caller.onBehalfOf !== null;
    if (reach === "TENANT") return caller.tenants.length > 0;
    if (reach === "ASSIGNED") return grant.assigned !== null;
    return reach === "ALL";
  });
  if (!reachable) return refuse("OUT_OF_REACH");
  if (optedOut && vocabulary.purposes[purpose]?.sale === true) return refuse("OPTED_OUT");
  return null;
}
