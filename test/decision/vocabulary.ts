import type { LegalBasis, PurposeTerm, Reach, RoleTerm, Vocabulary } from "../../src/policy/model.ts";

/** A role for each reach; each may declare every purpose, so that the tests of the decision alone tell rows apart. */
export const TEST_ROLES: Readonly<Record<string, { readonly reach: Reach; readonly external: boolean }>> = {
  OWNER: { reach: "SELF", external: false },
  SHOP: { reach: "TENANT", external: false },
  CARRIER: { reach: "ASSIGNED", external: true },
  AGENCY: { reach: "TENANT", external: true },
  STAFF: { reach: "ALL", external: false },
  OUTSIDER: { reach: "NONE", external: false },
};

/** The purposes of the default vocabulary that rows use, with their usual basis. */
const PURPOSE_BASES: Readonly<Record<string, LegalBasis>> = {
  CUSTOMER_SUPPORT: "CONTRACT",
  ORDER_FULFILMENT: "CONTRACT",
  DELIVERY: "CONTRACT",
  SELF_SERVICE: "CONTRACT",
  LEGAL_COMPLIANCE: "LEGAL_OBLIGATION",
  SECURITY_OPERATIONS: "LEGAL_OBLIGATION",
  FINANCE_AND_TAX: "LEGAL_OBLIGATION",
  RIGHTS_FULFILMENT: "LEGAL_OBLIGATION",
  FRAUD_PREVENTION: "LEGITIMATE_INTEREST",
  EMERGENCY: "VITAL_INTEREST",
  ANALYTICS: "CONSENT",
  PERSONALIZATION: "CONSENT",
  DIRECT_MARKETING: "CONSENT",
  TARGETED_ADVERTISING: "CONSENT",
  THIRD_PARTY_SHARING: "CONSENT",
};

/** What the vocabulary says of them besides. */
const PURPOSE_FLAGS: Readonly<Record<string, Partial<PurposeTerm>>> = {
  LEGAL_COMPLIANCE: { restricted: true },
  SECURITY_OPERATIONS: { restricted: true },
  RIGHTS_FULFILMENT: { restricted: true, rights: true },
  EMERGENCY: { restricted: true },
  TARGETED_ADVERTISING: { sale: true },
  THIRD_PARTY_SHARING: { sale: true },
};

export const TEST_PURPOSES: readonly string[] = Object.keys(PURPOSE_BASES);

const ASKS_WHY: ReadonlySet<LegalBasis> = new Set(["LEGAL_OBLIGATION", "VITAL_INTEREST"]);

export const VOCABULARY: Vocabulary = {
  roles: Object.fromEntries(
    Object.entries(TEST_ROLES).map(([name, role]): [string, RoleTerm] => [
      name,
      { name, ...role, declares: TEST_PURPOSES },
    ]),
  ),
  purposes: Object.fromEntries(
    Object.entries(PURPOSE_BASES).map(([name, basis]): [string, PurposeTerm] => [
      name,
      { name, basis, justification: ASKS_WHY.has(basis), ...PURPOSE_FLAGS[name] },
    ]),
  ),
  categories: {
    EMAIL_ADDRESS: { name: "EMAIL_ADDRESS", mask: "EMAIL", otherwise: "MASK" },
    PHONE_NUMBER: { name: "PHONE_NUMBER", mask: "PHONE", otherwise: "MASK" },
    GOVERNMENT_ID: { name: "GOVERNMENT_ID", mask: "ID_NUMBER", otherwise: "DENY" },
    HEALTH: { name: "HEALTH", mask: "NULLIFY", otherwise: "DENY", special: true },
  },
};
