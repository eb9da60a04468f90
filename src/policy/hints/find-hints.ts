import { isOwn } from "../../core/own-api.ts";
import type { HintCode } from "../fault-codes.ts";
import { FaultCollector } from "../faults.ts";
import type { Fault } from "../model.ts";
import { hintActs, hintKeysOnTrust } from "./acts.ts";
import type { CompiledParts, HintContext } from "./context.ts";
import { hintGrants } from "./grants.ts";
import { hintHashBesideId } from "./hash-beside-id.ts";
import { hintLooksLikeProbe } from "./looks-like-probe.ts";
import { hintLooksSensitive } from "./looks-sensitive.ts";
import { hintMasks } from "./masks.ts";
import { hintOwnApi } from "./own-api.ts";
import { hintReach } from "./reach.ts";
import { hintSharedSpace } from "./shared-space.ts";
import { hintSomePaths } from "./some-paths.ts";
import { hintSpecial } from "./special.ts";
import { hintSubjectIds } from "./subjects.ts";
import { rememberingWords } from "./words.ts";

/** What the gateway's own API is like is not the integrator's to mend: everything else that can be enforced and looks forgotten or without effect, in the order of the text. */
export function findHints(found: CompiledParts): Fault[] {
  const hints = new FaultCollector<HintCode>(isOwn);
  const context: HintContext = { ...found, wordsOf: rememberingWords(), hints };
  hintLooksSensitive(context);
  hintLooksLikeProbe(context);
  hintSubjectIds(context);
  hintGrants(context);
  hintReach(context);
  hintSomePaths(context);
  hintSharedSpace(context);
  hintHashBesideId(context);
  hintSpecial(context);
  hintMasks(context);
  hintOwnApi(context);
  hintActs(context);
  hintKeysOnTrust(context);
  return hints.list();
}
