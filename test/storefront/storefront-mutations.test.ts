import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse, subscribe } from "graphql";
import { OrderFeed } from "../../examples/storefront/src/storefront/order-feed.ts";
import type { OrderRow } from "../../examples/storefront/src/storefront/rows.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { type Asked, NOON, openShop, type Paged } from "./ask.ts";

let asked: Asked;

beforeAll(() => {
  asked = openShop({ customers: 40, orders: 60 });
});
afterAll(() => {
  asked.shop.close();
});

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  order { id status placedAt customerId note total { amount currency } items { quantity product { id } }
    shipments { status recipientId recipientName region address { formatted street } } }
  payment { id status cardNumber partnerId token }
} }`;

const card = { paymentPartnerId: "pp-1", cardHolder: "A B", cardNumber: "4000000000000002", cardExpiry: "09/29" };
const minimal = { customerId: "c-1", lines: [{ productId: "p-1", quantity: 2 }], ...card };
const recipient = {
  name: "Grete Sommer",
  phone: "+4915112345678",
  street: "Uferweg 3",
  city: "Leipzig",
  province: "Sachsen",
  postcode: "04229",
  country: "DE",
};

describe("placeOrder", () => {
  test("stores order, payment and parcel, which are there from then on", async () => {
    const { placeOrder } = await asked.ask<{ placeOrder: { order: { id: string }; payment: { id: string } } }>(PLACE, {
      input: { ...minimal, note: "Danke" },
    });
    expect(placeOrder).toMatchObject({
      order: {
        id: "o-61",
        status: "PLACED",
        placedAt: new Date(NOON.now()).toISOString(),
        customerId: "c-1",
        note: "Danke",
        total: { amount: 29.8, currency: "EUR" },
        items: [{ quantity: 2, product: { id: "p-1" } }],
        shipments: [{ status: "READY", recipientId: "c-1", region: "DE" }],
      },
      payment: { status: "PENDING", cardNumber: "4000000000000002", partnerId: "pp-1" },
    });
    const { order } = await asked.ask<{ order: object }>('{ order(id: "o-61") { payments { id } } }');
    expect(order).toEqual({ payments: [{ id: placeOrder.payment.id }] });
  });

  test("can go to somebody else, whose data the parcel then holds", async () => {
    const { placeOrder } = await asked.ask<{ placeOrder: object }>(PLACE, { input: { ...minimal, recipient } });
    expect(placeOrder).toMatchObject({
      order: {
        customerId: "c-1",
        shipments: [
          {
            recipientId: expect.stringMatching(/^rcp-\d+$/),
            recipientName: "Grete Sommer",
            address: { street: "Uferweg 3", formatted: "Uferweg 3, 04229 Leipzig" },
          },
        ],
      },
    });
  });

  test.each([
    ["an unknown customer", { customerId: "c-999" }, "Cannot find a customer with that id."],
    ["no lines", { lines: [] }, "Cannot order nothing: `lines` must hold one line or more."],
    [
      "too many lines",
      { lines: Array(101).fill({ productId: "p-1" }) },
      "Cannot order so much at once: `lines` may hold 100 lines.",
    ],
    [
      "another shop's goods",
      { lines: [{ productId: "p-9" }] },
      "Cannot order a product of another merchant than the customer's.",
    ],
    [
      "no quantity",
      { lines: [{ productId: "p-1", quantity: 0 }] },
      "Cannot order that few: `quantity` must be 1 or more.",
    ],
    [
      "a carrier to pay through",
      { paymentPartnerId: "lp-1" },
      "Cannot pay through the partner as it takes no payments.",
    ],
  ])("refuses %s and stores nothing", async (_name, change, message) => {
    const count = () => asked.ask('{ orders(first: 0) { total } shipments(carrierId: "lp-1") { id } }');
    const before = await count();
    expect(await asked.errors(PLACE, { input: { ...minimal, ...change } })).toEqual([message]);
    expect(await count()).toEqual(before);
  });
});

describe("the other mutations", () => {
  test("startCheckout tells what it will cost and where it goes, and orders nothing", async () => {
    const data =
      await asked.ask(`mutation { startCheckout(customerId: "c-2", lines: [{ productId: "p-1" }, { productId: "p-3", quantity: 3 }]) {
      checkout { customerId merchantId region total { amount currency } secret shipTo { country } } } }`);
    expect(data).toMatchObject({
      startCheckout: {
        checkout: {
          customerId: "c-2",
          merchantId: "m-1",
          total: { amount: 74.3, currency: "EUR" },
          secret: expect.stringMatching(/^cs_[0-9a-f]{48}$/),
          shipTo: { country: "DE" },
        },
      },
    });
  });

  test("updateProfile changes what is named, and empties what may be empty", async () => {
    const change = (changes: object) =>
      asked.ask<{ updateProfile: { customer: Record<string, unknown> } }>(
        `mutation ($changes: UpdateProfileInput!) { updateProfile(customerId: "c-3", changes: $changes) {
          customer { name email phone preferences } } }`,
        { changes },
      );
    const { customer: before } = (await change({})).updateProfile;
    expect((await change({ name: "Neu", phone: null })).updateProfile.customer).toEqual({
      ...before,
      name: "Neu",
      phone: null,
    });
    expect((await change({ preferences: { theme: "dark" }, email: null })).updateProfile.customer).toEqual({
      ...before,
      name: "Neu",
      phone: null,
      preferences: { theme: "dark" },
    });
    expect(await asked.ask('{ customer(id: "c-3") { name phone preferences } }')).toEqual({
      customer: { name: "Neu", phone: null, preferences: { theme: "dark" } },
    });
  });

  test("addReview shows the nickname and keeps the address apart", async () => {
    const add = (rating: number) =>
      `mutation { addReview(input: { productId: "p-2", customerId: "c-4", rating: ${rating}, content: "Gut." }) {
        review { nickname rating content authorId writtenOn product { id } } } }`;
    expect(await asked.ask(add(5))).toMatchObject({
      addReview: {
        review: { rating: 5, content: "Gut.", authorId: "c-4", writtenOn: "2024-07-03", product: { id: "p-2" } },
      },
    });
    expect(await asked.errors(add(0))).toEqual(["Cannot rate so: `rating` must be from 1 to 5."]);
    expect(await asked.errors(add(6))).toEqual(["Cannot rate so: `rating` must be from 1 to 5."]);
  });

  test("sendSupportMessage opens a ticket or goes on with one's own", async () => {
    const send = (customer: string, ticket: string | null) =>
      `mutation { sendSupportMessage(customerId: "${customer}", ticketId: ${JSON.stringify(ticket)}, content: "Wo bleibt es?") {
        ticket { id closedAt messages { content fromCustomer } } } }`;
    const { sendSupportMessage } = await asked.ask<{ sendSupportMessage: { ticket: { id: string } } }>(
      send("c-5", null),
    );
    const { id } = sendSupportMessage.ticket;
    const again = await asked.ask(send("c-5", id));
    const message = { content: "Wo bleibt es?", fromCustomer: true };
    expect(again).toEqual({ sendSupportMessage: { ticket: { id, closedAt: null, messages: [message, message] } } });
    expect(await asked.errors(send("c-6", id))).toEqual(["Cannot go on with the ticket as it is another customer's."]);
  });

  test("assignCarrier and completeShipment decide who sees the parcel, and how long", async () => {
    const shipment = "id status carrierId completedAt order { status }";
    expect(
      await asked.ask(`mutation { assignCarrier(shipmentId: "s-1", carrierId: "lp-5") { shipment { ${shipment} } } }`),
    ).toMatchObject({ assignCarrier: { shipment: { carrierId: "lp-5", completedAt: null } } });
    expect(
      await asked.ask(`mutation { completeShipment(shipmentId: "s-1") { shipment { ${shipment} } } }`),
    ).toMatchObject({
      completeShipment: {
        shipment: {
          status: "DELIVERED",
          completedAt: new Date(NOON.now()).toISOString(),
          order: { status: "DELIVERED" },
        },
      },
    });
    expect(
      await asked.errors('mutation { assignCarrier(shipmentId: "s-1", carrierId: "pp-1") { shipment { id } } }'),
    ).toEqual(["Cannot assign the partner to a parcel as it is no carrier."]);
  });

  test.each(["1990-02-30T00:00:00Z", "yesterday", "", 7])("a filter takes no %j for a time", async (placedFrom) => {
    const messages = await asked.errors("query ($where: OrderFilter) { orders(where: $where) { total } }", {
      where: { placedFrom },
    });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain("Cannot use this value as DateTime: it must be a time in UTC");
  });
});

describe("orderUpdated", () => {
  test("tells of a merchant's orders as they are placed, and of no other's", async () => {
    const { shop } = asked;
    const schema = makeExecutableSchema({ typeDefs: composeTypeDefs(shop.typeDefs), resolvers: shop.resolvers });
    const document = parse('subscription { orderUpdated(merchantId: "m-1") { id customer { id } } }');
    const stream = await subscribe({ schema, document, contextValue: shop.context() });
    if (!(Symbol.asyncIterator in stream)) throw new Error("no stream");
    const other = { ...minimal, customerId: "c-24", lines: [{ productId: "p-1" }] };
    const { customers } = await asked.ask<{ customers: Paged<{ id: string; merchantId: string }> }>(
      "{ customers(first: 40) { nodes { id merchantId } } }",
    );
    const elsewhere = customers.nodes.find(({ merchantId }) => merchantId === "m-2");
    await asked.ask(PLACE, { input: { ...other, customerId: elsewhere?.id, lines: [{ productId: "p-9" }] } });
    const { placeOrder } = await asked.ask<{ placeOrder: { order: { id: string } } }>(PLACE, { input: minimal });
    expect(await stream.next()).toMatchObject({
      done: false,
      value: { data: { orderUpdated: { id: placeOrder.order.id, customer: { id: "c-1" } } } },
    });
    await stream.return(undefined);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("drops the oldest for who does not read, and forgets who has stopped", async () => {
    const feed = new OrderFeed();
    const order = (seq: number) => ({ seq, merchantId: "m-1" }) as OrderRow;
    const slow = feed.subscribe("m-1");
    for (let seq = 1; seq <= 130; seq++) feed.publish(order(seq));
    expect((await slow.next()).value).toEqual(order(31));
    const stopped = feed.subscribe("m-1");
    const waiting = stopped.next();
    await stopped.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    feed.publish(order(131));
    expect(await stopped.next()).toEqual({ done: true, value: undefined });
  });
});
