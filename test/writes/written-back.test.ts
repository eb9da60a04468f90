import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { GraphQLScalarType } from "graphql";
import { type Served, serveGateway } from "../http/harness.ts";

/**
 * Whatever a caller is shown of a field, sent back, is refused, and whatever they see clear they may empty: `agent` of the
 * tenant, who is shown masks of some fields, and nothing of others.
 */
const SDL = /* GraphQL */ `
  scalar Day
  type Parcel @subject(id: "owner", tenant: "shop") @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) {
    id: ID!
    owner: ID!
    shop: ID!
    ended: String
    since: String
    broker: ID
    clear: String @sensitive(category: COARSE_LOCATION)
    denied: String @sensitive(category: GOVERNMENT_ID) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT], until: "ended")
    postcode: String @sensitive(category: COARSE_LOCATION) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT], until: "ended")
    kept: String @sensitive(category: GOVERNMENT_ID) @retain(for: "P1Y", after: "since")
    over: String @sensitive(category: GOVERNMENT_ID) @retain(for: "P1Y", after: "ended")
    door: String @sensitive(category: GOVERNMENT_ID) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT], assigned: "broker")
    birth: Day @sensitive(category: DATE_OF_BIRTH) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    born: String @sensitive(category: DATE_OF_BIRTH) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    places: [String] @sensitive(category: COARSE_LOCATION) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    name: String @sensitive(category: PERSON_NAME)
    note: String @sensitive(category: COMMUNICATION_CONTENT)
    address: Address
    former: [Address!]
    secret: Address @sensitive(category: HEALTH, otherwise: DENY) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    neighbour: Parcel
  }
  type Address {
    postcode: String @sensitive(category: COARSE_LOCATION) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    hint: String @sensitive(category: GOVERNMENT_ID) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    street: String @sensitive(category: COARSE_LOCATION) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT])
  }
  input AddressInput @writes(type: "Address") { postcode: String, hint: String, street: String }
  input Changes @writes(type: "Parcel") {
    clear: String, denied: String, postcode: String, kept: String, over: String, door: String, birth: Day, born: String
    places: [String], name: String, note: String, address: AddressInput, home: AddressInput, secret: AddressInput
    former: [AddressInput!], neighbour: Changes
  }
  type Query { parcel(id: ID!): Parcel }
  type Mutation @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    update(id: ID!, changes: Changes!): Boolean @acts(on: "Parcel", id: "id")
    move(id: ID!, to: [AddressInput!]): Boolean @acts(on: "Parcel", id: "id")
  }
`;

const ROW = {
  ...{ id: "p-1", owner: "c-1", shop: "m-1", ended: "2020-01-01", since: new Date().toISOString(), broker: "hq" },
  ...{
    clear: "10115",
    denied: "X1",
    postcode: "10115",
    kept: "X2",
    over: "X3",
    door: "X4",
    birth: "soon",
    born: "1987-06-05",
  },
  ...{ places: ["20095", "80331"], name: "Ann Doe", note: "one" },
  address: { postcode: "10115", hint: "X5", street: "10115" },
  former: [{ postcode: "20095", hint: null, street: null }],
  secret: { postcode: "80331", hint: "X6", street: "80331" },
  neighbour: { id: "p-2", owner: "c-2", shop: "m-2", postcode: "50667", clear: "50667", address: { street: "50667" } },
};

let ran = 0;
let served: Served;
beforeAll(async () => {
  const act = (): boolean => {
    ran += 1;
    return true;
  };
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: { Query: { parcel: () => ROW }, Mutation: { update: act, move: act } },
  });
});
beforeEach(() => {
  ran = 0;
});

const AGENT = { sub: "a-1", role: "SUPPORT_AGENT", tenants: ["m-1"], org: "hq" };
const C1 = { sub: "c-1", role: "CUSTOMER" };
const save = (changes: object, as: object = AGENT) =>
  served.ask({
    query: 'mutation ($changes: Changes!) { update(id: "p-1", changes: $changes) }',
    variables: { changes },
    as: as as never,
    purpose: as === AGENT ? "CUSTOMER_SUPPORT" : "SELF_SERVICE",
  });

test("what the agent is shown: the rows below go by it", async () => {
  const query = `{ parcel(id: "p-1") { clear denied postcode kept over door birth born places name
    address { postcode hint street } former { postcode } secret { postcode } neighbour { clear address { street } } } }`;
  const { body } = await served.ask({ query, as: AGENT, purpose: "CUSTOMER_SUPPORT" });
  expect(body.data.parcel).toEqual({
    ...{ clear: "10115", denied: null, postcode: "101", kept: "X2", over: null, door: "X4", birth: null, born: "1987" },
    ...{ places: ["200", "803"], name: "Ann Doe", secret: null, former: [{ postcode: "200" }] },
    address: { postcode: "101", hint: null, street: "10115" },
    neighbour: { clear: "506", address: { street: "506" } },
  });
});

const REFUSED: readonly (readonly [string, object])[] = [
  ["the mask of a grant that has ended", { postcode: "101" }],
  ["null over what a grant that has ended hides", { denied: null }],
  ["null over what is kept too long", { over: null }],
  ["null over what its mask cannot carry", { birth: null }],
  ["a year", { born: "1987" }],
  ["one item of a list, the other new", { places: ["200", "99999"] }],
  ["items of a list, in another order", { places: ["803", "200"] }],
  ["nested, by its name", { address: { postcode: "101" } }],
  ["nested, by another name", { home: { postcode: "101" } }],
  ["nested in a list", { former: [{ postcode: "99999" }, { postcode: "200" }] }],
  ["nested: null over what is hidden", { address: { hint: null } }],
  ["nested below what is hidden: null", { secret: { postcode: null } }],
  ["nested two deep, in somebody else's", { neighbour: { address: { street: "506" } } }],
  ["nested, of the type itself", { neighbour: { clear: "506" } }],
  ["a name that is edited in part", { name: "A••• Smith" }],
  ["a name with something before the mask", { name: "Dr. A••• D•••" }],
  ["one of many", { clear: "20095", name: "Eve", born: "1987" }],
];
test.each(REFUSED)("refused: %s", async (_, changes) => {
  const { status, body } = await save(changes);
  expect([status, ran, body.data]).toEqual([200, 0, { update: null }]);
  expect(body.errors).toMatchObject([
    { path: ["update"], extensions: { code: "MASKED_VALUE", reason: "MASKED_VALUE" } },
  ]);
});

const WRITTEN: readonly (readonly [string, object])[] = [
  ["null over what is seen clear", { clear: null }],
  ["null over what is kept long enough", { kept: null }],
  ["null over what is assigned", { door: null }],
  ["null over what is shown masked", { born: null }],
  ["the present values", { clear: "10115", postcode: "10115", born: "1987-06-05", places: ["20095", "80331"] }],
  ["what would be the mask of what is seen clear", { clear: "101" }],
  ["new values", { postcode: "99999", born: "1990", places: ["1"], address: { postcode: "999", hint: "X9" } }],
  ["nested: the present values", { address: { postcode: "10115", street: "10115" } }],
  ["nested: null over what is seen clear", { address: { street: null } }],
  ["a list emptied", { places: [] }],
  ["another's mask of the same kind", { born: "1988" }],
  ["what stands below something hidden: a guess tells nothing", { secret: { postcode: "803" } }],
  ["a text with dots in a text", { note: "so ••• much" }],
];
test.each(WRITTEN)("written: %s", async (_, changes) => {
  const { body } = await save(changes);
  expect([body.errors, ran]).toEqual([undefined, 1]);
});

test("whoever sees it clear writes what they like", async () => {
  const all = {
    born: "1987",
    birth: null,
    places: ["200"],
    address: { postcode: "101", hint: null },
    secret: { postcode: null },
  };
  const { body } = await save(all, C1);
  expect([body.errors, ran]).toEqual([undefined, 1]);
});

test("an argument of its own, named like no field, writes whatever holds such an object", async () => {
  for (const [postcode, effects] of [
    ["101", 0],
    ["200", 0],
    ["999", 1],
  ] as const) {
    ran = 0;
    await served.ask({
      query: 'mutation ($to: [AddressInput!]) { move(id: "p-1", to: $to) }',
      variables: { to: [{ postcode: "1" }, { postcode }] },
      as: AGENT,
      purpose: "CUSTOMER_SUPPORT",
    });
    expect([postcode, ran]).toEqual([postcode, effects]);
  }
});

describe("a scalar that makes an object of what is sent", () => {
  /** As many scalars of dates, numbers and addresses do: nothing of it can be looked into. */
  class Sealed {
    readonly #text: string;
    constructor(text: string) {
      this.#text = text;
    }
    text(): string {
      return this.#text;
    }
  }
  const text = new GraphQLScalarType({
    name: "Text",
    serialize: (value) => (value instanceof Sealed ? value.text() : String(value)),
    parseValue: (value) => new Sealed(String(value)),
  });
  let typed: Served;
  let effects = 0;
  beforeAll(async () => {
    typed = await serveGateway({
      typeDefs: `scalar Text
        type Person @subject(id: "id", tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
          id: ID!, shop: ID, phone: Text @sensitive(category: PHONE_NUMBER), postcode: Text @sensitive(category: COARSE_LOCATION) }
        type Query { person(id: ID!): Person }
        input Changes @writes(type: "Person") { phone: Text, postcode: Text }
        type Mutation { update(id: ID!, changes: Changes): Boolean @acts(on: "Person", id: "id") @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) }`,
      resolvers: {
        Text: text,
        Query: { person: () => ({ id: "c-1", shop: "m-1", phone: "+4930123467", postcode: "10115" }) },
        Mutation: {
          update: () => {
            effects += 1;
            return true;
          },
        },
      },
    });
  });

  test.each([
    ["a mark, in a variable", { phone: "+49••••••67" }, null, 400],
    ["a mark, in a default", null, { phone: "+49••••••67" }, 400],
    ["a mask without a mark", { postcode: "101" }, null, 200],
    ["a part of a mark", { phone: "+49 ••••••67 ext. 5" }, null, 200],
  ])("%s", async (_, changes, fallback, status) => {
    effects = 0;
    const literal = fallback === null ? "" : ` = { phone: "${fallback.phone}" }`;
    const reply = await typed.ask({
      query: `mutation ($changes: Changes${literal}) { update(id: "c-1", changes: $changes) }`,
      ...(changes === null ? {} : { variables: { changes } }),
      as: AGENT,
      purpose: "CUSTOMER_SUPPORT",
    });
    expect([reply.status, reply.body.errors?.[0]?.extensions.code, effects]).toEqual([status, "MASKED_VALUE", 0]);
  });
});

test.each([
  ["that may be null", "String", { phone: "+49 1" }, undefined],
  ["that may not be null, so that it takes the person with it", "String!", { phone: "+49 1" }, undefined],
  ["beside one that is compared", "String", { phone: "+49 1", postcode: "101" }, "MASKED_VALUE"],
])(
  "a present value that cannot be read is nothing to compare with, and mendable: %s",
  async (_, type, changes, code) => {
    const broken = await serveGateway({
      typeDefs: `type Person @subject(id: "id", tenant: "shop") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
        id: ID!, shop: ID, phone: ${type} @sensitive(category: PHONE_NUMBER), postcode: String @sensitive(category: COARSE_LOCATION) }
      type Query { person(id: ID!): Person }
      input Changes @writes(type: "Person") { phone: String, postcode: String }
      type Mutation { update(id: ID!, changes: Changes): Boolean @acts(on: "Person", id: "id") @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) }`,
      resolvers: {
        Query: { person: () => ({ id: "c-1", shop: "m-1", postcode: "10115" }) },
        Person: {
          phone: () => {
            throw new Error("cannot decrypt");
          },
        },
        Mutation: { update: () => true },
      },
    });
    const { body } = await broken.ask({
      query: 'mutation ($changes: Changes) { update(id: "c-1", changes: $changes) }',
      variables: { changes },
      as: AGENT,
      purpose: "CUSTOMER_SUPPORT",
    });
    expect(body.errors?.[0]?.extensions.code).toBe(code);
  },
);
