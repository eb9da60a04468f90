import { type KeyObject, sign, verify } from "node:crypto";
import canonicalize from "canonicalize";
import { formOf, isNo, overlaps } from "../consents/choices.ts";
import type { ConsentEvent, ConsentRecord } from "../consents/contract.ts";
import { isoTime } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { saysSomething } from "../core/says-something.ts";
import {
  CATEGORY_STANDARDS,
  CONSENT_FORM_DPV,
  CONSENT_STATE_DPV,
  DPV,
  DPV_PERSONAL_DATA,
  PURPOSE_STANDARDS,
} from "../policy/standards.ts";
import { stateAt } from "./life-state.ts";

/** Where terms of the receipt that DPV has none for are named. */
const OWN = "urn:fieldguard:consent#";
/** The profiles of DPV's guide to ISO/IEC TS 27560. */
const PROFILE = "https://w3id.org/dpv/schema/dpv-27560#";

/** All that is needed to read a receipt as RDF; nothing is loaded from elsewhere. */
const CONTEXT = {
  dpv: DPV,
  pd: DPV_PERSONAL_DATA,
  dct: "http://purl.org/dc/terms/",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  fg: OWN,
  "dct:conformsTo": { "@type": "@id" },
  "dct:issued": { "@type": "xsd:dateTime" },
  "dpv:hasLegalBasis": { "@type": "@id" },
  "dpv:isIndicatedAtTime": { "@type": "xsd:dateTime" },
  "dpv:isIndicatedBy": { "@type": "@id" },
} as const;

/** A receipt as JSON-LD. Absent is what the record does not say. */
export type ConsentReceipt = Readonly<Record<string, unknown>>;

export interface ReceiptContext {
  /** Who is responsible: a name, or an IRI. */
  readonly controller: string;
  /** Where the controller is reached; without it a receipt cannot conform to the standard. */
  readonly address?: string | null;
  readonly contact?: string | null;
  /** Milliseconds since the epoch: when the receipt is issued. EXPIRED is computed for this time. */
  readonly now: number;
}

/** A receipt with a JWS (RFC 7515, compact) whose payload is the receipt's canonical JSON (RFC 8785). */
export interface SignedReceipt {
  readonly receipt: ConsentReceipt;
  readonly jws: string;
}

/**
 * The receipt of a consent: a copy of its record with all that happened to it (out of the person's `events`, oldest first), in the terms of the
 * Data Privacy Vocabulary and the structure of its guide to ISO/IEC TS 27560. Purposes and categories that DPV has no term
 * for keep their own names alone. What the standard calls mandatory and the record does not say stands in `fg:missing`;
 * only where there is nothing the receipt claims to conform.
 */
export function makeReceipt(
  record: ConsentRecord,
  events: readonly ConsentEvent[],
  context: ReceiptContext,
): ConsentReceipt {
  const { controller, now } = context;
  const missing = missingOf(record, context);
  const own = events.filter((event) => event.purposes.includes(record.purpose) && isAbout(event, record));
  const conformsTo = (profile: string) => (missing.length === 0 ? `${PROFILE}${profile}` : null);
  const id = newId(now);
  return withoutNulls({
    "@context": CONTEXT,
    "@id": `urn:uuid:${id}`,
    "@type": "dpv:ConsentReceipt",
    "dct:conformsTo": conformsTo("receipt"),
    "dct:identifier": id,
    "dct:issued": isoTime(now),
    "dct:publisher": controller,
    "fg:missing": missing.length === 0 ? null : missing,
    "dpv:hasRecordOfActivity": withoutNulls({
      "@type": "dpv:ConsentRecord",
      "dct:conformsTo": conformsTo("record"),
      "dct:identifier": record.recordId,
      "dpv:hasDataSubject": { "@type": "dpv:DataSubject", "dct:identifier": record.subject },
      "dpv:hasNotice": noticeOf(record.event),
      "dct:language": record.event.language,
      "dpv:hasProcess": processOf(record, context),
      "dpv:hasConsentStatus": statesOf(record, own, now),
      "fg:tenant": record.tenant,
      "fg:givenAt": record.givenAt === null ? null : isoTime(record.givenAt),
    }),
  });
}

/** Of the record's own tenant all that meets with it; of every tenant a no. */
function isAbout(event: ConsentEvent, { tenant, event: current }: ConsentRecord): boolean {
  return overlaps(event, current) && (event.tenant === tenant || (event.tenant === null && isNo(event.state)));
}

function missingOf({ event }: ConsentRecord, { address, contact }: ReceiptContext): string[] {
  const mandatory = {
    privacy_notice: event.notice,
    language: event.language,
    storage_locations: event.storageLocations,
    retention_period: event.retention,
    jurisdiction: event.jurisdiction,
    withdrawal_method: event.withdrawalMethod,
    party_address: address ?? null,
    party_contact: contact ?? null,
  };
  return Object.entries(mandatory).flatMap(([field, value]) => (value === null ? [field] : []));
}

function noticeOf({ notice }: ConsentEvent): ConsentReceipt | null {
  if (notice === null) return null;
  const { id, version, contentHash } = notice;
  return withoutNulls({
    "@type": "dpv:ConsentNotice",
    "dct:identifier": `${id}@${version}`,
    "fg:contentHash": contentHash,
  });
}

/** What is consented to. Where the record names no categories or no recipients, it is for all. */
function processOf({ event, purpose }: ConsentRecord, { controller, address, contact }: ReceiptContext) {
  return withoutNulls({
    "@type": "dpv:Process",
    "dpv:hasPurpose": termsFor(purpose, PURPOSE_STANDARDS, "dpv"),
    "dpv:hasPersonalData": event.categories?.map((category) => termsFor(category, CATEGORY_STANDARDS, "pd")) ?? {
      "@type": "dpv:PersonalData",
    },
    "dpv:hasDataController": withoutNulls({
      "@type": "dpv:DataController",
      "dpv:hasName": controller,
      "dpv:hasAddress": address ?? null,
      "dpv:hasContact": contact ?? null,
    }),
    "dpv:hasLegalBasis": `dpv:${CONSENT_FORM_DPV[formOf(event)]}`,
    "dpv:hasRecipient": event.recipients ?? { "@type": "dpv:Recipient" },
    "dpv:hasJurisdiction": event.jurisdiction,
    "dpv:hasStorageCondition": storageOf(event),
    "dpv:hasConsentControl":
      event.withdrawalMethod === null
        ? null
        : { "@type": "dpv:WithdrawConsent", "dct:description": event.withdrawalMethod },
  });
}

/** What happened, oldest first; the end by date, which nobody stores, is the last. */
function statesOf(record: ConsentRecord, events: readonly ConsentEvent[], now: number): ConsentReceipt[] {
  const states = events.map(stateOf);
  const { event } = record;
  if (stateAt(event, now) !== "EXPIRED" || event.expiresAt === null) return states;
  const ended = {
    "@type": `dpv:${CONSENT_STATE_DPV["EXPIRED"]}`,
    "dpv:isIndicatedAtTime": isoTime(event.expiresAt),
    "dpv:isIndicatedBy": "dpv:DataController",
  };
  return [...states, ended];
}

const INDICATED_BY: Readonly<Record<ConsentEvent["expressedBy"]["role"], string>> = {
  DATA_SUBJECT: "dpv:DataSubject",
  GUARDIAN: "dpv:GuardianOfDataSubject",
  AGENT: "dpv:Representative",
  CONTROLLER: "dpv:DataController",
  SYSTEM: "dpv:DataController",
};

function stateOf(event: ConsentEvent): ConsentReceipt {
  const until = {
    "@type": "dpv:UntilTimeDuration",
    "rdf:value": event.expiresAt === null ? "" : isoTime(event.expiresAt),
  };
  return withoutNulls({
    "@type": [`dpv:${CONSENT_STATE_DPV[event.state]}`, `dpv:${CONSENT_FORM_DPV[event.form]}`],
    "dpv:isIndicatedAtTime": isoTime(event.time),
    "dpv:hasDuration": event.expiresAt === null ? { "@type": "dpv:EndlessDuration" } : until,
    "dpv:isIndicatedBy": INDICATED_BY[event.expressedBy.role],
    "dpv:hasIndicationMethod": event.method,
    "fg:event": event.id,
    "fg:form": event.form,
    "fg:verified": saysSomething(event.expressedBy.verification),
  });
}

function termsFor(
  name: string,
  standards: Readonly<Record<string, { readonly dpv: readonly string[] }>>,
  prefix: "dpv" | "pd",
) {
  const terms = Object.hasOwn(standards, name) ? (standards[name]?.dpv ?? []) : [];
  return { "fg:name": name, ...(terms.length === 0 ? {} : { "@type": terms.map((term) => `${prefix}:${term}`) }) };
}

function storageOf({ storageLocations, retention }: ConsentEvent): ConsentReceipt[] | null {
  const conditions = [
    ...(storageLocations === null ? [] : [{ "@type": "dpv:StorageLocation", "dpv:hasLocation": storageLocations }]),
    ...(retention === null ? [] : [{ "@type": "dpv:StorageDuration", "dpv:hasDuration": retention }]),
  ];
  return conditions.length === 0 ? null : conditions;
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): ConsentReceipt {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Signs a receipt with Ed25519 (`alg` EdDSA, RFC 8037). `keyId` tells the verifier which key. */
export function signReceipt(receipt: ConsentReceipt, privateKey: KeyObject, keyId: string): SignedReceipt {
  const header = base64url(JSON.stringify({ alg: "EdDSA", kid: keyId }));
  const signed = `${header}.${base64url(canonical(receipt))}`;
  return { receipt, jws: `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}` };
}

/**
 * Whether the signature is of this key, over this receipt and no other. The algorithm is pinned: what the header names
 * is compared, never followed.
 */
export function verifyReceipt({ receipt, jws }: SignedReceipt, publicKey: KeyObject): boolean {
  const [header = "", payload = "", signature = "", ...others] = jws.split(".");
  if (others.length > 0 || publicKey.asymmetricKeyType !== "ed25519") return false;
  if (algorithmOf(header) !== "EdDSA" || payload !== base64url(canonical(receipt))) return false;
  return verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, "base64url"));
}

function algorithmOf(header: string): unknown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, "base64url").toString());
    return typeof parsed === "object" && parsed !== null && "alg" in parsed ? parsed.alg : undefined;
  } catch {
    return undefined;
  }
}

function canonical(receipt: ConsentReceipt): string {
  const text = canonicalize(receipt);
  if (text === undefined) throw new FieldguardError("BAD_INPUT", "Cannot sign the receipt: it is no JSON.");
  return text;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
