import type { Agreement, ConsentEvent, ConsentStore, SubjectState } from "../../../src/consents/contract.ts";
import type { ConsentState } from "../../../src/decision/model.ts";
import { CONSENT_FORMS } from "../../../src/policy/model.ts";
import type { Stored } from "../../reference/stored.ts";
import type { Draws } from "../draws.ts";
import { DECLARED, ORGANISATIONS, PEOPLE, STAFF, TENANTS } from "./terms.ts";

const TIMES = [
  "2026-01-10T08:00:00.000Z",
  "2026-03-01T00:00:00.000Z",
  "2026-06-15T12:00:00.000Z",
  "2026-06-15T12:00:00.001Z",
].map((text) => Date.parse(text));

const STATES: readonly [ConsentState, ...ConsentState[]] = [
  "GIVEN",
  "RENEWED",
  "WITHDRAWN",
  "REFUSED",
  "REQUESTED",
  "DEFERRED",
  "REVOKED",
  "EXPIRED",
  "INVALIDATED",
  "UNKNOWN",
];

export function drawStored(draws: Draws): Stored {
  return {
    events: draws.list(draws.between(0, 12), (index) => drawEvent(draws, index)),
    states: [...PEOPLE, ...STAFF].filter(() => draws.chance(25)).map((subject) => drawState(draws, subject)),
    agreements: draws.list(draws.between(0, 4), (index) => drawAgreement(draws, index)),
    down: draws.chance(4),
  };
}

function drawEvent(draws: Draws, index: number): ConsentEvent {
  const noticed = draws.mostly<string | null>(null, "privacy/1", "privacy/2", "cookies/1");
  const [id = "", version = ""] = noticed?.split("/") ?? [];
  return {
    id: `event-${index}`,
    recordId: `record-${index}`,
    subject: draws.pick([...PEOPLE, "7", ...STAFF]),
    tenant: draws.mostly<string | null>(null, ...TENANTS),
    purposes: draws.chance(60) ? [...DECLARED] : draws.some(DECLARED, 1),
    categories: draws.mostly<readonly string[] | null>(null, ["EMAIL_ADDRESS", "GOVERNMENT_ID"]),
    recipients: draws.mostly<readonly string[] | null>(
      null,
      ["STAFF"],
      ["org-1"],
      ["org:org-1", "role:SHOP"],
      ["role:STAFF"],
    ),
    state: draws.mostly<ConsentState>(...STATES),
    form: draws.mostly("SEPARATE", ...CONSENT_FORMS),
    time: draws.mostly(...(TIMES as [number, ...number[]])),
    expiresAt: draws.mostly<number | null>(null, TIMES[2] ?? null, TIMES[3] ?? null),
    expressedBy: {
      id: "somebody",
      role: draws.mostly("DATA_SUBJECT", "GUARDIAN", "AGENT", "CONTROLLER"),
      verification: draws.chance(50) ? "seen in person" : null,
    },
    notice: noticed === null ? null : { id, version, contentHash: null },
    language: null,
    method: null,
    jurisdiction: null,
    storageLocations: null,
    retention: null,
    withdrawalMethod: null,
    reason: null,
    key: null,
    // Absent as in the first edition, none, or there.
    ...(draws.chance(30) ? {} : { evidence: draws.mostly<string | null>(null, "list 7") }),
  };
}

function drawState(draws: Draws, subject: string): SubjectState {
  const status = draws.pick(["RESTRICTED", "ERASED", "ACTIVE"] as const);
  return { subject, status, legalHold: draws.chance(40), time: TIMES[0] ?? 0, by: "officer", reason: null };
}

function drawAgreement(draws: Draws, index: number): Agreement {
  return {
    id: `agreement-${index}`,
    tenant: draws.pick(TENANTS),
    partner: draws.mostly<string | null>(null, ...ORGANISATIONS),
    purposes: draws.chance(70) ? [...DECLARED] : draws.some(DECLARED, 1),
    state: draws.mostly<ConsentState>(...STATES),
    form: draws.mostly("WRITTEN", ...CONSENT_FORMS),
    givenAt: draws.mostly(...(TIMES as [number, ...number[]])),
    expiresAt: draws.mostly<number | null>(null, TIMES[2] ?? null),
    by: "officer",
    reason: null,
  };
}

/** Puts into a store what the reference goes by. Nothing more may be said of a person once they are erased. */
export async function fillStore(store: ConsentStore, { events, states, agreements, down }: Stored): Promise<void> {
  if (down) return store.close();
  if (events.length > 0) await store.append(events);
  for (const agreement of agreements) await store.putAgreement(agreement);
  for (const state of states) await store.setSubjectState(state);
}
