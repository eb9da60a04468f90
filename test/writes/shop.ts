import type { GatewayOptions } from "../../src/index.ts";
import { type Served, serveGateway } from "../http/harness.ts";

/** A shop of which every field of Mutation notes that it ran. c-1 and c-2 buy at m-1, c-3 at m-2. */
export const SDL = /* GraphQL */ `
  type Query {
    customer(id: ID!): Customer
    order(id: ID!): Order
    node(id: ID!): Node
    me: Customer
    orders(ids: [ID!]!): [Order]!
    ordersOf(owner: ID!): [Order]!
    cart(token: String!): Cart
    "A read that marks as read."
    inbox(customerId: ID!): String @acts(on: "Customer", id: "customerId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  }
  interface Node { id: ID! }
  type Customer implements Node @subject(id: "id", tenant: "shop", birthDate: "born")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT]) {
    id: ID!
    shop: ID!
    born: String @sensitive(category: DATE_OF_BIRTH)
    name: String @sensitive(category: PERSON_NAME)
    email: String @sensitive(category: EMAIL_ADDRESS)
    postcode: String @sensitive(category: COARSE_LOCATION)
    iban: String @sensitive(category: BANK_ACCOUNT, otherwise: DENY) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  }
  type Order implements Node @subject(id: ["owner.id", "gift.id"], tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    owner: Customer
    gift: Customer
    shop: ID!
    carrier: ID
    endsOn: String
    note: String @sensitive(category: COMMUNICATION_CONTENT)
  }
  type Cart @subject(id: "owner", tenant: "shop") { token: String!, owner: ID, shop: ID }
  type Token { id: ID! }
  input Profile @writes(type: "Customer") { name: String, email: String, postcode: String, born: String, iban: String }
  input Line { orderId: ID, customerId: ID }
  input Lines { lines: [Line!], also: ID }
  type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT]) {
    rename(customerId: ID!, changes: Profile): Customer @acts(on: "Customer", id: "customerId")
    note(orderId: ID, text: String): Order @acts(on: "Order", id: "orderId")
    byNode(id: ID!): Boolean @acts(on: "Order", id: "id", by: "node")
    all(owner: ID!): Boolean @acts(on: "Order", id: "owner: owner", by: "ordersOf")
    many(ids: [ID!]): Boolean @acts(on: "Order", id: "ids: ids", by: "orders")
    lines(input: Lines!): Boolean @acts(on: "Order", id: ["input.lines[].orderId", "input.also"]) @acts(on: "Customer", id: "input.lines[].customerId")
    both(orderId: ID = "o-1", customerId: ID): Order @acts(on: "Order", id: "orderId") @acts(on: "Customer", id: "customerId")
    profile(name: String): Customer @acts(on: "Customer", reach: SELF)
    seen: Boolean @acts(on: "Customer", by: "me")
    tell(key: ID!): Boolean @acts(on: "Token", id: "key")
    ship(orderId: ID!): Boolean @acts(on: "Order", id: "orderId")
      @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "endsOn")
    sell(orderId: ID!): Boolean @acts(on: "Order", id: "orderId")
      @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING])
    sweep(mail: String): Boolean @acts(on: "Customer", id: "mail", reach: ALL)
      @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR]) @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT])
    close: Boolean @acts(on: "Customer", reach: TENANT)
      @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT]) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    signUp(name: String): Boolean @acts(on: "Customer", reach: NONE) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
    fill(token: String): Boolean @acts(on: "Cart", id: "token", reach: NONE, by: "cart")
    rotate: Boolean @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
    open: Boolean
    shop: ShopMutations!
  }
  type ShopMutations {
    register(name: String): Boolean @acts(on: "Customer", reach: NONE)
    note(orderId: ID!): Order @acts(on: "Order", id: "orderId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  }
  type Subscription { watch(orderId: ID!): Order @acts(on: "Order", id: "orderId") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) }
`;

interface Person {
  readonly id: string;
  readonly shop: string;
  readonly born?: string;
  name: string;
  email: string;
  postcode: string;
  iban: string;
}

const person = (id: string, shop: string): Person => ({
  ...{ id, shop, name: `Ann ${id}`, email: `${id}@example.com`, postcode: "10115", iban: `DE0012340000${id}` },
  born: "1980-02-03",
});

/** Data that the mutations change, and what ran. */
export class Shop {
  readonly ran: string[] = [];
  /** Looked up, by anybody. */
  readonly asked: string[] = [];
  readonly people = new Map(
    ["c-1", "c-2"].map((id) => [id, person(id, "m-1")]).concat([["c-3", person("c-3", "m-2")]]) as [string, Person][],
  );
  readonly orders = new Map([
    [
      "o-1",
      {
        id: "o-1",
        owner: "c-1",
        gift: null as string | null,
        shop: "m-1",
        carrier: "fast",
        endsOn: null as string | null,
        note: "one",
      },
    ],
    ["o-2", { id: "o-2", owner: "c-2", gift: null, shop: "m-1", carrier: "slow", endsOn: null, note: "two" }],
    ["o-3", { id: "o-3", owner: "c-3", gift: null, shop: "m-2", carrier: "fast", endsOn: "2020-01-01", note: "three" }],
    ["o-12", { id: "o-12", owner: "c-1", gift: "c-2", shop: "m-1", carrier: "fast", endsOn: null, note: "both" }],
  ]);
  readonly carts = new Map<string, { token: string; owner: string | null; shop: string | null }>([
    ["t-guest", { token: "t-guest", owner: null, shop: "m-1" }],
    ["t-1", { token: "t-1", owner: "c-1", shop: "m-1" }],
    // Named like somebody, and another's.
    ["c-1", { token: "c-1", owner: "c-2", shop: "m-1" }],
  ]);
  /** What `ordersOf` finds. */
  found: object[] = [];
  /** Called when a mutation runs. */
  onRun: (name: string) => unknown = () => undefined;

  resolvers() {
    const ran =
      <T>(name: string, answer: (args: Record<string, unknown>) => T) =>
      (_: unknown, args: Record<string, unknown>): T | Promise<T> => {
        this.ran.push(name);
        const meanwhile = this.onRun(name);
        return meanwhile instanceof Promise ? meanwhile.then(() => answer(args)) : answer(args);
      };
    const customer = (id: unknown) => {
      this.asked.push(`customer ${id}`);
      return this.people.get(String(id)) ?? null;
    };
    const order = (id: unknown) => {
      this.asked.push(`order ${id}`);
      if (id === "o-broken") throw new Error("the table of orders is gone");
      return this.orders.get(String(id)) ?? null;
    };
    const yes = () => true;
    const node = (id: unknown) => (String(id).startsWith("o-") ? order(id) : customer(id));
    return {
      Node: { __resolveType: ({ id }: { id: string }) => (id.startsWith("o-") ? "Order" : "Customer") },
      Query: {
        customer: (_: unknown, { id }: { id: string }) => customer(id),
        order: (_: unknown, { id }: { id: string }) => order(id),
        node: (_: unknown, { id }: { id: string }) => node(id),
        me: (_: unknown, __: unknown, context: { fieldguard: { caller: { id: string } } }) =>
          customer(context.fieldguard.caller.id),
        orders: (_: unknown, { ids }: { ids: string[] }) => ids.map(order),
        ordersOf: () => this.found,
        cart: (_: unknown, { token }: { token: string }) => this.carts.get(token) ?? null,
        inbox: ran("inbox", () => "letters"),
      },
      Order: {
        owner: ({ owner }: { owner: string }) => this.people.get(owner) ?? null,
        gift: ({ gift }: { gift: string | null }) => (gift === null ? null : (this.people.get(gift) ?? null)),
      },
      Mutation: {
        rename: ran("rename", ({ customerId, changes }) =>
          Object.assign(this.people.get(String(customerId)) ?? {}, changes),
        ),
        note: ran("note", ({ orderId, text }) =>
          Object.assign(this.orders.get(String(orderId)) ?? {}, text ? { note: text } : {}),
        ),
        byNode: ran("byNode", yes),
        many: ran("many", yes),
        all: ran("all", yes),
        lines: ran("lines", yes),
        both: ran("both", ({ orderId }) => this.orders.get(String(orderId))),
        profile: ran("profile", () => this.people.get("c-1")),
        seen: ran("seen", yes),
        tell: ran("tell", yes),
        ship: ran("ship", yes),
        sell: ran("sell", yes),
        sweep: ran("sweep", yes),
        close: ran("close", yes),
        signUp: ran("signUp", yes),
        fill: ran("fill", yes),
        rotate: ran("rotate", yes),
        open: ran("open", yes),
        shop: () => ({}),
      },
      ShopMutations: {
        register: ran("register", yes),
        note: ran("shop.note", ({ orderId }) => this.orders.get(String(orderId))),
      },
      Subscription: {
        watch: {
          subscribe: ran("watch", async function* watch() {
            yield { watch: { id: "o-1", owner: "c-1", gift: null, shop: "m-1", note: "one" } };
          }),
        },
      },
    };
  }
}

/** Keys `k-…`: whose they are is told by the option. */
export const subjectOf: NonNullable<GatewayOptions["subjectOf"]> = {
  Token: async (key) => {
    if (key === "k-1") return { id: "c-1" };
    if (key === "k-12") return [{ id: "c-1" }, { id: "c-2" }];
    if (key === "k-nobody") return [];
    if (key === "k-throws") throw new Error("no such table");
    return null;
  },
};

export interface ServedShop extends Served {
  readonly shop: Shop;
}

export async function serveShop(options: Partial<GatewayOptions> = {}): Promise<ServedShop> {
  const shop = new Shop();
  const served = await serveGateway({ typeDefs: SDL, resolvers: shop.resolvers(), subjectOf, ...options });
  return { ...served, shop };
}

export const C1 = { sub: "c-1", role: "CUSTOMER" };
export const C2 = { sub: "c-2", role: "CUSTOMER" };
export const M1 = { sub: "s-1", role: "MERCHANT", tenants: ["m-1"] };
export const FAST = { sub: "f-1", role: "LOGISTICS_PARTNER", org: "fast" };
export const OPERATOR = { sub: "op", role: "PLATFORM_OPERATOR" };
