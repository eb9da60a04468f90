import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { type Ask, post, type Reply, type Served, serveGateway } from "./harness.ts";
import { openSchool, schoolResolvers } from "./unseen/resolvers.ts";
import { SCHOOL } from "./unseen/schema.ts";

/** Without the annotations' meaning: the same SDL and resolvers on a server of their own. */
const unprotected = new ApolloServer({
  schema: makeExecutableSchema({ typeDefs: composeTypeDefs(SCHOOL), resolvers: schoolResolvers() }),
  includeStacktraceInErrorResponses: false,
  introspection: true,
});

let plain: string;
let served: Served;
beforeAll(async () => {
  plain = (await startStandaloneServer(unprotected, { listen: { port: 0, host: "127.0.0.1" } })).url;
  served = await serveGateway({ typeDefs: SCHOOL, resolvers: schoolResolvers(), mode: "report" });
});
afterAll(() => unprotected.stop());
beforeEach(openSchool);

/** The text of `data` and of `errors` as it was sent. */
function parts({ body }: Reply): { data: string; errors: string } {
  return { data: JSON.stringify(body.data), errors: JSON.stringify(body.errors) };
}

const TUTOR = { as: { sub: "t-1", role: "TUTOR", tenants: ["oak"] }, purpose: "CUSTOMER_SUPPORT" };
const EVERYTHING = /* GraphQL */ `{
  everyone {
    __typename key house born fullName mail best { key fullName }
    ... on Pupil {
      clinic nick joined seen debt siblings marks resident mood diet plain odd locker { code }
      lessons { at title note room { key seats { label taken by { fullName } } } } report { grades { subject points } }
    }
  }
  find(text: "o") { ... on Human { fullName } }
}`;

const cases: readonly [string, Ask][] = [
  ["everything, by a guest", { query: EVERYTHING }],
  ["everything, by somebody", { query: EVERYTHING, ...TUTOR }],
  ["for a purpose that he may not declare", { query: EVERYTHING, ...TUTOR, purpose: "DELIVERY" }],
  ["for a purpose that there is not", { query: EVERYTHING, ...TUTOR, purpose: "CURIOSITY" }],
  ["a probe", { query: "{ everyone(sort: NAME) { key } }" }],
  ["what is statically denied", { query: "{ pupil(key: 1) { locker { code } mood } }" }],
  ["a mutation", { query: 'mutation { rename(key: 1, to: "Neu") { fullName nick } enrol(style: {}) { ok } }' }],
  [
    "variables and conditions",
    { query: "query ($n: Boolean!) { pupil(key: 0) { key fullName @include(if: $n) } }", variables: { n: false } },
  ],
];

describe("report mode", () => {
  test.each(cases)("data and errors are what an unprotected server sends: %s", async (_name, ask) => {
    const { query, variables } = ask;
    for (let run = 0; run < 4; run += 1) {
      openSchool();
      const expected = parts(await post(plain, { ...(query ? { query } : {}), ...(variables ? { variables } : {}) }));
      openSchool();
      const reply = await served.ask(ask);
      expect(reply.status).toBe(200);
      expect(parts(reply)).toEqual(expected);
    }
  });

  test("the extension and the record tell what would have been", async () => {
    const reply = await served.ask({ query: "{ everyone { fullName } pupil(key: 1) { mood } }", ...TUTOR });
    const decisions = [
      { coordinate: "Pupil.fullName", path: "everyone.@.fullName", outcome: "MASK", reason: "OUT_OF_REACH", count: 1 },
      {
        coordinate: "Teacher.fullName",
        path: "everyone.@.fullName",
        outcome: "MASK",
        reason: "ROLE_NOT_ALLOWED",
        count: 1,
      },
      { coordinate: "Pupil.mood", path: "pupil.mood", outcome: "DENY", reason: "OUT_OF_REACH", count: 1 },
    ];
    expect(reply.body.extensions.privacy).toMatchObject({ purpose: "CUSTOMER_SUPPORT", decisions });
    const { records } = await served.gateway.accessLog.query(
      { id: reply.body.extensions.privacy.receipt },
      { first: 1 },
    );
    const [record] = records;
    expect(record?.flags).toContain("REPORT_MODE");
    expect(record?.decisions.filter(({ outcome }) => outcome !== "ALLOW")).toMatchObject(decisions);
  });

  test("groups that would be suppressed are there", async () => {
    const { ask } = await serveGateway({
      typeDefs: /* GraphQL */ `
        type Query { groups: [Group!]! one: Group! }
        type Group @aggregate(count: "people", atLeast: 10) { people: Int! city: String }
      `,
      resolvers: {
        Query: {
          groups: () => [
            { people: 3, city: "Ulm" },
            { people: 30, city: "Bonn" },
          ],
          one: () => ({ people: 0, city: "" }),
        },
      },
      mode: "report",
    });
    const { body } = await ask({ query: "{ groups { city } one { city people } }" });
    expect(body.data).toEqual({ groups: [{ city: "Ulm" }, { city: "Bonn" }], one: { city: "", people: 0 } });
    expect(body.errors).toBeUndefined();
    expect(body.extensions.privacy.decisions).toMatchObject([
      { path: "groups.@", reason: "GROUP_TOO_SMALL", count: 1 },
      { path: "one", reason: "GROUP_TOO_SMALL", count: 1 },
    ]);
  });
});
