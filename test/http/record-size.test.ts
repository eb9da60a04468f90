import { describe, expect, test } from "@jest/globals";
import { serveGateway } from "./harness.ts";

const typeDefs = /* GraphQL */ `
  type Query { people(first: Int!): [Person!]! }
  type Person @subject(id: "id") {
    id: ID!
    email: String @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [SECURITY_OPERATIONS], to: [SECURITY_AUDITOR])
  }
`;
const resolvers = {
  Query: {
    people: (_: unknown, { first }: { first: number }) =>
      Array.from({ length: first }, (__, at) => ({ id: `p-${at}`, email: `p${at}@example.com` })),
  },
};
const AUDITOR = {
  as: { sub: "aud", role: "SECURITY_AUDITOR" },
  purpose: "SECURITY_OPERATIONS",
  headers: { "x-justification": "case 1" },
};
const names = (count: number, what: string): string =>
  Array.from({ length: count }, (_, at) => `a${String(at).padStart(2, "0")}: ${what}`).join(" ");

describe("what a small request makes of the record", () => {
  test("a field under 95 names is one entry with all its values", async () => {
    const { ask, gateway } = await serveGateway({ typeDefs, resolvers });
    const { body } = await ask({ ...AUDITOR, query: `{ people(first: 300) { ${names(95, "email")} } }` });
    expect(Object.keys(body.data.people[299])).toHaveLength(95);
    const { records } = await gateway.accessLog.query({ id: body.extensions.privacy.receipt }, { first: 50 });
    const decisions = records.flatMap((record) => record.decisions);
    expect(decisions.map(({ path, outcome, count, subjects }) => [path, outcome, count, subjects.length])).toEqual([
      ["people.@.a00", "ALLOW", 95 * 300, 300],
    ]);
    expect(JSON.stringify(records).length).toBeLessThan(40_000);
  });

  test("beyond the bound nothing is shown, and that is on record", async () => {
    const { ask, gateway } = await serveGateway({ typeDefs, resolvers, limits: { recordBytesMax: 20_000 } });
    expect((await ask({ ...AUDITOR, query: "{ people(first: 100) { email } }" })).status).toBe(200);
    const { status, body, text } = await ask({
      ...AUDITOR,
      query: `{ ${names(40, "people(first: 100) { email }")} }`,
    });
    expect([status, body.errors[0].extensions]).toEqual([
      400,
      { code: "OPERATION_TOO_LARGE", limit: "recordBytesMax" },
    ]);
    expect(text).not.toContain("example.com");
    const { records } = await gateway.accessLog.query({ kind: "REFUSAL" }, { first: 10 });
    expect(records.map(({ outcome, decisions }) => [outcome, decisions])).toEqual([["OPERATION_TOO_LARGE", []]]);
  });
});
