import type { Asker } from "../model.ts";

export const ANN = { as: { sub: "ann", role: "CUSTOMER" }, purpose: "SELF_SERVICE" } as const satisfies Asker;
/** Staff of the shop of ann and bob. */
export const SHOP = {
  as: { sub: "m-1", role: "MERCHANT", tenants: ["s-1"] },
  purpose: "ORDER_FULFILMENT",
} as const satisfies Asker;
export const MARKETING = { ...SHOP, purpose: "DIRECT_MARKETING" } as const satisfies Asker;
export const OPERATOR = {
  as: { sub: "op", role: "PLATFORM_OPERATOR" },
  purpose: "ACCOUNT_MANAGEMENT",
} as const satisfies Asker;
export const CARRIER = {
  as: { sub: "c", role: "LOGISTICS_PARTNER", org: "fast" },
  purpose: "DELIVERY",
} as const satisfies Asker;
export const OTHER_CARRIER = { ...CARRIER, as: { ...CARRIER.as, org: "slow" } } as const satisfies Asker;
/** Reaches everybody, and is granted nothing of patients. */
export const AUDITOR = {
  as: { sub: "a", role: "SECURITY_AUDITOR" },
  purpose: "SECURITY_OPERATIONS",
  headers: { "x-justification": "case 7" },
} as const satisfies Asker;
