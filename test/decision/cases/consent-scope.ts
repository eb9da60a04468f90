import { type Case, casesOf } from "../case.ts";
import { PURPOSE, SCENE } from "./consent.ts";

const JUNE_1 = "2026-06-01T00:00:00.000Z";
const JUNE_2 = "2026-06-02T00:00:00.000Z";

const tenants = casesOf("consent per tenant", SCENE, [
  { name: "for this tenant", store: { consents: [{ id: "t", tenant: "t-1" }] }, gives: "ALLOW GRANTED", rests: ["t"] },
  { name: "for another tenant", store: { consents: [{ tenant: "t-2" }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "for a tenant, of an object without one",
    object: { tenantId: null },
    store: { consents: [{ tenant: "t-1" }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "for every tenant, of an object without one",
    object: { tenantId: null },
    store: { consents: [{ id: "g" }] },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "refused to another tenant",
    store: {
      consents: [
        { id: "g", at: JUNE_1 },
        { tenant: "t-2", state: "REFUSED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "withdrawn everywhere after the tenant's",
    store: {
      consents: [
        { tenant: "t-1", at: JUNE_1 },
        { state: "WITHDRAWN", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "withdrawn everywhere after the tenant's, first given long before",
    store: {
      consents: [
        { tenant: "t-1", at: JUNE_1 },
        { state: "WITHDRAWN", given: "2025-01-01T00:00:00Z", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "given to the tenant after having withdrawn everywhere",
    store: {
      consents: [
        { state: "WITHDRAWN", at: JUNE_1 },
        { id: "t", tenant: "t-1", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["t"],
  },
  {
    name: "withdrawn from the tenant after a general one",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", state: "WITHDRAWN", at: JUNE_2 }] },
    gives: "MASK CONSENT_WITHDRAWN",
  },
  {
    name: "given everywhere after having withdrawn from the tenant",
    store: {
      consents: [
        { id: "g", at: JUNE_2 },
        { tenant: "t-1", state: "WITHDRAWN", at: JUNE_1 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "at the same moment the no wins",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", state: "REFUSED", at: JUNE_1 }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "at the same moment the no wins, whichever is stored first",
    store: { consents: [{ tenant: "t-1", state: "REFUSED", at: JUNE_1 }, { at: JUNE_1 }] },
    gives: "MASK CONSENT_REFUSED",
  },
  {
    name: "being asked everywhere takes the tenant's back no more",
    store: {
      consents: [
        { id: "t", tenant: "t-1", at: JUNE_1 },
        { state: "REQUESTED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["t"],
  },
  {
    name: "nor does putting it off",
    store: {
      consents: [
        { id: "g", at: JUNE_1 },
        { tenant: "t-1", state: "DEFERRED", at: JUNE_2 },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "the later one has ended, the earlier has not",
    store: { consents: [{ at: JUNE_1 }, { tenant: "t-1", at: JUNE_2, expires: "2026-06-10T00:00:00Z" }] },
    gives: "MASK CONSENT_EXPIRED",
  },
  {
    name: "the later one is in a weaker form",
    field: { consents: [{ for: [PURPOSE], form: "EXPLICIT" }] },
    store: {
      consents: [
        { at: JUNE_1, form: "WRITTEN" },
        { tenant: "t-1", at: JUNE_2 },
      ],
    },
    gives: "MASK CONSENT_FORM_TOO_WEAK",
  },
]);

const scopes = casesOf("consent scope", SCENE, [
  {
    name: "the category",
    store: { consents: [{ id: "s", categories: ["EMAIL_ADDRESS"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "one of several categories",
    store: { consents: [{ id: "s", categories: ["PHONE_NUMBER", "EMAIL_ADDRESS"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  { name: "another category", store: { consents: [{ categories: ["PHONE_NUMBER"] }] }, gives: "MASK CONSENT_MISSING" },
  { name: "no category", store: { consents: [{ categories: [] }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "another field's category",
    field: { category: "PHONE_NUMBER" },
    store: { consents: [{ id: "s", categories: ["PHONE_NUMBER"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "the caller's role",
    store: { consents: [{ id: "s", recipients: ["STAFF"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "the caller's organisation",
    store: { consents: [{ id: "s", recipients: ["org-1"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "another recipient",
    store: { consents: [{ recipients: ["org-2", "AGENCY"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  { name: "no recipient", store: { consents: [{ recipients: [] }] }, gives: "MASK CONSENT_MISSING" },
  {
    name: "a caller without organisation",
    caller: { org: null },
    store: { consents: [{ recipients: ["org-1"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "the caller's id is no recipient",
    store: { consents: [{ recipients: ["u-1"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "both within",
    store: { consents: [{ id: "s", categories: ["EMAIL_ADDRESS"], recipients: ["org-1"] }] },
    gives: "ALLOW GRANTED",
    rests: ["s"],
  },
  {
    name: "category within, recipient not",
    store: { consents: [{ categories: ["EMAIL_ADDRESS"], recipients: ["org-2"] }] },
    gives: "MASK CONSENT_MISSING",
  },
  {
    name: "a later one for other categories ends none for this",
    store: {
      consents: [
        { id: "g", at: JUNE_1 },
        { tenant: "t-1", at: JUNE_2, categories: ["PHONE_NUMBER"] },
      ],
    },
    gives: "ALLOW GRANTED",
    rests: ["g"],
  },
  {
    name: "a refusal of other categories is no refusal of this",
    store: { consents: [{ state: "REFUSED", categories: ["PHONE_NUMBER"] }] },
    gives: "MASK CONSENT_MISSING",
  },
]);

export const CONSENT_SCOPE_CASES: readonly Case[] = [...tenants, ...scopes];
