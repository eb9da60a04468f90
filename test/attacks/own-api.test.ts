import { describe, expect, test } from "@jest/globals";
import { serveGateway } from "../http/harness.ts";

const SDL = /* GraphQL */ `
  type Query { people(ids: [ID!]!): [Person!]! }
  type Person @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;
const resolvers = {
  Query: {
    people: (_: unknown, { ids }: { readonly ids: readonly string[] }) =>
      ids.map((id) => ({ id, shop: "s-1", email: `${id}@example.com` })),
  },
};
const customer = (sub: string) => ({ as: { sub, role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
const OFFICER = {
  as: { sub: "dpo", role: "PRIVACY_OFFICER" },
  purpose: "RIGHTS_FULFILMENT",
  headers: { "x-justification": "case 7" },
};
const MARKETING = { as: { sub: "m", role: "MERCHANT", tenants: ["s-1"] }, purpose: "DIRECT_MARKETING" };

/** The gateway's own API shows a person its own affairs and nothing of anybody else's. */
describe("the gateway's own API as a way round", () => {
  test("of a record about several people each sees the decisions on itself alone", async () => {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers });
    await ask({
      query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }",
      ...customer("yes"),
    });
    await ask({ query: '{ people(ids: ["yes", "no"]) { email } }', ...MARKETING });
    const seen = async (sub: string): Promise<string[]> => {
      const query = "{ privacy { whoSawMyData { entries { subject outcome reason } } } }";
      const { body } = await ask({ query, ...customer(sub) });
      return body.data.privacy.whoSawMyData.entries
        .filter(({ reason }: { reason: string }) => reason !== "GRANTED" || sub === "yes")
        .map((entry: { subject: string; outcome: string }) => `${entry.subject} ${entry.outcome}`);
    };
    expect(await seen("no")).toEqual(["no MASK"]);
    expect(new Set(await seen("yes"))).toEqual(new Set(["yes ALLOW"]));
  });

  test("a page of one's own log is filled with one's own entries, whatever others did since", async () => {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers });
    await ask({ query: '{ people(ids: ["ann"]) { email } }', ...MARKETING });
    for (let other = 0; other < 3; other += 1) await ask({ query: '{ people(ids: ["bob"]) { email } }', ...MARKETING });
    const { body } = await ask({
      query: "{ privacy { whoSawMyData(first: 1) { entries { subject role } } } }",
      ...customer("ann"),
    });
    expect(body.data.privacy.whoSawMyData.entries).toEqual([{ subject: "ann", role: "MERCHANT" }]);
  });

  test("what one saw oneself floods nobody's view of who else saw it", async () => {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers });
    await ask({ query: '{ people(ids: ["ann"]) { email } }', ...MARKETING });
    for (let time = 0; time < 8; time += 1)
      await ask({ query: '{ people(ids: ["ann"]) { email } }', ...customer("ann") });
    const rolesIn = async (args: string) => {
      const query = `{ privacy { whoSawMyData(${args}) { entries { role } next } } }`;
      const { entries, next } = (await ask({ query, ...customer("ann") })).body.data.privacy.whoSawMyData;
      return { roles: entries.map(({ role }: { role: string }) => role), more: next !== null };
    };
    expect((await rolesIn("first: 1")).roles).toEqual(["MERCHANT"]);
    expect(await rolesIn("first: 50")).toEqual({ roles: ["MERCHANT"], more: false });
    const { roles } = await rolesIn("first: 50, own: true");
    expect(roles.filter((role: string) => role === "CUSTOMER").length).toBeGreaterThanOrEqual(8);
    expect(roles).toContain("MERCHANT");
    // Somebody of the same id in another role is somebody else.
    await ask({ query: '{ people(ids: ["ann"]) { email } }', ...MARKETING, as: { ...MARKETING.as, sub: "ann" } });
    expect((await rolesIn("first: 50")).roles).toEqual(["MERCHANT", "MERCHANT"]);
  });

  test("without introspection the policy names no field but to roles that reach everybody's data", async () => {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers, introspection: false });
    const query = "{ privacy { policy { hash fields { coordinate } } } }";
    for (const caller of [
      {},
      customer("ann"),
      MARKETING,
      { as: { sub: "p", role: "ANALYTICS_PARTNER", tenants: ["s-1"] } },
    ]) {
      const { body, text } = await ask({ query, ...caller });
      expect([body.errors?.[0].extensions.code, text.includes("Person.")]).toEqual(["FORBIDDEN", false]);
    }
    const { body } = await ask({ query, ...OFFICER });
    expect(body.data.privacy.policy.fields.length).toBeGreaterThan(0);
    const told = await serveGateway({ typeDefs: SDL, resolvers });
    expect((await told.ask({ query })).body.data.privacy.policy.fields).toEqual(body.data.privacy.policy.fields);
  });

  test("consents and states are masked for whoever is not concerned, also where a rule would let them pass", async () => {
    // An auditor who may declare what the rules ask for, and is granted nothing of it.
    const { ask } = await serveGateway({
      typeDefs: `${SDL} extend enum Role { CLERK @reach(of: ALL, declares: [RIGHTS_FULFILMENT, SELF_SERVICE]) }`,
      resolvers,
    });
    const clerk = { ...OFFICER, as: { sub: "clerk", role: "CLERK" } };
    const state = await ask({
      query: '{ privacy { subjectState(subject: "ann") { subject status legalHold } } }',
      ...clerk,
    });
    expect(state.body.data.privacy.subjectState).toEqual({
      subject: expect.stringMatching(/^h:/),
      status: null,
      legalHold: null,
    });
    const own = { as: clerk.as, purpose: "SELF_SERVICE" };
    await ask({ query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }", ...own });
    const consents = await ask({ query: "{ privacy { consents { purpose state } } }", ...own });
    expect(consents.body.data.privacy.consents).toEqual([{ purpose: null, state: null }]);
    const seen = await ask({ query: "{ privacy { whoSawMyData { entries { role coordinate } } } }", ...own });
    for (const entry of seen.body.data.privacy.whoSawMyData.entries)
      expect(entry).toEqual({ role: null, coordinate: null });
  });

  test("a guest who may declare SELF_SERVICE is still nobody", async () => {
    const { ask } = await serveGateway({
      typeDefs: /* GraphQL */ `
        enum Role { GUEST @reach(of: NONE, declares: [SELF_SERVICE]) CUSTOMER @reach(of: SELF, declares: [SELF_SERVICE]) }
        type Query { open: String }
      `,
      resolvers: {},
    });
    for (const field of ["whoSawMyData { entries { role } next }", "consents { state }", "consentHistory { state }"]) {
      const { body } = await ask({ query: `{ privacy { ${field} } }`, purpose: "SELF_SERVICE" });
      expect([field, body.errors?.[0].extensions.code, body.data ?? null]).toEqual([field, "FORBIDDEN", null]);
    }
  });
});
