import DataLoader from "dataloader";
import type { AgreementStanding, Decider, ObjectFacts, RequestFacts, Standing } from "../decision/model.ts";
import type { ConsentStore } from "../stores/consent-store.ts";
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
  let agreements: ReadonlyMap<string, AgreementStanding> | null = new Map();
  const loader = new DataLoader<string, Standing | null>(
    async (keys) => {
      const answer = await store
        .lookUp({
          subjects: keys,
          purpose: purpose ?? "",
          tenants: [...tenants],
          partner: caller.organisation,
        })
        .catch(() => null);
      agreements = answer?.agreements ?? null;
      return keys.map((key) => answer?.subjects.get(key) ?? null);
    },
    { cache: false },
  );
  const keys = [...subjects];
  const found = purpose === null ? [] : await loader.loadMany(keys);
  if (keys.length === 0 && tenants.size > 0 && purpose !== null) {
    agreements = await store
      .lookUp({ subjects: [], purpose, tenants: [...tenants], partner: caller.organisation })
      .then((answer) => answer.agreements)
      .catch(() => null);
  }
  const standings = new Map(keys.map((key, index) => [key, found[index]]));
  return {
    standing(subject) {
      const standing = standings.get(subject);
      return standing === undefined || standing instanceof Error ? null : standing;
    },
    agreement: (tenant) => (agreements === null ? null : agreements.get(tenant)),
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
