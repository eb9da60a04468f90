import { findDeciding } from "../decision/consent.ts";
import type { ConsentState, Notice } from "../decision/model.ts";
import { collectChanges, isOutdated } from "../decision/notices.ts";
import { type ConsentEvent, type ConsentRecord, standingOf } from "../stores/consent-store.ts";
import type { LifeState } from "./transitions.ts";

/** The state of a consent at a time: as stored, but EXPIRED once its date is past. */
export function stateAt(event: Pick<ConsentEvent, "state" | "expiresAt">, now: number): ConsentState {
  if (event.state !== "GIVEN" && event.state !== "RENEWED") return event.state;
  return event.expiresAt !== null && event.expiresAt <= now ? "EXPIRED" : event.state;
}

/** How one record stands in its life. */
export function lifeStateOf(record: ConsentRecord | null, notices: readonly Notice[], now: number): LifeState {
  if (record === null) return "UNKNOWN";
  const state = stateAt(record.event, now);
  if (state !== "GIVEN" && state !== "RENEWED") return state;
  const changes = collectChanges(notices, record.purpose, now);
  return isOutdated(record.event.notice, record.event.time, changes) ? "OUTDATED" : state;
}

/** The record in which somebody chose, as the decision sees it for a tenant (null: for no tenant in particular). */
export function choiceFor(
  records: readonly ConsentRecord[],
  tenant: string | null,
  purpose: string,
): ConsentRecord | null {
  const deciding = findDeciding(records.map(standingOf), tenant, purpose);
  return deciding === null ? null : (records.find((record) => record.event.id === deciding.id) ?? null);
}

/** The record that changed last of those for the tenant and for every tenant, be it a choice or only a question. */
export function latestFor(
  records: readonly ConsentRecord[],
  tenant: string | null,
  purpose: string,
): ConsentRecord | null {
  return records
    .filter((record) => record.purpose === purpose && (record.tenant === null || record.tenant === tenant))
    .reduce<ConsentRecord | null>(
      (latest, record) => (latest === null || record.event.time >= latest.event.time ? record : latest),
      null,
    );
}
