import type { HintContext } from "./context.ts";
import { hintGrants } from "./grants.ts";
import { hintLooksLikeProbe } from "./looks-like-probe.ts";
import { hintLooksSensitive } from "./looks-sensitive.ts";
import { hintMasks } from "./masks.ts";
import { hintReach } from "./reach.ts";
import { hintSubjectIds } from "./subjects.ts";
import { rememberingWords } from "./words.ts";

/** Everything that can be enforced and looks forgotten or without effect. */
export function findHints(found: Omit<HintContext, "wordsOf">): void {
  const context: HintContext = { ...found, wordsOf: rememberingWords() };
  hintLooksSensitive(context);
  hintLooksLikeProbe(context);
  hintSubjectIds(context);
  hintGrants(context);
  hintReach(context);
  hintMasks(context);
}
