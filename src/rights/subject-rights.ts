import { recordsFrom } from "../consents/choices.ts";
import { type ConsentEvent, type ConsentStore, recordKey, type SubjectState } from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Caller, ConsentState } from "../decision/model.ts";
import { checkSubjectChange } from "./input.ts";
import { stateAt } from "./life-state.ts";
import { findSpeaker, forbidden, type SpeakerRules } from "./speaker.ts";

export interface RightsRules extends SpeakerRules {
  readonly store: ConsentStore;
  readonly clock: Clock;
}

/** What can be done to a person's state. */
type StateChange = (standing: SubjectState) => Pick<SubjectState, "status" | "legalHold">;

/**
 * Restricts a person's data to being kept (GDPR 18): the person, its guardian or agent, an officer.
 * Consents stay as they are and are not used. Restricting twice changes nothing.
 */
export async function restrict(caller: Caller, subject: string, reason: string, rules: RightsRules) {
  await findSpeaker(caller, checkSubjectChange(subject, reason).subject, "speak", rules, rules.clock.now());
  return changeState(caller, subject, reason, rules, ({ legalHold }) => ({ status: "RESTRICTED", legalHold }));
}

/** Lifts a restriction: for a privacy officer, or for the person who asked for the restriction. */
export async function lift(caller: Caller, subject: string, reason: string, rules: RightsRules) {
  checkSubjectChange(subject, reason);
  const { by } = await rules.store.subjectState(subject);
  if (!rules.officerRoles.includes(caller.role) && (caller.id === null || caller.id !== by)) {
    throw forbidden("Only a privacy officer, or whoever asked for it, lifts a restriction.");
  }
  return changeState(caller, subject, reason, rules, ({ legalHold }) => ({ status: "ACTIVE", legalHold }));
}

/** Puts a person's data under legal hold, or ends that, also of an erased person: an officer. */
export async function setLegalHold(caller: Caller, subject: string, hold: boolean, reason: string, rules: RightsRules) {
  checkSubjectChange(subject, reason);
  checkOfficer(caller, rules);
  return changeState(caller, subject, reason, rules, ({ status }) => ({ status, legalHold: hold }));
}

/**
 * Erases a person: an officer; final. What stands of its consents is revoked first, so that whoever follows the events
 * learns of it; then the state is set, and with it the events lose their free text. Safe to repeat where it broke off.
 */
export async function erase(caller: Caller, subject: string, reason: string, rules: RightsRules) {
  checkSubjectChange(subject, reason);
  checkOfficer(caller, rules);
  const standing = await rules.store.subjectState(subject);
  if (standing.status === "ERASED") return standing;
  await revokeAll(caller, subject, rules);
  return changeState(caller, subject, reason, rules, ({ legalHold }) => ({ status: "ERASED", legalHold }));
}

async function revokeAll(caller: Caller, subject: string, { store, clock }: RightsRules): Promise<void> {
  const now = clock.now();
  const history = await store.history(subject);
  const records = recordsFrom(history).filter(({ event }) => ENDED_BY_ERASURE.has(stateAt(event, now)));
  if (records.length === 0) return;
  const events = records.map(
    ({ event, purpose, recordId, since }): ConsentEvent => ({
      ...event,
      id: newId(now),
      recordId,
      purposes: [purpose],
      state: "REVOKED",
      time: Math.max(now, since),
      expressedBy: { id: caller.id ?? "", role: "CONTROLLER", verification: null },
      reason: "the person is erased",
      key: null,
      evidence: null,
    }),
  );
  const lastOf = (tenant: string | null, purpose: string) =>
    history.findLast((event) => event.tenant === tenant && event.purposes.includes(purpose))?.id ?? null;
  const expected = records.map(
    ({ tenant, purpose }) => [recordKey(subject, tenant, purpose), lastOf(tenant, purpose)] as const,
  );
  await store.append(events, new Map(expected));
}

const ENDED_BY_ERASURE: ReadonlySet<ConsentState> = new Set(["GIVEN", "RENEWED", "REQUESTED", "DEFERRED"]);

const ATTEMPTS_MAX = 5;

/** Reads, changes and stores again only what was read; begins anew where somebody else was faster. */
async function changeState(
  caller: Caller,
  subject: string,
  reason: string,
  { store, clock }: RightsRules,
  change: StateChange,
): Promise<SubjectState> {
  for (let attempt = 1; ; attempt += 1) {
    const standing = await store.subjectState(subject);
    const next = change(standing);
    if (next.status === standing.status && next.legalHold === standing.legalHold) return standing;
    const state = { subject, ...next, time: clock.now(), by: caller.id ?? "", reason };
    try {
      return await store.setSubjectState(state, standing);
    } catch (error) {
      if (standing.status === "ERASED" || attempt === ATTEMPTS_MAX || !isConflict(error)) throw error;
    }
  }
}

export function isConflict(error: unknown): boolean {
  return error instanceof FieldguardError && error.code === "CONSENT_STATE_CONFLICT";
}

function checkOfficer(caller: Caller, { officerRoles }: RightsRules): void {
  if (caller.id === null || !officerRoles.includes(caller.role)) throw forbidden("Only a privacy officer may do this.");
}
