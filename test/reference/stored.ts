import type { AgreementStanding, ConsentStanding, Standing } from "../../src/decision/model.ts";
import type { Agreement, ConsentEvent, SubjectState } from "../../src/stores/consent-store.ts";

/** Everything that was put into a consent store, in the order in which it was put. */
export interface Stored {
  readonly events: readonly ConsentEvent[];
  readonly states: readonly SubjectState[];
  readonly agreements: readonly Agreement[];
  /** The store cannot answer. */
  readonly down: boolean;
}

/** What is known of a person for a purpose, by going through all that was ever stored; null where the store is down. */
export function standingIn(stored: Stored, subject: string, purpose: string): Standing | null {
  if (stored.down) return null;
  const state = stored.states.findLast((each) => each.subject === subject);
  const erased = state?.status === "ERASED";
  const told = stored.events.filter((event) => event.subject === subject && event.purposes.includes(purpose));
  const tenants = [...new Set(told.map(({ tenant }) => tenant))];
  return {
    status: state?.status ?? "ACTIVE",
    legalHold: state?.legalHold ?? false,
    consents: tenants.map((tenant) =>
      standingOf(
        told.filter((event) => event.tenant === tenant),
        purpose,
        erased,
      ),
    ),
  };
}

/** The last word counts; of an erased person's events the free text is gone, how an authority was verified included. */
function standingOf(events: readonly ConsentEvent[], purpose: string, erased: boolean): ConsentStanding {
  const last = events.at(-1);
  if (last === undefined) throw new Error("A record has one event at least.");
  const { id, tenant, state, form, time, expiresAt, notice, categories, recipients, expressedBy } = last;
  const first = events.findLast((event, at) => event.state === "GIVEN" || (event.state === "RENEWED" && at === 0));
  return {
    id,
    tenant,
    purpose,
    state,
    form,
    givenAt: first?.time ?? time,
    changedAt: time,
    expiresAt,
    notice: notice && { id: notice.id, version: notice.version },
    categories,
    recipients,
    expressedBy: expressedBy.role,
    verified: !erased && expressedBy.verification !== null,
  };
}

/** The tenant's agreement with the partner: one that names it before one for any, then the latest, then the greater id. */
export function agreementIn(
  stored: Stored,
  tenant: string,
  partner: string | null,
  purpose: string,
): AgreementStanding | null | undefined {
  if (stored.down) return null;
  const latest = new Map(stored.agreements.map((agreement) => [agreement.id, agreement]));
  const [found] = [...latest.values()]
    .filter((each) => each.tenant === tenant && each.purposes.includes(purpose))
    .filter((each) => each.partner === null || each.partner === partner)
    .sort(
      (one, other) =>
        Number(other.partner !== null) - Number(one.partner !== null) ||
        other.givenAt - one.givenAt ||
        (one.id < other.id ? 1 : -1),
    );
  return found;
}
