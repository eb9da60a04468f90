import type { Agreement, ConsentEvent, SubjectState } from "../../consents/contract.ts";

export const TIME = Date.UTC(2025, 0, 15, 12);

let count = 0;

/** An event that gives DIRECT_MARKETING for every tenant, but for what `change` says. Each has an id of its own. */
export function event(change: Partial<ConsentEvent> = {}): ConsentEvent {
  count += 1;
  const subject = change.subject ?? "customer-1";
  return {
    id: `event-${count}`,
    recordId: `record-${count}`,
    subject,
    tenant: null,
    purposes: ["DIRECT_MARKETING"],
    categories: null,
    recipients: null,
    state: "GIVEN",
    form: "EXPLICIT",
    time: TIME,
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
    key: null,
    evidence: null,
    ...change,
  };
}

/** Every field filled, so that one which a store forgets is missed. */
export function fullEvent(change: Partial<ConsentEvent> = {}): ConsentEvent {
  return event({
    tenant: "shop-1",
    purposes: ["ANALYTICS", "PERSONALIZATION"],
    categories: ["EMAIL_ADDRESS", "PURCHASE_HISTORY"],
    recipients: ["ADVERTISING_PARTNER"],
    form: "WRITTEN",
    expiresAt: TIME + 86_400_000,
    expressedBy: { id: "guardian-1", role: "GUARDIAN", verification: "household register" },
    notice: { id: "privacy", version: "2025-01", contentHash: "ab".repeat(32) },
    language: "zh-CN",
    method: "checkout page",
    jurisdiction: "CN",
    storageLocations: ["CN-SH"],
    retention: "P2Y",
    withdrawalMethod: "account settings",
    reason: "first order",
    key: `key-${count}`,
    evidence: "register 7",
    ...change,
  });
}

export function subjectState(change: Partial<SubjectState> = {}): SubjectState {
  return {
    subject: "customer-1",
    status: "RESTRICTED",
    legalHold: false,
    time: TIME,
    by: "officer-1",
    reason: "asked by letter",
    ...change,
  };
}

export function agreement(change: Partial<Agreement> = {}): Agreement {
  return {
    id: "agreement-1",
    tenant: "shop-1",
    partner: null,
    purposes: ["THIRD_PARTY_SHARING"],
    state: "GIVEN",
    form: "WRITTEN",
    givenAt: TIME,
    expiresAt: null,
    by: "merchant-1",
    reason: null,
    ...change,
  };
}
