import type { GraphQLArgument } from "graphql";
import { type SampleClaims, sampleCallers } from "../../../examples/storefront/src/tokens.ts";
import type { Vocabulary } from "../../../src/policy/model.ts";
import type { Draws } from "../draws.ts";
import type { OperationStyle } from "../operations.ts";
import { CUSTOMERS } from "./aviary.ts";
import { SENT } from "./canaries.ts";

/** Who asks, and what the request says besides. */
export interface Asker {
  /** null: a guest. */
  readonly claims: (SampleClaims & { readonly purposes?: readonly string[] }) | null;
  readonly headers: Readonly<Record<string, string>>;
}

const MERCHANTS = ["m-1", "m-2", "m-3", "m-4"] as const;

/** Somebody of the sample's, or somebody alike; mostly for a purpose that the role may declare. */
export function drawAsker(draws: Draws, { roles, purposes }: Vocabulary): Asker {
  const sample = draws.pick(sampleCallers);
  const { role } = sample.claims;
  const declares = roles[role]?.declares ?? [];
  const purpose = draws.chance(85)
    ? draws.pick([sample.purpose, ...declares])
    : draws.chance(60)
      ? draws.pick(Object.keys(purposes))
      : null;
  return {
    claims: draws.chance(4) ? null : drawClaims(draws, sample.claims),
    headers: {
      ...(purpose === null ? {} : { "x-purpose": purpose }),
      ...(draws.chance(85) ? { "x-justification": "case 4711" } : {}),
      ...(draws.chance(8) ? { "sec-gpc": "1" } : {}),
    },
  };
}

function drawClaims(draws: Draws, claims: SampleClaims): NonNullable<Asker["claims"]> {
  if (draws.chance(40)) return claims;
  const { role, tenants } = claims;
  return {
    ...claims,
    ...(role === "CUSTOMER" && claims.act === undefined ? { sub: `c-${draws.between(1, CUSTOMERS)}` } : {}),
    ...(tenants === undefined ? {} : { tenants: draws.some(MERCHANTS, 1) }),
    ...(draws.chance(30) ? { region: draws.pick(["DE", "CN", "GB", "US"]) } : {}),
    ...(draws.chance(8) ? { purposes: ["CUSTOMER_SUPPORT", "SELF_SERVICE", "DELIVERY"] } : {}),
  };
}

/** Root fields that lead to what a role is there for. */
const LIKES: Readonly<Record<string, readonly string[]>> = {
  CUSTOMER: ["customer", "party", "node", "order"],
  MERCHANT: ["customer", "customers", "orders", "parties", "supportTickets", "viewingEvents"],
  SUPPORT_AGENT: ["customer", "customers", "orders", "find", "supportTickets"],
  LOGISTICS_PARTNER: ["shipment", "shipments"],
  PAYMENT_PARTNER: ["payment", "payments"],
  CUSTOMS_BROKER: ["customsDeclaration", "customsDeclarations"],
  ADVERTISING_PARTNER: ["customer", "customers"],
  THIRD_PARTY_APP: ["customer", "customers"],
  PLATFORM_OPERATOR: ["customer", "customers", "orders", "parties", "invoice"],
  PRIVACY_OFFICER: ["customer", "customers", "orders", "shipment", "payment", "node", "parties", "supportTickets"],
};

export function likedBy({ claims }: Asker): readonly string[] {
  return LIKES[claims?.role ?? ""] ?? [];
}

/** How many of each there are, or some of them. */
const IDS: Readonly<Record<string, readonly [prefix: string, count: number]>> = {
  customer: ["c", CUSTOMERS],
  party: ["c", CUSTOMERS],
  order: ["o", 90],
  shipment: ["s", 90],
  payment: ["pay", 90],
  invoice: ["i", 30],
  merchant: ["m", 4],
  product: ["p", 30],
  review: ["r", 30],
  supportTicket: ["t", 24],
  customsDeclaration: ["cd", 6],
  liveRoom: ["l", 3],
  partner: ["lp", 2],
};

/** Values for an argument that often meet what the asker may see. */
export function drawArgument({ claims }: Asker): OperationStyle["argument"] {
  const self = claims?.act?.sub ?? claims?.sub ?? "c-1";
  const customer = (draws: Draws): string =>
    draws.chance(50) && self.startsWith("c-") ? self : `c-${draws.between(1, CUSTOMERS)}`;
  const merchant = (draws: Draws): string => draws.pick([...(claims?.tenants ?? []), ...MERCHANTS]);
  return (draws, field, argument) => drawValues(draws, field, argument, { customer, merchant });
}

interface Meant {
  readonly customer: (draws: Draws) => string;
  readonly merchant: (draws: Draws) => string;
}

function drawValues(draws: Draws, field: string, { name, type }: GraphQLArgument, of: Meant): readonly unknown[] {
  const required = String(type).endsWith("!");
  if (!required && draws.chance(30)) return [];
  switch (name) {
    case "id":
      return draws.list(2, () => drawId(draws, field.replace("Query.", ""), of));
    case "customerId":
      return [of.customer(draws)];
    case "merchantId":
      return [of.merchant(draws)];
    case "carrierId":
      return ["lp-1", "lp-2", "pp-1"];
    case "partnerId":
      return ["pp-1", "pp-2"];
    case "brokerId":
      return ["cb-2", "cb-1"];
    case "shipmentId":
      return [`s-${draws.between(1, 90)}`];
    case "ticketId":
      return [`t-${draws.between(1, 24)}`];
    case "text":
    case "content":
      return ["e", SENT];
    case "first":
      return [draws.between(1, 4), 2, 501];
    case "lines":
      return [drawLines(draws)];
    case "changes":
      return [drawChanges(draws)];
    case "where":
      return drawFilters(draws, field);
    case "orderBy":
      return [["ID"], ["PRICE"], ["EMAIL", "BIRTH_DATE", "JOINED_ON"], ["TOTAL"]][ORDERED.indexOf(field)] ?? [];
    case "input":
      return [field.endsWith("placeOrder") ? drawOrder(draws, of) : drawReview(draws, of)];
    default:
      return [];
  }
}

const ORDERED = ["Query.none", "Query.products", "Query.customers", "Query.orders"];

function drawId(draws: Draws, field: string, { customer, merchant }: Meant): string {
  if (field === "customer" || field === "party") return customer(draws);
  if (field === "merchant") return merchant(draws);
  const [prefix, count] = IDS[field] ?? draws.pick(Object.values(IDS));
  return `${prefix}-${draws.between(1, draws.chance(50) ? Math.min(count, 9) : count)}`;
}

function drawFilters(draws: Draws, field: string): readonly unknown[] {
  switch (field) {
    case "Query.customers":
      return draws.pick([
        [{ region: "DE" }, { level: "GOLD" }],
        [{ nameContains: SENT }, { not: { emailEndsWith: ".com" } }],
        [{ anyOf: [{ region: "CN" }, { phoneEndsWith: "1" }] }, {}],
      ]);
    case "Query.orders":
      return draws.pick([
        [{ status: "DELIVERED" }],
        [{ merchantId: "m-1" }, { noteContains: SENT }],
        [{ totalAtLeast: 20 }],
      ]);
    default:
      return [{ nameContains: "e" }];
  }
}

function drawLines(draws: Draws): readonly unknown[] {
  return draws.list(draws.between(0, 2), () => ({
    productId: `p-${draws.between(1, 12)}`,
    ...(draws.chance(50) ? { quantity: draws.between(0, 3) } : {}),
  }));
}

function drawChanges(draws: Draws): unknown {
  return {
    ...(draws.chance(50) ? { nickname: SENT } : {}),
    ...(draws.chance(50) ? { email: `${SENT}@example.com`, phone: null } : {}),
    ...(draws.chance(30) ? { preferences: SENT } : {}),
  };
}

function drawReview(draws: Draws, { customer }: Meant): unknown {
  return {
    productId: `p-${draws.between(1, 12)}`,
    customerId: customer(draws),
    rating: draws.between(0, 5),
    content: draws.chance(30) ? SENT : "good",
  };
}

function drawOrder(draws: Draws, { customer }: Meant): unknown {
  const recipient = {
    name: SENT,
    phone: "+4915112345678",
    email: `${SENT}@example.com`,
    street: SENT,
    city: "Bremen",
    province: "Bremen",
    postcode: "28195",
    country: "DE",
  };
  return {
    customerId: customer(draws),
    lines: drawLines(draws),
    ...(draws.chance(40) ? { recipient } : {}),
    ...(draws.chance(40) ? { note: SENT } : {}),
    paymentPartnerId: draws.mostly("pp-1", "lp-1", "none"),
    cardHolder: SENT,
    cardNumber: "4111111111111111",
    cardExpiry: "09/27",
  };
}
