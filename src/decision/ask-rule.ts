import type { GraphQLResolveInfo } from "graphql";
import { Denial } from "./denial.ts";
import type { StaticFindings } from "./examine.ts";
import type { Reason } from "./model.ts";
import { allow } from "./shield.ts";
import type { ShieldRule } from "./table.ts";

type Options = Parameters<ShieldRule["resolve"]>[4];

/** Rules are asked beside the resolvers, not inside: they get findings for a parent, and the rest is as empty as it looks. */
const OPTIONS: Options = { debug: false, allowExternalErrors: false, fallbackRule: allow, hashFunction: () => "" };
const NO_INFO = {} as GraphQLResolveInfo;

/** Asks a rule about findings: null where it holds, else the reason. A rule that fails by itself counts as no, RULE_FAILED. */
export async function askRule(rule: ShieldRule, findings: StaticFindings): Promise<Reason | null> {
  try {
    const answer = await rule.resolve(findings, {}, { _shield: { cache: {} } }, NO_INFO, OPTIONS);
    if (answer === true) return null;
    return answer instanceof Denial ? answer.reason : "RULE_FAILED";
  } catch {
    return "RULE_FAILED";
  }
}
