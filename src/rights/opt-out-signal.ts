import { LRUCache } from "lru-cache";
import { formOf, isChoice, isNo } from "../consents/choices.ts";
import type { ConsentEvent, ConsentStore } from "../consents/contract.ts";
import { newId } from "../core/ids.ts";
import type { Caller, RequestFacts } from "../decision/model.ts";
import type { Vocabulary } from "../policy/model.ts";
import { DEFAULT_FORM } from "./plan-change.ts";

/** How the events of signals say that they were made. */
const SIGNAL_METHOD = "Sec-GPC";
const REMEMBERED_MAX = 50_000;

/** Whether a header's value is the signal: a list that holds a `1`. A header that was sent twice is such a list. */
export function isSignal(value: string | undefined): boolean {
  return value?.split(",").some((item) => item.trim() === "1") ?? false;
}

export interface SignalRules {
  readonly store: ConsentStore;
  readonly vocabulary: Vocabulary;
  /** Puts on record that a person's signal is about to be kept; returns the receipt. */
  readonly record: (request: RequestFacts, subject: string, purposes: readonly string[]) => Promise<string>;
}

/**
 * What an opt-out signal of a request comes to. Of a person for themselves it is kept, once, as a refusal of every purpose of
 * `sale`, with a receipt; what they choose afterwards stands against later signals. Returns whether the signal speaks against the
 * request's own purpose. Never rejects: a signal that cannot be kept now counts for its request and is kept with the next.
 */
export type HeedSignal = (request: RequestFacts) => Promise<boolean>;

export function createSignals({ store, vocabulary, record }: SignalRules): HeedSignal {
  const purposes = Object.values(vocabulary.purposes).flatMap(({ name, sale }) => (sale === true ? [name] : []));
  /** Whose signal is kept already. */
  const kept = new LRUCache<string, true>({ max: REMEMBERED_MAX });
  return async (request) => {
    const { caller, purpose } = request;
    const subject = ownerOf(caller, vocabulary);
    if (!request.optedOut || subject === null || purposes.length === 0) return request.optedOut;
    const isConcerned = purpose !== null && purposes.includes(purpose);
    if (kept.has(subject) && !isConcerned) return true;
    try {
      const history = await store.history(subject);
      const missing = purposes.filter((each) => signalIn(history, each) === -1);
      if (missing.length > 0) await keep(subject, missing, history, request);
      kept.set(subject, true);
      return !(isConcerned && hasAgreedSince(history, purpose));
    } catch {
      return true;
    }
  };

  async function keep(
    subject: string,
    missing: readonly string[],
    history: readonly ConsentEvent[],
    request: RequestFacts,
  ): Promise<void> {
    const { status } = await store.subjectState(subject);
    if (status === "ERASED") return;
    const receipt = await record(request, subject, missing);
    await store.append(missing.map((purpose) => refusalOf(subject, purpose, receipt, { history, now: request.now })));
  }
}

/** The person whose own request it is: of a caller of reach SELF who acts for nobody else. */
function ownerOf({ id, role, onBehalfOf }: Caller, { roles }: Vocabulary): string | null {
  return onBehalfOf === null && Object.hasOwn(roles, role) && roles[role]?.reach === "SELF" ? id : null;
}

/** Unique for the person, so that of many gateways one stores it. No change that somebody asks for has such a key. */
function keyOf(purpose: string): string {
  return `signal:${purpose}`;
}

function signalIn(history: readonly ConsentEvent[], purpose: string): number {
  return history.findIndex((event) => event.key === keyOf(purpose));
}

/** Whether what was chosen last, after the first signal, is a yes that was said: what is only IMPLIED is none. */
function hasAgreedSince(history: readonly ConsentEvent[], purpose: string): boolean {
  const at = signalIn(history, purpose);
  const choices = history
    .slice(at + 1)
    .filter(({ state, purposes }) => isChoice(state) && purposes.includes(purpose))
    .filter((event) => isNo(event.state) || formOf(event) !== "IMPLIED");
  const last = choices.at(-1);
  return at !== -1 && last !== undefined && !isNo(last.state);
}

/** Dated no earlier than anything said before: of the same time a no wins. */
function refusalOf(
  subject: string,
  purpose: string,
  receipt: string,
  { history, now }: { readonly history: readonly ConsentEvent[]; readonly now: number },
): ConsentEvent {
  const time = history.reduce((last, event) => Math.max(last, event.time), now);
  return {
    id: newId(now),
    recordId: newId(now),
    subject,
    tenant: null,
    purposes: [purpose],
    categories: null,
    recipients: null,
    state: "REFUSED",
    form: DEFAULT_FORM,
    time,
    expiresAt: null,
    expressedBy: { id: subject, role: "DATA_SUBJECT", verification: null },
    notice: null,
    language: null,
    method: SIGNAL_METHOD,
    jurisdiction: null,
    storageLocations: null,
    retention: null,
    withdrawalMethod: null,
    reason: null,
    key: keyOf(purpose),
    evidence: receipt,
  };
}
