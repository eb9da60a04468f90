import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  graphql,
  type IntrospectionOptions,
  printSchema,
} from "graphql";
import { fire } from "../attacks/fire.ts";
import { type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  "A thing that is sold."
  interface Thing { id: ID!  name: String }
  type Shop implements Thing @subject(id: "id") {
    id: ID!
    name: String
    "Denied to whoever asks for the schema."
    secret: String @sensitive(category: CREDENTIAL)
    old: [Shop!] @deprecated(reason: "gone")
  }
  input Where { near: String = "here"  and: [Where!] }
  union Any = Shop
  scalar Moment @specifiedBy(url: "https://example.org/moment")
  type Query { shop(where: Where, first: Int = 10): Shop  any: Any  at: Moment }
`;

let served: Served;
let schema: GraphQLSchema;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers: { Query: { shop: () => ({ id: "s", name: "S" }) } } });
  schema = buildSchema(served.gateway.sdl);
});

const FLAGS = ["descriptions", "specifiedByUrl", "directiveIsRepeatable", "schemaDescription", "inputValueDeprecation"];
const COMBINATIONS: IntrospectionOptions[] = Array.from({ length: 2 ** FLAGS.length }, (_, bits) =>
  Object.fromEntries(FLAGS.map((flag, at) => [flag, (bits & (2 ** at)) !== 0])),
);

describe("asking for the schema", () => {
  test.each([...COMBINATIONS, { oneOf: true }])("builds a client's schema: %j", async (options) => {
    const query = getIntrospectionQuery(options);
    const { body } = await served.ask({ query });
    expect(body.errors).toBeUndefined();
    expect(printSchema(buildClientSchema(body.data))).toContain("type Shop implements Thing");
    const known = await graphql({ schema, source: query });
    expect(body.data).toEqual(JSON.parse(JSON.stringify(known.data)));
  });

  /** Each is answered as graphql-js answers it. */
  const WRITTEN: Readonly<Record<string, string>> = {
    "a named fragment": "{ __schema { queryType { ...F } } } fragment F on __Type { name fields { name } }",
    "a fragment of a fragment": `{ __schema { ...S } } fragment S on __Schema { types { ...T } }
      fragment T on __Type { name fields(includeDeprecated: true) { ...D } } fragment D on __Field { name type { ...R } }
      fragment R on __Type { kind name ofType { kind name } }`,
    "inline fragments": "{ ... on Query { __schema { ... { types { ... on __Type { kind } } } } } }",
    aliases: `{ a: __schema { b: queryType { c: name } } }`,
    "a type": `{ a: __type(name: "Shop") { ...F } b: __type(name: "None") { ...F } } fragment F on __Type { name kind }`,
    "in a fragment on the root": "{ ...Q } fragment Q on Query { __schema { queryType { name } } __typename }",
    "by a variable": 'query ($n: String! = "Where") { __type(name: $n) { inputFields { name defaultValue } } }',
    "beside data": "{ __schema { queryType { ...F } } shop { __typename id } } fragment F on __Type { name }",
    "nothing but what is left out": '{ __type(name: "Shop") { name @skip(if: true) } }',
    "left out below": '{ __type(name: "Shop") { fields { type { ... @include(if: false) { name } } } } }',
  };
  test.each(Object.entries(WRITTEN))("%s", async (_name, query) => {
    const known = await graphql({
      schema,
      source: query,
      rootValue: { shop: { id: "s", name: "S" } },
    });
    for (const over of ["POST", "WS"] as const) {
      for (let time = 0; time < 4; time += 1) {
        const { answers } = await fire(served.url, { query, over });
        expect([answers[0].errors, answers[0].data]).toEqual([undefined, JSON.parse(JSON.stringify(known.data))]);
      }
    }
  });
});
