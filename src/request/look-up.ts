import type { ConsentStore, StandingAnswer } from "../consents/contract.ts";
import type { Erasure } from "../consents/standing.ts";
import type { AgreementStanding, Decider, ObjectFacts, RequestFacts, Standing } from "../decision/model.ts";
import type { Slot } from "./enforce/model.ts";

/** What the consent store knows of everybody in the response; null where it could not answer, which counts as no. */
export interface Standings {
  standing(subject: string): Standing | null;
  agreement(tenant: string): AgreementStanding | null | undefined;
}

/**
 * Asks for all subjects of the response in one question, and of whomever nothing else is asked, whether they are erased: where
 * they are, not even a mask of theirs leaves.
 */
export async function lookUpConsents(
  store: ConsentStore,
  slots: ReadonlyMap<Decider, readonly Slot[]>,
  request: RequestFacts,
): Promise<Standings> {
  const { purpose, caller } = request;
  const subjects = new Set<string>();
  const others = new Set<string>();
  const tenants = new Set<string>();
  for (const [decider, ofClass] of slots) {
    const needs = decider.needs(request);
    for (const { holder } of ofClass) {
      if (holder.subject !== null) (needs.standing ? subjects : others).add(holder.subject);
      if (needs.agreements && holder.tenant !== null) tenants.add(holder.tenant);
    }
  }
  const asksStandings = purpose !== null && (subjects.size > 0 || tenants.size > 0);
  const rest = [...others].filter((subject) => !asksStandings || !subjects.has(subject));
  try {
    const [answer, erasures] = await Promise.all([
      asksStandings
        ? store.lookUp({ subjects: [...subjects], purpose, tenants: [...tenants], partner: caller.organisation })
        : NOTHING_ASKED,
      rest.length > 0 ? store.erasures(rest) : NOBODY,
    ]);
    return standingsOf(answer, new Set(rest), erasures);
  } catch {
    return UNANSWERED;
  }
}

const NOTHING_ASKED: StandingAnswer = { subjects: new Map(), agreements: new Map() };
const NOBODY: ReadonlyMap<string, Erasure> = new Map();
const UNANSWERED: Standings = { standing: () => null, agreement: () => null };
/** Everybody as if nothing were stored of them: for answers that must not depend on it. */
export const UNKNOWN_TO_US: Standings = {
  standing: () => ({ status: "ACTIVE", legalHold: false, consents: [] }),
  agreement: () => undefined,
};
const UNERASED: Standing = { status: "ACTIVE", legalHold: false, consents: [] };

function standingsOf(
  { subjects, agreements }: StandingAnswer,
  rest: ReadonlySet<string>,
  erasures: ReadonlyMap<string, Erasure>,
): Standings {
  return {
    standing: (subject) => subjects.get(subject) ?? (rest.has(subject) ? standingOf(erasures.get(subject)) : null),
    agreement: (tenant) => agreements.get(tenant),
  };
}

/** All that matters of somebody whose data no grant reaches. */
function standingOf(erasure: Erasure | undefined): Standing {
  if (erasure === undefined) return UNERASED;
  return { status: erasure.erased ? "ERASED" : "ACTIVE", legalHold: erasure.legalHold, consents: [] };
}

/** What is known of the object that a slot stands for. */
export function factsOf({ holder, named }: Slot, standings: Standings): ObjectFacts {
  return {
    subjectDeclared: holder.declared,
    subject: holder.subject,
    tenant: holder.tenant,
    region: holder.region,
    regionDeclared: holder.regionDeclared,
    birthDate: holder.birthDate,
    birthDateDeclared: holder.birthDateDeclared,
    named,
    standing: holder.subject === null ? null : standings.standing(holder.subject),
    agreement: holder.tenant === null ? undefined : standings.agreement(holder.tenant),
  };
}
