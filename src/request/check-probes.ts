import { FieldguardError } from "../core/errors.ts";
import type { Decider, RequestFacts } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import type { Plan } from "./plan/model.ts";

/**
 * Who may not see a field may not find its value out by filtering or sorting on it. Refused before anything executes:
 * whether a row matches is known only afterwards, so the caller must be sure of the field for whatever row comes.
 * That is: the tests that need no subject hold, the role reaches beyond single people (ALL or TENANT), and the purpose
 * needs nobody's consent for the field. Throws PROBE_NOT_ALLOWED.
 */
export async function checkProbes(
  plan: Plan,
  deciders: ReadonlyMap<string, Decider>,
  vocabulary: Vocabulary,
  request: RequestFacts,
): Promise<void> {
  for (const { at, coordinate } of plan.probes) {
    const decider = deciders.get(coordinate);
    const denied = decider === undefined || !(await mayProbe(decider, vocabulary, request));
    if (denied) {
      throw new FieldguardError(
        "PROBE_NOT_ALLOWED",
        `Using ${at} can reveal ${coordinate}, which this caller may not see for everybody it may match. Leave it out.`,
        { details: { at, coordinate } },
      );
    }
  }
}

async function mayProbe(decider: Decider, vocabulary: Vocabulary, request: RequestFacts): Promise<boolean> {
  const { purpose, caller } = request;
  if (purpose === null || (await decider.refusedAnyway(request)) !== null) return false;
  const reach = vocabulary.roles[caller.role]?.reach;
  if (reach !== "ALL" && !(reach === "TENANT" && caller.tenants.length > 0)) return false;
  return !decider.policy.consents.some((demand) => demand.purposes.includes(purpose));
}
