import { BIRTH_DATE, type Decider } from "../../decision/model.ts";
import type { Slot } from "./model.ts";

/**
 * Coordinates of the facts that are there and cannot be read, which counted against the caller: somebody has to mend them
 * upstream. Names of fields, never a value.
 */
export function unreadableIn(slots: ReadonlyMap<Decider, readonly Slot[]>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const ofClass of slots.values()) {
    for (const slot of ofClass) {
      for (const fact of slot.decision?.unreadable ?? []) found.add(coordinateOf(slot, fact));
    }
  }
  return found;
}

function coordinateOf({ holder, of }: Slot, fact: string): string {
  if (fact === BIRTH_DATE) return `${holder.of?.type}.${holder.of?.subject?.birthDate}`;
  return `${of?.names.has(fact) === true ? of.type : holder.of?.type}.${fact}`;
}
