import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

/** Roots that tell whose data they hold, by fields that nobody may see and that run something. */
const SDL = /* GraphQL */ `
  type Query @subject(id: "whose") {
    whose: ID @sensitive(category: ACCOUNT_IDENTIFIER)
    ours: String @sensitive(category: CREDENTIAL)
    mine: String @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    open: String
  }
  type Mutation @subject(id: "next") { next: ID  wipe: Boolean @sensitive(category: CREDENTIAL)  touch: Boolean }
`;

let ran: string[];
const running = (name: string, value: unknown) => () => {
  ran.push(name);
  return value;
};
const resolvers = {
  Query: {
    whose: running("whose", "c-1"),
    ours: running("ours", "secret"),
    mine: running("mine", "ann@example.com"),
    open: running("open", "to all"),
  },
  Mutation: { next: running("next", "c-1"), wipe: running("wipe", true), touch: running("touch", true) },
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers });
});
beforeEach(() => {
  ran = [];
});

test.each([
  ["{ ours }", "ours"],
  ["mutation { wipe }", "wipe"],
])(
  "an operation of which all is denied runs nothing, not even what tells whose data it would be: %s",
  async (query, key) => {
    const { body } = await served.ask({ query });
    expect(body.data).toEqual({ [key]: null });
    expect(body.errors).toMatchObject([{ path: [key], extensions: { code: "FIELD_DENIED" } }]);
    expect(ran).toEqual([]);
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ id: body.extensions.privacy.receipt, decisions: [{ outcome: "DENY" }] });
  },
);

test.each([
  ["{ open }", "open", "to all"],
  ["mutation { touch }", "touch", true],
])(
  "where nothing annotated is asked for nobody is told, nor asked, whose data it is: %s",
  async (query, key, value) => {
    const { body, text } = await served.ask({ query });
    expect(body.data).toEqual({ [key]: value });
    expect(body.errors).toBeUndefined();
    // Only a mutation, which is recorded whatever it selects, is told so.
    expect(body.extensions?.privacy.decisions ?? []).toEqual([]);
    expect(body.extensions !== undefined).toBe(query.startsWith("mutation"));
    expect(text).not.toMatch(/_fg_|c-1/);
    expect(ran).toEqual([key]);
  },
);

test("a root's own value is decided by whose data it is", async () => {
  const asks = { query: "{ mine open }", purpose: "SELF_SERVICE" };
  const own = await served.ask({ ...asks, as: { sub: "c-1", role: "CUSTOMER" } });
  expect(own.body.data).toEqual({ mine: "ann@example.com", open: "to all" });
  const other = await served.ask({ ...asks, as: { sub: "c-2", role: "CUSTOMER" } });
  expect(other.body.data).toEqual({ mine: null, open: "to all" });
  expect(other.text).not.toContain("c-1");
});
