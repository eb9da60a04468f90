import { describe, expect, test } from "@jest/globals";
import { type Ask, serveGateway } from "./harness.ts";

const LIBRARY = /* GraphQL */ `
  enum Role {
    GUEST @reach(of: NONE, declares: [])
    READER @reach(of: SELF, declares: [OWN_SHELF])
    LIBRARIAN @reach(of: TENANT, declares: [LENDING, NEWSLETTER])
    BINDER @reach(of: ASSIGNED, declares: [LENDING], external: true)
    COURT @reach(of: ALL, declares: [SUBPOENA])
  }

  enum Purpose {
    LENDING @basis(of: CONTRACT)
    OWN_SHELF @basis(of: CONTRACT)
    NEWSLETTER @basis(of: CONSENT)
    SUBPOENA @basis(of: LEGAL_OBLIGATION, justification: true)
  }

  enum DataCategory {
    BORROWER @handling(mask: PERSON_NAME, otherwise: MASK)
    LOAN @handling(mask: NULLIFY, otherwise: DENY)
  }

  type Query {
    card(no: ID!): Card
  }

  type Card
    @subject(id: "no", tenant: "branch")
    @purpose(allow: [LENDING, NEWSLETTER], to: [LIBRARIAN])
    @purpose(allow: [LENDING], to: [BINDER], assigned: "binder")
    @purpose(allow: [OWN_SHELF], to: [READER])
    @purpose(allow: [SUBPOENA], to: [COURT])
    @consent(for: [NEWSLETTER]) {
    no: ID!
    branch: ID!
    binder: ID
    holder: String! @sensitive(category: BORROWER)
    titles: [String!]! @sensitive(category: LOAN)
  }
`;

const resolvers = {
  Query: {
    card: (_: unknown, { no }: { readonly no: string }) => ({
      no,
      branch: "north",
      binder: "b-1",
      holder: "Ada Lovelace",
      titles: [""],
    }),
  },
};

const CLEAR = { holder: "Ada Lovelace", titles: [""] };
const MASKED = { holder: "A••• L•••", titles: null };
/** Masks are not for strangers: for whom nothing reaches, and for who reaches oneself alone. */
const NOTHING = { holder: null, titles: null };
const query = '{ card(no: "7") { holder titles } }';

describe("a vocabulary of one's own", () => {
  test.each<[string, Ask, object]>([
    ["its tenant's", { as: { sub: "l", role: "LIBRARIAN", tenants: ["north"] }, purpose: "LENDING" }, CLEAR],
    ["another's", { as: { sub: "l", role: "LIBRARIAN", tenants: ["south"] }, purpose: "LENDING" }, MASKED],
    ["without the consent", { as: { sub: "l", role: "LIBRARIAN", tenants: ["north"] }, purpose: "NEWSLETTER" }, MASKED],
    ["assigned", { as: { sub: "b", role: "BINDER", org: "b-1" }, purpose: "LENDING" }, CLEAR],
    ["assigned to another", { as: { sub: "b", role: "BINDER", org: "b-2" }, purpose: "LENDING" }, MASKED],
    ["oneself", { as: { sub: "7", role: "READER" }, purpose: "OWN_SHELF" }, CLEAR],
    ["somebody else", { as: { sub: "8", role: "READER" }, purpose: "OWN_SHELF" }, NOTHING],
    [
      "with a reason",
      { as: { sub: "c", role: "COURT" }, purpose: "SUBPOENA", headers: { "x-justification": "case 1" } },
      CLEAR,
    ],
    ["a guest", {}, NOTHING],
  ])("%s", async (_name, who, card) => {
    const { ask, gateway } = await library();
    const reply = await ask({ query, ...who });
    expect(reply.body.data.card).toEqual(card);
    const { records } = await gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ purpose: who.purpose ?? null, outcome: "OK" });
  });

  test.each<[string, Ask, number, string]>([
    ["a role of the default vocabulary", { as: { sub: "c", role: "CUSTOMER" } }, 401, "UNAUTHENTICATED"],
    [
      "a purpose of the default vocabulary",
      { as: { sub: "7", role: "READER" }, purpose: "SELF_SERVICE" },
      400,
      "PURPOSE_UNKNOWN",
    ],
    [
      "a purpose of another role",
      { as: { sub: "7", role: "READER" }, purpose: "LENDING" },
      403,
      "PURPOSE_NOT_PERMITTED",
    ],
    ["no reason", { as: { sub: "c", role: "COURT" }, purpose: "SUBPOENA" }, 403, "JUSTIFICATION_REQUIRED"],
  ])("refused: %s", async (_name, who, status, code) => {
    const { ask } = await library();
    const reply = await ask({ query, ...who });
    expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([status, code]);
  });

  test("the gateway's own API is there, granted to nobody whom the vocabulary does not name", async () => {
    const { ask } = await library();
    const api =
      "{ privacy { policy { hash fields { coordinate category grants { roles purposes } } } accessLog { records { id } } } }";
    const { body } = await ask({
      query: api,
      as: { sub: "c", role: "COURT" },
      purpose: "SUBPOENA",
      headers: { "x-justification": "case 1" },
    });
    expect(body.data.privacy.policy.fields).toContainEqual({
      coordinate: "Card.titles",
      category: "LOAN",
      grants: expect.arrayContaining([{ roles: ["COURT"], purposes: ["SUBPOENA"] }]),
    });
    expect(body.data.privacy.accessLog).toBeNull();
  });
});

describe("parts of a vocabulary of one's own", () => {
  const people = (field: string): string => /* GraphQL */ `
    type Query { me: Me }
    type Me @subject(id: "id") { id: ID! ${field} }
  `;
  const data = { Query: { me: () => ({ id: "1", value: "Grace Hopper" }) } };

  test.each<[string, string, string, Ask, unknown]>([
    [
      "roles alone",
      "enum Role { SELF_READER @reach(of: SELF, declares: [SELF_SERVICE]) }",
      "value: String @sensitive(category: PERSON_NAME) @purpose(allow: [SELF_SERVICE], to: [SELF_READER])",
      { as: { sub: "1", role: "SELF_READER" }, purpose: "SELF_SERVICE" },
      "Grace Hopper",
    ],
    [
      "roles without GUEST, and nobody there",
      "enum Role { SELF_READER @reach(of: SELF, declares: [SELF_SERVICE]) }",
      "value: String @sensitive(category: PERSON_NAME) @purpose(allow: [SELF_SERVICE], to: [SELF_READER])",
      {},
      null,
    ],
    [
      "purposes alone",
      "enum Purpose { SELF_SERVICE @basis(of: CONTRACT) FUN @basis(of: CONSENT) }",
      "value: String @sensitive(category: PERSON_NAME) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])",
      { as: { sub: "1", role: "CUSTOMER" }, purpose: "SELF_SERVICE" },
      "Grace Hopper",
    ],
    [
      "categories alone",
      "enum DataCategory { NAME @handling(mask: LAST4, otherwise: MASK) }",
      "value: String @sensitive(category: NAME, otherwise: MASK) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])",
      {},
      "••••",
    ],
    [
      "a role more",
      "extend enum Role { HEIR @reach(of: ALL, declares: [SELF_SERVICE, INHERITANCE]) } extend enum Purpose { INHERITANCE @basis(of: PUBLIC_INTEREST) }",
      "value: String @sensitive(category: PERSON_NAME) @purpose(allow: [INHERITANCE], to: [HEIR])",
      { as: { sub: "2", role: "HEIR" }, purpose: "INHERITANCE" },
      "Grace Hopper",
    ],
    [
      "a category more",
      "extend enum DataCategory { AURA @handling(mask: REDACT, otherwise: MASK) }",
      "value: String! @sensitive(category: AURA, otherwise: MASK)",
      {},
      "•••",
    ],
    [
      "default roles with purposes of one's own",
      "enum Role { CUSTOMER @reach(of: SELF, declares: [DELIVERY]) SECURITY_AUDITOR @reach(of: ASSIGNED, declares: [SECURITY_OPERATIONS]) }",
      "value: String @sensitive(category: PERSON_NAME) @purpose(allow: [DELIVERY], to: [CUSTOMER])",
      { as: { sub: "1", role: "CUSTOMER" }, purpose: "DELIVERY" },
      "Grace Hopper",
    ],
  ])("%s", async (_name, vocabulary, field, who, expected) => {
    const { ask } = await serveGateway({ typeDefs: [vocabulary, people(field)], resolvers: data });
    const { body } = await ask({ query: "{ me { value } }", ...who });
    expect(body.data).toEqual({ me: { value: expected } });
  });
});

describe("names that the gateway's own API bears as well", () => {
  test("a type of one's own stays what it is", async () => {
    const { ask } = await serveGateway({
      typeDefs: /* GraphQL */ `
        type Query { consent: Consent policy: PolicyInfo find(by: AccessFilter): AccessRecord }
        type Consent { text: String! @sensitive(category: PERSON_NAME, otherwise: MASK) state: Int! }
        type PolicyInfo { premium: Float }
        input AccessFilter { door: Int! }
        type AccessRecord { door: Int! }
      `,
      resolvers: {
        Query: {
          consent: () => ({ text: "Grace Hopper", state: 0 }),
          policy: () => ({ premium: 0 }),
          find: (_: unknown, { by }: { readonly by: object }) => by,
        },
      },
    });
    const { body } = await ask({
      query: "{ consent { __typename text state } policy { premium } find(by: { door: 0 }) { door } }",
    });
    expect(body.data).toEqual({
      consent: { __typename: "Consent", text: "G••• H•••", state: 0 },
      policy: { premium: 0 },
      find: { door: 0 },
    });
    const given = await ask({
      query: "mutation { privacy { giveConsent(purposes: [ANALYTICS]) { __typename state } } }",
      as: { sub: "c", role: "CUSTOMER" },
      purpose: "SELF_SERVICE",
    });
    expect(given.body.data.privacy.giveConsent).toEqual([{ __typename: "FieldguardConsent", state: "GIVEN" }]);
    const read = await ask({
      query: '{ privacy { accessLog(filter: { caller: "c" }) { records { __typename kind } } } }',
      as: { sub: "a", role: "SECURITY_AUDITOR" },
      purpose: "SECURITY_OPERATIONS",
      headers: { "x-justification": "review" },
    });
    expect(read.body.data.privacy.accessLog.records).toEqual([
      { __typename: "FieldguardAccessRecord", kind: "CONSENT_CHANGE" },
    ]);
  });

  test.each([
    ["the root field", "type Query { privacy: String }", "privacy"],
    ["the type of queries", "type Query { a: PrivacyQuery } type PrivacyQuery { a: Int }", "PrivacyQuery"],
    ["the type of mutations", "type Query { a: PrivacyMutation } type PrivacyMutation { a: Int }", "PrivacyMutation"],
  ])("%s is not to be had", async (_name, typeDefs, says) => {
    await expect(serveGateway({ typeDefs, resolvers: {} })).rejects.toMatchObject({
      code: "POLICY_INVALID",
      message: expect.stringContaining(says),
    });
  });
});

let opened: ReturnType<typeof serveGateway> | null = null;

function library() {
  opened ??= serveGateway({ typeDefs: LIBRARY, resolvers });
  return opened;
}
