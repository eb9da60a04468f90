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

/**
 * A consent store whose database holds no text that people wrote: reasons, evidence, and how a guardian or agent was verified, are sealed
 * on their way in and opened on their way out. What was stored before sealing is read as it is.
 */
export function sealedConsents(store: ConsentStore, keyring: Keyring): ConsentStore {
  // What says nothing stays as it is: sealed it would look as if it said something (see `formOf`).
  const seal = (text: string | null): string | null => (saysSomething(text) ? keyring.seal(text ?? "") : text);
  const open = (text: string | null): string | null => (text === null ? null : (keyring.unseal(text) ?? UNREADABLE));
  const event = (each: ConsentEvent, change: typeof seal): ConsentEvent => ({
    ...each,
    reason: change(each.reason),
    expressedBy: { ...each.expressedBy, verification: change(each.expressedBy.verification) },
    ...(each.evidence === undefined ? {} : { evidence: change(each.evidence) }),
  });
  const record = (each: ConsentRecord): ConsentRecord => ({
    ...each,
    event: event(each.event, open),
    objection: each.objection && { ...each.objection, event: event(each.objection.event, open) },
  });
  const withReason = <T extends SubjectState | Agreement>(each: T, change: typeof seal): T => ({
    ...each,
    reason: change(each.reason),
  });

  return {
    async append(events, expected) {
      const sealed = events.map((each) => event(each, seal));
      return (await store.append(sealed, expected)).map(record);
    },
    lookUp: (question) => store.lookUp(question),
    erasures: (subjects) => store.erasures(subjects),
    async records(subject) {
      return (await store.records(subject)).map(record);
    },
    async history(subject, page) {
      return (await store.history(subject, page)).map((each) => event(each, open));
    },
    async *events(after) {
      for await (const each of store.events(after)) yield event(each, open);
    },
    async subjectState(subject) {
      return withReason(await store.subjectState(subject), open);
    },
    async setSubjectState(state, expected) {
      const sealed = withReason(state, seal);
      if (expected === undefined) return withReason(await store.setSubjectState(sealed), open);
      // No text is sealed twice alike: what is expected is compared with what stands opened, and guarded as it stands.
      const stands = await store.subjectState(state.subject);
      const guard = isSameState(withReason(stands, open), expected) ? stands : withReason(expected, seal);
      return withReason(await store.setSubjectState(sealed, guard), open);
    },
    putAgreement: (agreement) => store.putAgreement(withReason(agreement, seal)),
    async agreements(tenant) {
      return (await store.agreements(tenant)).map((each) => withReason(each, open));
    },
    ping: () => store.ping(),
    close: () => store.close(),
  };
}
