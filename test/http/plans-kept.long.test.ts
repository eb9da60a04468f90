import { expect, test } from "@jest/globals";
import { type Ask, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  enum Role {
    GUEST @reach(of: SELF, declares: [OWN])
    READER @reach(of: SELF, declares: [OWN])
    KEEPER @reach(of: TENANT, declares: [LENDING, ADVERTISING])
    BINDER @reach(of: ASSIGNED, declares: [LENDING])
  }
  enum Purpose { OWN @basis(of: CONTRACT)  LENDING @basis(of: CONTRACT)  ADVERTISING @basis(of: CONTRACT) }
  enum DataCategory { TITLES @handling(mask: NULLIFY, otherwise: DENY) }

  type Query { card: Card }
  type Card @subject(id: "no", tenant: "branch") {
    no: ID!
    branch: ID!
    binder: ID
    titles: [String!]
      @sensitive(category: TITLES)
      @purpose(allow: [OWN], to: [GUEST, READER])
      @purpose(allow: [LENDING], to: [KEEPER])
      @purpose(allow: [LENDING], to: [BINDER], assigned: "binder")
  }
`;
const card = { no: "c-1", branch: "north", binder: "b-1", titles: ["Faust"] };

type Who = Pick<Ask, "as" | "purpose">;
const keeper = { sub: "k", role: "KEEPER", tenants: ["north"] };
const binder = { sub: "b", role: "BINDER", org: "b-1" };

/** Before any object is known the first is denied, for want of what the second has: the same text, another plan. */
const PAIRS: readonly (readonly [differ: string, denied: Who, shown: Who])[] = [
  ["purpose", { as: keeper, purpose: "ADVERTISING" }, { as: keeper, purpose: "LENDING" }],
  ["the lack of a purpose", { as: keeper }, { as: keeper, purpose: "LENDING" }],
  ["role", { as: { ...keeper, role: "BINDER" }, purpose: "LENDING" }, { as: keeper, purpose: "LENDING" }],
  ["tenants", { as: { ...keeper, tenants: [] }, purpose: "LENDING" }, { as: keeper, purpose: "LENDING" }],
  ["organisation", { as: { ...binder, org: undefined }, purpose: "LENDING" }, { as: binder, purpose: "LENDING" }],
  ["whether it is somebody", { purpose: "OWN" }, { as: { sub: "c-1", role: "GUEST" }, purpose: "OWN" }],
  ["whether it is for somebody", { purpose: "OWN" }, { as: { role: "GUEST", act: "c-1" }, purpose: "OWN" }],
];

test.each(PAIRS)(
  "a plan is kept for callers who stand alike only: they differ in %s",
  async (_differ, denied, shown) => {
    for (const [first, second] of [
      [denied, shown],
      [shown, denied],
    ] as const) {
      const { ask } = await serveGateway({
        typeDefs: SDL,
        resolvers: { Query: { card: () => card } },
        graphiql: false,
      });
      for (const who of [first, second, first]) {
        const { body } = await ask({ query: "{ card { titles } }", ...who });
        expect([who, body.data]).toEqual([who, { card: { titles: who === shown ? ["Faust"] : null } }]);
        expect(body.errors?.[0].extensions.code).toBe(who === shown ? undefined : "FIELD_DENIED");
      }
    }
  },
);
