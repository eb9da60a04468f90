import fc from "fast-check";
import type { ConsentState, Notice } from "../../src/decision/model.ts";
import { CONSENT_FORMS } from "../../src/policy/model.ts";
import type { AgreementRow, ConsentRow, DemandForm, FieldForm, GrantForm, Scene } from "./case.ts";

/**
 * Scenes drawn from few values each, so that they meet often: the same ids, tenants and regions on both sides, dates around the
 * same day.
 */
const PURPOSES = [
  "CUSTOMER_SUPPORT",
  "TARGETED_ADVERTISING",
  "RIGHTS_FULFILMENT",
  "LEGAL_COMPLIANCE",
  "FINANCE_AND_TAX",
] as const;
const ROLES = ["OWNER", "SHOP", "CARRIER", "STAFF", "OUTSIDER"] as const;
const STATES: readonly ConsentState[] = [
  "UNKNOWN",
  "REQUESTED",
  "DEFERRED",
  "REFUSED",
  "GIVEN",
  "RENEWED",
  "WITHDRAWN",
  "REVOKED",
  "EXPIRED",
  "INVALIDATED",
];

/** Mostly `usual`, so that scenes get past one test to the next. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: others.length * 2 },
    { arbitrary: fc.constantFrom(usual, ...others), weight: others.length },
  );
}

const time = fc.constantFrom(
  "2026-01-10T08:00:00.000Z",
  "2026-03-01T00:00:00.000Z",
  "2026-06-14T23:59:59.999Z",
  "2026-06-15T12:00:00.000Z",
  "2026-06-15T12:00:00.001Z",
  "2027-01-01T00:00:00.000Z",
);

/** Any day between two years, and any moment of it. */
const anyDay = fc
  .integer({ min: Date.UTC(2025, 0, 1) / 86_400_000, max: Date.UTC(2028, 11, 31) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

/** What a date field of the data may hold. */
const dateValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: anyDay, weight: 6 },
  { arbitrary: fc.constantFrom("2026-06-15", "2026-06-16", "2026-05-16", "2027-01-01"), weight: 6 },
  time,
  time.map((text) => Date.parse(text)),
  time.map((text) => new Date(text)),
  anyDay.map((day) => `${day}T23:30:00-05:00`),
  anyDay.map((day) => `${day} 10:30:00`),
  fc.constantFrom(null, undefined, "", "never", "2026-02-30", "2026", 0, Number.NaN, true, "10:00", {}),
);

const subset = <T>(values: readonly T[], minLength = 1) => fc.uniqueArray(fc.constantFrom(...values), { minLength });

const grant: fc.Arbitrary<GrantForm> = fc.record(
  {
    allow: subset(PURPOSES, 3),
    to: subset(ROLES, 3),
    assigned: fc.constantFrom("carrier", "broker"),
    until: fc.constantFrom("done", "cleared"),
  },
  { requiredKeys: ["allow", "to"] },
);

const demand: fc.Arbitrary<DemandForm> = fc.record(
  {
    for: subset(PURPOSES),
    from: mostly("SUBJECT", "TENANT"),
    form: fc.constantFrom(...CONSENT_FORMS),
    minorsOnly: mostly(false, true),
    optOut: mostly(false, true),
    named: mostly(false, true),
    informed: mostly(false, true),
  },
  { requiredKeys: ["for"] },
);

const period = fc.constantFrom("P30D", "P1M", "P1Y", "P6M15D", "P2W", "P0D", "PT12H", "P1DT6H", "P3Y");

const field: fc.Arbitrary<FieldForm> = fc.record({
  category: fc.constantFrom("EMAIL_ADDRESS", "PHONE_NUMBER", "GOVERNMENT_ID"),
  otherwise: mostly(null, "MASK", "DENY"),
  grants: fc.array(grant, { maxLength: 4 }),
  consents: fc.array(demand, { maxLength: 3 }),
  retain: fc.option(fc.record({ for: period, after: fc.constant("closed"), duty: mostly(false, true) })),
  subject: mostly<FieldForm["subject"]>(
    { id: "id", tenant: "tenantId", region: "region", birthDate: "birthDate" },
    { id: "id", tenant: "tenantId" },
    { id: "id" },
    null,
  ),
});

export const consentRow: fc.Arbitrary<ConsentRow> = fc.record({
  tenant: fc.constantFrom(null, "t-1", "t-2"),
  state: mostly("GIVEN", ...STATES),
  form: fc.constantFrom(...CONSENT_FORMS),
  at: time,
  expires: mostly<string | null>(null, "2026-06-15T12:00:00.000Z", "2026-06-15T12:00:00.001Z"),
  notice: mostly<string | null>(null, "privacy/1", "privacy/2", "privacy/9", "cookies/1"),
  categories: mostly<readonly string[] | null>(null, ["EMAIL_ADDRESS"], []),
  recipients: mostly<readonly string[] | null>(
    null,
    ["STAFF"],
    ["org-1"],
    ["org:org-1", "role:SHOP"],
    ["role:STAFF"],
    [],
  ),
  by: mostly("DATA_SUBJECT", "GUARDIAN", "AGENT", "CONTROLLER"),
  verified: fc.boolean(),
});

const agreementRow: fc.Arbitrary<AgreementRow> = fc.record({
  tenant: mostly("t-1", "t-2"),
  state: mostly("GIVEN", ...STATES),
  form: fc.constantFrom(...CONSENT_FORMS),
  at: time,
  expires: mostly<string | null>(null, "2026-06-15T12:00:00.000Z", "2027-01-01T00:00:00.000Z"),
});

const notice: fc.Arbitrary<Notice> = fc.record({
  id: mostly("privacy", "cookies"),
  version: fc.constantFrom("1", "2", "3"),
  effectiveFrom: fc.constantFrom("2025-01-01", "2026-03-01T00:00:00Z", "2026-06-15T12:00:00Z", "2026-07-01T00:00:00Z"),
  materialFor: fc.uniqueArray(fc.constantFrom(...PURPOSES), { maxLength: 2 }),
});

const birthDate = fc.constantFrom<unknown>(
  "1990-05-20",
  "2008-06-15",
  "2008-06-16",
  "2012-06-15",
  "2012-06-16",
  "2008-02-29",
  "2008",
  "2012-06",
  "2012-05",
  "2030-01-01",
  "1990-02-30",
  "young",
  "15.06.1990",
  "2012-06-14T16:00:00.000Z",
  "2012-06-15T00:00:00+08:00",
  Date.UTC(1990, 4, 20),
  String(Date.UTC(1990, 4, 20)),
  new Date("2012-06-15T00:00:00+08:00"),
  643_161_600,
  null,
  undefined,
);

export const scene: fc.Arbitrary<Scene> = fc.record({
  field,
  caller: fc
    .record({
      sub: mostly<string | null>("u-1", "c-1", null),
      role: fc.constantFrom(...ROLES),
      org: mostly<string | null>("org-1", null),
      tenants: mostly<readonly string[]>(["t-1"], ["t-2"], []),
      region: mostly<string | null>("CN", "EU", null),
      act: mostly<Scene["caller"]["act"]>(null, { sub: "c-1", as: "GUARDIAN" }, { sub: "c-1", as: "AGENT" }),
      known: fc.boolean(),
    })
    .map(({ known, ...caller }) => (known ? caller : { ...caller, refuted: true as const })),
  purpose: mostly<string | null>("CUSTOMER_SUPPORT", ...PURPOSES, null),
  headers: mostly<Scene["headers"]>({}, { "sec-gpc": "1" }),
  object: fc.record({
    id: mostly<unknown>("c-1", 0, null),
    tenantId: mostly<unknown>("t-1", "t-2", null),
    region: mostly<unknown>("CN", "EU", null),
    birthDate,
    carrier: mostly<unknown>("org-1", "org-2", null),
    broker: mostly<unknown>("org-1", 7, undefined),
    done: dateValue,
    cleared: dateValue,
    closed: dateValue,
  }),
  store: fc.record({
    down: mostly(false, true),
    status: mostly("ACTIVE", "RESTRICTED", "ERASED"),
    legalHold: fc.boolean(),
    consents: fc.array(consentRow, { maxLength: 3 }),
    agreements: fc.array(agreementRow, { maxLength: 2 }),
  }),
  deployment: fc.record({
    region: mostly<string | null>("CN", "EU", null),
    transfers: mostly<Readonly<Record<string, readonly string[]>>>({}, { CN: ["EU"] }, { EU: ["CN"] }),
    minimumAge: mostly<number | null>(null, 18, 0),
    guardianAge: fc.constantFrom(14, 18),
    notices: fc.uniqueArray(notice, { maxLength: 3, selector: ({ id, version }) => `${id}/${version}` }),
    doNotTrack: fc.constant(false),
  }),
  now: mostly("2026-06-15T12:00:00.000Z", "2026-06-15T00:00:00.000Z", "2028-02-29T23:59:59.999Z"),
});

/** Scenes that pass every test before the last, so that consents are what is decided. */
export const consentScene: fc.Arbitrary<Scene> = fc
  .record({ scene, purpose: fc.constantFrom(...PURPOSES), from: mostly("SUBJECT" as const, "TENANT" as const) })
  .map(({ scene: { field: any, object, store, caller, ...rest }, purpose, from }) => ({
    ...rest,
    purpose,
    field: {
      ...any,
      grants: [{ allow: PURPOSES, to: ["STAFF"] }],
      retain: null,
      subject: { id: "id", tenant: "tenantId", birthDate: "birthDate" },
      consents: [{ for: [purpose], from }, ...any.consents],
    },
    caller: { ...caller, role: "STAFF" },
    object: { ...object, id: "c-1" },
    store: { ...store, down: false, status: "ACTIVE" as const },
    deployment: { ...rest.deployment, minimumAge: null },
  }));

/** Both kinds. */
export const anyScene: fc.Arbitrary<Scene> = fc.oneof(scene, consentScene);
