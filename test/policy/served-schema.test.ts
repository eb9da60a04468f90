import { makeExecutableSchema } from "@graphql-tools/schema";
import { getDirective, printSchemaWithDirectives } from "@graphql-tools/utils";
import { describe, expect, test } from "@jest/globals";
import {
  type GraphQLSchema,
  graphql,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from "graphql";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { servedSchema } from "../../src/schema/served-schema.ts";

const SDL = `
  type Query {
    motto: String! @sensitive(category: COMMUNICATION_CONTENT)
    customer(id: ID! = "1", sizes: [Size!] = [SMALL]): Customer!
    customers: [Customer!]!
    stats: Stats!
    allStats: [Stats!]!
    any: Any!
    anyCounted: Counted!
    plain: Plain!
  }
  type Mutation { rename(name: String!): String! @sensitive(category: PERSON_NAME) }
  type Subscription { renamed: [String!]! @sensitive(category: PERSON_NAME) }
  enum Size { SMALL }
  interface Node { id: ID! }
  interface Party implements Node { id: ID!, email: String!, names: [[String!]!]!, plain: Plain! }
  type Customer implements Party & Node {
    id: ID!
    email: String! @sensitive(category: EMAIL_ADDRESS)
    names: [[String!]!]! @sensitive(category: PERSON_NAME)
    plain: Plain!
    address: Plain! @sensitive(category: POSTAL_ADDRESS, otherwise: DENY)
    phone: String @sensitive(category: PHONE_NUMBER)
  }
  type Shop implements Party & Node { id: ID!, email: String!, names: [[String!]!]!, plain: Plain! }
  type Stats implements Counted @aggregate(count: "n", atLeast: 3) { n: Int! }
  interface Counted { n: Int! }
  union Any = Plain | Stats
  type Plain { id: ID! }`;

const EXPECTED: Readonly<Record<string, string>> = {
  "Query.motto": "String",
  "Query.customer": "Customer!",
  "Query.customers": "[Customer!]!",
  "Query.stats": "Stats",
  "Query.allStats": "[Stats!]!",
  "Query.any": "Any",
  "Query.anyCounted": "Counted",
  "Query.plain": "Plain!",
  "Mutation.rename": "String",
  "Subscription.renamed": "[String!]",
  "Node.id": "ID!",
  "Party.email": "String",
  "Party.names": "[[String!]!]",
  "Party.plain": "Plain!",
  "Customer.id": "ID!",
  "Customer.email": "String",
  "Customer.names": "[[String!]!]",
  "Customer.plain": "Plain!",
  "Customer.address": "Plain",
  "Customer.phone": "String",
  "Shop.email": "String!",
  "Shop.names": "[[String!]!]!",
  "Stats.n": "Int!",
};

function build(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: composeTypeDefs(SDL),
    resolvers: {
      Size: { SMALL: 1 },
      Query: {
        motto: { resolve: () => "all is well", extensions: { kept: true } },
        customer: (_: unknown, args: unknown) => ({ id: JSON.stringify(args), email: null, names: null }),
      },
    },
  });
}

const schema = build();
const before = printSchema(schema);
const { policy, faults } = compilePolicy(schema);
const served = servedSchema(schema, policy);

function typeOf(of: GraphQLSchema, coordinate: string): string {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const type = of.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? String(type.getFields()[fieldName]?.type) : "";
}

describe("the schema as clients see it", () => {
  test("comes from a schema without faults", () => {
    expect(faults).toEqual([]);
  });

  test.each(Object.entries(EXPECTED))("%s is %s", (coordinate, type) => {
    expect(typeOf(served, coordinate)).toBe(type);
  });

  test("is a valid schema", () => {
    expect(validateSchema(served)).toEqual([]);
  });

  test("leaves the schema given as it was", () => {
    expect(printSchema(schema)).toBe(before);
    expect(typeOf(schema, "Customer.email")).toBe("String!");
  });

  test("keeps resolvers, extensions, directives, arguments and inner values of enums", async () => {
    const field = served.getQueryType()?.getFields()["motto"];
    expect(field?.extensions).toEqual({ kept: true });
    expect(field === undefined ? null : getDirective(served, field, "sensitive")).toEqual([
      { category: "COMMUNICATION_CONTENT" },
    ]);
    const result = await graphql({ schema: served, source: "{ motto customer { id email names } }" });
    expect(result).toEqual({
      data: { motto: "all is well", customer: { id: '{"id":"1","sizes":[1]}', email: null, names: null } },
    });
  });

  test("is printed with its directives as it is served", () => {
    expect(printSchemaWithDirectives(served)).toMatch(/motto: String @sensitive/);
    expect(printSchemaWithDirectives(schema)).toMatch(/motto: String! @sensitive/);
  });

  test("is the same schema where nothing can be withheld", () => {
    const open = makeExecutableSchema({ typeDefs: composeTypeDefs("type Query { a: [ID!]! }") });
    const same = servedSchema(open, compilePolicy(open).policy);
    expect(printSchema(lexicographicSortSchema(same))).toBe(printSchema(lexicographicSortSchema(open)));
  });
});
