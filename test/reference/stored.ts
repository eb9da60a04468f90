import type { Agreement, ConsentEvent, SubjectState } from "../../src/consents/contract.ts";
import type { AgreementStanding, ConsentStanding, Standing } from "../../src/decision/model.ts";

/** Everything that was put into a consent store, in the order in which it was put. */
export interface Stored {
  /** What people signal is added as they ask. */
  readonly events: ConsentEvent[];
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
  return {
    status: state?.status ?? "ACTIVE",
    legalHold: state?.legalHold ?? false,
    consents: choicesIn(told).map(({ event, since }) => standingOf(event, since, purpose, erased)),
  };
}

/** Everything that was chosen, each since when it counts; of the yeses to the same the last one. To ask is no choice. */
function choicesIn(told: readonly ConsentEvent[]) {
  const choices: { readonly event: ConsentEvent; readonly since: number }[] = [];
  for (const event of told.filter(({ state }) => !["UNKNOWN", "REQUESTED", "DEFERRED"].includes(state))) {
    const before = choices.filter((one) => isToTheSame(one.event, event)).map(({ since }) => since);
    choices.push({ event, since: Math.max(event.time, ...before) });
  }
  const isNo = ({ state }: ConsentEvent) => ["REFUSED", "WITHDRAWN", "REVOKED", "INVALIDATED"].includes(state);
  return choices.filter(
    ({ event }, at) =>
      isNo(event) || !choices.slice(at + 1).some((later) => !isNo(later.event) && isToTheSame(later.event, event)),
  );
}

function isToTheSame(one: ConsentEvent, other: ConsentEvent): boolean {
  const named = (names: readonly string[] | null) => (names === null ? "all" : [...new Set(names)].sort().join(" "));
  return (
    one.tenant === other.tenant &&
    named(one.categories) === named(other.categories) &&
    named(one.recipients) === named(other.recipients)
  );
}

/** Of an erased person's events the free text is gone, how an authority was verified and where a proof is included. */
function standingOf(event: ConsentEvent, since: number, purpose: string, erased: boolean): ConsentStanding {
  const { id, tenant, state, expiresAt, notice, categories, recipients, expressedBy } = event;
  return {
    id,
    tenant,
    purpose,
    state,
    form: formIn(event, erased),
    givenAt: since,
    changedAt: since,
    expiresAt,
    notice: notice && { id: notice.id, version: notice.version },
    categories,
    recipients,
    expressedBy: expressedBy.role,
    verified: !erased && expressedBy.verification !== null,
  };
}

function formIn({ form, evidence, expressedBy, purposes }: ConsentEvent, erased: boolean): ConsentStanding["form"] {
  const proven = !erased && typeof evidence === "string";
  if (expressedBy.role === "CONTROLLER" && !proven) return "IMPLIED";
  if (form === "SEPARATE" && purposes.length !== 1) return "EXPRESSED";
  const ofFirstEdition = evidence === undefined;
  return ofFirstEdition && form === "EXPLICIT" ? "EXPRESSED" : form;
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
