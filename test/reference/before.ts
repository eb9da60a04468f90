import type { Decision, Reason, RequestFacts } from "../../src/decision/model.ts";
import type { FieldPolicy, Vocabulary } from "../../src/policy/model.ts";
import { outcomeFor } from "../decision/reference.ts";

/**
 * What can be said of a field before any object is there, where it is that nothing of the value is shown whatever the object: then
 * it is not fetched. Else null.
 */
export function decideBefore(policy: FieldPolicy, vocabulary: Vocabulary, request: RequestFacts): Decision | null {
  const reason = refusedAnyway(policy, vocabulary, request);
  if (reason === null) return null;
  const { caller } = request;
  const reach = vocabulary.roles[caller.role]?.reach ?? "NONE";
  const nobody = caller.id === null && (caller.onBehalfOf === null || caller.refuted === true);
  const outcome = outcomeFor(policy, reason, reach === "NONE" || (reach === "SELF" && nobody));
  return outcome === "DENY" || policy.mask === "NULLIFY" ? { outcome, reason, consentIds: [] } : null;
}

/** Why the request is refused by itself: by role and purpose; as no object at all is in reach; or as it speaks against its purpose. */
export function refusedAnyway(policy: FieldPolicy, vocabulary: Vocabulary, request: RequestFacts): Reason | null {
  const { caller, purpose, optedOut } = request;
  const toRole = policy.grants.filter((grant) => grant.to.includes(caller.role));
  if (toRole.length === 0) return "ROLE_NOT_ALLOWED";
  if (purpose === null) return "PURPOSE_MISSING";
  const grants = toRole.filter((grant) => grant.allow.includes(purpose));
  if (grants.length === 0) return "PURPOSE_NOT_ALLOWED";
  const reach = vocabulary.roles[caller.role]?.reach ?? "NONE";
  const reachable = grants.some((grant) => {
    const bound = reach === "ASSIGNED" || !grant.to.some((role) => vocabulary.roles[role]?.reach === "ASSIGNED");
    if (bound && grant.assigned !== null && caller.organisation === null) return false;
    if (reach === "SELF") return caller.id !== null || (caller.onBehalfOf !== null && caller.refuted !== true);
    if (reach === "TENANT") return caller.tenants.length > 0;
    if (reach === "ASSIGNED") return grant.assigned !== null;
    return reach === "ALL";
  });
  if (!reachable) return "OUT_OF_REACH";
  return optedOut && vocabulary.purposes[purpose]?.sale === true ? "OPTED_OUT" : null;
}
