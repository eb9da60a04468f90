import type { Agreement, ConsentEvent, ConsentStore } from "../../src/consents/contract.ts";
import type { AgreementRow, CallerForm, Case, ConsentRow, DemandForm, FieldForm, GrantForm, Scene } from "./case.ts";
import { GIVEN_AT } from "./facts.ts";
import { TEST_PURPOSES, TEST_ROLES } from "./vocabulary.ts";

/** A schema that serves rows: the first one's field is `Customer0.value`, asked for by `customer0 { value }`. */
export function toSdl(rows: readonly Pick<Scene, "field">[]): string {
  const roles = Object.entries(TEST_ROLES).map(
    ([name, { reach, external }]) =>
      `${name} @reach(of: ${reach}, declares: [${TEST_PURPOSES.join(", ")}], external: ${external})`,
  );
  return [
    `extend enum Role { ${roles.join(" ")} }`,
    "scalar Anything",
    `type Query { ${rows.map((_, index) => `customer${index}: Customer${index}`).join(" ")} }`,
    ...rows.map(({ field }, index) => typeOf(field, `Customer${index}`)),
  ].join("\n");
}

/** The type whose one annotated field is a row's. */
function typeOf(field: FieldForm, name: string): string {
  const keys = new Set(Object.values(field.subject ?? {}));
  const named = namedFields(field).filter((other) => !keys.has(other));
  return [
    `type ${name} ${subjectOf(field)} {`,
    "  id: ID tenantId: ID region: String birthDate: String",
    ...named.map((other) => `  ${other}: Anything`),
    `  value: String ${annotationsOf(field)}`,
    "}",
  ].join("\n");
}

/** Fields that the annotations name, besides the subject's keys. */
function namedFields({ grants, retain }: FieldForm): readonly string[] {
  const names = grants.flatMap(({ assigned, until }) => [assigned, until]);
  return [...new Set([...names, retain?.after])].filter((name) => name !== undefined);
}

function subjectOf({ subject }: FieldForm): string {
  if (subject === null) return "";
  const keys = Object.entries(subject).map(([key, name]) => `${key}: ${JSON.stringify(name)}`);
  return `@subject(${keys.join(", ")})`;
}

function annotationsOf({ category, otherwise, grants, consents, retain }: FieldForm): string {
  return [
    `@sensitive(category: ${category}${otherwise === null ? "" : `, otherwise: ${otherwise}`})`,
    ...grants.map(grantOf),
    ...consents.map(demandOf),
    ...(retain === null ? [] : [retainOf(retain)]),
  ].join(" ");
}

function retainOf({ for: period, after, duty }: NonNullable<FieldForm["retain"]>): string {
  const more = duty === undefined ? "" : `, duty: ${duty}`;
  return `@retain(for: ${JSON.stringify(period)}, after: ${JSON.stringify(after)}${more})`;
}

function grantOf({ allow, to, assigned, until }: GrantForm): string {
  const more = Object.entries({ assigned, until })
    .filter(([, name]) => name !== undefined)
    .map(([key, name]) => `, ${key}: ${JSON.stringify(name)}`);
  return `@purpose(allow: [${allow.join(", ")}], to: [${to.join(", ")}]${more.join("")})`;
}

function demandOf({ for: purposes, ...how }: DemandForm): string {
  const more = Object.entries(how)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `, ${key}: ${value}`);
  return `@consent(for: [${purposes.join(", ")}]${more.join("")})`;
}

/**
 * Why a row can only be decided alone: what it tells cannot come about in a gateway that has started and let the request in.
 * null where it can be served.
 */
export function whyNotServed({ field, caller, object, deployment }: Scene): string | null {
  if (caller.role !== "GUEST" && !Object.hasOwn(TEST_ROLES, caller.role)) return "the token's role is none: 401";
  if (caller.sub === null && caller.role !== "GUEST") return "a token without `sub` is refused: 401";
  if ([caller.org, ...caller.tenants].includes("")) return "empty claims are refused: 401";
  if (field.grants.some((grant) => grant.allow.length === 0)) return "a grant without purposes is a fault";
  if (field.grants.some(({ to, assigned }) => assigned === undefined && to.some(isAssigned))) {
    return "a grant to a role of reach ASSIGNED without `assigned` is a fault";
  }
  if (typeof object[field.subject?.id ?? ""] === "boolean") return "the scalar ID carries no booleans";
  if (deployment.notices.some((notice) => Number.isNaN(Date.parse(notice.effectiveFrom)))) {
    return "a notice without a time is a wrong option";
  }
  return null;
}

function isAssigned(role: string): boolean {
  return TEST_ROLES[role]?.reach === "ASSIGNED";
}

/** Claims of the row's token; null for a request without one. */
export function claimsOf({
  sub,
  role,
  org,
  tenants,
  region,
  act,
}: CallerForm): Readonly<Record<string, unknown>> | null {
  if (role === "GUEST") return null;
  const claims = { sub, role, org, tenants, region, act };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

/** Puts into a store what a row says that it holds. A store that is down is the harness's to arrange. */
export async function fillStore(store: ConsentStore, row: Case): Promise<void> {
  const keys = row.field.subject;
  const id = keys === null ? undefined : row.object[keys.id];
  const subject = id === undefined || id === null ? null : String(id);
  const events = row.store.consents.flatMap((consent, index) => eventsOf(row, consent, index, subject));
  if (events.length > 0) await store.append(events);
  for (const [index, agreement] of row.store.agreements.entries()) {
    await store.putAgreement(agreementOf(row, agreement, index));
  }
  const { status, legalHold } = row.store;
  if (subject === null || (status === "ACTIVE" && !legalHold)) return;
  await store.setSubjectState({ subject, status, legalHold, time: Date.parse(GIVEN_AT), by: "officer", reason: null });
}

/** The event that a record stands for, after the one that first gave it where that was another. */
function eventsOf(row: Case, consent: ConsentRow, index: number, subject: string | null): readonly ConsentEvent[] {
  const [noticeId = "", version = ""] = consent.notice?.split("/") ?? [];
  const owner = consent.subject ?? subject;
  if (owner === null) return [];
  const event: ConsentEvent = {
    id: consent.id ?? `consent-${index + 1}`,
    recordId: `record-${index + 1}`,
    subject: owner,
    tenant: consent.tenant ?? null,
    purposes: [consent.purpose ?? row.purpose ?? ""],
    categories: consent.categories ?? null,
    recipients: consent.recipients ?? null,
    state: consent.state ?? "GIVEN",
    form: consent.form ?? "EXPRESSED",
    time: Date.parse(consent.at ?? GIVEN_AT),
    expiresAt: consent.expires ? Date.parse(consent.expires) : null,
    expressedBy: {
      id: "somebody",
      role: consent.by ?? "DATA_SUBJECT",
      verification: consent.verified === true ? "seen in person" : null,
    },
    notice: consent.notice ? { id: noticeId, version, contentHash: null } : null,
    language: null,
    method: null,
    jurisdiction: null,
    storageLocations: null,
    retention: null,
    withdrawalMethod: null,
    reason: null,
    key: null,
    evidence: consent.by === "CONTROLLER" ? "list 7" : null,
  };
  if (consent.given === undefined) return [event];
  return [{ ...event, id: `${event.id}-first`, state: "GIVEN", time: Date.parse(consent.given) }, event];
}

function agreementOf(row: Case, agreement: AgreementRow, index: number): Agreement {
  return {
    id: agreement.id ?? `agreement-${index + 1}`,
    tenant: agreement.tenant ?? String(row.object["tenantId"]),
    partner: agreement.partner === undefined ? row.caller.org : agreement.partner,
    purposes: agreement.purposes ?? [row.purpose ?? ""],
    state: agreement.state ?? "GIVEN",
    form: agreement.form ?? "EXPRESSED",
    givenAt: Date.parse(agreement.at ?? GIVEN_AT),
    expiresAt: agreement.expires ? Date.parse(agreement.expires) : null,
    by: "officer",
    reason: null,
  };
}

/** Options of a gateway that stands where a row does. */
export function optionsOf({ deployment }: Scene) {
  const { region, minimumAge, ...rest } = deployment;
  return { ...rest, ...(region !== null && { region }), ...(minimumAge !== null && { minimumAge }) };
}
