import type { Keyring } from "../core/keys.ts";
import { saysSomething } from "../core/says-something.ts";
import {
  type Agreement,
  type ConsentEvent,
  type ConsentRecord,
  type ConsentStore,
  isSameState,
  type SubjectState,
} from "./contract.ts";

/** What stands in place of a text whose key is not here: it was there, and said something. */
const UNREADABLE = "••• sealed";

/** Texts that people wrote, as the database has them and as they are read. */
class Seals {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  // What says nothing stays as it is: sealed it would look as if it said something (see `formOf`).
  readonly seal = (text: string | null): string | null => (saysSomething(text) ? this.#keyring.seal(text ?? "") : text);

  readonly open = (text: string | null): string | null =>
    text === null ? null : (this.#keyring.unseal(text) ?? UNREADABLE);

  readonly sealEvent = (event: ConsentEvent): ConsentEvent => withTexts(event, this.seal);
  readonly openEvent = (event: ConsentEvent): ConsentEvent => withTexts(event, this.open);
  readonly openRecord = (record: ConsentRecord): ConsentRecord => ({
    ...record,
    event: this.openEvent(record.event),
    objection: record.objection && { ...record.objection, event: this.openEvent(record.objection.event) },
  });
  readonly sealReason = <T extends SubjectState | Agreement>(of: T): T => ({ ...of, reason: this.seal(of.reason) });
  readonly openReason = <T extends SubjectState | Agreement>(of: T): T => ({ ...of, reason: this.open(of.reason) });
}

function withTexts(event: ConsentEvent, change: (text: string | null) => string | null): ConsentEvent {
  return {
    ...event,
    reason: change(event.reason),
    expressedBy: { ...event.expressedBy, verification: change(event.expressedBy.verification) },
    ...(event.evidence === undefined ? {} : { evidence: change(event.evidence) }),
  };
}

/**
 * A consent store whose database holds no text that people wrote: reasons, evidence, and how a guardian or agent was
 * verified, are sealed on their way in and opened on their way out. What was stored before sealing is read as it is.
 */
export function sealedConsents(store: ConsentStore, keyring: Keyring): ConsentStore {
  const { sealEvent, openEvent, openRecord, sealReason, openReason } = new Seals(keyring);
  return {
    append: async (events, expected) => (await store.append(events.map(sealEvent), expected)).map(openRecord),
    lookUp: (question) => store.lookUp(question),
    erasures: (subjects) => store.erasures(subjects),
    records: async (subject) => (await store.records(subject)).map(openRecord),
    history: async (subject, page) => (await store.history(subject, page)).map(openEvent),
    async *events(after) {
      for await (const event of store.events(after)) yield openEvent(event);
    },
    subjectState: async (subject) => openReason(await store.subjectState(subject)),
    async setSubjectState(state, expected) {
      const sealed = sealReason(state);
      if (expected === undefined) return openReason(await store.setSubjectState(sealed));
      // No text is sealed twice alike: what is expected is compared with what stands opened, and guarded as it stands.
      const stands = await store.subjectState(state.subject);
      const guard = isSameState(openReason(stands), expected) ? stands : sealReason(expected);
      return openReason(await store.setSubjectState(sealed, guard));
    },
    putAgreement: (agreement) => store.putAgreement(sealReason(agreement)),
    agreements: async (tenant) => (await store.agreements(tenant)).map(openReason),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}
