import type { FieldPolicy } from "../policy/model.ts";
import type { Decision, Reason } from "./model.ts";

/** Reasons that withhold the value altogether, whatever the field's outcome: nothing of what is gone, or may be, leaves even masked. */
const ALWAYS_DENIED: ReadonlySet<Reason> = new Set([
  "SUBJECT_ERASED",
  "RETENTION_EXPIRED",
  "CONSENT_STORE_UNAVAILABLE",
  "RULE_FAILED",
]);

/**
 * What a field does with a value for a reason: ALLOW for GRANTED alone. A mask still tells something, and people who have nothing
 * to do with somebody get it only where the field itself says so.
 */
export function outcomeOf(
  policy: FieldPolicy,
  { reason, stranger }: Pick<Decision, "reason" | "stranger">,
): Decision["outcome"] {
  if (reason === "GRANTED") return "ALLOW";
  if (ALWAYS_DENIED.has(reason) || (stranger === true && policy.maskForStrangers !== true)) return "DENY";
  return policy.otherwise;
}
