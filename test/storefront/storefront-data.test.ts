import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parsePhoneNumberFromString } from "libphonenumber-js";
import { type Asked, NOON, openShop, type Paged } from "./ask.ts";

const ORDERS = `{ orders(first: 500) { nodes {
  id merchantId region status customerId customerBirthDate placedAt customer { id merchantId region birthDate name }
  items { quantity price { amount currency } product { merchantId } } total { amount currency }
  shipments { id region orderId carrierId status shippedAt completedAt recipientId recipientName recipientPhone address { country } carrier { kind region } }
  payments { orderId payerId createdAt method cardNumber cardHolder bankAccount amount { amount } disputableUntil partner { kind } }
  invoice { orderId customerId }
  customs { orderId holderId brokerId clearedAt document { number nameOnDocument } }
} } }`;

const DAY_MS = 86_400_000;
let asked: Asked;
let orders: readonly Order[];
let customers: readonly Customer[];

interface Order {
  readonly id: string;
  readonly merchantId: string;
  readonly region: string;
  readonly status: string;
  readonly customerId: string;
  readonly customerBirthDate: string | null;
  readonly placedAt: string;
  readonly customer: { id: string; merchantId: string; region: string; birthDate: string | null; name: string };
  readonly items: readonly { quantity: number; price: { amount: number }; product: { merchantId: string } }[];
  readonly total: { amount: number };
  readonly shipments: readonly Shipment[];
  readonly payments: readonly Payment[];
  readonly customs: { holderId: string; clearedAt: string | null } | null;
}

interface Shipment {
  readonly region: string;
  readonly carrierId: string | null;
  readonly status: string;
  readonly shippedAt: string | null;
  readonly completedAt: string | null;
  readonly recipientId: string;
  readonly recipientName: string;
  readonly address: { country: string };
  readonly carrier: { kind: string; region: string } | null;
}

interface Payment {
  readonly payerId: string;
  readonly createdAt: string;
  readonly cardNumber: string | null;
  readonly bankAccount: string | null;
  readonly amount: { amount: number };
}

interface Customer {
  readonly id: string;
  readonly region: string;
  readonly email: string;
  readonly phone: string | null;
  readonly birthDate: string | null;
  readonly nationalId: string | null;
  readonly allergies: readonly string[];
}

const time = (text: string | null): number => Date.parse(text ?? "");

beforeAll(async () => {
  asked = openShop();
  orders = (await asked.ask<{ orders: Paged<Order> }>(ORDERS)).orders.nodes;
  const query = "{ customers(first: 500) { nodes { id region email phone birthDate nationalId allergies } } }";
  customers = (await asked.ask<{ customers: Paged<Customer> }>(query)).customers.nodes;
});
afterAll(() => {
  asked.shop.close();
});

describe("the storefront's data", () => {
  test("are 500 customers and 3,000 orders", async () => {
    const data = await asked.ask("{ customers(first: 0) { total } orders(first: 0) { total } }");
    expect(data).toEqual({ customers: { total: 500 }, orders: { total: 3000 } });
  });

  test("are the same for the same clock, whatever was made before", async () => {
    const again = openShop();
    expect((await again.ask<{ orders: Paged<Order> }>(ORDERS)).orders.nodes).toEqual(orders);
    again.shop.close();
  });

  test("fit together: an order is its buyer's, its goods its merchant's, its total their sum", () => {
    for (const order of orders) {
      const { customer, merchantId, region } = order;
      expect(customer).toMatchObject({ id: order.customerId, merchantId, region, birthDate: order.customerBirthDate });
      const cents = order.items.map(({ price, quantity }) => Math.round(price.amount * 100) * quantity);
      expect(Math.round(order.total.amount * 100)).toBe(cents.reduce((sum, each) => sum + each, 0));
      for (const { product } of order.items) expect(product.merchantId).toBe(merchantId);
      const { amount } = order.total;
      for (const payment of order.payments) {
        expect(payment).toMatchObject({ amount: { amount }, payerId: order.customerId, createdAt: order.placedAt });
      }
    }
  });

  test("have recipients who are not the buyers, and parcels that go where they live", () => {
    const parcels = orders.flatMap((order) => order.shipments.map((shipment) => ({ order, shipment })));
    const others = parcels.filter(({ order, shipment }) => shipment.recipientId !== order.customerId);
    expect(others.length / parcels.length).toBeGreaterThan(0.15);
    expect(others.length / parcels.length).toBeLessThan(0.4);
    for (const { order, shipment } of parcels) {
      expect(shipment.address.country).toBe(shipment.region);
      if (shipment.recipientId === order.customerId) expect(shipment.recipientName).toBe(order.customer.name);
      if (shipment.carrier !== null) expect(shipment.carrier).toEqual({ kind: "CARRIER", region: shipment.region });
    }
  });

  test("end the delivery of what has arrived, and of nothing else", () => {
    for (const { status, shippedAt, completedAt } of orders.flatMap(({ shipments }) => shipments)) {
      expect(completedAt !== null).toBe(status === "DELIVERED");
      if (completedAt === null) continue;
      expect(time(completedAt)).toBeGreaterThan(time(shippedAt));
      expect(time(completedAt)).toBeLessThanOrEqual(NOON.now());
    }
  });

  test("pass customs where the parcel leaves the merchant's country, and nowhere else", async () => {
    const { merchants } = await asked.ask<{ merchants: { id: string; region: string }[] }>(
      "{ merchants { id region } }",
    );
    const regions = new Map(merchants.map(({ id, region }) => [id, region]));
    let declared = 0;
    for (const { merchantId, shipments, customs } of orders) {
      const [shipment] = shipments;
      const abroad = shipment !== undefined && shipment.region !== regions.get(merchantId);
      expect(customs !== null).toBe(abroad);
      if (!abroad) continue;
      declared += 1;
      expect(customs).toMatchObject({ holderId: shipment.recipientId, clearedAt: shipment.completedAt });
    }
    expect(declared).toBeGreaterThan(50);
  });

  test("reach back beyond what may be used", async () => {
    const old = orders.filter(({ placedAt }) => time(placedAt) < NOON.now() - 3 * 366 * DAY_MS);
    expect(old.length).toBeGreaterThan(20);
    const { viewingEvents } = await asked.ask<{ viewingEvents: { viewedAt: string }[] }>(
      '{ viewingEvents(merchantId: "m-1", first: 500) { viewedAt } }',
    );
    const stale = viewingEvents.filter(({ viewedAt }) => time(viewedAt) < NOON.now() - 90 * DAY_MS);
    expect(stale.length).toBeGreaterThan(20);
    expect(stale.length).toBeLessThan(viewingEvents.length / 2);
  });

  test("hold minors, people abroad, values that are 0, empty or missing", async () => {
    const bornAfter = NOON.now() - 14 * 365.25 * DAY_MS;
    const minors = customers.filter(({ birthDate }) => time(birthDate) > bornAfter).map(({ id }) => id);
    expect(minors).toEqual(expect.arrayContaining(["c-9", "c-10", "c-11", "c-40"]));
    expect(minors.length).toBeLessThan(20);
    expect(new Set(customers.map(({ region }) => region))).toEqual(new Set(["DE", "CN", "US", "GB"]));
    expect(customers.find(({ id }) => id === "c-16")?.region).toBe("CN");
    expect(customers.some(({ phone }) => phone === null)).toBe(true);
    expect(customers.some(({ allergies }) => allergies.length === 0)).toBe(true);
    const query = "{ products(first: 500) { nodes { stock } } }";
    const { products } = await asked.ask<{ products: Paged<{ stock: number }> }>(query);
    expect(products.nodes.some(({ stock }) => stock === 0)).toBe(true);
  });

  test("are in the forms of their countries: numbers that can be called, cards and ids whose digits check", () => {
    for (const { region, phone } of customers) {
      if (phone === null) continue;
      const parsed = parsePhoneNumberFromString(phone);
      expect([phone, parsed?.isPossible()]).toEqual([phone, true]);
      expect([phone, parsed?.countryCallingCode]).toEqual([phone, { DE: "49", CN: "86", US: "1", GB: "44" }[region]]);
    }
    const residents = customers.filter(({ region, nationalId }) => region === "CN" && nationalId !== null);
    expect(residents.length).toBeGreaterThan(5);
    for (const { nationalId, birthDate } of residents) {
      expect([nationalId, isResidentId(nationalId ?? "")]).toEqual([nationalId, true]);
      if (birthDate !== null) expect(nationalId?.slice(6, 14)).toBe(birthDate.replaceAll("-", ""));
    }
    for (const { region, payments } of orders) {
      for (const { cardNumber, bankAccount } of payments) {
        if (cardNumber !== null) expect([cardNumber, isLuhn(cardNumber)]).toEqual([cardNumber, true]);
        if (bankAccount === null || (region !== "DE" && region !== "GB")) continue;
        expect([bankAccount, isIban(bankAccount)]).toEqual([bankAccount, true]);
      }
    }
  });

  test("give no two people one mailbox, and none that somebody could own", () => {
    const boxes = customers.map(({ email }) => email);
    expect(new Set(boxes).size).toBe(boxes.length);
    for (const box of boxes) expect(box).toMatch(/^[a-z0-9.]+@example\.(com|org|net)$/);
  });

  test("tell the story of the first four orders", () => {
    const told = orders.slice(0, 4).map(({ id, customerId, status, shipments }) => ({
      id,
      customerId,
      status,
      parcels: shipments.map(({ carrierId, recipientId }) => [carrierId, recipientId]),
    }));
    expect(told).toEqual([
      { id: "o-1", customerId: "c-1", status: "SHIPPED", parcels: [["lp-1", "c-1"]] },
      { id: "o-2", customerId: "c-1", status: "SHIPPED", parcels: [["lp-1", "rcp-2"]] },
      { id: "o-3", customerId: "c-1", status: "DELIVERED", parcels: [["lp-1", "c-1"]] },
      { id: "o-4", customerId: "c-16", status: "SHIPPED", parcels: [["lp-2", "c-16"]] },
    ]);
  });

  test("are as many as asked for", async () => {
    const small = openShop({ customers: 3, orders: 7 });
    expect(await small.ask("{ customers { total } orders { total } merchants { id } }")).toMatchObject({
      customers: { total: 3 },
      orders: { total: 7 },
    });
    small.shop.close();
  });
});

/** GB 11643-1999, written anew here. */
function isResidentId(id: string): boolean {
  const digits = [...id].map((digit) => (digit === "X" ? 10 : Number(digit)));
  const sum = digits.reduce((total, digit, at) => total + digit * (2 ** (17 - at) % 11), 0);
  return digits.length === 18 && sum % 11 === 1;
}

function isLuhn(number: string): boolean {
  const digits = [...number].reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : ([0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] ?? 0)),
    0,
  );
  return digits.length === 16 && sum % 10 === 0;
}

function isIban(iban: string): boolean {
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
  return [...moved].reduce((rest, letter) => Number(`${rest}${Number.parseInt(letter, 36)}`) % 97, 0) === 1;
}
