import type { IResolvers } from "@graphql-tools/utils";
import type { DocumentNode, GraphQLResolveInfo } from "graphql";
import { formOf, isChoice } from "../consents/choices.ts";
import type { Agreement, ConsentEvent, ConsentRecord, HistoryPage, SubjectState } from "../consents/contract.ts";
import { isoTime } from "../core/clock.ts";
import { OWN_TYPE } from "../core/own-api.ts";
import type { AccessRecord } from "../log/contract.ts";
import type { ConsentTerms } from "../rights/input.ts";
import { stateAt } from "../rights/life-state.ts";
import { personMeant } from "../rights/speaker.ts";
import type { ConsentAction } from "../rights/transitions.ts";
import { filterOf, isOwnView, listPageOf, pageSize, pageThrough, recordView, seenIn, timeOf } from "./access-log.ts";
import { besides } from "./alone.ts";
import type { ApiContext } from "./context.ts";
import type {
  ConsentForm,
  DataCategory,
  Mask,
  Outcome,
  PrivacyMutationDeferConsentArgs,
  PrivacyMutationGiveConsentArgs,
  PrivacyMutationRequestConsentArgs,
  PrivacyMutationResolvers,
  PrivacyMutationWithdrawConsentArgs,
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
    [OWN_TYPE.query]: queries,
    [OWN_TYPE.mutation]: mutations,
  } as IResolvers;
}

const queries: PrivacyQueryResolvers<ApiContext> = {
  async consents(_parent, { subject, first, skip }, { fieldguard }) {
    const page = listPageOf(first, skip);
    const records = await fieldguard.consentService.records(fieldguard.caller, subject ?? null);
    return partOf(records, page).map((record) => consentView(record, fieldguard.now));
  },
  async consentHistory(_parent, { subject, first, skip }, { fieldguard }) {
    const page = listPageOf(first, skip);
    const events = await fieldguard.consentService.history(fieldguard.caller, subject ?? null, page);
    return events.map(historyView);
  },
  async agreements(_parent, { tenant, first, skip }, { fieldguard }) {
    const page = listPageOf(first, skip);
    const agreements = await fieldguard.consentService.agreements(fieldguard.caller, tenant ?? null);
    return partOf(agreements, page).map((agreement) => agreementView(agreement, fieldguard.now));
  },
  async subjectState(_parent, { subject }, { fieldguard }) {
    return stateView(await fieldguard.consents.subjectState(subject));
  },
  async whoSawMyData(_parent, { first, after, own }, { fieldguard }) {
    const { accessLog, keyring, caller } = fieldguard;
    const { subject } = personMeant(caller, null);
    const references = keyring.references(subject);
    const known = new Set(references);
    const wanted = own ? () => true : (record: AccessRecord) => !isOwnView(record, subject, caller.role);
    const page = await pageThrough(accessLog, { subjects: references }, pageOf(first, after), wanted);
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
  requestConsent: (_parent, args, context, info) => changed("request", termsOf(args, info), context),
  deferConsent: (_parent, args, context) => changed("defer", changeOf(args), context),
  giveConsent: (_parent, args, context, info) => changed("give", termsOf(args, info), context),
  renewConsent: (_parent, args, context, info) => changed("renew", termsOf(args, info), context),
  withdrawConsent: (_parent, args, context) => changed("withdraw", changeOf(args), context),
  refuseConsent: (_parent, args, context) => changed("refuse", changeOf(args), context),
  revokeConsent: (_parent, args, context) => changed("revoke", changeOf(args), context),
  invalidateConsent: (_parent, args, context) => changed("invalidate", changeOf(args), context),
  async makeAgreement(_parent, args, { fieldguard }) {
    const { tenant, partner, purposes, form, validUntil, reason, id } = args;
    const terms = {
      tenant,
      partner: partner ?? null,
      purposes,
      form: form ?? null,
      expiresAt: timeOrNull(validUntil, "validUntil"),
      reason: reason ?? null,
      id: id ?? null,
    };
    return agreementView(await fieldguard.consentService.agree(fieldguard.caller, terms), fieldguard.now);
  },
  async endAgreement(_parent, { id, reason }, { fieldguard }) {
    const ended = await fieldguard.consentService.endAgreement(fieldguard.caller, id, reason ?? null);
    return agreementView(ended, fieldguard.now);
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

async function changed(action: ConsentAction, change: ConsentTerms, { fieldguard }: ApiContext) {
  const records = await fieldguard.consentService[action](fieldguard.caller, change);
  return records.map((record) => consentView(record, fieldguard.now));
}

type ChangeArgs = PrivacyMutationDeferConsentArgs & Partial<PrivacyMutationWithdrawConsentArgs>;

function changeOf({ reason, categories, recipients, ...args }: ChangeArgs): ConsentTerms {
  return {
    ...sharedOf(args),
    reason: reason ?? null,
    categories: categories ?? null,
    recipients: recipients ?? null,
  };
}

type TermsArgs = PrivacyMutationRequestConsentArgs & Pick<PrivacyMutationGiveConsentArgs, "validUntil">;

function termsOf(args: TermsArgs, info: GraphQLResolveInfo): ConsentTerms {
  return {
    ...sharedOf(args),
    ...besides(info),
    form: args.form ?? null,
    notice: args.notice ?? null,
    expiresAt: timeOrNull(args.validUntil, "validUntil"),
    categories: args.categories ?? null,
    recipients: args.recipients ?? null,
  };
}

type SharedArgs = Pick<PrivacyMutationGiveConsentArgs, "purposes" | "subject" | "tenant" | "key" | "details">;

function sharedOf({ purposes, subject, tenant, key, details }: SharedArgs): ConsentTerms {
  const { time, ...others } = details ?? {};
  return {
    ...others,
    purposes,
    subject: subject ?? null,
    tenant: tenant ?? null,
    key: key ?? null,
    time: timeOrNull(time, "details.time"),
  };
}

function timeOrNull(text: string | null | undefined, field: string): number | null {
  return typeof text === "string" ? timeOf(text, field) : null;
}

function partOf<T>(list: readonly T[], { first, skip }: Required<Omit<HistoryPage, "newestFirst">>): readonly T[] {
  return list.slice(skip, skip + first);
}

function pageOf(first: number, after: string | null | undefined) {
  return { first: pageSize(first), ...(typeof after === "string" ? { after } : {}) };
}

/** EXPIRED is computed at reading. */
function consentView({ subject, tenant, purpose, event, givenAt }: ConsentRecord, now: number) {
  const form = isChoice(event.state) ? formOf(event) : event.form;
  return {
    subject,
    tenant,
    purpose: purpose as Purpose,
    categories: event.categories as readonly DataCategory[] | null,
    recipients: event.recipients,
    state: stateAt(event, now),
    form: form satisfies ConsentForm,
    notice: noticeView(event),
    givenAt: givenAt === null ? null : isoTime(givenAt),
    expiresAt: event.expiresAt === null ? null : isoTime(event.expiresAt),
  };
}

function historyView(event: ConsentEvent) {
  return {
    id: event.id,
    subject: event.subject,
    tenant: event.tenant,
    purposes: event.purposes as readonly Purpose[],
    categories: event.categories as readonly DataCategory[] | null,
    recipients: event.recipients,
    state: event.state,
    form: event.form,
    time: isoTime(event.time),
    expressedBy: event.expressedBy.role,
    notice: noticeView(event),
    reason: event.reason,
    evidence: event.evidence ?? null,
  };
}

function agreementView({ purposes, givenAt, expiresAt, ...agreement }: Agreement, now: number) {
  return {
    ...agreement,
    purposes: purposes as readonly Purpose[],
    state: stateAt({ state: agreement.state, expiresAt }, now),
    givenAt: isoTime(givenAt),
    expiresAt: expiresAt === null ? null : isoTime(expiresAt),
  };
}

function noticeView({ notice }: ConsentEvent): string | null {
  return notice === null ? null : `${notice.id}@${notice.version}`;
}

function stateView({ subject, status, legalHold, time }: SubjectState) {
  return { subject, status: status satisfies SubjectStatus, legalHold, since: time === 0 ? null : isoTime(time) };
}
