import type { IResolvers } from "@graphql-tools/utils";
import type { DocumentNode } from "graphql";
import { isoTime } from "../core/clock.ts";
import type { ConsentEvent, ConsentRecord, SubjectState } from "../stores/consent-store.ts";
import { filterOf, pageSize, recordView, seenIn, timeOf } from "./access-log.ts";
import type { ApiContext } from "./context.ts";
import type {
  ConsentForm,
  Mask,
  Outcome,
  PrivacyMutationResolvers,
  PrivacyQueryResolvers,
  Purpose,
  Role,
  SubjectStatus,
} from "./generated.ts";
import { rootNames } from "./type-defs.ts";

/** Resolvers of the gateway's own API. Who may see what is left to annotations and rules; these only fetch and change. */
export function ownResolvers(integrator: DocumentNode): IResolvers {
  const roots = rootNames(integrator);
  return {
    [roots.query]: { privacy: () => ({}) },
    [roots.mutation]: { privacy: () => ({}) },
    PrivacyQuery: queries,
    PrivacyMutation: mutations,
  } as IResolvers;
}

const queries: PrivacyQueryResolvers<ApiContext> = {
  async consents(_parent, { subject }, { fieldguard }) {
    const records = await fieldguard.consentService.records(fieldguard.caller, subject ?? null);
    return records.map((record) => consentView(record, fieldguard.now));
  },
  async consentHistory(_parent, { subject }, { fieldguard }) {
    const events = await fieldguard.consentService.history(fieldguard.caller, subject ?? null);
    return events.map(historyView);
  },
  async subjectState(_parent, { subject }, { fieldguard }) {
    return stateView(await fieldguard.consents.subjectState(subject));
  },
  async whoSawMyData(_parent, { first, after }, { fieldguard }) {
    const { accessLog, keyring, caller } = fieldguard;
    const subject = caller.onBehalfOf ?? caller.id ?? "";
    const references = keyring.references(subject);
    const known = new Set(references);
    const page = await accessLog.query({ subjects: references }, pageOf(first, after));
    return { entries: page.records.flatMap((record) => seenIn(record, subject, known)), next: page.next };
  },
  async accessLog(_parent, { filter, first, after }, { fieldguard }) {
    const { accessLog, keyring } = fieldguard;
    const page = await accessLog.query(filterOf(filter, keyring), pageOf(first, after));
    return { records: page.records.map(recordView), next: page.next };
  },
  policy(_parent, _args, { fieldguard: { policy, mode } }) {
    const fields = Object.values(policy.types).flatMap((type) =>
      type.kind === "OBJECT" ? Object.values(type.fields) : [],
    );
    return {
      hash: policy.hash,
      mode,
      fields: fields.map((field) => ({
        coordinate: field.coordinate,
        category: field.category,
        mask: field.mask satisfies Mask,
        otherwise: field.otherwise satisfies Outcome,
        grants: field.grants.map(({ allow, to, assigned, until }) => ({
          purposes: allow as readonly Purpose[],
          roles: to as readonly Role[],
          assigned,
          until,
        })),
        consentFor: [...new Set(field.consents.flatMap((demand) => demand.purposes))] as Purpose[],
      })),
    };
  },
};

const mutations: PrivacyMutationResolvers<ApiContext> = {
  async giveConsent(_parent, { purposes, subject, form, notice, validUntil, key }, { fieldguard }) {
    const records = await fieldguard.consentService.give(fieldguard.caller, {
      purposes,
      subject: subject ?? null,
      form: form ?? null,
      notice: notice ?? null,
      expiresAt: typeof validUntil === "string" ? timeOf(validUntil, "validUntil") : null,
      key: key ?? null,
    });
    return records.map((record) => consentView(record, fieldguard.now));
  },
  async withdrawConsent(_parent, { purposes, subject, reason, key }, { fieldguard }) {
    const change = { purposes, subject: subject ?? null, reason: reason ?? null, key: key ?? null };
    const records = await fieldguard.consentService.withdraw(fieldguard.caller, change);
    return records.map((record) => consentView(record, fieldguard.now));
  },
  async refuseConsent(_parent, { purposes, subject, reason, key }, { fieldguard }) {
    const change = { purposes, subject: subject ?? null, reason: reason ?? null, key: key ?? null };
    const records = await fieldguard.consentService.refuse(fieldguard.caller, change);
    return records.map((record) => consentView(record, fieldguard.now));
  },
  async restrictSubject(_parent, { subject, reason }, { fieldguard }) {
    return stateView(await fieldguard.consentService.restrict(fieldguard.caller, subject, reason));
  },
  async liftRestriction(_parent, { subject, reason }, { fieldguard }) {
    return stateView(await fieldguard.consentService.lift(fieldguard.caller, subject, reason));
  },
  async setLegalHold(_parent, { subject, hold, reason }, { fieldguard }) {
    return stateView(await fieldguard.consentService.setLegalHold(fieldguard.caller, subject, hold, reason));
  },
  async eraseSubject(_parent, { subject, reason }, { fieldguard }) {
    return stateView(await fieldguard.consentService.erase(fieldguard.caller, subject, reason));
  },
};

function pageOf(first: number, after: string | null | undefined) {
  return { first: pageSize(first), ...(typeof after === "string" ? { after } : {}) };
}

/** EXPIRED is computed at reading. */
function consentView({ subject, tenant, purpose, event, givenAt }: ConsentRecord, now: number) {
  const authorises = event.state === "GIVEN" || event.state === "RENEWED";
  const expired = authorises && event.expiresAt !== null && event.expiresAt <= now;
  return {
    subject,
    tenant,
    purpose: purpose as Purpose,
    state: expired ? ("EXPIRED" as const) : event.state,
    form: event.form satisfies ConsentForm,
    notice: noticeView(event),
    givenAt: givenAt === null ? null : isoTime(givenAt),
    expiresAt: event.expiresAt === null ? null : isoTime(event.expiresAt),
  };
}

function historyView(event: ConsentEvent) {
  return {
    id: event.id,
    subject: event.subject,
    purposes: event.purposes as readonly Purpose[],
    state: event.state,
    form: event.form,
    time: isoTime(event.time),
    expressedBy: event.expressedBy.role,
    notice: noticeView(event),
    reason: event.reason,
  };
}

function noticeView({ notice }: ConsentEvent): string | null {
  return notice === null ? null : `${notice.id}@${notice.version}`;
}

function stateView({ subject, status, legalHold, time }: SubjectState) {
  return { subject, status: status satisfies SubjectStatus, legalHold, since: time === 0 ? null : isoTime(time) };
}
