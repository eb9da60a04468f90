import type { ConsentStore } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { FieldguardError } from "../../src/core/errors.ts";
import type { Caller, Notice } from "../../src/decision/model.ts";
import type { Vocabulary } from "../../src/policy/model.ts";
import { type ConsentService, type ConsentServiceOptions, createConsentService } from "../../src/rights/service.ts";
import type { People } from "../../src/rights/speaker.ts";

export const DAY = 86_400_000;
export const START = Date.UTC(2025, 5, 1, 12);

const purposes = ["ANALYTICS", "DIRECT_MARKETING", "THIRD_PARTY_SHARING"];
export const VOCABULARY: Vocabulary = {
  roles: {
    CUSTOMER: { name: "CUSTOMER", reach: "SELF", declares: ["SELF_SERVICE"], external: false },
    MERCHANT: { name: "MERCHANT", reach: "TENANT", declares: purposes, external: false },
    ADVERTISING_PARTNER: { name: "ADVERTISING_PARTNER", reach: "TENANT", declares: purposes, external: true },
    PRIVACY_OFFICER: { name: "PRIVACY_OFFICER", reach: "ALL", declares: ["RIGHTS_FULFILMENT"], external: false },
  },
  purposes: Object.fromEntries(
    purposes.map((name) => [name, { name, basis: "CONSENT" as const, justification: false }]),
  ),
  categories: { EMAIL_ADDRESS: { name: "EMAIL_ADDRESS", mask: "EMAIL", otherwise: "MASK" } },
};

const NOBODY: Caller = {
  id: null,
  role: "GUEST",
  organisation: null,
  tenants: [],
  region: null,
  purposes: null,
  onBehalfOf: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: null,
};

export const callers = {
  guest: NOBODY,
  ann: { ...NOBODY, id: "ann", role: "CUSTOMER" },
  bob: { ...NOBODY, id: "bob", role: "CUSTOMER" },
  guardianOfAnn: { ...NOBODY, id: "gus", role: "CUSTOMER", onBehalfOf: "ann", actingAs: "GUARDIAN" },
  strangerAsGuardian: { ...NOBODY, id: "sam", role: "CUSTOMER", onBehalfOf: "ann", actingAs: "GUARDIAN" },
  agentOfAnn: { ...NOBODY, id: "ada", role: "CUSTOMER", onBehalfOf: "ann", actingAs: "AGENT" },
  agentOfBob: { ...NOBODY, id: "ada", role: "CUSTOMER", onBehalfOf: "bob", actingAs: "AGENT" },
  merchant: { ...NOBODY, id: "mia", role: "MERCHANT", tenants: ["shop-1"] },
  partner: { ...NOBODY, id: "pat", role: "ADVERTISING_PARTNER", organisation: "ads", tenants: ["shop-1"] },
  officer: { ...NOBODY, id: "olga", role: "PRIVACY_OFFICER" },
} as const satisfies Record<string, Caller>;
export type CallerName = keyof typeof callers;

/** Two notices; the second version of `privacy` changes what concerns DIRECT_MARKETING, the third nothing. */
export const NOTICES: readonly Notice[] = [
  { id: "privacy", version: "1", effectiveFrom: "2025-01-01", materialFor: [], contentHash: "aa" },
  { id: "privacy", version: "2", effectiveFrom: "2025-06-10", materialFor: ["DIRECT_MARKETING"] },
  { id: "privacy", version: "3", effectiveFrom: "2025-06-20", materialFor: [] },
  { id: "cookies", version: "1", effectiveFrom: "2025-01-01", materialFor: [] },
  { id: "cookies", version: "c7", effectiveFrom: "2025-01-01", materialFor: [] },
];

/** People whose age and guardians are known: gus is the guardian of ann. */
export function people(birthDates: Readonly<Record<string, string>>): People {
  return {
    birthDate: async (subject) => birthDates[subject] ?? null,
    guardianship: async (guardian, subject) => (guardian === "gus" && subject === "ann" ? "household register" : null),
  };
}

export interface World {
  readonly service: ConsentService;
  readonly store: ConsentStore;
  /** The time that everything sees; to be moved by the test. */
  now: number;
}

/** A service over an empty store in memory, with a clock that stands still. */
export async function world(
  options: Partial<ConsentServiceOptions> = {},
  wrap: (store: ConsentStore) => ConsentStore = (store) => store,
): Promise<World> {
  const clock = { now: () => made.now };
  const store = wrap(await openConsentStore(":memory:", { clock }));
  const service = createConsentService({
    store,
    clock,
    vocabulary: VOCABULARY,
    deployment: { notices: [], guardianAge: 14 },
    ...options,
  });
  const made: World = { service, store, now: START };
  return made;
}

/** `OK`, or the code with which something was refused. */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "OK";
  } catch (error) {
    if (error instanceof FieldguardError) return error.code;
    throw error;
  }
}

export const MARKETING = { purposes: ["DIRECT_MARKETING"], subject: null } as const;
