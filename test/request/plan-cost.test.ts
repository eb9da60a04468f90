import { describe, expect, test } from "@jest/globals";
import { buildSchema, getIntrospectionQuery, parse, validate } from "graphql";
import { coerceVariables, parseOperation } from "../../src/request/parse-operation.ts";
import { compileCost, costOfSchema } from "../../src/request/plan/cost.ts";

const SCHEMA = buildSchema(/* GraphQL */ `
  directive @listSize(
    assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
  scalar Big
  type Query {
    row: Row
    rows: [Row!]!
    first(first: Int = 3): [Row]
    either(first: Int, last: Int): [Row]
    paged(input: Page): [Row]
    big(limit: Big): [Row]
    page(take: Int): RowPage
    connected(first: Int): Connection
    grid: [[Row]]
    assumed: [Row] @listSize(assumedSize: 7)
    declared(n: Int = 4, of: Page): [Row] @listSize(assumedSize: 5, slicingArguments: ["n", "of.limit"], requireOneSlicingArgument: false)
    one(a: Int, b: Int): [Row] @listSize(slicingArguments: ["a", "b"])
    sized(n: Int): Connection @listSize(slicingArguments: ["n"], sizedFields: ["edges"])
    named(size: String): Row
    thing: Thing
    query: Query
  }
  input Page { first: Int = 6  limit: Int  page: Inner }
  input Inner { page_size: Int }
  interface Thing { list: [Row] }
  type Other implements Thing { list: [Row] @listSize(assumedSize: 50) }
  type Row implements Thing { id: ID  tags: [String]  list: [Row]  up: Row  more(first: Int!): [Row] }
  type RowPage { items: [Row]  total: Int  info: Info }
  type Info { hints: [String] }
  type Connection { edges: [Edge]  nodes: [Row]  totalCount: Int }
  type Edge { node: Row }
`);

function costOf(query: string, input: Readonly<Record<string, unknown>> = {}) {
  expect(validate(SCHEMA, parse(query))).toEqual([]);
  return unchecked(query, input);
}

function unchecked(query: string, input: Readonly<Record<string, unknown>> = {}) {
  const operation = parseOperation(parse(query), null);
  return compileCost(SCHEMA, operation, () => true)(coerceVariables(SCHEMA, operation, input));
}

describe("what an operation costs", () => {
  test.each([
    ["a field each", "{ row { id up { id } } }", {}, 4],
    ["a list of unknown size", "{ rows { id } }", {}, 11],
    ["a list of leaves", "{ row { tags } }", {}, 12],
    ["lists in lists", "{ grid { id } }", {}, 101],
    ["a list below a list", "{ rows { list { id } } }", {}, 1 + 10 * 11],
    ["an argument's default", "{ first { id } }", {}, 4],
    ["a literal", "{ first(first: 100) { id } }", {}, 101],
    ["a variable", "query ($n: Int) { first(first: $n) { id } }", { n: 1_000 }, 1_001],
    ["a variable that is not sent: the argument's default", "query ($n: Int) { first(first: $n) { id } }", {}, 4],
    ["a variable's default", "query ($n: Int = 50) { first(first: $n) { id } }", {}, 51],
    ["null is none", "{ either(first: null) { id } }", {}, 11],
    ["the largest", "{ either(first: 2, last: 20) { id } }", {}, 21],
    ["a negative one", "{ either(first: -5) { id } }", {}, 1],
    ["a negative one takes nothing off", "{ row { id } either(last: -1000) { id } }", {}, 3],
    ["a variable in an object", "query ($n: Int) { paged(input: { first: $n }) { id } }", { n: 9 }, 10],
    ["an input field's default", "{ paged(input: {}) { id } }", {}, 7],
    ["deep in an object", "query ($p: Page) { paged(input: $p) { id } }", { p: { page: { page_size: 80 } } }, 81],
    ["a page's own list", "{ page(take: 30) { total items { id } } }", {}, 1 + 1 + 1 + 30],
    ["a page of the usual size", "{ page { items { id } } }", {}, 12],
    ["not what lies deeper in a page", "{ page(take: 30) { info { hints } } }", {}, 1 + 1 + 1 + 10],
    ["a connection", "{ connected(first: 20) { edges { node { id } } } }", {}, 1 + 1 + 20 * 2],
    [
      "a connection through a fragment",
      "{ connected(first: 20) { ...C } } fragment C on Connection { edges { node { id } } }",
      {},
      42,
    ],
    [
      "nested by variable",
      "query ($n: Int!) { connected(first: $n) { nodes { more(first: $n) { id } } } }",
      { n: 100 },
      2 + 100 * 101,
    ],
    ["@listSize: assumed", "{ assumed { id } }", {}, 8],
    ["@listSize: an argument's default before what is assumed", "{ declared { id } }", {}, 5],
    ["@listSize: a path", "{ declared(of: { limit: 60 }) { id } }", {}, 61],
    ["@listSize: assumed where null", "{ declared(n: null) { id } }", {}, 6],
    [
      "@listSize: named lists alone",
      "{ sized(n: 40) { edges { node { id } } nodes { id } } }",
      {},
      1 + 1 + 40 * 2 + 1 + 10,
    ],
    ["an interface's list as the largest object's", "{ thing { list { id } } }", {}, 2 + 50],
    ["what is no list has no size", '{ named(size: "40") { id } }', {}, 2],
    [
      "fragments where they are spread",
      "{ a: row { ...F } b: row { ...F } } fragment F on Row { id up { id } }",
      {},
      8,
    ],
    ["one spread twice is one", "{ row { ...F ...F } } fragment F on Row { id }", {}, 2],
  ])("%s", (_what, query, variables, cost) => {
    expect(costOf(query, variables)).toMatchObject({ data: cost, schema: 0 });
  });

  test.each([
    ["text", '{ big(limit: "many") { id } }', {}],
    ["empty text", '{ big(limit: "") { id } }', {}],
    ["an object", "{ big(limit: { a: 1 }) { id } }", {}],
    ["a truth", "{ big(limit: true) { id } }", {}],
    ["more than a number holds", "{ big(limit: 1e400) { id } }", {}],
    ["an object by variable", "query ($b: Big) { big(limit: $b) { id } }", { b: {} }],
  ])("what is no finite number may be any: %s", (_what, query, variables) => {
    expect(costOf(query, variables).data).toBe(1e15);
  });

  test("a number in a text, or a large one, is one", () => {
    expect(costOf('{ big(limit: "12") { id } }').data).toBe(13);
    expect(costOf("query ($b: Big) { big(limit: $b) { id } }", { b: 1e9 }).data).toBe(1e9 + 1);
  });

  test.each([
    ["{ one(a: 2) { id } }", true],
    ["{ one(a: 2, b: null) { id } }", true],
    ["{ one { id } }", false],
    ["{ one(a: 2, b: 3) { id } }", false],
    ["{ sized { nodes { id } } }", false],
    ["query ($a: Int) { one(a: $a) { id } }", false],
    ["query ($a: Int = 1) { one(a: $a) { id } }", true],
  ])("@listSize asks for exactly one: %s", (query, served) => {
    if (served) expect(costOf(query).data).toBeGreaterThan(0);
    else expect(() => costOf(query)).toThrow(/exactly one of/);
  });

  test("is looked for once in each selection set, however many ways lead there", () => {
    const bomb = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Row { a: up { ...F${i + 1} } b: up { ...F${i + 1} } c: list { ...F${i + 1} } }`,
    );
    // 3^60 ways: no machine would end.
    expect(costOf(`{ row { ...F0 } } ${bomb.join(" ")} fragment F60 on Row { id }`).data).toBe(1e15);
    const byVariable = bomb.join(" ").replaceAll("c: list", "c: more(first: $n)");
    expect(costOf(`query ($n: Int!) { row { ...F0 } } ${byVariable} fragment F60 on Row { id }`, { n: 1 }).data).toBe(
      1e15,
    );
  });
});

describe("what asking for the schema costs", () => {
  const whole = costOfSchema(SCHEMA);
  // Not only what validation lets through: it has a bound of its own on some of these, and it may go.
  const schemaCost = (query: string) => unchecked(query);

  test("is counted apart, and as large as the schema", () => {
    expect(schemaCost("{ __schema { queryType { name } } }")).toEqual({ data: 0, schema: 3, input: 0 });
    expect(schemaCost(getIntrospectionQuery()).schema).toBeLessThanOrEqual(whole);
    const larger = buildSchema(`type Query { ${Array.from({ length: 500 }, (_, i) => `f${i}: Int`).join(" ")} }`);
    expect(costOfSchema(larger)).toBeGreaterThan(2 * costOfSchema(buildSchema("type Query { a: Int }")));
  });

  /** Each of these is more than twice the whole schema. */
  test.each([
    [
      "again and again",
      `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: __schema { types { fields { name type { name kind } args { name } } } }`).join(" ")} }`,
    ],
    [
      "again through a fragment",
      `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: __schema { ...S }`).join(" ")} } fragment S on __Schema { types { fields { name type { name kind } args { name } } } }`,
    ],
    ["from type to type", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"],
    [
      "type by type",
      `{ ${Array.from({ length: 99 }, (_, i) => `a${i}: __type(name: "Query") { fields { args { type { fields { name } } } } }`).join(" ")} }`,
    ],
    [
      "of each row",
      "{ rows { list { list { list { list { more(first: 1000) { id } } } } } } query { query { a: __schema { types { fields { type { fields { type { name fields { name } } } } } } } } } }",
    ],
  ])("grows with what is asked: %s", (_what, query) => {
    expect(schemaCost(query).schema).toBeGreaterThan(2 * whole);
  });
});
