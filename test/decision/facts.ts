import type {
  AgreementStanding,
  Caller,
  ConsentStanding,
  ObjectFacts,
  RequestFacts,
  Standing,
} from "../../src/decision/model.ts";
import type { FieldPolicy } from "../../src/policy/model.ts";
import type { AgreementRow, Case, ConsentRow, FieldForm, Scene } from "./case.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** When consents and agreements of rows were given where a row does not say. */
export const GIVEN_AT = "2026-01-10T08:00:00.000Z";

/** The policy that the annotations of a row's field compile to. */
export function policyOf(field: FieldForm, type = "Customer"): FieldPolicy {
  const category = VOCABULARY.categories[field.category];
  if (category === undefined) throw new Error(`The test vocabulary has no category ${field.category}.`);
  return {
    coordinate: `${type}.value`,
    type,
    field: "value",
    category: category.name,
    mask: category.mask,
    otherwise: field.otherwise ?? category.otherwise,
    ...(field.otherwise === "MASK" ? { maskForStrangers: true as const } : {}),
    grants: field.grants.map(({ allow, to, assigned, until }) => ({
      allow,
      to,
      assigned: assigned ?? null,
      until: until ?? null,
    })),
    consents: field.consents.map((demand) => ({
      purposes: demand.for,
      from: demand.from ?? "SUBJECT",
      form: demand.form ?? null,
      ...(demand.minorsOnly === true ? { minorsOnly: true as const } : {}),
      ...(demand.optOut === true ? { optOut: true as const } : {}),
      ...(demand.named === true ? { named: true as const } : {}),
      ...(demand.informed === true ? { informed: true as const } : {}),
    })),
    retain:
      field.retain === null
        ? null
        : {
            period: field.retain.for,
            after: field.retain.after,
            ...(field.retain.duty === true ? { duty: true as const } : {}),
          },
    leaf: "String",
  };
}

export function requestOf({ caller, purpose, headers, deployment, now }: Scene): RequestFacts {
  const doNotTrack = deployment.doNotTrack && headers["dnt"] === "1";
  return {
    caller: callerOf(caller),
    purpose,
    optedOut: headers["sec-gpc"] === "1" || doNotTrack,
    now: Date.parse(now),
    deployment,
  };
}

function callerOf({ sub, role, org, tenants, region, act, refuted }: Case["caller"]): Caller {
  return {
    id: sub,
    role,
    organisation: org,
    tenants,
    region,
    purposes: null,
    onBehalfOf: act?.sub ?? null,
    ...(refuted === true ? { refuted } : {}),
    actingAs: act?.as ?? null,
    tokenId: null,
    expiresAt: null,
    app: null,
  };
}

/** What the gateway would know of the row's object: its keys as text, the fields that the policy names, what the store answers. */
export function objectOf(row: Scene): ObjectFacts {
  const { field, object, store } = row;
  const keys = field.subject;
  const subject = textOf(keys === null ? undefined : object[keys.id]);
  const tenant = textOf(keys?.tenant === undefined ? undefined : object[keys.tenant]);
  const names = [
    ...field.grants.flatMap(({ assigned, until }) => [assigned, until]),
    field.retain === null ? undefined : field.retain.after,
  ].filter((name) => name !== undefined);
  return {
    subjectDeclared: keys !== null,
    subject,
    tenant,
    region: textOf(keys?.region === undefined ? undefined : object[keys.region]),
    regionDeclared: keys?.region !== undefined,
    birthDate: (keys?.birthDate === undefined ? null : object[keys.birthDate]) ?? null,
    birthDateDeclared: keys?.birthDate !== undefined,
    named: Object.fromEntries(names.map((name) => [name, object[name]])),
    standing: subject === null || store.down ? null : standingOf(row, subject),
    agreement: store.down ? null : agreementOf(row, tenant),
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function standingOf({ store, purpose }: Scene, subject: string): Standing {
  return {
    status: store.status,
    legalHold: store.legalHold,
    consents: store.consents
      .filter((row) => (row.subject ?? subject) === subject && (row.purpose ?? purpose) === purpose)
      .map((row, index) => consentOf(row, `consent-${index + 1}`, purpose ?? "")),
  };
}

export function consentOf(row: ConsentRow, id: string, purpose: string): ConsentStanding {
  const at = Date.parse(row.at ?? GIVEN_AT);
  const [noticeId = "", version = ""] = row.notice?.split("/") ?? [];
  return {
    id: row.id ?? id,
    tenant: row.tenant ?? null,
    purpose: row.purpose ?? purpose,
    state: row.state ?? "GIVEN",
    form: row.form ?? "EXPRESSED",
    givenAt: row.given === undefined ? at : Date.parse(row.given),
    changedAt: at,
    expiresAt: timeOf(row.expires),
    notice: row.notice === null || row.notice === undefined ? null : { id: noticeId, version },
    categories: row.categories ?? null,
    recipients: row.recipients ?? null,
    expressedBy: row.by ?? "DATA_SUBJECT",
    verified: row.verified ?? false,
  };
}

function timeOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}

/** As the store looks it up: of the object's tenant, with the caller's organisation or any, for the purpose. */
function agreementOf({ store, purpose, caller }: Scene, tenant: string | null): AgreementStanding | undefined {
  const found = store.agreements.findIndex(
    (row) =>
      (row.tenant ?? tenant) === tenant &&
      (row.partner === undefined || row.partner === null || row.partner === caller.org) &&
      (row.purposes === undefined || (purpose !== null && row.purposes.includes(purpose))),
  );
  const row = store.agreements[found];
  return row === undefined || tenant === null ? undefined : agreementStandingOf(row, `agreement-${found + 1}`, tenant);
}

function agreementStandingOf(row: AgreementRow, id: string, tenant: string): AgreementStanding {
  return {
    id: row.id ?? id,
    tenant,
    state: row.state ?? "GIVEN",
    form: row.form ?? "EXPRESSED",
    givenAt: Date.parse(row.at ?? GIVEN_AT),
    expiresAt: timeOf(row.expires),
  };
}
