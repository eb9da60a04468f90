import { expect, test } from "@jest/globals";
import { DEFAULT_LIMITS, limitsOf, optionsSchema } from "../../src/options.ts";
import { SECRET, serveGateway } from "./harness.ts";

/** What JavaScript hands over where a setting of its own is missing: every name, and nothing under it. */
const nothing = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, undefined]));

const SDL = /* GraphQL */ `
  type Query { again: Query, me: Person }
  type Person @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;
const resolvers = { Query: { again: () => ({}), me: () => ({ id: "c-1", email: "ann@example.org" }) } };

const CLAIMS = ["role", "org", "tenants", "region", "purposes", "act", "space"];

const served = await serveGateway({
  ...nothing(Object.keys(optionsSchema.shape).filter((name) => !["typeDefs", "store", "auth", "log"].includes(name))),
  typeDefs: SDL,
  resolvers,
  auth: { secret: SECRET, claims: nothing(CLAIMS) },
  limits: nothing(Object.keys(DEFAULT_LIMITS)),
  unusualAccess: nothing(["windowMs", "thresholds", "refuse"]),
});

test("a limit of undefined is the default", () => {
  expect(limitsOf({ limits: nothing(Object.keys(DEFAULT_LIMITS)) })).toEqual(DEFAULT_LIMITS);
});

test("it is held to", async () => {
  const depth = DEFAULT_LIMITS.depthMax + 1;
  const { status, body } = await served.ask({
    query: `{ ${"again { ".repeat(depth)}__typename ${"}".repeat(depth)} }`,
  });
  expect([status, body.errors[0].extensions.code]).toEqual([400, "OPERATION_TOO_LARGE"]);
});

test.each([
  ["role", { role: null }, "UNAUTHENTICATED", {}],
  ["purposes", { purposes: ["ORDER_FULFILMENT"] }, "PURPOSE_NOT_PERMITTED", {}],
  ["act", { act: "agent-1" }, undefined, { onBehalfOf: "agent-1" }],
  ["org", { org: "acme" }, undefined, { organisation: "acme" }],
  ["tenants", { tenants: ["shop-1"] }, undefined, { tenants: ["shop-1"] }],
  ["region", { region: "DE" }, undefined, { region: "DE" }],
])("a claim of undefined has its usual name: %s", async (_, claims, code, recorded) => {
  const as = { sub: "c-1", role: "CUSTOMER", ...claims };
  const { body } = await served.ask({ query: "{ me { email } }", as, purpose: "SELF_SERVICE" });
  expect(body.errors?.[0]?.extensions.code).toBe(code);
  const { records } = await served.gateway.accessLog.query({}, { first: 1 });
  expect(records[0]?.caller).toMatchObject(recorded);
});
