import { type KeyObject, sign, verify } from "node:crypto";
import canonicalize from "canonicalize";
import { isoTime } from "../core/clock.ts";
import { FieldguardError } from "../core/errors.ts";
import {
  CATEGORY_STANDARDS,
  CONSENT_FORM_DPV,
  CONSENT_STATE_DPV,
  DPV,
  DPV_PERSONAL_DATA,
  PURPOSE_STANDARDS,
} from "../policy/standards.ts";
import type { ConsentRecord } from "../stores/consent-store.ts";
import { stateAt } from "./life-state.ts";

/** Where terms of the receipt that DPV has none for are named. */
const OWN = "urn:fieldguard:consent#";

/** A receipt as JSON-LD. Absent is what the record does not say. */
export type ConsentReceipt = Readonly<Record<string, unknown>>;

export interface ReceiptContext {
  /** Who is responsible: a name, or an IRI. */
  readonly controller: string;
  /** Milliseconds since the epoch: when the receipt is issued. EXPIRED is computed for this time. */
  readonly now: number;
}

/** A receipt with a JWS (RFC 7515, compact) whose payload is the receipt's canonical JSON (RFC 8785). */
export interface SignedReceipt {
  readonly receipt: ConsentReceipt;
  readonly jws: string;
}

/**
 * The receipt of a consent as it stands, in the terms of the Data Privacy Vocabulary and after its guide to ISO/IEC TS
 * 27560. Purposes and categories that DPV has no term for keep their own names alone.
 */
export function makeReceipt(record: ConsentRecord, { controller, now }: ReceiptContext): ConsentReceipt {
  const { event, purpose } = record;
  const state = stateAt(event, now);
  return withoutNulls({
    "@context": { dpv: DPV, pd: DPV_PERSONAL_DATA, dct: "http://purl.org/dc/terms/", fg: OWN },
    "@type": "dpv:ConsentRecord",
    "dct:identifier": record.recordId,
    "dct:issued": isoTime(now),
    "dpv:hasDataSubject": record.subject,
    "dpv:hasDataController": controller,
    "dpv:hasPurpose": termsFor(purpose, PURPOSE_STANDARDS, "dpv"),
    "dpv:hasPersonalData": event.categories?.map((category) => termsFor(category, CATEGORY_STANDARDS, "pd")) ?? null,
    "dpv:hasRecipient": event.recipients,
    "dpv:hasLegalBasis": `dpv:${CONSENT_FORM_DPV[event.form]}`,
    "dpv:hasConsentStatus": `dpv:${CONSENT_STATE_DPV[state]}`,
    "dpv:hasNotice": event.notice === null ? null : `${event.notice.id}@${event.notice.version}`,
    "dpv:hasJurisdiction": event.jurisdiction,
    "dpv:hasStorageCondition": storageOf(record),
    "dct:date": isoTime(event.time),
    "dct:valid": event.expiresAt === null ? null : isoTime(event.expiresAt),
    "dct:language": event.language,
    "fg:tenant": record.tenant,
    "fg:event": event.id,
    "fg:form": event.form,
    "fg:givenAt": record.givenAt === null ? null : isoTime(record.givenAt),
    "fg:expressedBy": { "fg:role": event.expressedBy.role, "fg:verified": event.expressedBy.verification !== null },
    "fg:method": event.method,
    "fg:noticeHash": event.notice?.contentHash ?? null,
    "fg:withdrawalMethod": event.withdrawalMethod,
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

function storageOf({ event: { storageLocations, retention } }: ConsentRecord) {
  if (storageLocations === null && retention === null) return null;
  return withoutNulls({ "dpv:hasLocation": storageLocations, "dpv:hasDuration": retention });
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
