import type { FieldPolicy } from "../policy/model.ts";
import type { Decision, Reason } from "./model.ts";

/** Reasons that withhold the value altogether, whatever the field's outcome: nothing of what should be gone may leave, not even masked. */
const ALWAYS_DENIED: ReadonlySet<Reason> = new Set(["SUBJECT_ERASED", "RETENTION_EXPIRED"]);

/** What a field does with a value for a reason: ALLOW for GRANTED alone. */
export function outcomeOf(policy: FieldPolicy, reason: Reason): Decision["outcome"] {
  if (reason === "GRANTED") return "ALLOW";
  return ALWAYS_DENIED.has(reason) ? "DENY" : policy.otherwise;
}
