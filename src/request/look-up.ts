import type { AgreementStanding, Decider, ObjectFacts, RequestFacts, Standing } from "../decision/model.ts";
import type { ConsentStore, StandingAnswer } from "../stores/consent-store.ts";
import type { Slot } from "./enforce/model.ts";

/** What the consent store knows of everybody in the response; null where it could not answer, which counts as no. */
export interface Standings {
  standing(subject: string): Standing | null;
  agreement(tenant: string): AgreementStanding | null | undefined;
}

/** Asks for all subjects of the response in one question. */
export async function lookUpConsents(
  store: ConsentStore,
  slots: ReadonlyMap<Decider, readonly Slot[]>,
  request: RequestFacts,
): Promise<Standings> {
  const { purpose, caller } = request;
  const subjects = new Set<string>();
  const tenants = new Set<string>();
  for (const [decider, ofClass] of slots) {
    const needs = decider.needs(request);
    for (const { holder } of ofClass) {
      if (needs.standing && holder.subject !== null) subjects.add(holder.subject);
      if (needs.agreements && holder.tenant !== null) tenants.add(holder.tenant);
    }
  }
  if (purpose === null || (subjects.size === 0 && tenants.size === 0)) return standingsOf(NOTHING_ASKED);
  try {
    const partner = caller.organisation;
    return standingsOf(await store.lookUp({ subjects: [...subjects], purpose, tenants: [...tenants], partner }));
  } catch {
    return UNANSWERED;
  }
}

const NOTHING_ASKED: StandingAnswer = { subjects: new Map(), agreements: new Map() };
const UNANSWERED: Standings = { standing: () => null, agreement: () => null };

function standingsOf({ subjects, agreements }: StandingAnswer): Standings {
  return {
    standing: (subject) => subjects.get(subject) ?? null,
    agreement: (tenant) => agreements.get(tenant),
  };
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
