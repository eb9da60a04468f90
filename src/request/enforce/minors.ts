import { dayEverywhere, isAged, readBirthDay } from "../../core/dates.ts";
import type { RequestFacts } from "../../decision/model.ts";
import type { Gathered } from "./gather.ts";
import { type Holder, peopleOf } from "./holder.ts";

/**
 * The people of a response whose birth date tells that a guardian consents for them: on record, so that after an
 * incident it is known for whom a guardian must be told. Whoever has one that cannot be read is among them; whoever has none is not.
 */
export function minorsIn(
  { pending, suppressed }: Pick<Gathered, "pending" | "suppressed">,
  { now, deployment }: RequestFacts,
): ReadonlySet<string> {
  const minors = new Set<string>();
  const today = dayEverywhere(now);
  if (today === null) return minors;
  let last: Holder | null = null;
  const look = (holder: Holder): void => {
    // Values of one object come one after another.
    if (holder === last) return;
    last = holder;
    for (const { birthDate, subject } of peopleOf(holder)) {
      const born = subject === null ? null : readBirthDay(birthDate);
      if (born !== null && subject !== null && !isAged(born, deployment.guardianAge, today)) minors.add(subject);
    }
  };
  for (const { holder } of pending) look(holder);
  for (const { holder } of suppressed) look(holder);
  return minors;
}
