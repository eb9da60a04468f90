import { createHash } from "node:crypto";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import canonicalize from "canonicalize";
import { buildSchema, GraphQLScalarType } from "graphql";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { compileSdl } from "./harness.ts";

const SHOP = `
  type Query {
    customers(emailContains: String @probes(field: "email"), where: Where, sort: Sort): [Customer!]!
    party: Party
  }
  input Where { email: String @probes(field: "Customer.email"), and: [Where!] }
  enum Sort { ID, EMAIL @probes(field: "Party.email") @probes(field: "phone") }
  interface Party @subject(id: "id", tenant: "shop") {
    id: ID!
    shop: ID!
    email: String! @sensitive(category: EMAIL_ADDRESS)
  }
  type Customer implements Party
    @purpose(allow: [ORDER_FULFILMENT, ORDER_FULFILMENT], to: [MERCHANT])
    @consent(for: [DIRECT_MARKETING])
    @retain(for: "P3Y", after: "leftAt")
  {
    id: ID!
    shop: ID!
    leftAt: String
    email: String! @sensitive(category: EMAIL_ADDRESS)
    phone: String @sensitive(category: PHONE_NUMBER, mask: REDACT, otherwise: DENY)
      @purpose(allow: DIRECT_MARKETING, to: MERCHANT, until: "leftAt") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    points: [[Int!]!]! @sensitive(category: PURCHASE_HISTORY) @consent(for: [ANALYTICS], from: TENANT, form: WRITTEN)
      @retain(for: "P1Y", after: "leftAt")
  }
  type Staff implements Party @subject(id: "id", region: "land", birthDate: "born") {
    id: ID!
    shop: ID!
    land: String
    born: String
    email: String! @sensitive(category: EMAIL_ADDRESS)
  }
  type Groups @aggregate(count: "people", atLeast: 5) { people: Int! }`;

const ORDERS = { allow: ["ORDER_FULFILMENT"], to: ["MERCHANT"], assigned: null, until: null };
const MARKETING = { purposes: ["DIRECT_MARKETING"], from: "SUBJECT", form: null };
const THREE_YEARS = { period: "P3Y", after: "leftAt" };

describe("what is compiled", () => {
  const { policy, faults } = compileSdl(SHOP);

  test("without faults", () => {
    expect(faults).toEqual([]);
  });

  test("every object and interface type, and no other", () => {
    expect(Object.keys(policy.types).sort()).toEqual(["Customer", "Groups", "Party", "Query", "Staff"]);
    expect(policy.types["Query"]).toEqual({
      name: "Query",
      kind: "OBJECT",
      subject: null,
      aggregate: null,
      fields: {},
      fieldNames: ["customers", "party"],
    });
    expect(policy.types["Party"]?.kind).toBe("INTERFACE");
  });

  test("a field takes grants, consents and retention of its type where it has none of its own, each separately", () => {
    expect(policy.types["Customer"]?.fields).toEqual({
      email: {
        coordinate: "Customer.email",
        type: "Customer",
        field: "email",
        category: "EMAIL_ADDRESS",
        mask: "EMAIL",
        otherwise: "MASK",
        grants: [ORDERS],
        consents: [MARKETING],
        retain: THREE_YEARS,
        leaf: "String",
      },
      phone: {
        coordinate: "Customer.phone",
        type: "Customer",
        field: "phone",
        category: "PHONE_NUMBER",
        mask: "REDACT",
        otherwise: "DENY",
        grants: [
          { allow: ["DIRECT_MARKETING"], to: ["MERCHANT"], assigned: null, until: "leftAt" },
          { allow: ["SELF_SERVICE"], to: ["CUSTOMER"], assigned: null, until: null },
        ],
        consents: [MARKETING],
        retain: THREE_YEARS,
        leaf: "String",
      },
      points: {
        coordinate: "Customer.points",
        type: "Customer",
        field: "points",
        category: "PURCHASE_HISTORY",
        mask: "NULLIFY",
        otherwise: "DENY",
        grants: [ORDERS],
        consents: [{ purposes: ["ANALYTICS"], from: "TENANT", form: "WRITTEN" }],
        retain: { period: "P1Y", after: "leftAt" },
        leaf: "Int",
      },
    });
  });

  test("nothing but @subject is inherited from an interface, and one's own comes first", () => {
    expect(policy.types["Customer"]?.subject).toEqual({ id: ["id"], tenant: "shop", region: null, birthDate: null });
    expect(policy.types["Staff"]?.subject).toEqual({ id: ["id"], tenant: null, region: "land", birthDate: "born" });
    expect(policy.types["Staff"]?.fields["email"]?.grants).toEqual([]);
  });

  test("@aggregate", () => {
    expect(policy.types["Groups"]?.aggregate).toEqual({ count: "people", atLeast: 5 });
  });

  test("@probes, by where they stand; an interface's field means those of the objects behind it", () => {
    expect(policy.probes).toEqual({
      "Query.customers(emailContains:)": ["Customer.email"],
      "Where.email": ["Customer.email"],
      "Sort.EMAIL": ["Customer.email", "Staff.email", "Customer.phone"],
    });
  });

  test("plain data that survives JSON", () => {
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
  });
});

describe("probes and interfaces", () => {
  test("what is marked on the interface's argument is marked on the type's, and the other way round", () => {
    const { policy, faults } = compileSdl(`
      interface Desk {
        a(email: String @probes(field: "Customer.email")): ID
        b(email: String): ID
        c(email: String): ID
      }
      type Front implements Desk {
        a(email: String): ID
        b(email: String @probes(field: "Customer.email")): ID
        c(email: String): ID
      }
      type Back implements Desk { a(email: String): ID, b(email: String): ID, c(email: String): ID }
      type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }`);
    expect(faults).toEqual([]);
    expect(Object.keys(policy.probes).sort()).toEqual([
      "Back.a(email:)",
      "Desk.a(email:)",
      "Desk.b(email:)",
      "Front.a(email:)",
      "Front.b(email:)",
    ]);
  });

  test("a bare name without a field of that name in the answer means every annotated field of that name", () => {
    const { policy } = compileSdl(`
      type Query { page(email: String @probes(field: "email")): Page }
      type Page { nodes: [Customer] }
      type Customer { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Staff { email: String @sensitive(category: EMAIL_ADDRESS) }
      type Shop { email: String }`);
    expect(policy.probes).toEqual({ "Query.page(email:)": ["Customer.email", "Staff.email"] });
  });
});

describe("names that JavaScript objects have anyway", () => {
  test("are names like any other", () => {
    const { policy, faults } = compileSdl(`
      type Query { constructor: ID, toString: ID, valueOf: constructor }
      type constructor { hasOwnProperty: String @sensitive(category: PERSON_NAME), toString: String }
      extend enum Role { constructor @reach(of: ALL, declares: [DELIVERY]) }`);
    expect(faults).toEqual([]);
    expect(policy.types["Query"]?.fields["constructor"]).toBeUndefined();
    expect(policy.types["constructor"]?.fields["hasOwnProperty"]?.category).toBe("PERSON_NAME");
    expect(policy.types["constructor"]?.fields["toString"]).toBeUndefined();
    expect(policy.types["toString"]).toBeUndefined();
    expect(policy.vocabulary.roles["constructor"]?.reach).toBe("ALL");
    expect(policy.vocabulary.roles["valueOf"]).toBeUndefined();
    expect(policy.probes["toString"]).toBeUndefined();
  });
});

describe("the hash", () => {
  test("is SHA-256 of the canonical JSON of all the rest", () => {
    const { hash, ...rest } = compileSdl(SHOP).policy;
    expect(hash).toBe(
      createHash("sha256")
        .update(canonicalize(rest) ?? "")
        .digest("hex"),
    );
  });

  test("tells policies apart, and not their layout, descriptions or order of types", () => {
    const hash = (sdl: string): string => compileSdl(sdl).policy.hash;
    const types = ["type A { a: ID @sensitive(category: PERSON_NAME) }", "type B { b: ID }"];
    expect(hash(types.join("\n"))).toBe(hash(`"A" ${types.toReversed().join(" ")}`));
    expect(hash(types.join("\n"))).not.toBe(hash(types.join("\n").replace("PERSON_NAME", "EMAIL_ADDRESS")));
    expect(hash(types.join("\n"))).not.toBe(hash(`${types.join("\n")} extend enum Purpose { X @basis(of: CONSENT) }`));
  });
});

describe("executable schemas", () => {
  test("resolvers may give enum values other values inside", () => {
    const schema = makeExecutableSchema({
      typeDefs: composeTypeDefs(SHOP),
      resolvers: { Role: { MERCHANT: 7, CUSTOMER: "c" }, Sort: { EMAIL: { column: 1 } }, Mask: { EMAIL: 0 } },
    });
    const { policy, faults } = compilePolicy(schema);
    expect(faults).toEqual([]);
    expect(policy.hash).toBe(compileSdl(SHOP).policy.hash);
  });

  test("a scalar of one's own is asked whether it can carry the mask", () => {
    const typeDefs = composeTypeDefs(`
      scalar Even
      scalar Mail
      type Query { even: [Even!] @sensitive(category: PURCHASE_HISTORY, mask: BUCKET, otherwise: MASK), mail: Mail @sensitive(category: EMAIL_ADDRESS)
        other: Mail @sensitive(category: PHONE_NUMBER) }`);
    const refuse = (): never => {
      throw new TypeError("no");
    };
    const Even = new GraphQLScalarType({
      name: "Even",
      parseValue: (value) => (Number(value) % 2 === 0 ? value : refuse()),
    });
    const Mail = new GraphQLScalarType({
      name: "Mail",
      parseValue: (value) => (String(value).includes("@") ? value : refuse()),
    });
    const { faults } = compilePolicy(makeExecutableSchema({ typeDefs, resolvers: { Even, Mail } }));
    expect(faults.map(({ code, coordinate }) => [code, coordinate])).toEqual([["MASK_NOT_CARRIED", "Query.other"]]);
    expect(faults[0]?.mend).toContain("NULLIFY, EMAIL)");
  });
});

test("a schema that was not composed is refused, not thought free of annotations", () => {
  const { faults } = compilePolicy(
    buildSchema("type Query { email: String @sensitive(category: EMAIL_ADDRESS) }", { assumeValidSDL: true }),
  );
  expect(faults.map(({ code, coordinate }) => [code, coordinate])).toEqual([
    ["DIRECTIVE_UNKNOWN", "Query.email"],
    ["VOCABULARY_MISSING", "Role"],
    ["VOCABULARY_MISSING", "Purpose"],
    ["VOCABULARY_MISSING", "DataCategory"],
  ]);
});
