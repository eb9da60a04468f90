import { saysSomething } from "../core/says-something.ts";
import type { ConsentForm } from "../policy/model.ts";
import type { Choice, ConsentEvent, ConsentRecord } from "./contract.ts";
import type { ConsentStanding, ConsentState } from "./standing.ts";

/** What a choice is for, beside its purpose: null is every tenant, every category, every recipient. */
export type Scope = Pick<ConsentStanding, "tenant" | "categories" | "recipients">;

/** Whether somebody chose. To ask, to put the answer off or to say nothing is no choice and takes none back. */
export function isChoice(state: ConsentState): boolean {
  return state !== "UNKNOWN" && state !== "REQUESTED" && state !== "DEFERRED";
}

/** A choice against; it holds whoever said it. */
export function isNo(state: ConsentState): boolean {
  return state === "REFUSED" || state === "WITHDRAWN" || state === "REVOKED" || state === "INVALIDATED";
}

/** Whether everything that one choice is for, another is for as well. */
export function covers(broad: Scope, narrow: Scope): boolean {
  return (
    (broad.tenant === null || broad.tenant === narrow.tenant) &&
    includes(broad.categories, narrow.categories) &&
    includes(broad.recipients, narrow.recipients)
  );
}

function includes(broad: readonly string[] | null, narrow: readonly string[] | null): boolean {
  return broad === null || (narrow?.every((one) => broad.includes(one)) ?? false);
}

/** Whether two choices can be about one and the same value and caller. */
export function overlaps(one: Scope, other: Scope): boolean {
  const sameTenant = one.tenant === null || other.tenant === null || one.tenant === other.tenant;
  return sameTenant && meets(one.categories, other.categories) && meets(one.recipients, other.recipients);
}

function meets(one: readonly string[] | null, other: readonly string[] | null): boolean {
  if (one === null) return other === null || other.length > 0;
  return other === null ? one.length > 0 : one.some((each) => other.includes(each));
}

/** Categories and recipients as a key: the same for the same sets, in whatever order they were named. */
export function coversKey({ categories, recipients }: Omit<Scope, "tenant">): string {
  const set = (names: readonly string[] | null) => names && [...new Set(names)].sort();
  return JSON.stringify([set(categories), set(recipients)]);
}

/**
 * A person's current records for one purpose after an event, in the order in which their events were stored: the projection
 * that every store keeps.
 * - Choices stand side by side, one for each tenant, categories and recipients. Of the same three the one stored last stands,
 *   and a no that a yes followed is kept behind it: it stands again where that yes does not hold.
 *   Whatever its `time` says, it never counts from before the one whose place it takes.
 * - What can decide nothing any more goes: all earlier that a no of the same tenant covers, the earlier yeses that a yes covers.
 * - A question stands beside the choices, one a tenant, until a choice for that tenant.
 */
export function recordsAfter(
  records: readonly ConsentRecord[],
  event: ConsentEvent,
  purpose: string,
): readonly ConsentRecord[] {
  const { recordId, subject, tenant } = event;
  const isOfTenant = (record: ConsentRecord) => record.tenant === tenant;
  const about = { recordId, subject, tenant, purpose, event };
  if (!isChoice(event.state)) {
    const others = records.filter((record) => !isOfTenant(record) || isChoice(record.event.state));
    return [...others, { ...about, since: event.time, givenAt: null, objection: null }];
  }
  const choices = records.filter((record) => isChoice(record.event.state));
  const key = coversKey(event);
  const choiceOfScope = choices.find((record) => isOfTenant(record) && coversKey(record.event) === key);
  const record: ConsentRecord = {
    ...about,
    since: Math.max(event.time, choiceOfScope?.since ?? event.time),
    givenAt: givenAtAfter(choiceOfScope?.givenAt ?? null, event),
    objection: isNo(event.state) || choiceOfScope === undefined ? null : objectionIn(choiceOfScope),
  };
  const others = records.filter(
    (other) =>
      other !== choiceOfScope && !(isOfTenant(other) && (!isChoice(other.event.state) || isSuperseded(other, record))),
  );
  return [...others, record];
}

function isSuperseded(earlier: ConsentRecord, by: ConsentRecord): boolean {
  if (!covers(by.event, earlier.event)) return false;
  if (isNo(by.event.state)) return earlier.since <= by.since;
  return !isNo(earlier.event.state) && earlier.objection === null && earlier.since < by.since;
}

function objectionIn({ event, since, objection }: ConsentRecord): Choice | null {
  return isNo(event.state) ? { event, since } : objection;
}

/**
 * `ConsentRecord.givenAt` after an event: giving starts anew, renewing goes on (and starts where nothing was given),
 * everything else leaves it, so that a withdrawn consent still tells since when it stood.
 */
function givenAtAfter(previous: number | null, { state, time }: ConsentEvent): number | null {
  if (state === "GIVEN") return time;
  return state === "RENEWED" ? (previous ?? time) : previous;
}

/** The records that a person's events leave, whatever their purposes. */
export function recordsFrom(events: readonly ConsentEvent[]): ConsentRecord[] {
  const byPurpose = new Map<string, readonly ConsentRecord[]>();
  for (const event of events) {
    for (const purpose of event.purposes) {
      byPurpose.set(purpose, recordsAfter(byPurpose.get(purpose) ?? [], event, purpose));
    }
  }
  return [...byPurpose.values()].flat().sort(byScope);
}

/** By purpose, then tenant, every tenant's first; choices before questions, then by what they cover. By code point, as UTF-8 bytes compare. */
export function byScope(one: ConsentRecord, other: ConsentRecord): number {
  return compareTexts(sortKey(one), sortKey(other));
}

function sortKey({ purpose, tenant, event }: ConsentRecord): readonly string[] {
  return [purpose, tenant === null ? "" : `=${tenant}`, isChoice(event.state) ? "" : "?", coversKey(event)];
}

function compareTexts(one: readonly string[], other: readonly string[]): number {
  for (const [at, text] of one.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(other[at] ?? ""));
    if (order !== 0) return order;
  }
  return 0;
}

/** The record in which an event's purpose stands: its own, or the choice that has taken its place. */
export function recordOf(records: readonly ConsentRecord[], event: ConsentEvent): ConsentRecord | null {
  const ofTenant = records.filter(({ tenant }) => tenant === event.tenant);
  const choices = ofTenant.filter((record) => isChoice(record.event.state));
  const key = coversKey(event);
  const own = isChoice(event.state)
    ? choices.find((record) => coversKey(record.event) === key)
    : ofTenant.find((record) => !isChoice(record.event.state));
  return own ?? choices.findLast((record) => covers(record.event, event)) ?? ofTenant.at(-1) ?? null;
}

/** What a decision is told of a record: the choice, and the no that it may give way to. Of a question nothing. */
export function standingsOf(record: ConsentRecord): ConsentStanding[] {
  const { tenant, purpose, event, since, givenAt, objection } = record;
  if (!isChoice(event.state)) return [];
  const own = standingOf({ event, since }, tenant, purpose, givenAt);
  return objection === null ? [own] : [own, standingOf(objection, tenant, purpose, null)];
}

function standingOf(
  { event, since }: Choice,
  tenant: string | null,
  purpose: string,
  givenAt: number | null,
): ConsentStanding {
  const { id, state, expiresAt, notice, categories, recipients, expressedBy } = event;
  return {
    id,
    tenant,
    purpose,
    state,
    form: formOf(event),
    givenAt: givenAt ?? since,
    changedAt: since,
    expiresAt,
    notice: notice === null ? null : { id: notice.id, version: notice.version },
    categories,
    recipients,
    expressedBy: expressedBy.role,
    verified: saysSomething(expressedBy.verification),
  };
}

/**
 * The form that an event counts as.
 * - What the controller enters without a reference to its evidence, or with one that says nothing: IMPLIED.
 * - SEPARATE is one purpose: of several, EXPRESSED.
 * - EXPLICIT of the first edition, which did not tell a form that was said from one that was not: EXPRESSED. Its events know no
 *   `evidence`; one that is imported with it counts as it says.
 */
export function formOf({ form, expressedBy, evidence, purposes }: ConsentEvent): ConsentForm {
  if (expressedBy.role === "CONTROLLER" && !saysSomething(evidence)) return "IMPLIED";
  if (form === "SEPARATE" && purposes.length > 1) return "EXPRESSED";
  return form === "EXPLICIT" && evidence === undefined ? "EXPRESSED" : form;
}
