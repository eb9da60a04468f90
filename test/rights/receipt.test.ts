import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { ConsentEvent, ConsentRecord } from "../../src/consents/contract.ts";
import type { ConsentState } from "../../src/decision/model.ts";
import {
  type ConsentReceipt,
  makeReceipt,
  type ReceiptContext,
  type SignedReceipt,
  signReceipt,
  verifyReceipt,
} from "../../src/rights/receipt.ts";
import { event, fullEvent, TIME } from "../../src/stores/conformance/consent-fixtures.ts";

const context = { controller: "Example Shop", now: TIME + 1 };
const record = (of: ConsentEvent): ConsentRecord => ({
  recordId: of.recordId,
  subject: of.subject,
  tenant: of.tenant,
  purpose: of.purposes[0] ?? "",
  event: of,
  since: of.time,
  givenAt: of.time,
  objection: null,
});

const made = (of: ConsentEvent, events: readonly ConsentEvent[] = [of], about: Partial<ReceiptContext> = {}) =>
  makeReceipt(record(of), events, { ...context, ...about });
/** The copy of the record that a receipt holds. */
// biome-ignore lint/suspicious/noExplicitAny: JSON-LD is looked at freely by tests
const recordIn = (receipt: ConsentReceipt): any => receipt["dpv:hasRecordOfActivity"];
const REACHED = { address: "1 Main Street", contact: "privacy@shop.example" };

describe("a receipt", () => {
  test("says all that the record says, in DPV's terms where there are any", () => {
    const full = fullEvent({ id: "e", recordId: "r", withdrawalMethod: "account settings" });
    const receipt = made(full, [full], REACHED);
    expect(receipt).toMatchObject({
      "@type": "dpv:ConsentReceipt",
      "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
      "dct:identifier": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "dct:issued": "2025-01-15T12:00:00.001Z",
      "dct:publisher": "Example Shop",
    });
    expect(recordIn(receipt)).toMatchObject({
      "@type": "dpv:ConsentRecord",
      "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
      "dct:identifier": "r",
      "dct:language": "zh-CN",
      "dpv:hasDataSubject": { "@type": "dpv:DataSubject", "dct:identifier": "customer-1" },
      "dpv:hasNotice": { "@type": "dpv:ConsentNotice", "dct:identifier": "privacy@2025-01" },
      "dpv:hasProcess": {
        "@type": "dpv:Process",
        "dpv:hasDataController": {
          "@type": "dpv:DataController",
          "dpv:hasName": "Example Shop",
          "dpv:hasAddress": "1 Main Street",
          "dpv:hasContact": "privacy@shop.example",
        },
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasJurisdiction": "CN",
        "dpv:hasRecipient": ["ADVERTISING_PARTNER"],
        "dpv:hasStorageCondition": [
          { "@type": "dpv:StorageLocation", "dpv:hasLocation": ["CN-SH"] },
          { "@type": "dpv:StorageDuration", "dpv:hasDuration": "P2Y" },
        ],
        "dpv:hasPersonalData": [
          { "fg:name": "EMAIL_ADDRESS", "@type": ["pd:EmailAddress"] },
          { "fg:name": "PURCHASE_HISTORY", "@type": ["pd:Purchase", "pd:Transaction"] },
        ],
        "dpv:hasConsentControl": { "@type": "dpv:WithdrawConsent", "dct:description": "account settings" },
      },
      "dpv:hasConsentStatus": [
        {
          "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
          "dpv:isIndicatedAtTime": "2025-01-15T12:00:00.000Z",
          "dpv:hasDuration": { "@type": "dpv:UntilTimeDuration", "rdf:value": "2025-01-16T12:00:00.000Z" },
          "dpv:isIndicatedBy": "dpv:GuardianOfDataSubject",
          "fg:form": "WRITTEN",
          "fg:verified": true,
        },
      ],
    });
  });

  test("needs nothing loaded to be read: every prefix is explained in it", () => {
    const text = JSON.stringify(made(fullEvent(), [fullEvent()], REACHED));
    const { "@context": explained, ...rest } = JSON.parse(text) as Record<string, unknown>;
    expect(typeof explained).toBe("object");
    const prefixes = new Set(JSON.stringify([rest, explained]).match(/(?<=")[a-z]+(?=:[A-Za-z])/g));
    const known = new Set([...Object.keys(explained as object), "https", "http", "urn"]);
    expect([...prefixes].filter((prefix) => !known.has(prefix))).toEqual([]);
  });

  test("claims no conformance where the record lacks what the standard asks for, and says what is lacking", () => {
    const bare = made(event());
    expect(bare).not.toHaveProperty(["dct:conformsTo"]);
    expect(recordIn(bare)).not.toHaveProperty(["dct:conformsTo"]);
    expect(bare["fg:missing"]).toEqual([
      "privacy_notice",
      "language",
      "storage_locations",
      "retention_period",
      "jurisdiction",
      "withdrawal_method",
      "party_address",
      "party_contact",
    ]);
    expect(recordIn(bare)["dpv:hasProcess"]).toMatchObject({
      "dpv:hasPersonalData": { "@type": "dpv:PersonalData" },
      "dpv:hasRecipient": { "@type": "dpv:Recipient" },
    });
  });

  test("leaves out what the record does not say, and tells nothing of reasons or of who else acted", () => {
    for (const field of ["dpv:hasNotice", "dct:language", "fg:tenant"])
      expect(recordIn(made(event()))).not.toHaveProperty([field]);
    const full = JSON.stringify(made(fullEvent({ reason: "private words" })));
    expect([full.includes("private words"), full.includes("guardian-1")]).toEqual([false, false]);
  });

  test("tells what happened to this consent, oldest first, and of no other", () => {
    const life = [event({ state: "REQUESTED" }), event({ state: "GIVEN" }), event({ state: "WITHDRAWN" })];
    const others = [
      event({ tenant: "shop-2", state: "REFUSED" }),
      event({ purposes: ["ANALYTICS"], state: "REFUSED" }),
    ];
    const last = life[2] ?? event();
    const told = recordIn(made(last, [...others, ...life]))["dpv:hasConsentStatus"];
    expect(told.map((state: Record<string, string[]>) => state["@type"]?.[0])).toEqual([
      "dpv:ConsentRequested",
      "dpv:ConsentGiven",
      "dpv:ConsentWithdrawn",
    ]);
  });

  test("gives a purpose of one's own its own name alone", () => {
    const own = recordIn(made(event({ purposes: ["constructor"] })))["dpv:hasProcess"];
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
      const last = recordIn(made(event({ state, expiresAt })))["dpv:hasConsentStatus"].at(-1);
      expect([last["@type"]].flat()[0]).toBe(`dpv:${status}`);
    });
  }
});

describe("a signature", () => {
  const keys = generateKeyPairSync("ed25519");
  const signed = signReceipt(made(fullEvent()), keys.privateKey, "key-1");

  test("holds, whatever the order of the fields, also after a journey as JSON", () => {
    expect(verifyReceipt(signed, keys.publicKey)).toBe(true);
    const turned = Object.fromEntries(Object.entries(signed.receipt).reverse());
    expect(verifyReceipt({ ...signed, receipt: turned }, keys.publicKey)).toBe(true);
    expect(verifyReceipt(JSON.parse(JSON.stringify(signed)) as SignedReceipt, keys.publicKey)).toBe(true);
  });

  const [header = "", payload = "", signature = ""] = signed.jws.split(".");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const FALSE: readonly (readonly [string, SignedReceipt])[] = [
    ["a changed receipt", { ...signed, receipt: { ...signed.receipt, "dct:publisher": "Another Shop" } }],
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
