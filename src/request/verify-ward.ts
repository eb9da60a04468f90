import { dayEverywhere, isAged, readBirthDay, UNREADABLE_DAY } from "../core/dates.ts";
import { saysSomething } from "../core/says-something.ts";
import type { Caller, Deployment } from "../decision/model.ts";
import type { People } from "../rights/speaker.ts";

/**
 * The caller as what the deployment knows of people has it: a guardian whom it does not know as one, or whose ward has come of
 * age, stands for nobody, whatever the token says. What cannot be told, or cannot be read, is no guardianship. Without `people`
 * the token's word counts.
 */
export async function verifyWard(
  caller: Caller,
  people: People | null,
  { guardianAge }: Deployment,
  now: number,
): Promise<Caller> {
  if (people === null || caller.actingAs !== "GUARDIAN" || caller.onBehalfOf === null) return caller;
  const { refuted: _, ...claimed } = caller;
  const known = await isGuardian(caller.id, caller.onBehalfOf, people, guardianAge, now).catch(() => false);
  return known ? claimed : { ...claimed, refuted: true };
}

async function isGuardian(
  guardian: string | null,
  ward: string,
  people: People,
  guardianAge: number,
  now: number,
): Promise<boolean> {
  if (guardian === null) return false;
  const [verification, birthDate] = await Promise.all([people.guardianship(guardian, ward), people.birthDate(ward)]);
  if (!saysSomething(verification)) return false;
  const born = readBirthDay(birthDate);
  if (born === null) return true;
  const today = dayEverywhere(now);
  return born !== UNREADABLE_DAY && today !== null && !isAged(born, guardianAge, today);
}
