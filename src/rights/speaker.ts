import type { ConsentEvent } from "../consents/contract.ts";
import { type DayNumber, dayEverywhere, isAged, readBirthDay, startEverywhere, UNREADABLE_DAY } from "../core/dates.ts";
import { FieldguardError } from "../core/errors.ts";
import { saysSomething } from "../core/says-something.ts";
import { type Caller, standsFor } from "../decision/model.ts";
import type { ConsentAction } from "./transitions.ts";

/** What only the deployment knows of people. Each answers null where it does not know. */
export interface People {
  /** ISO 8601 date of birth. */
  birthDate(subject: string): Promise<string | null>;
  /** How somebody's guardianship of a child was verified; null where they are not known as its guardian. */
  guardianship(guardian: string, subject: string): Promise<string | null>;
  /** Whether a person is one of a tenant's: with it, nothing is stored when the tenant's staff asks somebody else for consent. */
  belongsTo?(subject: string, tenant: string): Promise<boolean>;
}

export interface SpeakerRules {
  /** null: the token's word is taken for guardianship, and nobody's age is known here (the decision asks for it again). */
  readonly people: People | null;
  /** Years under which only a guardian consents. */
  readonly guardianAge: number;
  /** Roles that act for the deployment itself. */
  readonly officerRoles: readonly string[];
}

/** For whom a caller speaks, and in which quality. */
export interface Speaker {
  readonly subject: string;
  readonly expressedBy: ConsentEvent["expressedBy"];
  /** When the child comes of age, in milliseconds since the epoch; null where that is not known, or is past. */
  readonly ofAgeAt: number | null;
}

export const NO_GUARDIAN = "The caller is not known as the child's guardian, or it has come of age.";

/** How the authority of a caller whose token says that it acts for another person was verified. */
export const VERIFIED_BY_ISSUER = "asserted by the issuer of the token";

/**
 * Whoever acts must be somebody: FORBIDDEN for a guest. The person meant, where the call names nobody, is oneself, or whom the
 * token acts for. Where what is known of the two speaks against that, nobody is meant: FORBIDDEN, and never oneself instead.
 */
export function personMeant(
  caller: Caller,
  subject: string | null,
): { readonly caller: string; readonly subject: string } {
  if (caller.id === null) throw forbidden("A guest has no consents. Send a token.");
  if (subject === null && caller.refuted === true) throw forbidden(NO_GUARDIAN);
  return { caller: caller.id, subject: subject ?? standsFor(caller) ?? caller.id };
}

/**
 * Finds out in which quality a caller may speak for a subject: oneself, the guardian or agent that the token names, an
 * officer. Throws FORBIDDEN for anybody else, for a guardian who is not known as one or whose child is not known to be one;
 * GUARDIAN_REQUIRED where somebody else consents for a child. `speak`: anything that is no change of a consent.
 */
export async function findSpeaker(
  caller: Caller,
  subject: string | null,
  action: ConsentAction | "speak",
  rules: SpeakerRules,
  now: number,
): Promise<Speaker> {
  const person = personMeant(caller, subject);
  const expressedBy = await qualityOf(caller, person, rules);
  const birthDay = readBirthDay(await rules.people?.birthDate(person.subject));
  const ofAgeAt = birthDay === null ? null : comingOfAge(birthDay, rules.guardianAge, now);
  if (ofAgeAt !== null && consents(action) && expressedBy.role !== "GUARDIAN") {
    throw new FieldguardError(
      "GUARDIAN_REQUIRED",
      `Cannot take consent for a child under ${rules.guardianAge} from anybody but its verified guardian.`,
    );
  }
  if (expressedBy.role === "GUARDIAN") {
    // In nobody's favour: it counts as a child's to whom it belongs, and as no child's to the guardian.
    if (birthDay === UNREADABLE_DAY) throw forbidden("The child's birth date cannot be read. Correct it first.");
    if (birthDay !== null && ofAgeAt === null) throw forbidden("The child has come of age and decides for itself.");
  }
  return { subject: person.subject, expressedBy, ofAgeAt };
}

/** A child may always say no by itself; only its yes needs the guardian. */
function consents(action: ConsentAction | "speak"): boolean {
  return action === "give" || action === "renew";
}

async function qualityOf(
  caller: Caller,
  person: { readonly caller: string; readonly subject: string },
  { people, officerRoles }: SpeakerRules,
): Promise<ConsentEvent["expressedBy"]> {
  const id = person.caller;
  if (person.subject === id) return { id, role: "DATA_SUBJECT", verification: null };
  const stands = standsFor(caller) === person.subject;
  if (stands && caller.actingAs === "AGENT") {
    return { id, role: "AGENT", verification: VERIFIED_BY_ISSUER };
  }
  if (stands && caller.actingAs === "GUARDIAN") {
    const verification = people === null ? VERIFIED_BY_ISSUER : await people.guardianship(id, person.subject);
    if (verification === null || !saysSomething(verification)) throw forbidden(NO_GUARDIAN);
    return { id, role: "GUARDIAN", verification };
  }
  if (officerRoles.includes(caller.role)) return { id, role: "CONTROLLER", verification: null };
  throw forbidden(
    "Nobody may do this for somebody else, but a guardian or agent whom the token names, or a privacy officer.",
  );
}

/** When the birthday on which a child reaches `years` has begun everywhere on earth; null where it has. */
function comingOfAge(birthDay: DayNumber, years: number, now: number): number | null {
  const today = dayEverywhere(now);
  if (today === null || isAged(birthDay, years, today)) return null;
  return startEverywhere(birthDay + years * 10_000);
}

export function forbidden(why: string): FieldguardError {
  return new FieldguardError("FORBIDDEN", why);
}
