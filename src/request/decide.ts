import type { Decider, RequestFacts } from "../decision/model.ts";
import type { Slot } from "./enforce/model.ts";
import { factsOf, type Standings } from "./look-up.ts";

/** Decides every slot of the response: a class of coordinates at a time, equal facts once. */
export async function decide(
  slots: ReadonlyMap<Decider, readonly Slot[]>,
  standings: Standings,
  request: RequestFacts,
): Promise<void> {
  await Promise.all(
    Array.from(slots, async ([decider, ofClass]) => {
      const decisions = await decider.decideMany(
        request,
        ofClass.map((slot) => factsOf(slot, standings)),
      );
      ofClass.forEach((slot, index) => {
        slot.decision = decisions[index] ?? null;
      });
    }),
  );
}
