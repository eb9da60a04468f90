import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { GraphQLEnumType, GraphQLScalarType } from "graphql";
import { type Served, serveGateway } from "../http/harness.ts";

/** Keys that resolvers get as objects, and groups of mutations behind an interface. */
const SDL = /* GraphQL */ `
  scalar GlobalId
  scalar Moment
  enum Slot { FIRST SECOND }
  type Order @subject(id: "owner") { id: GlobalId!, owner: ID! }
  type Query { order(id: GlobalId, at: Moment, slot: Slot, number: Int, ref: ID): Order }
  input Line { orderId: GlobalId! }
  interface Session { who: String }
  type StaffSession implements Session @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    who: String
    cancel(ids: [GlobalId!]!): Boolean @acts(on: "Order", id: "ids[]")
    group: Group
  }
  type BuyerSession implements Session @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    who: String
    cancel(ids: [GlobalId!]!): Boolean @acts(on: "Order", id: "ids[]")
    group: Group
  }
  type Group @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { drop(ids: [GlobalId!]!): Boolean @acts(on: "Order", id: "ids[]") }
  type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    cancel(ids: [GlobalId!]!): Boolean @acts(on: "Order", id: "ids[]")
    lines(lines: [Line!]!): Boolean @acts(on: "Order", id: "lines[].orderId")
    at(times: [Moment!]!): Boolean @acts(on: "Order", id: "at: times")
    slots(slots: [Slot!]!): Boolean @acts(on: "Order", id: "slot: slots")
    numbers(numbers: [Int!]!): Boolean @acts(on: "Order", id: "number: numbers")
    refs(refs: [ID!]!): Boolean @acts(on: "Order", id: "ref: refs")
    session: Session
  }
`;

const MINE = "2026-01-01T00:00:00.001Z";
const THEIRS = "2026-01-01T00:00:00.002Z";
const ran: string[] = [];
let asked = 0;

/** Whose an order is, by any key: "1" is c-1's, everything else c-2's. */
function order(args: Record<string, unknown>): object {
  asked += 1;
  const { id, at, slot, number, ref } = args as {
    id?: { n: string };
    at?: Date;
    slot?: { n: string };
    number?: number;
    ref?: string;
  };
  const n = id?.n ?? slot?.n ?? (at === undefined ? undefined : at.getMilliseconds()) ?? number ?? ref;
  return { id: { t: "Order", n: String(n) }, owner: String(n) === "1" ? "c-1" : "c-2" };
}

const globalId = new GraphQLScalarType({
  name: "GlobalId",
  serialize: (value) => `${(value as { t: string }).t}/${(value as { n: string }).n}`,
  parseValue: (text) => ({ t: String(text).split("/")[0], n: String(text).split("/")[1] }),
});
const moment = new GraphQLScalarType({
  name: "Moment",
  serialize: (value) => (value as Date).toISOString(),
  parseValue: (text) => new Date(String(text)),
});
const slot = new GraphQLEnumType({
  name: "Slot",
  values: { FIRST: { value: { n: "1" } }, SECOND: { value: { n: "2" } } },
});

let served: Served;
beforeAll(async () => {
  const act = (name: string) => (): boolean => {
    ran.push(name);
    return true;
  };
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: {
      GlobalId: globalId,
      Moment: moment,
      Slot: Object.fromEntries(slot.getValues().map(({ name, value }) => [name, value])),
      Query: { order: (_: unknown, args: Record<string, unknown>) => order(args) },
      Session: { __resolveType: () => "BuyerSession" },
      StaffSession: { cancel: act("staff"), group: () => ({}) },
      BuyerSession: { cancel: act("buyer"), group: () => ({}) },
      Group: { drop: act("drop") },
      Mutation: {
        ...Object.fromEntries(["cancel", "lines", "at", "slots", "numbers", "refs"].map((name) => [name, act(name)])),
        session: () => ({}),
      },
    },
  });
});
beforeEach(() => {
  ran.length = 0;
  asked = 0;
});

const act = (query: string) =>
  served.ask({ query: `mutation { ${query} }`, as: { sub: "c-1", role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
const list = (items: readonly unknown[], write: (item: unknown) => string) => `[${items.map(write).join(", ")}]`;
const quoted = (item: unknown): string => JSON.stringify(item);

/** One's own key and another's, in every form that a key can have. */
const FORMS: readonly (readonly [string, string, unknown, unknown, (items: readonly unknown[]) => string])[] = [
  ["a scalar that gives objects", "cancel", "Order/1", "Order/2", (ids) => `cancel(ids: ${list(ids, quoted)})`],
  [
    "such a scalar in inputs",
    "lines",
    "Order/1",
    "Order/2",
    (ids) => `lines(lines: ${list(ids, (id) => `{ orderId: ${quoted(id)} }`)})`,
  ],
  ["a Date", "at", MINE, THEIRS, (times) => `at(times: ${list(times, quoted)})`],
  ["an enum whose values are objects", "slots", "FIRST", "SECOND", (slots) => `slots(slots: ${list(slots, String)})`],
  ["a number", "numbers", 1, 2, (numbers) => `numbers(numbers: ${list(numbers, String)})`],
  ["an id, as a number and as texts", "refs", 1, "01", (refs) => `refs(refs: ${list(refs, quoted)})`],
];

describe.each(FORMS)("keys: %s", (_, name, mine, theirs, query) => {
  test.each([
    ["mine", [mine], true],
    ["mine, twice", [mine, mine], true],
    ["theirs", [theirs], false],
    ["mine, then theirs", [mine, theirs], false],
    ["theirs, then mine", [theirs, mine], false],
    ["mine often, theirs once", [mine, mine, mine, theirs, mine], false],
  ])("%s", async (_what, keys, runs) => {
    const { body } = await act(query(keys));
    expect(ran).toEqual(runs ? [name] : []);
    expect(body.errors?.[0]?.extensions.reason).toBe(runs ? undefined : "OUT_OF_REACH");
  });
});

describe("groups behind an interface", () => {
  test.each([
    [
      "each type's own",
      'session { ... on BuyerSession { x: cancel(ids: ["Order/1"]) } ... on StaffSession { x: cancel(ids: ["Order/2"]) } }',
      ["buyer"],
    ],
    [
      "theirs under the one that runs",
      'session { ... on StaffSession { x: cancel(ids: ["Order/1"]) } ... on BuyerSession { x: cancel(ids: ["Order/2"]) } }',
      [],
    ],
    [
      "the other way round",
      'session { ... on BuyerSession { x: cancel(ids: ["Order/2"]) } ... on StaffSession { x: cancel(ids: ["Order/1"]) } }',
      [],
    ],
  ])("the same key on two types: %s", async (_, query, effects) => {
    const { status, body } = await act(query);
    expect(status).toBe(200);
    expect(ran).toEqual(effects);
    expect(body.data.session.x).toBe(effects.length > 0 ? true : null);
    expect(body.errors?.[0]?.extensions.reason).toBe(effects.length > 0 ? undefined : "OUT_OF_REACH");
  });

  test("the same key on one type that two ways lead to, with other arguments: refused whole", async () => {
    const { status, body } = await act(
      'session { ... on BuyerSession { group { x: drop(ids: ["Order/2"]) } } ... on StaffSession { group { x: drop(ids: ["Order/1"]) } } }',
    );
    expect([status, body.errors[0].extensions.code]).toEqual([400, "BAD_INPUT"]);
    expect(ran).toEqual([]);
  });
});

test("all that is decided before anything runs is looked up in one request, each object once", async () => {
  const { body } = await act(
    'session { ... on BuyerSession { a: cancel(ids: ["Order/1"]) who group { b: drop(ids: ["Order/1"]) } } }',
  );
  expect(body.errors).toBeUndefined();
  expect(ran.sort()).toEqual(["buyer", "drop"]);
  expect(asked).toBe(1);
});

test.each([
  ["one act", "numbers(numbers: $n)", 20_001, 400],
  [
    "many acts, each of few",
    Array.from({ length: 30 }, (_, at) => `a${at}: numbers(numbers: $n)`).join(" "),
    1_000,
    400,
  ],
  ["an id beside each of its lines", "numbers(numbers: $n)", 2_000, 200],
])("one key a great many times: %s", async (_, query, times, status) => {
  const reply = await served.ask({
    query: `mutation ($n: [Int!]!) { ${query} }`,
    variables: { n: Array.from({ length: times }, () => 1) },
    as: { sub: "c-1", role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
  });
  expect([reply.status, reply.body.errors?.[0]?.extensions.code]).toEqual([
    status,
    status === 200 ? undefined : "OPERATION_TOO_LARGE",
  ]);
  expect(ran).toEqual(status === 200 ? ["numbers"] : []);
});
