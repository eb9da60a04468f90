import type { ConsentEvent } from "../../src/consents/contract.ts";
import type { RequestFacts } from "../../src/decision/model.ts";
import type { ReferenceWorld } from "./answer.ts";

const isNo = ({ state }: ConsentEvent) => ["REFUSED", "WITHDRAWN", "REVOKED", "INVALIDATED"].includes(state);
const isChoice = ({ state }: ConsentEvent) => !["UNKNOWN", "REQUESTED", "DEFERRED"].includes(state);

/**
 * An opt-out signal of a person for themselves is kept once, as a refusal of every purpose of `sale`; what they choose afterwards
 * stands against later signals. Returns whether it speaks against the request's own purpose.
 */
export function heedSignal({ annotations, stored, mode, logDown }: ReferenceWorld, request: RequestFacts): boolean {
  const { caller, purpose, optedOut, now } = request;
  const { roles, purposes } = annotations.vocabulary;
  const sales = Object.values(purposes).filter(({ sale }) => sale === true);
  const subject = caller.onBehalfOf === null && roles[caller.role]?.reach === "SELF" ? caller.id : null;
  if (!optedOut || mode === "report" || subject === null || sales.length === 0 || stored.down) return optedOut;
  const history = stored.events.filter((event) => event.subject === subject);
  const keptFor = (name: string): number => history.findIndex(({ key }) => key === `signal:${name}`);
  const missing = sales.filter(({ name }) => keptFor(name) === -1);
  const isErased = stored.states.findLast((state) => state.subject === subject)?.status === "ERASED";
  if (missing.length > 0 && !isErased) {
    // without a record nothing is kept
    if (logDown) return true;
    const time = Math.max(now, ...history.map((event) => event.time));
    stored.events.push(...missing.map(({ name }) => signalled(subject, name, time)));
  }
  if (purpose === null || keptFor(purpose) === -1) return true;
  const last = history
    .slice(keptFor(purpose) + 1)
    .filter((event) => isChoice(event) && event.purposes.includes(purpose))
    .at(-1);
  return last === undefined || isNo(last);
}

function signalled(subject: string, purpose: string, time: number): ConsentEvent {
  return {
    id: `signal-${subject}-${purpose}`,
    recordId: `signal-${subject}-${purpose}`,
    subject,
    tenant: null,
    purposes: [purpose],
    categories: null,
    recipients: null,
    state: "REFUSED",
    form: "EXPRESSED",
    time,
    expiresAt: null,
    expressedBy: { id: subject, role: "DATA_SUBJECT", verification: null },
    notice: null,
    language: null,
    method: null,
    jurisdiction: null,
    storageLocations: null,
    retention: null,
    withdrawalMethod: null,
    reason: null,
    key: `signal:${purpose}`,
    evidence: "the signal's own record",
  };
}
