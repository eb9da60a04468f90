import { askRule } from "./ask-rule.ts";
import type { StaticFindings } from "./examine.ts";
import type { Reason } from "./model.ts";
import type { ShieldRule } from "./table.ts";

/** Verdicts remembered a rule. Few ever exist; the bound is for a policy made to have many. */
const VERDICTS_MAX = 2048;

/** A rule together with what it answered for which signature of findings. */
export interface RememberingRule {
  /** What was answered for the key; undefined where it was not asked, or is forgotten. */
  recall(key: string): Reason | undefined;

  /** GRANTED, or why not. `key` is the signature of `findings`: all that the rule looks at, so an answer holds for every caller and request. */
  ask(key: string, findings: StaticFindings): Promise<Reason>;
}

/** A rule that failed by itself is asked again the next time. */
export function remember(rule: ShieldRule): RememberingRule {
  const verdicts = new Map<string, Reason>();
  return {
    recall: (key) => verdicts.get(key),
    async ask(key, findings) {
      const verdict = verdicts.get(key);
      if (verdict !== undefined) return verdict;
      const reason = (await askRule(rule, findings)) ?? "GRANTED";
      if (reason === "RULE_FAILED") return reason;
      if (verdicts.size >= VERDICTS_MAX) verdicts.clear();
      verdicts.set(key, reason);
      return reason;
    },
  };
}
