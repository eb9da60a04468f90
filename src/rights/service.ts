import { recordsFrom } from "../consents/choices.ts";
import type {
  Agreement,
  ConsentEvent,
  ConsentRecord,
  ConsentStore,
  HistoryPage,
  SubjectState,
} from "../consents/contract.ts";
import type { Clock } from "../core/clock.ts";
import type { Caller, Deployment } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import { type AgreementTerms, agree, endAgreement, listAgreements } from "./agreements.ts";
import { type AskBudget, askAsStaff, createAskBudget, isStaff } from "./ask.ts";
import { type CoolDownOf, checkCoolDown, coolDownsOf } from "./cool-down.ts";
import { type CheckedChange, type ConsentChange, type ConsentTerms, checkChange } from "./input.ts";
import { keyTaken, repeatedPurposes } from "./keys.ts";
import { currentRecords } from "./life-state.ts";
import { readNotice } from "./notice.ts";
import { type ChangeFacts, checkSeparate, endsEveryTenant, planChange } from "./plan-change.ts";
import { findSpeaker, forbidden, type People, type Speaker } from "./speaker.ts";
import { erase, isConflict, lift, restrict, setLegalHold } from "./subject-rights.ts";
import type { ConsentAction } from "./transitions.ts";

export interface ConsentServiceOptions {
  readonly store: ConsentStore;
  readonly clock: Clock;
  readonly vocabulary: Vocabulary;
  readonly deployment: Pick<Deployment, "notices" | "guardianAge">;
  readonly people?: People;
  /** Milliseconds after a no in which nobody asks again; of purposes of `sale` at least twelve months. */
  readonly coolDownMs?: number;
  readonly officerRoles?: readonly string[];
  readonly agreementRoles?: readonly string[];
}

/**
 * Consents as people give them: what the gateway's API and command line call. Every change names who speaks, checks that
 * he may, that the state can follow (TRANSITIONS), and is stored with a guard against races. All purposes of a call
 * change, or none. Returns the records as they stand afterwards, in the order of the purposes asked.
 *
 * Throws FORBIDDEN, GUARDIAN_REQUIRED, BAD_INPUT, CONSENT_STATE_CONFLICT, CONSENT_COOL_DOWN, STORE_UNAVAILABLE.
 */
export interface ConsentService {
  /**
   * Somebody asks for consent: in the person's own session, an officer, or the staff of the tenant that asks. Staff get the question
   * back, whatever the person chose, was or will be: what is asked of somebody tells nothing of him.
   */
  request(caller: Caller, change: ConsentTerms): Promise<ConsentRecord[]>;
  /** The person puts its answer off. */
  defer(caller: Caller, change: ConsentChange): Promise<ConsentRecord[]>;
  refuse(caller: Caller, change: ConsentChange): Promise<ConsentRecord[]>;
  /** Gives; renews what stands. */
  give(caller: Caller, change: ConsentTerms): Promise<ConsentRecord[]>;
  /** Goes on with what was given, on its terms but for those named anew. */
  renew(caller: Caller, change: ConsentTerms): Promise<ConsentRecord[]>;
  /**
   * Ends what stands, at once and for what comes; without a tenant for every tenant. By the person, its guardian or
   * agent WITHDRAWN, by an officer REVOKED; where nothing was given, the person's REFUSED. Withdrawing again changes nothing.
   */
  withdraw(caller: Caller, change: ConsentChange): Promise<ConsentRecord[]>;
  /** An officer ends what stands, or takes a question back. */
  revoke(caller: Caller, change: ConsentChange): Promise<ConsentRecord[]>;
  /** An officer finds that a consent was never valid. */
  invalidate(caller: Caller, change: ConsentChange): Promise<ConsentRecord[]>;

  /** Current records; EXPIRED is for the reader to compute (`stateAt`). null: of oneself, or of the person the token acts for. */
  records(caller: Caller, subject: string | null): Promise<ConsentRecord[]>;
  /** Events, oldest first. */
  history(caller: Caller, subject: string | null, page?: HistoryPage): Promise<ConsentEvent[]>;

  restrict(caller: Caller, subject: string, reason: string): Promise<SubjectState>;
  lift(caller: Caller, subject: string, reason: string): Promise<SubjectState>;
  setLegalHold(caller: Caller, subject: string, hold: boolean, reason: string): Promise<SubjectState>;
  /** Final. Erasing twice changes nothing. */
  erase(caller: Caller, subject: string, reason: string): Promise<SubjectState>;

  agree(caller: Caller, terms: AgreementTerms): Promise<Agreement>;
  endAgreement(caller: Caller, id: string, reason: string | null): Promise<Agreement>;
  agreements(caller: Caller, tenant: string | null): Promise<Agreement[]>;
}

export const OFFICER_ROLES = ["PRIVACY_OFFICER"] as const;
export const AGREEMENT_ROLES = ["MERCHANT"] as const;

export function createConsentService(options: ConsentServiceOptions): ConsentService {
  const rules: Rules = {
    store: options.store,
    clock: options.clock,
    vocabulary: options.vocabulary,
    notices: options.deployment.notices,
    guardianAge: options.deployment.guardianAge,
    people: options.people ?? null,
    coolDownOf: coolDownsOf(options.vocabulary, options.coolDownMs),
    askBudget: createAskBudget(),
    officerRoles: options.officerRoles ?? OFFICER_ROLES,
    agreementRoles: options.agreementRoles ?? AGREEMENT_ROLES,
  };
  const read = async (caller: Caller, subject: string | null) =>
    (await findSpeaker(caller, subject, "speak", rules, rules.clock.now())).subject;
  return {
    request: (caller, change) => changeConsents(caller, "request", change, rules),
    defer: (caller, change) => changeConsents(caller, "defer", change, rules),
    refuse: (caller, change) => changeConsents(caller, "refuse", change, rules),
    give: (caller, change) => changeConsents(caller, "give", change, rules),
    renew: (caller, change) => changeConsents(caller, "renew", change, rules),
    withdraw: (caller, change) => changeConsents(caller, "withdraw", change, rules),
    revoke: (caller, change) => changeConsents(caller, "revoke", change, rules),
    invalidate: (caller, change) => changeConsents(caller, "invalidate", change, rules),
    records: async (caller, subject) => {
      const { notices, coolDownOf } = rules;
      const history = await rules.store.history(await read(caller, subject));
      return currentRecords(history, { notices, coolDownOf, now: rules.clock.now() });
    },
    history: async (caller, subject, page) => rules.store.history(await read(caller, subject), page),
    restrict: (caller, subject, reason) => restrict(caller, subject, reason, rules),
    lift: (caller, subject, reason) => lift(caller, subject, reason, rules),
    setLegalHold: (caller, subject, hold, reason) => setLegalHold(caller, subject, hold, reason, rules),
    erase: (caller, subject, reason) => erase(caller, subject, reason, rules),
    agree: (caller, terms) => agree(caller, terms, rules),
    endAgreement: (caller, id, reason) => endAgreement(caller, id, reason, rules),
    agreements: (caller, tenant) => listAgreements(caller, tenant, rules),
  };
}

interface Rules {
  readonly store: ConsentStore;
  readonly clock: Clock;
  readonly vocabulary: Vocabulary;
  readonly notices: Deployment["notices"];
  readonly guardianAge: number;
  readonly people: People | null;
  readonly coolDownOf: CoolDownOf;
  readonly askBudget: AskBudget;
  readonly officerRoles: readonly string[];
  readonly agreementRoles: readonly string[];
}

/** A no holds whatever somebody else does at the same time: these are tried anew where another change was faster. */
const INSISTING: ReadonlySet<ConsentAction> = new Set(["refuse", "withdraw", "revoke", "invalidate"]);
const ATTEMPTS_MAX = 5;

async function changeConsents(
  caller: Caller,
  asked: ConsentAction,
  change: ConsentTerms,
  rules: Rules,
): Promise<ConsentRecord[]> {
  const now = rules.clock.now();
  const input = checkChange(change, rules.vocabulary, now);
  const notice = readNotice(input.notice, rules.notices, now);
  if (asked === "request" && isStaff(caller, input, rules.vocabulary)) {
    checkSeparate(asked, input, input.form);
    return askAsStaff(caller, input, notice, rules, now);
  }
  const speaker = await speakerFor(caller, asked, input, rules, now);
  // DPV: WITHDRAWN by the person, REVOKED by somebody else.
  const action = asked === "withdraw" && speaker.expressedBy.role === "CONTROLLER" ? "revoke" : asked;
  const attemptsMax = INSISTING.has(action) ? ATTEMPTS_MAX : 1;
  for (let attempt = 1; ; attempt += 1) {
    const history = await rules.store.history(speaker.subject);
    const records = recordsFrom(history);
    const { notices, coolDownOf } = rules;
    const facts = { action, input, speaker, notice, history, records, notices, coolDownOf, now };
    if (isDone(facts)) return concerned(facts);
    const plan = planChange(facts);
    if (plan.events.length === 0) return inOrder(plan.unchanged, input);
    try {
      const stored = await rules.store.append(plan.events, plan.expected);
      return inOrder([...stored, ...plan.unchanged], input);
    } catch (error) {
      if (attempt >= attemptsMax || !isConflict(error)) throw error;
    }
  }
}

/**
 * Whether the history tells that this was done before, under its key: for every purpose that would still change.
 * Throws where it tells that it must not be done: another change under the key, asking again too soon.
 */
function isDone(facts: ChangeFacts): boolean {
  const { action, input, history, coolDownOf, now } = facts;
  const repeated = repeatedPurposes(action, input, history);
  if (repeated.size === 0) {
    if (action === "request") checkCoolDown(history, input.purposes, input, coolDownOf, now);
    return false;
  }
  const purposes = input.purposes.filter((purpose) => !repeated.has(purpose));
  if (planChange({ ...facts, input: { ...input, purposes } }).events.length > 0) throw keyTaken();
  return true;
}

async function speakerFor(
  caller: Caller,
  action: ConsentAction,
  input: CheckedChange,
  rules: Rules,
  now: number,
): Promise<Speaker> {
  if (action === "request") return asker(caller, input, rules, now);
  const speaker = await findSpeaker(caller, input.subject, action, rules, now);
  const officer = rules.officerRoles.includes(caller.role);
  if ((action === "revoke" || action === "invalidate") && !officer) {
    throw forbidden(`Only a privacy officer may ${action} a consent. The person itself withdraws it.`);
  }
  return speaker;
}

/** The one who asks is never the one who is asked: what stands in the record is that the deployment asked. */
async function asker(caller: Caller, { subject }: CheckedChange, rules: Rules, now: number): Promise<Speaker> {
  const speaker = await findSpeaker(caller, subject, "request", rules, now);
  const asking = speaker.expressedBy.role === "CONTROLLER" ? "CONTROLLER" : "SYSTEM";
  return { ...speaker, expressedBy: { ...speaker.expressedBy, role: asking } };
}

/** The records that the change was about, as they stand. */
function concerned({ action, input, records }: ChangeFacts): ConsentRecord[] {
  const everyTenant = input.tenant === null && endsEveryTenant(action);
  return inOrder(everyTenant ? records : records.filter((record) => record.tenant === input.tenant), input);
}

function inOrder(records: readonly ConsentRecord[], { purposes }: CheckedChange): ConsentRecord[] {
  return purposes.flatMap((purpose) => records.filter((record) => record.purpose === purpose));
}
