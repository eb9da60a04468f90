import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Asked, openShop, type Paged } from "./ask.ts";

let asked: Asked;
let all: readonly Customer[];

interface Customer {
  readonly id: string;
  readonly region: string;
  readonly level: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly birthDate: string | null;
  readonly segments: readonly string[];
}

beforeAll(async () => {
  asked = openShop({ customers: 120, orders: 150 });
  const query = "{ customers(first: 500) { nodes { id region level name email phone birthDate segments } } }";
  all = (await asked.ask<{ customers: Paged<Customer> }>(query)).customers.nodes;
});
afterAll(() => {
  asked.shop.close();
});

/** Filters beside what they mean, said in another language. */
const FILTERS: readonly (readonly [name: string, filter: object, keeps: (customer: Customer) => boolean])[] = [
  ["nothing", {}, () => true],
  ["null", { region: null, anyOf: null, not: null }, () => true],
  ["region", { region: "CN" }, ({ region }) => region === "CN"],
  ["a region that is none", { region: "" }, () => false],
  ["level", { level: "GOLD" }, ({ level }) => level === "GOLD"],
  ["part of a name", { nameContains: "an" }, ({ name }) => name.toLowerCase().includes("an")],
  ["part of a name that is a pattern elsewhere", { nameContains: "%" }, () => false],
  ["part of a Chinese name", { nameContains: "李" }, ({ name }) => name.includes("李")],
  ["end of an address", { emailEndsWith: "@EXAMPLE.org" }, ({ email }) => email.endsWith("@example.org")],
  ["no end at all", { emailEndsWith: "" }, () => false],
  ["end of a number", { phoneEndsWith: "7" }, ({ phone }) => phone?.endsWith("7") ?? false],
  ["born before", { bornBefore: "1980-01-01" }, ({ birthDate }) => birthDate !== null && birthDate < "1980-01-01"],
  ["segment", { segment: "green-tea" }, ({ segments }) => segments.includes("green-tea")],
  ["two at once", { region: "DE", level: "BASIC" }, ({ region, level }) => region === "DE" && level === "BASIC"],
  [
    "any of",
    { anyOf: [{ region: "US" }, { level: "SILVER" }] },
    ({ region, level }) => region === "US" || level === "SILVER",
  ],
  ["any of none", { anyOf: [] }, () => false],
  ["not", { not: { region: "DE" } }, ({ region }) => region !== "DE"],
  [
    "not, of what may be missing",
    { not: { bornBefore: "1980-01-01" } },
    ({ birthDate }) => birthDate === null || birthDate >= "1980-01-01",
  ],
  [
    "nested",
    { not: { anyOf: [{ region: "DE" }, { not: { level: "BASIC" } }] } },
    ({ region, level }) => region !== "DE" && level === "BASIC",
  ],
];

describe("customers(where:)", () => {
  test.each(FILTERS)("keeps what it says: %s", async (_name, where, keeps) => {
    const { customers } = await asked.ask<{ customers: Paged<{ id: string }> }>(
      "query ($where: CustomerFilter) { customers(first: 500, where: $where) { total nodes { id } } }",
      { where },
    );
    const expected = all.filter(keeps).map(({ id }) => id);
    expect(customers.nodes.map(({ id }) => id)).toEqual(expected);
    expect(customers.total).toBe(expected.length);
  });
});

describe("pages", () => {
  test.each([
    ["JOINED_ON", "joinedOn"],
    ["NICKNAME", "nickname"],
    ["NAME", "name"],
    ["EMAIL", "email"],
    ["BIRTH_DATE", "birthDate"],
    ["LOYALTY_POINTS", "loyaltyPoints"],
  ])("ordered by %s hold every customer once, in order", async (orderBy, field) => {
    const seen: Record<string, unknown>[] = [];
    let afterId: string | null = null;
    do {
      const query = `query ($afterId: ID, $orderBy: CustomerSort) {
        customers(first: 17, afterId: $afterId, orderBy: $orderBy) { nextAfterId nodes { id ${field} } } }`;
      const { customers }: { customers: Paged<Record<string, unknown>> } = await asked.ask(query, { afterId, orderBy });
      seen.push(...customers.nodes);
      afterId = customers.nextAfterId;
    } while (afterId !== null);
    expect(new Set(seen.map((customer) => customer["id"])).size).toBe(120);
    expect(seen).toHaveLength(120);
    const keys = seen.map((customer) => customer[field]);
    for (const [at, key] of keys.slice(1).entries()) expect([keys[at], key, inOrder(keys[at], key)]).toContain(true);
  });

  test("end where they end", async () => {
    const data = await asked.ask<EndsOfPages>(`{
      none: customers(first: 0) { total nextAfterId nodes { id } }
      beyond: customers(afterId: "c-9999") { nodes { id } }
      products(first: 500) { nextAfterId total }
      merchant(id: "m-1") { first: products(first: 3) { nextAfterId nodes { id } } rest: products(first: 30, afterId: "p-3") { nextAfterId total nodes { id } } }
      customer(id: "c-1") { orders(first: 500) { total nextAfterId } nowhere: orders(afterId: "o-99999") { nodes { id } } }
    }`);
    expect(data.none).toEqual({ total: 120, nextAfterId: null, nodes: [] });
    expect(data.beyond).toEqual({ nodes: [] });
    expect(data.products).toEqual({ nextAfterId: null, total: 64 });
    expect(data.merchant.first).toEqual({ nextAfterId: "p-3", nodes: [{ id: "p-1" }, { id: "p-2" }, { id: "p-3" }] });
    expect(data.merchant.rest.nodes).toHaveLength(5);
    expect(data.merchant.rest).toMatchObject({ nextAfterId: null, total: 8 });
    expect(data.customer).toMatchObject({ orders: { nextAfterId: null }, nowhere: { nodes: [] } });
  });

  test.each([-1, 501, 2_000_000_000])("refuse to hold %d rows", async (first) => {
    expect(await asked.errors("query ($first: Int!) { customers(first: $first) { total } }", { first })).toEqual([
      "Cannot give that many rows at once: `first` must be from 0 to 500.",
    ]);
  });
});

describe("abstract types", () => {
  test.each([
    ["m-1", "Merchant"],
    ["st-1", "StaffMember"],
    ["lp-1", "Partner"],
    ["p-1", "Product"],
    ["c-1", "Customer"],
    ["o-1", "Order"],
    ["s-1", "Shipment"],
    ["cd-1", "CustomsDeclaration"],
    ["pay-1", "Payment"],
    ["i-1", "Invoice"],
    ["g-1", "GiftCard"],
    ["r-1", "Review"],
    ["t-1", "SupportTicket"],
    ["v-1", "ViewingEvent"],
    ["l-1", "LiveRoom"],
  ])("node(id: %j) is a %s", async (id, type) => {
    expect(await asked.ask("query ($id: ID!) { node(id: $id) { __typename id } }", { id })).toEqual({
      node: { __typename: type, id },
    });
  });

  test.each(["", "c-", "c-0", "c", "x-1", "a-1", "constructor-1", "c-1; DROP TABLE customer"])(
    "node(id: %j) is nothing",
    async (id) => {
      expect(await asked.ask("query ($id: ID!) { node(id: $id) { id } }", { id })).toEqual({ node: null });
    },
  );

  test("are what they are through party, parties, search and find", async () => {
    const data = await asked.ask<Found>(`{
      staff: party(id: "st-2") { __typename name }
      customer: party(id: "c-2") { __typename name }
      product: party(id: "p-2") { __typename }
      parties(merchantId: "m-1", first: 5) { __typename id merchantId }
      search(text: "a", first: 500) { __typename }
      find(merchantId: "m-1", text: "example", first: 4) { __typename ... on Customer { merchantId email } }
      parcels: find(merchantId: "m-1", text: "LP1", first: 500) { __typename ... on Shipment { trackingNumber } }
    }`);
    expect(data.staff.__typename).toBe("StaffMember");
    expect(data.customer.__typename).toBe("Customer");
    expect(data.product).toBeNull();
    const staff = "StaffMember";
    expect(data.parties.map(({ __typename }) => __typename)).toEqual([staff, staff, staff, "Customer", "Customer"]);
    expect(new Set(data.search.map(({ __typename }) => __typename))).toEqual(
      new Set(["Merchant", "Product", "LiveRoom", "Review"]),
    );
    expect(data.find).toHaveLength(4);
    for (const found of data.find) expect(found).toMatchObject({ __typename: "Customer", merchantId: "m-1" });
    expect(data.parcels.length).toBeGreaterThan(5);
    for (const found of data.parcels) expect(found.trackingNumber).toContain("LP1");
  });
});

interface EndsOfPages {
  readonly none: object;
  readonly beyond: object;
  readonly products: object;
  readonly merchant: { first: object; rest: { nodes: readonly object[] } };
  readonly customer: object;
}

interface Typed {
  readonly __typename: string;
}

interface Found {
  readonly staff: Typed;
  readonly customer: Typed;
  readonly product: Typed | null;
  readonly parties: readonly Typed[];
  readonly search: readonly Typed[];
  readonly find: readonly Typed[];
  readonly parcels: readonly { trackingNumber: string }[];
}

/** Numbers by size; text by code point, as SQLite has it; missing first. */
function inOrder(one: unknown, other: unknown): boolean {
  if (one === null) return true;
  if (other === null) return false;
  if (typeof one === "number" && typeof other === "number") return one <= other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other))) <= 0;
}
