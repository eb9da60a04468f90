/** Roles of every reach, added to the default vocabulary. A grant may name each of `DECLARED` to each of them but CLERK. */
export const DECLARED = [
  "CUSTOMER_SUPPORT",
  "TARGETED_ADVERTISING",
  "RIGHTS_FULFILMENT",
  "LEGAL_COMPLIANCE",
  "THIRD_PARTY_SHARING",
  "FRAUD_PREVENTION",
  "FINANCE_AND_TAX",
] as const;

export const ROLES = ["STAFF", "SHOP", "OWNER", "CARRIER", "OUTSIDER", "CLERK"] as const;
export type RoleName = (typeof ROLES)[number];

const all = DECLARED.join(", ");

export const ROLE_VALUES = `
  STAFF @reach(of: ALL, declares: [${all}])
  SHOP @reach(of: TENANT, declares: [${all}])
  OWNER @reach(of: SELF, declares: [${all}])
  CARRIER @reach(of: ASSIGNED, declares: [${all}], external: true)
  OUTSIDER @reach(of: NONE, declares: [${all}])
  CLERK @reach(of: ALL, declares: [CUSTOMER_SUPPORT])
`;

/** Who, whose, where: few, so that both sides meet often. */
export const PEOPLE = ["c-1", "c-2", "c-3"] as const;
/** As people of the space are known to tokens, stores and log; and as an id of nobody's choosing may look. */
export const SPACE = "staff";
export const STAFF = [`${SPACE}:c-1`, `${SPACE}:c-2`] as const;
export const TENANTS = ["t-1", "t-2"] as const;
export const REGIONS = ["CN", "EU"] as const;
export const ORGANISATIONS = ["org-1", "org-2"] as const;

export const NOW = Date.parse("2026-06-15T12:00:00.000Z");

/** Days and times around `NOW`, in the forms that data come in, and what is none. */
export const DATES: readonly unknown[] = [
  null,
  "2026-06-20",
  "2026-06-15",
  "2026-06-14",
  "2026-05-16",
  "2026-05-15",
  "2025-06-15",
  "2026-06-15T12:00:00.000Z",
  "2026-06-15T12:00:00.001Z",
  "2026-06-15T23:30:00-05:00",
  "2026-06-15 10:30:00",
  NOW,
  NOW + 1,
  "never",
  "",
  0,
];

/** What drawn data hold where they hold text. */
export const TEXTS = [
  "di.lu@example.com",
  "+4915112345678",
  "Jane Doe",
  "4111111111111111",
  "",
  "0",
  "Hauptstr. 1, 10115 Berlin",
  "203.0.113.77",
  "1990-05-20",
] as const;
