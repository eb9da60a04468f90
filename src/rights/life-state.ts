import { covers, isChoice, isNo, overlaps, recordsFrom, type Scope } from "../consents/choices.ts";
import type { ConsentEvent, ConsentRecord } from "../consents/contract.ts";
import type { ConsentState, Notice } from "../decision/model.ts";
import { collectChanges, isOutdated } from "../decision/notices.ts";
import { type CoolDownOf, coolsDown, usualCoolDown } from "./cool-down.ts";
import { isEntitled } from "./entitled.ts";
import type { LifeState } from "./transitions.ts";

/** The state of a consent at a time: as stored, but EXPIRED once its date is past. */
export function stateAt(event: Pick<ConsentEvent, "state" | "expiresAt">, now: number): ConsentState {
  if (event.state !== "GIVEN" && event.state !== "RENEWED") return event.state;
  return event.expiresAt !== null && event.expiresAt <= now ? "EXPIRED" : event.state;
}

/** How one record stands in its life. */
export function lifeStateOf(record: ConsentRecord | null, notices: readonly Notice[], now: number): LifeState {
  if (record === null) return "UNKNOWN";
  const state = stateAt(record.event, now);
  if (state !== "GIVEN" && state !== "RENEWED") return state;
  const changes = collectChanges(notices, record.purpose, now);
  return isOutdated(record.event.notice, record.since, changes) ? "OUTDATED" : state;
}

/** The choice that stands for all of a scope: the latest of those that cover it whole, of the same time a no. */
export function choiceFor(records: readonly ConsentRecord[], scope: Scope): ConsentRecord | null {
  return latestOf(records.filter(({ event }) => isChoice(event.state) && covers(event, scope)));
}

/** The latest of records, of the same time a no. */
export function latestOf(records: readonly ConsentRecord[]): ConsentRecord | null {
  return records.reduce<ConsentRecord | null>((latest, record) => {
    if (latest === null || record.since !== latest.since) {
      return latest === null || record.since > latest.since ? record : latest;
    }
    return isNo(latest.event.state) ? latest : record;
  }, null);
}

/** The yeses that stand for some of a scope: no later no has taken all of them that it meets with. */
export function yesesWithin(records: readonly ConsentRecord[], scope: Scope): ConsentRecord[] {
  const ends = (no: ConsentRecord, yes: ConsentRecord) =>
    isNo(no.event.state) && no.since >= yes.since && (covers(no.event, scope) || covers(no.event, yes.event));
  return records.filter(
    (record) =>
      isChoice(record.event.state) &&
      !isNo(record.event.state) &&
      overlaps(record.event, scope) &&
      !records.some((other) => ends(other, record)),
  );
}

/** What is needed to tell whether a person is to be shown a question. */
export interface Asked {
  /** The person's events, oldest first, and the records that they leave. */
  readonly history: readonly ConsentEvent[];
  readonly records: readonly ConsentRecord[];
  readonly notices: readonly Notice[];
  readonly coolDownOf: CoolDownOf;
  readonly now: number;
}

/**
 * The questions for a purpose that wait for an answer. Whoever asks is told nothing of the person, so that a question is stored
 * whatever the person chose; here it counts only where it could be asked: not where consent stands, nor within the cool-down after
 * a no.
 */
export function openQuestions(asked: Asked, purpose: string): ConsentRecord[] {
  const records = asked.records.filter((record) => record.purpose === purpose);
  return records.filter((record) => !isChoice(record.event.state) && isOpen(record, records, asked));
}

function isOpen(question: ConsentRecord, records: readonly ConsentRecord[], asked: Asked): boolean {
  const { event, tenant, purpose } = question;
  const { history, notices, coolDownOf, now } = asked;
  if (event.state === "UNKNOWN" || (event.expiresAt !== null && event.expiresAt <= now)) return false;
  // A choice for the tenant itself has taken the question's place in the store.
  const answered = records.some(
    (record) =>
      isChoice(record.event.state) && record.tenant === null && tenant !== null && record.since >= question.since,
  );
  if (answered) return false;
  const standing = lifeStateOf(choiceFor(records, event), notices, now);
  if (standing === "GIVEN" || standing === "RENEWED") return false;
  const before = history.slice(
    0,
    history.findIndex(({ id }) => id === event.id),
  );
  return !coolsDown(before, { purpose, scope: event }, coolDownOf(purpose), event.time);
}

/**
 * The records that say how things stand: without the questions that do not wait for an answer, and the yeses that a no has taken.
 * Where a yes does not hold, the no that it did not take back decides, and is what stands.
 */
export function currentRecords(
  history: readonly ConsentEvent[],
  {
    notices = [],
    coolDownOf = usualCoolDown,
    now,
  }: Partial<Pick<Asked, "notices" | "coolDownOf">> & Pick<Asked, "now">,
): ConsentRecord[] {
  const records = recordsFrom(history);
  const asked = { history, records, notices, coolDownOf, now };
  return records.flatMap((record) => {
    const own = records.filter(({ purpose }) => purpose === record.purpose);
    if (!isChoice(record.event.state)) return isOpen(record, own, asked) ? [record] : [];
    if (isNo(record.event.state)) return [record];
    return yesesWithin(own, record.event).includes(record) ? decidingOf(record, own, now) : [];
  });
}

/** A yes, or the no that decides in its place: its own, or one that covers it and stands for itself. */
function decidingOf(yes: ConsentRecord, records: readonly ConsentRecord[], now: number): ConsentRecord[] {
  if (yes.since <= now && stateAt(yes.event, now) !== "EXPIRED" && isEntitled(yes.event)) return [yes];
  if (yes.objection !== null) return [{ ...yes, ...yes.objection, objection: null }];
  return records.some(({ event }) => isNo(event.state) && covers(event, yes.event)) ? [] : [yes];
}
