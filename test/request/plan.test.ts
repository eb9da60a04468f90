import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { parse, print, validate } from "graphql";
import { compileDecider } from "../../src/decision/compile.ts";
import type { Caller, RequestFacts } from "../../src/decision/model.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { parseOperation } from "../../src/request/parse-operation.ts";
import { createPlanner } from "../../src/request/plan/plan.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { servedSchema } from "../../src/schema/served-schema.ts";

const SDL = /* GraphQL */ `
  type Query {
    customer(id: ID): Customer
    parties: [Party!]!
    found: [Found]
    secret: String @sensitive(category: CREDENTIAL)
    public: String
    groups: [Group!]!
  }
  type Group @aggregate(count: "size", atLeast: 3) { size: Int!  label: String }
  interface Party { id: ID!  email: String }
  union Found = Customer | Merchant
  type Customer implements Party @subject(id: "id", tenant: "shop") {
    id: ID!
    shop: ID
    name: String
    email: String @sensitive(category: EMAIL_ADDRESS, otherwise: DENY) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT])
    phone: String @sensitive(category: PHONE_NUMBER) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT])
    pin: String @sensitive(category: PHONE_NUMBER, mask: NULLIFY) @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT])
    parcels: [Parcel!]!
    box: Box
  }
  "Holds a parcel, has a shop of its own, gives no subject."
  type Box { shop: ID  parcel: Parcel }
  type Merchant implements Party { id: ID!  email: String  title: String }
  type Parcel {
    carrier: ID
    doneAt: String
    street: String @sensitive(category: POSTAL_ADDRESS) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "carrier", until: "doneAt")
    kept: String @sensitive(category: COMMUNICATION_CONTENT) @purpose(allow: [DELIVERY], to: [LOGISTICS_PARTNER], assigned: "shop")
  }
`;

const caller = (role: string): Caller => ({
  id: "x",
  role,
  organisation: "org",
  tenants: ["t"],
  region: null,
  purposes: null,
  onBehalfOf: null,
  actingAs: null,
  tokenId: null,
  expiresAt: null,
  app: null,
});

const facts = (role: string, purpose: string | null): RequestFacts => ({
  caller: caller(role),
  purpose,
  optedOut: false,
  now: 0,
  deployment: { region: null, transfers: {}, minimumAge: null, guardianAge: 14, notices: [], doNotTrack: false },
});

async function planned(query: string, role: string, purpose: string | null, variables = {}) {
  const executable = makeExecutableSchema({ typeDefs: composeTypeDefs(SDL) });
  const { policy, faults } = compilePolicy(executable);
  expect(faults).toEqual([]);
  const schema = servedSchema(executable, policy);
  const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
  const deciders = new Map(fields.map((field) => [field.coordinate, compileDecider(field, policy.vocabulary)]));
  const planner = createPlanner({ schema, policy, deciders, mode: "enforce" });
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = parseOperation(document, null);
  const plan = await planner.plan(operation, variables, facts(role, purpose));
  // What is executed must itself be valid: no unused fragment, no empty selection.
  expect(validate(schema, plan.document).filter((error) => !error.message.includes("is never used"))).toEqual([]);
  return { plan, text: print(plan.document).replace(/\s+/g, " ") };
}

describe("plan", () => {
  test.each([
    [
      "a statically denied field is not fetched",
      "{ customer { name email } }",
      "{ customer { name _fg_subject: id _fg_tenant: shop } }",
    ],
    [
      "nothing else selected",
      "{ customer { email } }",
      "{ customer { _fg_nothing: __typename _fg_subject: id _fg_tenant: shop } }",
    ],
    ["a masked field is fetched", "{ customer { phone } }", "{ customer { phone _fg_subject: id _fg_tenant: shop } }"],
    [
      "a field whose mask shows nothing is not fetched",
      "{ customer { name pin } }",
      "{ customer { name _fg_subject: id _fg_tenant: shop } }",
    ],
    ["a group brings its count", "{ groups { label } }", "{ groups { label _fg_count: size } }"],
    [
      "an alias changes nothing",
      "{ customer { name: email } }",
      "{ customer { _fg_nothing: __typename _fg_subject: id _fg_tenant: shop } }",
    ],
    ["public fields get no hidden keys", "{ customer { name } public }", "{ customer { name } public }"],
    ["a root field", "{ secret public }", "{ public }"],
    [
      "an interface field is split by type",
      "{ parties { email } }",
      "{ parties { ... on Merchant { email } _fg_type: __typename ... on Customer { _fg_subject: id _fg_tenant: shop } } }",
    ],
    [
      "a fragment keeps its place and its name",
      "{ parties { ...P } } fragment P on Party { id email }",
      "{ parties { ...P _fg_type: __typename ... on Customer { _fg_subject: id _fg_tenant: shop } } } fragment P on Party { id ... on Merchant { email } }",
    ],
    [
      "a union",
      "{ found { ... on Customer { phone } } }",
      "{ found { ... on Customer { phone } _fg_type: __typename ... on Customer { _fg_subject: id _fg_tenant: shop } } }",
    ],
    [
      "an excluded fragment is gone, and what only it used",
      "{ public ...A @skip(if: true) } fragment A on Query { customer { phone } }",
      "{ public }",
    ],
  ])("%s", async (_name, query, expected) => {
    const { text } = await planned(query, "MERCHANT", "ORDER_FULFILMENT");
    expect(text.trim()).toBe(expected);
  });

  test("grants bring the fields that they name, from the object or from the subject's", async () => {
    const { text } = await planned("{ customer { parcels { street kept } } }", "LOGISTICS_PARTNER", "DELIVERY");
    expect(text.trim()).toBe(
      "{ customer { parcels { street kept _fg_n_carrier: carrier _fg_n_doneAt: doneAt } _fg_subject: id _fg_tenant: shop _fg_n_shop: shop } }",
    );
  });

  test("an object between, with a field of the same name, is passed over", async () => {
    const { plan, text } = await planned("{ customer { box { parcel { kept } } } }", "LOGISTICS_PARTNER", "DELIVERY");
    expect(text.trim()).toBe(
      "{ customer { box { parcel { kept } } _fg_subject: id _fg_tenant: shop _fg_n_shop: shop } }",
    );
    expect([...(plan.root.fields[0]?.child?.only?.names ?? [])]).toEqual(["shop"]);
  });

  test("conditions are part of the key, not of the plan", async () => {
    const query = "query ($a: Boolean!) { customer { phone @include(if: $a) name } }";
    const { text } = await planned(query, "MERCHANT", "ORDER_FULFILMENT", { a: false });
    expect(text).toContain("{ customer { name } }");
  });

  test("the shape keeps what was dropped, in the client's order", async () => {
    const { plan } = await planned("{ customer { email name phone } }", "MERCHANT", "ORDER_FULFILMENT");
    const shape = plan.root.fields[0]?.child?.only;
    expect(shape?.fields.map(({ key, annotated }) => [key, annotated?.dropped ?? null])).toEqual([
      ["email", true],
      ["name", null],
      ["phone", false],
    ]);
  });
});
