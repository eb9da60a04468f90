import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "../http/harness.ts";

/** Whose things are is told by the option, by keys that say how. */
const SDL = /* GraphQL */ `
  type Line { id: ID! }
  type Shift @subject(id: "staffId", space: "staff") { id: ID!, staffId: ID }
  type Cart @subject(id: "owner", tenant: "shop") { id: ID!, owner: ID, shop: ID }
  type Order @subject(id: ["owner.id", "gift"], birthDate: "owner.born", region: "region") { id: ID!, owner: Owner, gift: ID, region: String, endsOn: String }
  type Owner { id: ID, born: String }
  type Query { cart(id: ID!): Cart, shift(id: ID!): Shift, order(id: ID!): Order }
  type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT]) {
    line(id: [ID!]): Boolean @acts(on: "Line", id: "id")
    open(id: [ID!]): Boolean @acts(on: "Line", id: "id", reach: NONE)
    own(id: [ID!]): Boolean @acts(on: "Line", id: "id", reach: SELF)
    shops(id: [ID!]): Boolean @acts(on: "Line", id: "id", reach: TENANT)
    shift(id: ID!): Boolean @acts(on: "Shift", id: "id")
    found(id: ID!): Boolean @acts(on: "Shift", id: "id", by: "shift")
    mixed(cart: ID, shift: ID): Boolean @acts(on: "Cart", id: "cart", by: "cart") @acts(on: "Shift", id: "shift", by: "shift")
    cart(id: ID!): Cart @acts(on: "Cart", id: "id", by: "cart", reach: NONE)
    order(id: ID!): Boolean @acts(on: "Order", id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER], until: "endsOn")
      @purpose(allow: [CUSTOMER_SUPPORT], to: [MERCHANT])
  }
`;

const TOLD: Readonly<Record<string, unknown>> = {
  mine: { id: "c-1" },
  theirs: { id: "c-2" },
  both: [{ id: "c-1" }, { id: "c-2" }],
  nobody: [],
  "nobody, of m-1": { id: null, tenant: "m-1" },
  "nobody, of m-2": { id: null, tenant: "m-2" },
  "one of two is not known": [{ id: "c-1" }, { id: null }],
  "another name for the id": { subject: "c-1" },
  "the id left out": {},
  "the id undefined": { id: undefined },
  "a text": "c-1",
  true: true,
  "a list of texts": ["c-1"],
  "a list with a hole": [{ id: "c-1" }, undefined],
  "an id that is a list": { id: ["c-1"] },
  "an id that is an object": { id: { toString: () => "c-1" } },
  "an id that is true": { id: true },
  "an id that is no number": { id: Number.NaN },
  "a tenant that is a list": { id: null, tenant: ["m-1"] },
  "a region that is a number": { id: "c-1", region: 49 },
  "of another space": { id: "staff:7" },
};

const CARTS: Record<string, { id: string; owner: string | null; shop: string | null }> = {};
const ORDERS: Readonly<Record<string, object>> = {
  "o-born": { id: "o-born", owner: { id: "c-1", born: "27.11.2016" }, gift: null, endsOn: "2999-01-01" },
  "o-ends": { id: "o-ends", owner: { id: "c-1", born: "1980-01-01" }, gift: null, endsOn: "soon" },
  "o-fine": { id: "o-fine", owner: { id: "c-1", born: "1980-01-01" }, gift: null, endsOn: "2999-01-01" },
  "o-abroad": {
    id: "o-abroad",
    owner: { id: "c-1", born: "1980-01-01" },
    gift: null,
    region: "??",
    endsOn: "2999-01-01",
  },
};

const ran: string[] = [];
let served: Served;
beforeAll(async () => {
  const act = (name: string, answer: (args: Record<string, string>, context: never) => unknown = () => true) => ({
    [name]: (_: unknown, args: Record<string, string>, context: never) => {
      ran.push(name);
      return answer(args, context);
    },
  });
  served = await serveGateway({
    typeDefs: SDL,
    minimumAge: 13,
    subjectOf: {
      Line: async (key) => {
        if (key === "throws") throw new Error("no such table");
        if (key === "a getter throws") return Object.defineProperty({}, "id", { get: () => fail() }) as never;
        return (TOLD[String(key)] ?? null) as never;
      },
      Shift: () => ({ id: "7" }),
    },
    resolvers: {
      Query: {
        cart: (_: unknown, { id }: { id: string }) => CARTS[id] ?? null,
        shift: (_: unknown, { id }: { id: string }) => ({ id, staffId: "7" }),
        order: (_: unknown, { id }: { id: string }) => ORDERS[id] ?? null,
      },
      Mutation: Object.assign(
        {},
        ...["line", "open", "own", "shops", "shift", "found", "mixed", "order"].map((name) => act(name)),
        act("cart", ({ id = "" }, context: { fieldguard: { caller: { id: string } } }) => {
          const cart = CARTS[id];
          if (cart !== undefined) cart.owner = id === "handed" ? "c-9" : context.fieldguard.caller.id;
          return cart;
        }),
      ),
    },
  });
});
function fail(): never {
  throw new Error("not loaded");
}
beforeEach(() => {
  ran.length = 0;
  for (const [id, owner] of [
    ["guest", null],
    ["handed", null],
    ["mine", "c-1"],
    ["staffs", "staff:7"],
  ] as const) {
    CARTS[id] = { id, owner, shop: "m-1" };
  }
});

const C1 = { sub: "c-1", role: "CUSTOMER" };
const M1 = { sub: "s-1", role: "MERCHANT", tenants: ["m-1"] };
const act = (query: string, as: object | null = C1, purpose: string | null = "SELF_SERVICE") =>
  served.ask({ query: `mutation { ${query} }`, as: as as never, ...(purpose === null ? {} : { purpose }) });

describe("what the option tells", () => {
  const NONSENSE = Object.keys(TOLD).slice(Object.keys(TOLD).indexOf("one of two is not known"));
  const NEVER = [...NONSENSE, "theirs", "both", "throws", "a getter throws", "not there"];

  test.each(NEVER)("is no for everybody else, alone and beside one's own: %s", async (key) => {
    for (const field of ["line", "open", "own", "shops"]) {
      for (const keys of [[key], ["mine", key], [key, "mine"]]) {
        for (const [as, purpose] of [
          [C1, "SELF_SERVICE"],
          [null, null],
          [M1, "CUSTOMER_SUPPORT"],
        ] as const) {
          await act(`${field}(id: ${JSON.stringify(keys)})`, as, purpose);
          expect([field, keys, as?.role, ran]).toEqual([field, keys, as?.role, []]);
        }
      }
    }
  });

  test.each([
    ["one's own", "line", ["mine"], C1, "SELF_SERVICE", true],
    ["one's own, where what is nobody's is open", "open", ["mine"], C1, "SELF_SERVICE", true],
    ["one's own by a guest, where what is nobody's is open", "open", ["mine"], null, null, false],
    ["nobody's, and nothing says whose that is", "line", ["nobody"], C1, "SELF_SERVICE", false],
    ["nobody's, where that is open", "open", ["nobody"], null, null, true],
    ["nobody's, of a tenant of one's own", "shops", ["nobody, of m-1"], M1, "CUSTOMER_SUPPORT", true],
    ["nobody's, of another tenant", "shops", ["nobody, of m-2"], M1, "CUSTOMER_SUPPORT", false],
  ] as const)("%s", async (_, field, keys, as, purpose, runs) => {
    await act(`${field}(id: ${JSON.stringify(keys)})`, as, purpose);
    expect(ran).toEqual(runs ? [field] : []);
  });
});

describe("ids of a space", () => {
  const SEVEN = { sub: "7", role: "CUSTOMER" };
  const STAFF = { ...SEVEN, space: "staff" };
  test.each([
    ["told, by another space's", 'shift(id: "x")', SEVEN, []],
    ["told, by the space's own", 'shift(id: "x")', STAFF, ["shift"]],
    ["looked up, by another space's", 'found(id: "x")', SEVEN, []],
    ["looked up, by the space's own", 'found(id: "x")', STAFF, ["found"]],
    ["one's own beside a person of another space", 'mixed(cart: "mine", shift: "x")', C1, []],
    ["a person of a space in a type of none is not nobody", 'cart(id: "staffs") { id }', C1, []],
    ["nor open to whoever is of that space", 'cart(id: "staffs") { id }', STAFF, []],
  ])("%s", async (_, query, as, effects) => {
    await act(query, as);
    expect(ran).toEqual(effects);
  });
});

describe("facts that cannot be read", () => {
  test.each([
    ["a birth date", 'order(id: "o-born")', C1, "SELF_SERVICE", "Order.owner.born", false],
    ["the date until which it may be done", 'order(id: "o-ends")', C1, "SELF_SERVICE", "Order.endsOn", false],
    ["nothing", 'order(id: "o-fine")', C1, "SELF_SERVICE", null, true],
  ] as const)("%s", async (_, query, as, purpose, coordinate, runs) => {
    const told: string[] = [];
    await act(query, as, purpose);
    expect(ran).toEqual(runs ? ["order"] : []);
    const { records } = await served.gateway.accessLog.query({ kind: "MUTATION" }, { first: 1 });
    expect(records[0]?.flags.includes("FACT_UNREADABLE")).toBe(coordinate !== null);
    expect(records[0]?.details?.["unreadable"] ?? null).toBe(coordinate);
    expect(told).toEqual([]);
  });

  test("a metric counts them", async () => {
    const metrics = async () => {
      const text = await (await fetch(served.url.replace("/graphql", "/metrics"))).text();
      return Number(/^fieldguard_unreadable_facts_total\S* (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    const before = await metrics();
    await act('order(id: "o-born")');
    expect(await metrics()).toBe(before + 1);
  });

  test("told birth dates as well", async () => {
    const teller = await serveGateway({
      typeDefs: `type Line { id: ID! } type Query { a: Int }
        type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { line(id: ID): Boolean @acts(on: "Line", id: "id") }`,
      resolvers: { Mutation: { line: () => true } },
      minimumAge: 13,
      subjectOf: { Line: () => ({ id: "c-1", birthDate: "27.11.1980" }) },
    });
    const ask = { query: 'mutation { line(id: "x") }', as: C1, purpose: "SELF_SERVICE" };
    expect((await teller.ask(ask)).body.data).toEqual({ line: null });
    const { records } = await teller.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({
      flags: ["FACT_UNREADABLE"],
      details: { unreadable: "subjectOf.Line.birthDate" },
    });
  });
});

describe("people of several spaces behind an interface", () => {
  test("one's own id is not taken at its word: whose it is tells the look-up", async () => {
    const parties = await serveGateway({
      typeDefs: `interface Party @subject(id: "id") { id: ID! }
        type Staff implements Party @subject(id: "id", space: "staff") { id: ID!, name: String @sensitive(category: PERSON_NAME) }
        type Buyer implements Party @subject(id: "id") { id: ID!, name: String @sensitive(category: PERSON_NAME) }
        type Query { party(id: ID!): Party }
        type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { edit(id: ID!): Boolean @acts(on: "Party", id: "id", by: "party") }`,
      resolvers: {
        Party: { __resolveType: ({ id }: { id: string }) => (id === "7" ? "Staff" : "Buyer") },
        Query: { party: (_: unknown, { id }: { id: string }) => ({ id }) },
        Mutation: { edit: () => true },
      },
    });
    for (const [as, id, edits] of [
      [{ sub: "7" }, "7", false],
      [{ sub: "7", space: "staff" }, "7", true],
      [{ sub: "8" }, "8", true],
    ] as const) {
      const query = `mutation { edit(id: "${id}") }`;
      const { body } = await parties.ask({ query, as: { ...as, role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
      expect([as, body.data]).toEqual([as, { edit: edits ? true : null }]);
    }
  });
});

describe("whether there is such an object, where what is nobody's is open", () => {
  test.each([
    ["a guest", null, null],
    ["a customer without a purpose", C1, null],
    ["a customer for another purpose", C1, "CUSTOMER_SUPPORT"],
    ["a customer", C1, "SELF_SERVICE"],
    ["a role that nothing is granted to", { sub: "x", role: "SECURITY_AUDITOR" }, null],
  ])("is not told to %s", async (_, as, purpose) => {
    CARTS["theirs"] = { id: "theirs", owner: "c-2", shop: "m-1" };
    const answers: string[] = [];
    for (const id of ["theirs", "staffs", "none"]) {
      const { text } = await act(`cart(id: "${id}") { id }`, as, purpose);
      answers.push(text.replace(/"receipt":"[^"]*"/, ""));
    }
    expect(ran).toEqual([]);
    expect(answers[1]).toBe(answers[0]);
    expect(answers[2]).toBe(answers[0]);
  });
});

describe("people too young to be served", () => {
  const typeDefs = `type Kid @subject(id: "id", birthDate: "born") { id: ID!, born: String, name: String @sensitive(category: PERSON_NAME) }
    type Query { kid(id: ID!): Kid }
    type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { own: Boolean @acts(on: "Kid", reach: SELF), told(id: ID!): Boolean @acts(on: "Kid", id: "id") }`;
  const resolvers = { Mutation: { own: () => true, told: () => true } };
  const people = (born: string | null) => ({
    birthDate: async () => born,
    guardianship: async () => null,
  });
  test.each([
    ["too young", people("2026-01-01"), false],
    ["old enough", people("1980-01-01"), true],
    ["not known", people(null), false],
    ["cannot be read", people("27.11.1980"), false],
    ["nobody tells", undefined, false],
  ])("do not act on themselves either: %s", async (_, known, runs) => {
    const kids = await serveGateway({
      typeDefs,
      resolvers,
      minimumAge: 13,
      subjectOf: { Kid: () => ({ id: "c-1" }) },
      ...(known === undefined ? {} : { people: known }),
    });
    const own = await kids.ask({ query: "mutation { own }", as: C1, purpose: "SELF_SERVICE" });
    expect(own.body.data).toEqual({ own: runs ? true : null });
    if (!runs) expect(own.body.errors[0].extensions.reason).toBe("MINOR_NOT_SERVED");
    const told = await kids.ask({ query: 'mutation { told(id: "x") }', as: C1, purpose: "SELF_SERVICE" });
    expect(told.body.errors?.[0]?.extensions.reason).toBe("MINOR_NOT_SERVED");
  });
});

describe("what an act itself hands over", () => {
  test("to the caller is the caller's to see", async () => {
    const { body } = await act('cart(id: "guest") { id owner }');
    expect(body).toMatchObject({ data: { cart: { id: "guest", owner: "c-1" } } });
    expect(body.errors).toBeUndefined();
  });

  test("to somebody else is withheld, and on record", async () => {
    const { body } = await act('cart(id: "handed") { id owner }');
    expect([ran, body.data]).toEqual([["cart"], { cart: null }]);
    expect(body.errors).toMatchObject([{ extensions: { reason: "SUBJECT_CHANGED" } }]);
  });
});
