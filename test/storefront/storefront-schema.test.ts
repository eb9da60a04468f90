import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterAll, describe, expect, test } from "@jest/globals";
import { type GraphQLObjectType, isObjectType } from "graphql";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { openShop, type Paged } from "./ask.ts";

const { shop, ask, errors } = openShop({ customers: 60, orders: 200 });
afterAll(() => {
  shop.close();
});
const schema = makeExecutableSchema({ typeDefs: composeTypeDefs(shop.typeDefs), resolvers: shop.resolvers });
const { policy, faults, hints } = compilePolicy(schema);

describe("the storefront's schema", () => {
  test("compiles without a fault, and without a hint that would have to be explained", () => {
    expect(faults).toEqual([]);
    expect(hints).toEqual([]);
  });

  test("uses what the vocabulary offers: reaches, outcomes, bounds, forms", () => {
    const fields = Object.values(policy.types).flatMap(({ fields }) => Object.values(fields));
    const grants = fields.flatMap(({ grants }) => grants);
    const consents = fields.flatMap(({ consents }) => consents);
    expect(new Set(fields.map(({ mask }) => mask)).size).toBeGreaterThanOrEqual(13);
    expect(new Set(fields.map(({ otherwise }) => otherwise))).toEqual(new Set(["MASK", "DENY"]));
    expect(new Set(grants.flatMap(({ until }) => until ?? []))).toEqual(
      new Set(["completedAt", "clearedAt", "disputableUntil"]),
    );
    expect(new Set(grants.flatMap(({ assigned }) => assigned ?? []))).toEqual(
      new Set(["carrierId", "brokerId", "partnerId"]),
    );
    expect(new Set(consents.map(({ from }) => from))).toEqual(new Set(["SUBJECT", "TENANT"]));
    expect(new Set(consents.flatMap(({ form }) => form ?? []))).toEqual(new Set(["EXPRESSED", "EXPLICIT"]));
    expect(fields.filter(({ retain }) => retain !== null).length).toBeGreaterThan(20);
  });

  test("keeps passwords from everybody, and what pays for whoever pays or is paid through", () => {
    const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
    const credentials = fields.filter(({ category }) => category === "CREDENTIAL");
    expect(credentials.map(({ coordinate }) => coordinate).sort()).toEqual([
      "Checkout.secret",
      "Login.passwordHash",
      "Payment.token",
    ]);
    expect(policy.types["Login"]?.fields["passwordHash"]?.grants).toEqual([]);
    expect(policy.types["Checkout"]?.fields["secret"]?.grants.flatMap(({ to }) => to)).toEqual(["CUSTOMER"]);
    expect(policy.types["Payment"]?.fields["token"]?.grants.flatMap(({ to }) => to)).toEqual(["PAYMENT_PARTNER"]);
  });

  test("describes every type", () => {
    const undescribed = objectTypes()
      .filter(({ name, description }) => description == null && !isNamedByItself(name))
      .map(({ name }) => name);
    expect(undescribed).toEqual([]);
  });

  test("resolves every field of every type that a query can reach two levels deep", async () => {
    for (const { name, source } of wideQueries()) {
      const messages = await errors(source);
      expect({ name, messages }).toEqual({ name, messages: [] });
    }
  });

  test("gives each object the keys that its annotations name", async () => {
    const { orders } = await ask<{ orders: Paged<KeyedOrder> }>(`{
      orders(first: 200) { nodes { customerId shipments { recipientId carrierId status } payments { partnerId method } } } }`);
    expect(orders.nodes).toHaveLength(200);
    for (const order of orders.nodes) {
      expect(order.customerId).toMatch(/^c-\d+$/);
      for (const shipment of order.shipments) {
        expect(shipment.recipientId).toMatch(/^(c|rcp)-\d+$/);
        expect(shipment.carrierId === null).toBe(shipment.status === "READY");
      }
      for (const payment of order.payments) expect(payment.partnerId === null).toBe(payment.method === "GIFT_CARD");
    }
  });
});

interface KeyedOrder {
  readonly customerId: string;
  readonly shipments: readonly { recipientId: string; carrierId: string | null; status: string }[];
  readonly payments: readonly { partnerId: string | null; method: string }[];
}

function objectTypes(): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"),
  );
}

/** Roots, and payloads that say in their field what they hold. */
function isNamedByItself(name: string): boolean {
  return ["Query", "Mutation", "Subscription"].includes(name) || name.endsWith("Payload");
}

/** For each root field one query that asks for every scalar of its type and of the types next to it. */
function wideQueries(): { name: string; source: string }[] {
  const calls: Readonly<Record<string, string>> = {
    node: 'node(id: "o-1") { __typename ... on Order { status } }',
    merchant: `merchant(id: "m-1") ${selection("Merchant", 2)}`,
    merchants: `merchants ${selection("Merchant", 1)}`,
    partner: `partner(id: "lp-1") ${selection("Partner", 1)}`,
    product: `product(id: "p-1") ${selection("Product", 2)}`,
    products: `products ${selection("ProductPage", 2)}`,
    search: 'search(text: "a") { __typename ... on Product { name } ... on Review { content } }',
    liveRoom: `liveRoom(id: "l-1") ${selection("LiveRoom", 2)}`,
    review: `review(id: "r-1") ${selection("Review", 2)}`,
    party: 'party(id: "st-1") { __typename name email phone }',
    parties: 'parties(merchantId: "m-1") { __typename id name region }',
    customer: `customer(id: "c-1") ${selection("Customer", 2)}`,
    customers: `customers(first: 60) ${selection("CustomerPage", 3)}`,
    find: 'find(merchantId: "m-1", text: "an") { __typename ... on Customer { name } }',
    order: `order(id: "o-1") ${selection("Order", 3)}`,
    orders: `orders(first: 200) ${selection("OrderPage", 3)}`,
    shipment: `shipment(id: "s-1") ${selection("Shipment", 2)}`,
    shipments: `shipments(carrierId: "lp-1") ${selection("Shipment", 2)}`,
    payment: `payment(id: "pay-1") ${selection("Payment", 2)}`,
    payments: `payments(partnerId: "pp-1") ${selection("Payment", 2)}`,
    invoice: `invoice(id: "i-1") ${selection("Invoice", 2)}`,
    customsDeclaration: `customsDeclaration(id: "cd-1") ${selection("CustomsDeclaration", 2)}`,
    customsDeclarations: `customsDeclarations(brokerId: "cb-1") ${selection("CustomsDeclaration", 2)}`,
    supportTicket: `supportTicket(id: "t-1") ${selection("SupportTicket", 2)}`,
    supportTickets: `supportTickets(merchantId: "m-1") ${selection("SupportTicket", 2)}`,
    viewingEvents: `viewingEvents(merchantId: "m-1") ${selection("ViewingEvent", 2)}`,
  };
  const roots = Object.keys(schema.getQueryType()?.getFields() ?? {});
  expect(Object.keys(calls).sort()).toEqual(roots.sort());
  return Object.entries(calls).map(([name, call]) => ({ name, source: `{ ${call} }` }));
}

function selection(typeName: string, depth: number): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  const parts = Object.values(type.getFields()).flatMap((field) => {
    const named = String(field.type).replaceAll(/[[\]!]/g, "");
    if (!isObjectType(schema.getType(named))) return [field.name];
    return depth > 1 ? [`${field.name} ${selection(named, depth - 1)}`] : [];
  });
  return `{ __typename ${parts.join(" ")} }`;
}
