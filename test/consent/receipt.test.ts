import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { makeReceipt, type SignedReceipt, signReceipt, verifyReceipt } from "../../src/consent/receipt.ts";
import type { ConsentState } from "../../src/decision/model.ts";
import { event, fullEvent, TIME } from "../../src/stores/conformance/consent-fixtures.ts";
import type { ConsentEvent, ConsentRecord } from "../../src/stores/consent-store.ts";

const context = { controller: "Example Shop", now: TIME + 1 };
const record = (of: ConsentEvent): ConsentRecord => ({
  recordId: of.recordId,
  subject: of.subject,
  tenant: of.tenant,
  purpose: of.purposes[0] ?? "",
  event: of,
  givenAt: of.time,
});

describe("a receipt", () => {
  test("says all that the record says, in DPV's terms where there are any", () => {
    expect(makeReceipt(record(fullEvent({ id: "e", recordId: "r" })), context)).toMatchObject({
      "@type": "dpv:ConsentRecord",
      "dct:identifier": "r",
      "dct:issued": "2025-01-15T12:00:00.001Z",
      "dct:date": "2025-01-15T12:00:00.000Z",
      "dct:valid": "2025-01-16T12:00:00.000Z",
      "dct:language": "zh-CN",
      "dpv:hasDataSubject": "customer-1",
      "dpv:hasDataController": "Example Shop",
      "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
      "dpv:hasConsentStatus": "dpv:ConsentGiven",
      "dpv:hasNotice": "privacy@2025-01",
      "dpv:hasJurisdiction": "CN",
      "dpv:hasRecipient": ["ADVERTISING_PARTNER"],
      "dpv:hasStorageCondition": { "dpv:hasLocation": ["CN-SH"], "dpv:hasDuration": "P2Y" },
      "dpv:hasPersonalData": [
        { "fg:name": "EMAIL_ADDRESS", "@type": ["pd:EmailAddress"] },
        { "fg:name": "PURCHASE_HISTORY", "@type": ["pd:Purchase", "pd:Transaction"] },
      ],
      "fg:form": "SEPARATE",
      "fg:expressedBy": { "fg:role": "GUARDIAN", "fg:verified": true },
    });
  });

  test("leaves out what the record does not say, and tells nothing of reasons or of who else acted", () => {
    const bare = makeReceipt(record(event()), context);
    for (const field of ["dpv:hasNotice", "dct:valid", "dpv:hasRecipient", "fg:tenant"])
      expect(bare).not.toHaveProperty([field]);
    const full = JSON.stringify(makeReceipt(record(fullEvent({ reason: "private words" })), context));
    expect([full.includes("private words"), full.includes("guardian-1")]).toEqual([false, false]);
  });

  test("gives a purpose of one's own its own name alone", () => {
    const own = makeReceipt(record(event({ purposes: ["constructor"] })), context);
    expect(own["dpv:hasPurpose"]).toEqual({ "fg:name": "constructor" });
  });

  const STATES: readonly (readonly [ConsentState, number | null, string])[] = [
    ["REQUESTED", null, "ConsentRequested"],
    ["DEFERRED", null, "ConsentRequestDeferred"],
    ["REFUSED", null, "ConsentRefused"],
    ["GIVEN", null, "ConsentGiven"],
    ["GIVEN", TIME + 2, "ConsentGiven"],
    ["GIVEN", TIME + 1, "ConsentExpired"],
    ["RENEWED", null, "RenewedConsentGiven"],
    ["WITHDRAWN", TIME, "ConsentWithdrawn"],
    ["REVOKED", null, "ConsentRevoked"],
    ["INVALIDATED", null, "ConsentInvalidated"],
  ];
  for (const [state, expiresAt, status] of STATES) {
    test(`of ${state}, until ${expiresAt === null ? "no end" : expiresAt - TIME}, has the status ${status}`, () => {
      expect(makeReceipt(record(event({ state, expiresAt })), context)["dpv:hasConsentStatus"]).toBe(`dpv:${status}`);
    });
  }
});

describe("a signature", () => {
  const keys = generateKeyPairSync("ed25519");
  const signed = signReceipt(makeReceipt(record(fullEvent()), context), keys.privateKey, "key-1");

  test("holds, whatever the order of the fields, also after a journey as JSON", () => {
    expect(verifyReceipt(signed, keys.publicKey)).toBe(true);
    const turned = Object.fromEntries(Object.entries(signed.receipt).reverse());
    expect(verifyReceipt({ ...signed, receipt: turned }, keys.publicKey)).toBe(true);
    expect(verifyReceipt(JSON.parse(JSON.stringify(signed)) as SignedReceipt, keys.publicKey)).toBe(true);
  });

  const [header = "", payload = "", signature = ""] = signed.jws.split(".");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const FALSE: readonly (readonly [string, SignedReceipt])[] = [
    ["a changed receipt", { ...signed, receipt: { ...signed.receipt, "dpv:hasConsentStatus": "dpv:ConsentRefused" } }],
    ["an added field", { ...signed, receipt: { ...signed.receipt, more: 1 } }],
    ["another algorithm", { ...signed, jws: `${none}.${payload}.${signature}` }],
    ["no signature", { ...signed, jws: `${header}.${payload}.` }],
    ["a signature too many", { ...signed, jws: `${signed.jws}.x` }],
    ["no JWS at all", { ...signed, jws: "" }],
  ];
  for (const [name, forged] of FALSE) {
    test(`does not hold for ${name}`, () => expect(verifyReceipt(forged, keys.publicKey)).toBe(false));
  }

  test("does not hold for another's key, or a key of another kind", () => {
    expect(verifyReceipt(signed, generateKeyPairSync("ed25519").publicKey)).toBe(false);
    expect(verifyReceipt(signed, generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey)).toBe(false);
  });
});
