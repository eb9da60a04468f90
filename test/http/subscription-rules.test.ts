import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { ExecutionResult } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { rule } from "../../src/decision/shield.ts";
import { type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { open: String }
  type Subscription { closed: Customer  barred: Customer  allowed: Customer  each: Customer }
  type Customer @subject(id: "id") {
    id: ID!
    name: String @sensitive(category: PERSON_NAME, otherwise: MASK)
  }
`;

let started: string[];
let asked: number;
const event = (field: string) => ({
  // At once, and not with the first event that is taken.
  subscribe: () => {
    started.push(field);
    return one({ [field]: { id: "c-1", name: "Grace Hopper" } });
  },
});
async function* one(value: unknown) {
  yield value;
}
const resolvers = {
  Query: { open: () => "to all" },
  Subscription: {
    closed: event("closed"),
    barred: event("barred"),
    allowed: event("allowed"),
    each: event("each"),
  },
};
const rules = {
  Subscription: {
    closed: rule({ cache: "no_cache" })(() => false),
    barred: rule({ cache: "contextual" })(() => new Error("Grace Hopper is not to be watched")),
    // Remembered with the context, as graphql-shield does it: there must be a place for that before the first event.
    allowed: rule({ cache: "contextual" })(() => true),
    // Good for the subscription and not for the event.
    each: rule({ cache: "no_cache" })(() => {
      asked += 1;
      return asked === 1;
    }),
  },
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers, rules });
});
beforeEach(() => {
  started = [];
  asked = 0;
});
let client: Client | undefined;
afterEach(() => client?.dispose());

async function heard(query: string): Promise<readonly ExecutionResult[]> {
  client = createClient({ url: served.url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
  const results: ExecutionResult[] = [];
  for await (const result of client.iterate({ query })) results.push(result as ExecutionResult);
  return results;
}

const codesOf = (results: readonly ExecutionResult[]) =>
  results.map(({ data, errors }) => [data ?? null, errors?.map(({ extensions }) => extensions?.["code"]) ?? []]);
const lastRecord = async () => (await served.gateway.accessLog.query({}, { first: 1 })).records[0];

test.each([
  ["says no", "closed", "{ id name }"],
  ["says no where nothing annotated is asked for", "closed", "{ id }"],
  ["says why not", "barred", "{ id name }"],
])("a rule that %s: nothing is subscribed to, and the refusal is recorded", async (_name, field, selected) => {
  const results = await heard(`subscription Watch { ${field} ${selected} }`);
  expect(codesOf(results)).toEqual([[null, ["FORBIDDEN"]]]);
  expect(JSON.stringify(results)).not.toContain("Hopper");
  expect(started).toEqual([]);
  expect(await lastRecord()).toMatchObject({
    kind: "REFUSAL",
    outcome: "FORBIDDEN",
    operation: { type: "subscription", name: "Watch" },
    decisions: [],
  });
});

test("a rule that says yes is asked, and the events come", async () => {
  const [first, ...more] = await heard("subscription { allowed { id name } }");
  expect([first?.errors, first?.data, more]).toEqual([undefined, { allowed: { id: "c-1", name: "G••• H•••" } }, []]);
  expect(started).toEqual(["allowed"]);
  expect(await lastRecord()).toMatchObject({ kind: "SUBSCRIPTION_EVENT", outcome: "OK" });
});

test("a rule is asked again at the event", async () => {
  expect(codesOf(await heard("subscription { each { id name } }"))).toEqual([[{ each: null }, ["FORBIDDEN"]]]);
  expect([started, asked]).toEqual([["each"], 2]);
});

test.each([
  "subscription { allowed @skip(if: true) { id } }",
  "subscription { ... @include(if: false) { allowed { name } } }",
])("who asks for no event is told so: %s", async (query) => {
  const results = await heard(query);
  expect(codesOf(results)).toEqual([[null, ["BAD_INPUT"]]]);
  expect(results[0]?.errors?.[0]?.message).toContain("`@skip`");
  expect(started).toEqual([]);
  expect(await lastRecord()).toMatchObject({ kind: "REFUSAL", outcome: "BAD_INPUT" });
});
