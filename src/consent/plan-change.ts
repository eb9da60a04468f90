import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Notice } from "../decision/model.ts";
import type { ConsentForm } from "../policy/model.ts";
import { type ConsentEvent, type ConsentRecord, recordKey } from "../stores/consent-store.ts";
import { badInput, type CheckedChange } from "./input.ts";
import { changeKey } from "./keys.ts";
import { choiceFor, latestFor, lifeStateOf } from "./life-state.ts";
import type { Speaker } from "./speaker.ts";
import { type ConsentAction, type LifeState, TRANSITIONS } from "./transitions.ts";

/** Everything that a change of consents depends on. */
export interface ChangeFacts {
  readonly action: ConsentAction;
  readonly input: CheckedChange;
  readonly speaker: Speaker;
  readonly notice: ConsentEvent["notice"];
  /** All current records of the subject. */
  readonly records: readonly ConsentRecord[];
  readonly notices: readonly Notice[];
  readonly now: number;
}

export interface PlannedChange {
  /** To be stored, in order; one for each purpose (and tenant) that changes. */
  readonly events: readonly ConsentEvent[];
  /** What must stand while they are stored; see `ConsentStore.append`. */
  readonly expected: ReadonlyMap<string, string | null>;
  /** Where what was asked for holds already. */
  readonly unchanged: readonly ConsentRecord[];
}

/** To call for a consent is an affirmative act of its own (GDPR 4(11), PIPL 14). */
export const DEFAULT_FORM: ConsentForm = "EXPLICIT";

/** Ends what stands: without a tenant, for every tenant that has a record of its own. */
const ENDING: ReadonlySet<ConsentAction> = new Set(["withdraw", "revoke", "invalidate"]);
/** Whether an action without a tenant reaches the records of every tenant. */
export function endsEveryTenant(action: ConsentAction): boolean {
  return ENDING.has(action);
}

/** Asks and answers: follows what happened last, be it only a question. */
const ANSWERING: ReadonlySet<ConsentAction> = new Set(["request", "defer", "refuse"]);

/**
 * Works out the events of a change, all or none. Throws CONSENT_STATE_CONFLICT where a state cannot follow for one of
 * the purposes (see TRANSITIONS), BAD_INPUT where a time of the past is told by somebody who may not.
 */
export function planChange(facts: ChangeFacts): PlannedChange {
  checkTime(facts);
  const events: ConsentEvent[] = [];
  const expected = new Map<string, string | null>();
  const unchanged: ConsentRecord[] = [];
  for (const purpose of facts.input.purposes) {
    const scopes = scopesOf(facts, purpose).map((tenant) => follow(facts, purpose, tenant));
    const possible = scopes.filter(({ following }) => following !== undefined);
    const [first] = scopes;
    if (possible.length === 0 && first !== undefined) throw cannotFollow(facts.action, purpose, first.state);
    for (const { tenant, following, from, own } of possible) {
      if (following === "UNCHANGED" && from !== null) unchanged.push(from);
      if (following === undefined || following === "UNCHANGED") continue;
      events.push(eventFor(facts, { purpose, tenant, state: following, from, own }));
      expected.set(recordKey(facts.speaker.subject, tenant, purpose), own?.event.id ?? null);
    }
  }
  return { events, expected, unchanged };
}

/** The tenants for which a purpose's consent is to change; null: for all of them in general. */
function scopesOf({ action, input, records }: ChangeFacts, purpose: string): readonly (string | null)[] {
  if (input.tenant !== null || !ENDING.has(action)) return [input.tenant];
  const own = records.filter((record) => record.purpose === purpose).map((record) => record.tenant);
  return own.length === 0 ? [null] : own;
}

function follow({ action, records, notices, now }: ChangeFacts, purpose: string, tenant: string | null) {
  const own = records.find((record) => record.purpose === purpose && record.tenant === tenant) ?? null;
  const latest = latestFor(records, tenant, purpose);
  const from = ANSWERING.has(action) ? latest : (choiceFor(records, tenant, purpose) ?? latest);
  const state = lifeStateOf(from, notices, now);
  return { tenant, own, from, state, following: TRANSITIONS[action][state] };
}

interface Step {
  readonly purpose: string;
  readonly tenant: string | null;
  readonly state: ConsentEvent["state"];
  readonly from: ConsentRecord | null;
  readonly own: ConsentRecord | null;
}

function eventFor(facts: ChangeFacts, step: Step): ConsentEvent {
  const { input, speaker, now } = facts;
  const time = timeOf(facts, step.own);
  return {
    id: newId(now),
    recordId: step.own?.recordId ?? newId(now),
    subject: speaker.subject,
    tenant: step.tenant,
    purposes: [step.purpose],
    state: step.state,
    time,
    expressedBy: speaker.expressedBy,
    reason: input.reason,
    key: input.key === null ? null : changeKey(input.key, step.purpose, step.tenant),
    ...termsOf(facts, step, time),
  };
}

type Terms = Pick<
  ConsentEvent,
  | "form"
  | "notice"
  | "categories"
  | "recipients"
  | "expiresAt"
  | "language"
  | "method"
  | "jurisdiction"
  | "storageLocations"
  | "retention"
  | "withdrawalMethod"
>;

/** What the consent is about: as it says now; where it only goes on or ends, as it was. */
function termsOf({ action, input, notice, speaker }: ChangeFacts, { from }: Step, time: number): Terms {
  const before = carriesOn(action, from) ? from?.event : undefined;
  return {
    form: input.form ?? before?.form ?? DEFAULT_FORM,
    notice: notice ?? before?.notice ?? null,
    categories: input.categories ?? before?.categories ?? null,
    recipients: input.recipients ?? before?.recipients ?? null,
    expiresAt: expiryOf(action, input.expiresAt, before, speaker, time),
    language: input.language ?? before?.language ?? null,
    method: input.method,
    jurisdiction: input.jurisdiction ?? before?.jurisdiction ?? null,
    storageLocations: input.storageLocations ?? before?.storageLocations ?? null,
    retention: input.retention ?? before?.retention ?? null,
    withdrawalMethod: input.withdrawalMethod ?? before?.withdrawalMethod ?? null,
  };
}

/** Renewing goes on with what was agreed, ending tells what ended, an answer belongs to its question. Giving starts afresh. */
function carriesOn(action: ConsentAction, from: ConsentRecord | null): boolean {
  switch (action) {
    case "renew":
    case "withdraw":
    case "revoke":
    case "invalidate":
      return true;
    case "defer":
    case "refuse":
      return from?.event.state === "REQUESTED" || from?.event.state === "DEFERRED";
    case "request":
    case "give":
      return false;
  }
}

function expiryOf(
  action: ConsentAction,
  asked: number | null,
  before: ConsentEvent | undefined,
  { ofAgeAt, expressedBy }: Speaker,
  time: number,
): number | null {
  if (ENDING.has(action)) return before?.expiresAt ?? null;
  if (action !== "give" && action !== "renew") return null;
  const until = asked ?? sameLengthAgain(before, time);
  // A guardian's consent ends when the child comes of age.
  if (expressedBy.role !== "GUARDIAN" || ofAgeAt === null) return until;
  return Math.min(until ?? ofAgeAt, ofAgeAt);
}

function sameLengthAgain(before: ConsentEvent | undefined, time: number): number | null {
  return before === undefined || before.expiresAt === null ? null : time + (before.expiresAt - before.time);
}

function checkTime({ input, speaker }: ChangeFacts): void {
  if (input.time !== null && speaker.expressedBy.role !== "CONTROLLER") throw badInput("time");
}

/** Never before what it follows, so that the order of times is that of events although gateways' clocks differ. */
function timeOf({ input, now }: ChangeFacts, own: ConsentRecord | null): number {
  const since = own?.event.time ?? 0;
  if (input.time === null) return Math.max(now, since);
  if (input.time >= since) return input.time;
  throw new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    "Cannot record what was said before the change that stands: it would take back what came later.",
  );
}

const WHY: Readonly<Partial<Record<LifeState, string>>> = {
  UNKNOWN: "nothing was asked or given yet",
  GIVEN: "it is given and stands; withdraw it to end it",
  RENEWED: "it is given and stands; withdraw it to end it",
  REFUSED: "it was refused",
  REQUESTED: "it has been asked for, and not answered",
  DEFERRED: "the answer was put off",
};

function cannotFollow(action: ConsentAction, purpose: string, state: LifeState): FieldguardError {
  return new FieldguardError(
    "CONSENT_STATE_CONFLICT",
    `Cannot ${action} the consent for ${purpose}: ${WHY[state] ?? `its state is ${state}`}.`,
    { details: { purpose, state } },
  );
}
