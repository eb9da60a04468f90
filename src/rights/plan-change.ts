import { coversKey, formOf, isChoice, isNo, overlaps, type Scope } from "../consents/choices.ts";
import { type ConsentEvent, type ConsentRecord, recordKey } from "../consents/contract.ts";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { ConsentForm } from "../policy/model.ts";
import { badInput, type CheckedChange } from "./input.ts";
import { changeKey } from "./keys.ts";
import { type Asked, choiceFor, latestOf, lifeStateOf, openQuestions, yesesWithin } from "./life-state.ts";
import type { Speaker } from "./speaker.ts";
import { type ConsentAction, type LifeState, TRANSITIONS } from "./transitions.ts";

/** Everything that a change of consents depends on. */
export interface ChangeFacts extends Asked {
  readonly action: ConsentAction;
  readonly input: CheckedChange;
  readonly speaker: Speaker;
  readonly notice: ConsentEvent["notice"];
}

export interface PlannedChange {
  /** To be stored, in order; one for each purpose (and tenant) that changes. */
  readonly events: readonly ConsentEvent[];
  /** What must stand while they are stored; see `ConsentStore.append`. */
  readonly expected: ReadonlyMap<string, string | null>;
  /** Where what was asked for holds already. */
  readonly unchanged: readonly ConsentRecord[];
}

/** What a change that names no form is: nothing tells that more was said. */
export const DEFAULT_FORM: ConsentForm = "EXPRESSED";

/** Ends what stands: without a tenant for every tenant. */
const ENDING: ReadonlySet<ConsentAction> = new Set(["withdraw", "revoke", "invalidate"]);
/** Whether an action without a tenant reaches the records of every tenant. */
export function endsEveryTenant(action: ConsentAction): boolean {
  return ENDING.has(action);
}

/** Asks and answers: follows what happened last, be it only a question. */
const ANSWERING: ReadonlySet<ConsentAction> = new Set(["request", "defer", "refuse"]);

/**
 * Works out the events of a change, all or none. Throws CONSENT_STATE_CONFLICT where a state cannot follow for one of
 * the purposes (see TRANSITIONS), BAD_INPUT where a time of the past is told by somebody who may not, or where what is to be
 * SEPARATE is not alone.
 */
export function planChange(facts: ChangeFacts): PlannedChange {
  checkTime(facts);
  const events: ConsentEvent[] = [];
  const expected = new Map<string, string | null>();
  const unchanged: ConsentRecord[] = [];
  for (const purpose of facts.input.purposes) {
    const about = { ...facts, records: facts.records.filter((record) => record.purpose === purpose) };
    const steps = stepsFor(about, purpose).map((step) => ({ ...step, ...follow(about, step.from) }));
    const possible = steps.filter(({ following }) => following !== undefined);
    const [first] = steps;
    if (possible.length === 0 && first !== undefined) throw cannotFollow(facts.action, purpose, first.state);
    for (const { scope, following, from } of possible) {
      if (following === "UNCHANGED" && from !== null) unchanged.push(from);
      if (following === undefined || following === "UNCHANGED") continue;
      events.push(eventFor(about, { purpose, scope, state: following, from }));
      expected.set(recordKey(facts.speaker.subject, scope.tenant, purpose), lastOf(facts, scope.tenant, purpose));
    }
  }
  for (const { form } of events) checkSeparate(facts.action, facts.input, form);
  return { events, expected, unchanged };
}

/** A scope that is to change, and the record that it changes from. */
interface Move {
  readonly scope: Scope;
  readonly from: ConsentRecord | null;
}

/** `facts.records` are those of the purpose. */
function stepsFor(facts: ChangeFacts, purpose: string): readonly Move[] {
  const { action, input, records } = facts;
  const { tenant, categories, recipients } = input;
  const scope = { tenant, categories, recipients };
  if (ENDING.has(action)) return endingSteps(facts, purpose, scope);
  if (action === "renew") return renewingSteps(facts, scope);
  const choice = choiceFor(records, scope);
  if (action === "refuse" && endsMore(facts, scope, choice)) return endingSteps(facts, purpose, scope);
  const question = latestOf(
    openQuestions(facts, purpose).filter((one) => one.tenant === null || one.tenant === tenant),
  );
  if (!ANSWERING.has(action)) return [{ scope, from: choice ?? question }];
  // A question of the tenant itself stands because it came after the choice.
  const isLast = question !== null && (question.tenant === tenant || choice === null || question.since > choice.since);
  return [{ scope, from: isLast ? question : choice }];
}

/** Whether a refusal meets with a yes that stands, or with others than the choice that it answers. */
function endsMore({ records, notices, now }: ChangeFacts, scope: Scope, choice: ConsentRecord | null): boolean {
  return yesesWithin(records, scope).some((yes) => {
    const state = lifeStateOf(yes, notices, now);
    return yes !== choice || state === "GIVEN" || state === "RENEWED";
  });
}

/**
 * A no takes all that it covers; without a tenant it is one for every tenant, and told once more of each tenant's own that it
 * ends. An officer takes a question back in the same way.
 */
function endingSteps(facts: ChangeFacts, purpose: string, scope: Scope): readonly Move[] {
  const { action, records } = facts;
  const takesQuestions = action === "revoke" || action === "invalidate";
  const ended = yesesWithin(records, scope);
  const questions = takesQuestions ? openQuestions(facts, purpose).filter(({ event }) => overlaps(event, scope)) : [];
  const found = ended.length > 0 ? ended : questions;
  if (found.length === 0) {
    // Nothing is left to say where a no stands for all of the scope.
    if (action !== "invalidate") return [{ scope, from: choiceFor(records, scope) }];
    const nos = records.filter(({ event }) => isNo(event.state) && overlaps(event, scope));
    const alike = nos.filter((record) => TRANSITIONS[action][record.event.state] !== undefined);
    return [{ scope, from: latestOf(alike.length > 0 ? alike : nos) }];
  }
  const tenants = scope.tenant === null ? new Set([null, ...found.map(({ tenant }) => tenant)]) : [scope.tenant];
  return Array.from(tenants, (tenant) => {
    const own = found.filter((record) => record.tenant === tenant);
    return { scope: { ...scope, tenant }, from: latestOf(own.length > 0 ? own : found) };
  });
}

/** Goes on with each consent of the tenant, or with the general ones where it has none; named anew are the terms of one. */
function renewingSteps({ records }: ChangeFacts, scope: Scope): readonly Move[] {
  const { tenant, categories, recipients } = scope;
  const standing = yesesWithin(records, { tenant, categories: null, recipients: null });
  const own = standing.filter((record) => record.tenant === tenant);
  const found = own.length > 0 ? own : standing.filter((record) => record.tenant === null);
  const whole = latestOf(records.filter((record) => record.tenant === null || record.tenant === tenant));
  if (found.length === 0) return [{ scope, from: whole }];
  if (categories === null && recipients === null) {
    return found.map((from) => ({ scope: { ...from.event, tenant }, from }));
  }
  const from = latestOf(found.filter(({ event }) => overlaps(event, scope))) ?? latestOf(found);
  const { event } = from ?? {};
  return [
    {
      scope: {
        tenant,
        categories: categories ?? event?.categories ?? null,
        recipients: recipients ?? event?.recipients ?? null,
      },
      from,
    },
  ];
}

function follow({ action, notices, now }: ChangeFacts, from: ConsentRecord | null) {
  const state = lifeStateOf(from, notices, now);
  return { state, following: TRANSITIONS[action][state] };
}

/** The event that was stored last of a tenant and purpose. */
function lastOf({ history }: ChangeFacts, tenant: string | null, purpose: string): string | null {
  return history.findLast((event) => event.tenant === tenant && event.purposes.includes(purpose))?.id ?? null;
}

interface ScopedMove extends Move {
  readonly purpose: string;
  readonly state: ConsentEvent["state"];
}

function eventFor(facts: ChangeFacts, step: ScopedMove): ConsentEvent {
  const { input, speaker, now, records } = facts;
  const { tenant, categories, recipients } = step.scope;
  const key = coversKey(step.scope);
  const isAsking = !isChoice(step.state);
  const own = records.find((record) => {
    if (record.tenant !== tenant || isChoice(record.event.state) === isAsking) return false;
    return isAsking || coversKey(record.event) === key;
  });
  const time = timeOf(facts, step);
  return {
    id: newId(now),
    recordId: own?.recordId ?? newId(now),
    subject: speaker.subject,
    tenant,
    purposes: [step.purpose],
    categories,
    recipients,
    state: step.state,
    time,
    expressedBy: speaker.expressedBy,
    reason: input.reason,
    key: input.key === null ? null : changeKey(input.key, step.purpose, step.scope),
    evidence: input.evidence,
    ...termsOf(facts, step, time),
  };
}

type Terms = Pick<
  ConsentEvent,
  | "form"
  | "notice"
  | "expiresAt"
  | "language"
  | "method"
  | "jurisdiction"
  | "storageLocations"
  | "retention"
  | "withdrawalMethod"
>;

/** What the consent is about: as it says now; where it only goes on or ends, as it was. */
function termsOf({ action, input, notice, speaker }: ChangeFacts, { from }: ScopedMove, time: number): Terms {
  const before = carriesOn(action, from) ? from?.event : undefined;
  return {
    form: input.form ?? (before && formOf(before)) ?? DEFAULT_FORM,
    notice: notice ?? before?.notice ?? null,
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

/**
 * SEPARATE is one purpose, in one act, with nothing else in the operation: otherwise it is not known to have been asked by itself.
 * Throws BAD_INPUT.
 */
export function checkSeparate(
  action: ConsentAction,
  { alone, purposes }: CheckedChange,
  form: ConsentForm | null,
): void {
  if (form !== "SEPARATE" || (action !== "give" && action !== "renew" && action !== "request")) return;
  if (alone && purposes.length === 1) return;
  throw new FieldguardError(
    "BAD_INPUT",
    "Cannot take the form SEPARATE together with anything else: name one purpose in `purposes`, in an operation that does nothing besides.",
  );
}

/**
 * Never before what it meets with, so that the order of times is that of events although gateways' clocks differ; a yes is after
 * the no that it takes back, as of one millisecond the no would win.
 */
function timeOf({ input, now, records }: ChangeFacts, { scope, state }: ScopedMove): number {
  const met = records.filter(({ event }) => isChoice(event.state) === isChoice(state) && overlaps(event, scope));
  const isYes = isChoice(state) && !isNo(state);
  const since = met.reduce(
    (last, one) => Math.max(last, isYes && isNo(one.event.state) ? one.since + 1 : one.since),
    0,
  );
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
