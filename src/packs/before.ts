import type { ConsentStore } from "../consents/contract.ts";
import { DAY_MS } from "../core/dates.ts";
import { newId } from "../core/ids.ts";
import type { Before } from "./model.ts";

/** Puts what a case starts from into the store, as if it had come about the day before, or when it says. */
export async function setUp(consents: ConsentStore, befores: readonly Before[], now: number): Promise<void> {
  for (const [at, before] of befores.entries()) {
    if ("consent" in before) await putConsent(consents, before, now, at);
    else if ("agreement" in before) await putAgreement(consents, before, now, at);
    else {
      const { of, state, legalHold = false } = before;
      const time = now - DAY_MS;
      await consents.setSubjectState({
        subject: of,
        status: state,
        legalHold,
        time,
        by: "officer",
        reason: "asked for",
      });
    }
  }
}

async function putConsent(
  consents: ConsentStore,
  before: Extract<Before, { consent: unknown }>,
  now: number,
  at: number,
): Promise<void> {
  const time = before.time === undefined ? now - DAY_MS + at : Date.parse(before.time);
  const [noticeId, version] = before.notice?.split("@") ?? [];
  const id = newId(time + at);
  await consents.append([
    {
      id,
      recordId: id,
      subject: before.of,
      tenant: before.tenant ?? null,
      purposes: before.for,
      categories: before.categories ?? null,
      recipients: before.recipients ?? null,
      state: before.consent,
      form: before.form ?? "EXPLICIT",
      time,
      expiresAt: before.until === undefined ? null : Date.parse(before.until),
      expressedBy: {
        id: before.by === undefined ? before.of : `${before.by} of ${before.of}`,
        role: before.by ?? "DATA_SUBJECT",
        verification: before.verified === true ? "family register" : null,
      },
      notice: noticeId === undefined || version === undefined ? null : { id: noticeId, version, contentHash: null },
      language: null,
      method: null,
      jurisdiction: null,
      storageLocations: null,
      retention: null,
      withdrawalMethod: null,
      reason: null,
      key: null,
      evidence: null,
    },
  ]);
}

async function putAgreement(
  consents: ConsentStore,
  before: Extract<Before, { agreement: unknown }>,
  now: number,
  at: number,
): Promise<void> {
  await consents.putAgreement({
    id: before.id ?? `agreement-${at}`,
    tenant: before.tenant,
    partner: before.partner ?? null,
    purposes: before.for,
    state: before.agreement,
    form: "WRITTEN",
    givenAt: now - DAY_MS,
    expiresAt: before.until === undefined ? null : Date.parse(before.until),
    by: before.tenant,
    reason: null,
  });
}
