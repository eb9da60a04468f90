import { dayNumberOf, isAged, readBirthDay } from "../../decision/dates.ts";
import type { RequestFacts } from "../../decision/model.ts";
import type { Holder, Pending } from "./model.ts";

/**
 * The people of a response whose birth date tells that a guardian consents for them: on record, so that after an
 * incident it is known for whom a guardian must be told. Whoever has no birth date that can be read is not among them.
 */
export function minorsIn(pending: readonly Pending[], { now, deployment }: RequestFacts): ReadonlySet<string> {
  const minors = new Set<string>();
  const today = dayNumberOf(now);
  if (today === null) return minors;
  let last: Holder | null = null;
  for (const { holder } of pending) {
    // Values of one object come one after another.
    if (holder === last || holder.birthDate === null || holder.subject === null) continue;
    last = holder;
    const born = readBirthDay(holder.birthDate);
    if (born !== null && !isAged(born, deployment.guardianAge, today)) minors.add(holder.subject);
  }
  return minors;
}
