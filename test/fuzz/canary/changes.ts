import type { ConsentEvent } from "../../../src/consents/contract.ts";
import type { ConsentState } from "../../../src/decision/model.ts";
import { CONSENT_FORMS } from "../../../src/policy/model.ts";
import type { Draws } from "../draws.ts";
import { type Aviary, CUSTOMERS, NOW } from "./aviary.ts";

const ASKED_FOR = [
  "DIRECT_MARKETING",
  "PERSONALIZATION",
  "ANALYTICS",
  "TARGETED_ADVERTISING",
  "THIRD_PARTY_SHARING",
  "ORDER_FULFILMENT",
  "SELF_SERVICE",
] as const;
const DAY = 86_400_000;
/** Only the last of them are ever erased: nothing more can be said of those. */
const ERASABLE_FROM = CUSTOMERS - 5;

/** Somebody says yes or no to something, or their data are restricted, freed or erased: whoever asks next must feel it. */
export async function drawChange(aviary: Aviary, draws: Draws): Promise<void> {
  const number = draws.between(1, CUSTOMERS);
  const subject = `c-${number}`;
  const state = aviary.world.stored.states.findLast((each) => each.subject === subject);
  if (state?.status === "ERASED") return;
  if (draws.chance(80)) return aviary.consent(drawEvent(draws, subject, aviary.world.stored.events.length));
  const status = number >= ERASABLE_FROM && draws.chance(20) ? "ERASED" : draws.pick(["ACTIVE", "RESTRICTED"] as const);
  return aviary.setState({ subject, status, legalHold: draws.chance(20), time: NOW, by: "officer", reason: null });
}

function drawEvent(draws: Draws, subject: string, number: number): ConsentEvent {
  const state = draws.mostly<ConsentState>("GIVEN", "WITHDRAWN", "REFUSED", "RENEWED", "REQUESTED");
  return {
    id: `change-${number}`,
    recordId: `record-${number}`,
    subject,
    tenant: draws.mostly<string | null>(null, "m-1", "m-2"),
    purposes: draws.some(ASKED_FOR, 1),
    categories: draws.mostly<readonly string[] | null>(null, ["EMAIL_ADDRESS", "PERSON_NAME"]),
    recipients: draws.mostly<readonly string[] | null>(null, ["ap-1", "MERCHANT"], ["org:ap-1"]),
    state,
    form: draws.mostly("EXPLICIT", ...CONSENT_FORMS),
    time: NOW - draws.below(3) * DAY,
    expiresAt: draws.mostly<number | null>(null, NOW + DAY, NOW),
    expressedBy: {
      id: subject,
      role: draws.mostly("DATA_SUBJECT", "GUARDIAN"),
      verification: draws.chance(50) ? "seen in person" : null,
    },
    notice: draws.mostly<ConsentEvent["notice"]>(
      { id: "storefront-privacy", version: "3", contentHash: null },
      { id: "storefront-privacy", version: "1", contentHash: null },
      null,
    ),
    language: null,
    method: null,
    jurisdiction: null,
    storageLocations: null,
    retention: null,
    withdrawalMethod: null,
    reason: null,
    key: null,
    ...(draws.chance(30) ? {} : { evidence: null }),
  };
}
