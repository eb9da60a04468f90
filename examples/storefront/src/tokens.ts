/** Claims as a token carries them; see the README of Fieldguard. */
export interface SampleClaims {
  readonly sub: string;
  readonly role: string;
  readonly org?: string;
  readonly tenants?: readonly string[];
  readonly region?: string;
  readonly act?: { readonly sub: string; readonly as: "GUARDIAN" | "AGENT" };
}

/** Somebody to call as. The claims match the sample storefront's data. */
export interface SampleCaller {
  readonly name: string;
  /** Who it is, in a sentence. */
  readonly about: string;
  readonly claims: SampleClaims;
  /** A purpose that fits. */
  readonly purpose: string;
  /** What to give as justification where the purpose asks for one. */
  readonly justification: string | null;
}

/** A query to try, with the callers whose answers differ. */
export interface SampleQuery {
  readonly title: string;
  readonly query: string;
  /** Names of callers, in the order in which to try them, with the purpose to declare. */
  readonly runs: readonly { readonly caller: string; readonly purpose: string }[];
  /** What to look at in the answers. */
  readonly notice: string;
}

export const sampleCallers: readonly SampleCaller[] = [
  caller("merchant", "Runs Lindenhof Teehandel (m-1) in Germany", "ORDER_FULFILMENT", {
    sub: "st-1",
    role: "MERCHANT",
    org: "m-1",
    tenants: ["m-1"],
    region: "DE",
  }),
  caller("carrier", "Nordwind Logistik (lp-1) carries some of m-1's parcels", "DELIVERY", {
    sub: "driver-7",
    role: "LOGISTICS_PARTNER",
    org: "lp-1",
    region: "DE",
  }),
  caller("customer", "c-1, who bought o-1 to o-3 from m-1", "SELF_SERVICE", {
    sub: "c-1",
    role: "CUSTOMER",
    region: "DE",
  }),
  caller("guardian", "c-1 for her child c-10", "SELF_SERVICE", {
    sub: "c-1",
    role: "CUSTOMER",
    region: "DE",
    act: { sub: "c-10", as: "GUARDIAN" },
  }),
  caller("support", "Answers customers of m-1 and m-4", "CUSTOMER_SUPPORT", {
    sub: "agent-3",
    role: "SUPPORT_AGENT",
    org: "helpdesk",
    tenants: ["m-1", "m-4"],
    region: "DE",
  }),
  caller("payments", "Tresor Pay (pp-1) takes the payments of German customers", "PAYMENT_PROCESSING", {
    sub: "pp-1-backend",
    role: "PAYMENT_PARTNER",
    org: "pp-1",
    region: "DE",
  }),
  caller("customs", "通衢报关行 (cb-2) clears what enters China", "CUSTOMS_CLEARANCE", {
    sub: "broker-2",
    role: "CUSTOMS_BROKER",
    org: "cb-2",
    region: "CN",
  }),
  caller("advertiser", "Plakatwerk Media (ap-1) advertises for m-1 and m-4", "TARGETED_ADVERTISING", {
    sub: "ap-1-backend",
    role: "ADVERTISING_PARTNER",
    org: "ap-1",
    tenants: ["m-1", "m-4"],
    region: "DE",
  }),
  caller("app", "LoyaltyLoop (tp-1), an app that m-1 has installed", "THIRD_PARTY_SHARING", {
    sub: "tp-1-backend",
    role: "THIRD_PARTY_APP",
    org: "tp-1",
    tenants: ["m-1"],
    region: "DE",
  }),
  caller("analyst", "Messpunkt (an-1) measures for m-1", "ANALYTICS", {
    sub: "an-1-backend",
    role: "ANALYTICS_PARTNER",
    org: "an-1",
    tenants: ["m-1"],
    region: "DE",
  }),
  caller("operator", "Runs the platform", "ACCOUNT_MANAGEMENT", {
    sub: "op-1",
    role: "PLATFORM_OPERATOR",
    org: "platform",
    region: "DE",
  }),
  caller(
    "officer",
    "Answers for privacy",
    "RIGHTS_FULFILMENT",
    { sub: "dpo-1", role: "PRIVACY_OFFICER", org: "platform", region: "DE" },
    "request 2024-117",
  ),
  caller(
    "auditor",
    "Reads the access log",
    "SECURITY_OPERATIONS",
    { sub: "audit-1", role: "SECURITY_AUDITOR", org: "platform", region: "DE" },
    "quarterly review",
  ),
];

export const sampleQueries: readonly SampleQuery[] = [
  {
    title: "One order, three answers",
    query: `query Order {
  order(id: "o-1") {
    status
    total { amount currency }
    customer { name email nationalId }
    shipments {
      recipientName recipientPhone recipientEmail
      address { street postcode city }
    }
    payments { method cardNumber }
  }
}`,
    runs: [
      { caller: "merchant", purpose: "ORDER_FULFILMENT" },
      { caller: "carrier", purpose: "DELIVERY" },
      { caller: "customer", purpose: "SELF_SERVICE" },
    ],
    notice:
      "The merchant packs: recipient clear, e-mail and card masked, identity number denied. The carrier delivers: recipient clear, e-mail masked, customer and total denied. The customer sees it all.",
  },
  {
    title: "The same page of customers for two purposes",
    query: `query Customers {
  customers(merchantId: "m-1", first: 20) {
    nodes { id nickname name email phone }
  }
}`,
    runs: [
      { caller: "merchant", purpose: "CUSTOMER_SUPPORT" },
      { caller: "merchant", purpose: "DIRECT_MARKETING" },
    ],
    notice:
      "Support needs no consent; marketing does: hardly two of these twenty have the same reason, which extensions.privacy tells.",
  },
  {
    title: "Consent, one at a time",
    query: `mutation Withdraw {
  privacy {
    withdrawConsent(purposes: [DIRECT_MARKETING, PERSONALIZATION], reason: "too much mail") { purpose state }
  }
}`,
    runs: [{ caller: "customer", purpose: "SELF_SERVICE" }],
    notice: "Ask for the customers as the merchant for DIRECT_MARKETING again: c-1 is masked from now on.",
  },
];

function caller(
  name: string,
  about: string,
  purpose: string,
  claims: SampleClaims,
  justification: string | null = null,
): SampleCaller {
  return { name, about, claims, purpose, justification };
}
