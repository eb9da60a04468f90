import { describe, expect, test } from "@jest/globals";
import { getIntrospectionQuery } from "graphql";
import type { GatewayOptions } from "../../src/index.ts";
import { fire } from "../attacks/fire.ts";
import { serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { rows(first: Int = 2): [Row!]!  endless: [Int]  grid: [[Row]]  some: [Row] @listSize(assumedSize: 3) }
  type Mutation { grow(first: Int): [Row] }
  type Subscription { grown(first: Int): [Row] }
  type Row { id: ID  rows(first: Int = 2): [Row!]!  up: Row  late: Row }
`;

/** Takes large inputs at every kind of place, and says how often anything is resolved. */
const FED = /* GraphQL */ `
  directive @sorted(by: Where) on FIELD
  type Query { row(where: Where, all: [Where!], text: String, json: JSON): Row  rows(first: Int): [Row!]!  many: [Row!]!  wide(of: Wide, full: [Int!] = [${"1 ".repeat(900)}]): Row }
  type Mutation { put(lines: [Line!]!): Int }
  type Row { id: ID  row(where: Where, all: [Where!]): Row }
  scalar JSON
  input Where { id: ID  or: [Where!] }
  input Wide { many: [Int!] = [${"1 ".repeat(900)}]  wide: [Wide!] }
  input Line { product: ID!  quantity: Int!  note: String  price: Int }
`;

/** Says how many rows were made. */
function growing() {
  const made = { rows: 0 };
  const row = (): object => {
    made.rows += 1;
    return { id: "r" };
  };
  const rows = (_parent: unknown, { first }: { first: number }): object[] => Array.from({ length: first }, row);
  const resolvers: GatewayOptions["resolvers"] = {
    Query: {
      rows,
      endless: function* () {
        for (;;) yield 1;
      } as never,
      grid: async () => [Promise.resolve(Array.from({ length: 30 }, row)), new Set(Array.from({ length: 30 }, row))],
    },
    Mutation: { grow: rows },
    Row: { rows, up: row, late: async () => row() },
    Subscription: {
      grown: {
        subscribe: async function* () {
          yield { grown: [row()] };
          yield { grown: Array.from({ length: 100 }, row) };
          yield { grown: [row()] };
        },
      },
    },
  };
  return { made, resolvers };
}

const nested = (fields: string, leaf: string): string =>
  `{ ${fields.split(" ").reduceRight((below, field) => `${field} { ${below} }`, leaf)} }`;

const NESTED = "query ($n: Int) { rows(first: $n) { rows(first: $n) { rows(first: $n) { id } } } }";

describe("what an operation costs", () => {
  test("is asked for each request's variables, of a known operation as well", async () => {
    const { made, resolvers } = growing();
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, limits: { costMax: 1_000 } });
    for (const over of ["POST", "WS", "POST"] as const) {
      const fits = await fire(url, { query: NESTED, variables: { n: 3 }, over });
      expect(fits.answers[0].errors).toBeUndefined();
      made.rows = 0;
      const { answers } = await fire(url, { query: NESTED, variables: { n: 1_000 }, over });
      expect(answers[0].errors[0].extensions).toMatchObject({ code: "OPERATION_TOO_LARGE", limit: "costMax" });
      expect(made.rows).toBe(0);
    }
  });

  test("is told by `@listSize`, which integrators may define themselves", async () => {
    const own = `directive @listSize(assumedSize: Int, more: String) on FIELD_DEFINITION ${SDL}`;
    for (const typeDefs of [SDL, own]) {
      const { ask } = await serveGateway({ typeDefs, resolvers: {}, limits: { costMax: 4 } });
      expect((await ask({ query: "{ some { id } }" })).status).toBe(200);
      expect((await ask({ query: "{ some { id up { id } } }" })).body.errors[0].extensions.limit).toBe("costMax");
    }
  });
});

const fields = (times: number, under = "a"): string =>
  Array.from({ length: times }, (_, at) => `${under}${at}: id`).join(" ");

describe("an execution ends where it makes too much", () => {
  const limits = { nodesMax: 100, costMax: 1e15 };

  test.each([
    ["in lists", "{ rows(first: 4) { rows(first: 4) { rows(first: 4) { id } } } }"],
    ["under another name", "{ a: rows(first: 49) { id } b: rows { id } }"],
    ["one by one", `{ rows(first: 10) { ${"up { late { ".repeat(4)} id ${"} } ".repeat(4)} } }`],
    ["in a list without an end", "{ endless }"],
    ["in lists of lists, promised and not", "{ grid { id } }"],
    ["in a mutation", "mutation { grow(first: 51) { id } }"],
    ["of many fields each", `{ rows(first: 5) { ${fields(20)} } }`],
    [
      "of many fields each, in fragments",
      `{ rows(first: 5) { ...F ... { ${fields(10, "b")} } } } fragment F on Row { ${fields(10)} }`,
    ],
  ])("%s", async (_where, query) => {
    const { made, resolvers } = growing();
    const { url, gateway } = await serveGateway({ typeDefs: SDL, resolvers, limits });
    for (const over of ["POST", "WS"] as const) {
      made.rows = 0;
      const { answers, status } = await fire(url, { query, over });
      expect(answers[0].errors.map((error: { extensions: object }) => error.extensions)).toEqual([
        { code: "OPERATION_TOO_LARGE", limit: "nodesMax" },
      ]);
      if (over === "POST") expect(status).toBe(400);
      // The list that it was over with is there already; nothing more is made.
      expect(made.rows).toBeLessThan(110);
    }
    const { records } = await gateway.accessLog.query({ kind: "REFUSAL" }, { first: 10 });
    expect(records.map(({ outcome }) => outcome)).toEqual(["OPERATION_TOO_LARGE", "OPERATION_TOO_LARGE"]);
  });

  test("each execution counts for itself", async () => {
    const { resolvers } = growing();
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, limits });
    const fitting = { query: `{ rows(first: 11) { ${fields(8)} } }` };
    const answered = await Promise.all(Array.from({ length: 8 }, () => fire(url, fitting)));
    expect(answered.map(({ answers }) => answers[0].errors)).toEqual(Array(8).fill(undefined));
  });

  test("a subscription ends with the event that makes too much", async () => {
    const { resolvers } = growing();
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, limits });
    const { answers } = await fire(url, { over: "WS", query: "subscription { grown { id } }" });
    expect(answers.map(({ errors }) => errors?.[0].extensions.code)).toEqual([undefined, "OPERATION_TOO_LARGE"]);
  });
});

describe("asking for the schema", () => {
  const large = `type Query { a: T0 } ${Array.from(
    { length: 500 },
    (_, i) =>
      `type T${i} { ${Array.from({ length: 8 }, (__, f) => `f${f}(x: Int, y: [String!]): [T${(i * 7 + f) % 500}!]`).join(" ")} }`,
  ).join(" ")}`;

  test("is answered whole, of a large one too, and not again and again", async () => {
    const { ask, url } = await serveGateway({ typeDefs: large, resolvers: {} });
    const whole = await ask({ query: getIntrospectionQuery() });
    expect(whole.body.errors).toBeUndefined();
    const types =
      "{ types { name fields { name args { name type { name } } type { name ofType { name ofType { name } } } } } }";
    const many = (times: number, what: string) =>
      `{ ${Array.from({ length: times }, (_, i) => `a${i}: ${what}`).join(" ")} }`;
    for (const query of [
      many(99, `__schema ${types}`),
      many(99, "__schema { ...S }").concat(` fragment S on __Schema ${types}`),
      nested(
        "__schema types fields type ofType ofType ofType fields",
        "name args { name } type { name ofType { name } }",
      ),
      many(5, nested("__schema types fields type ofType ofType ofType fields", "name args { name }").slice(1, -1)),
    ]) {
      for (const over of ["POST", "WS"] as const) {
        const { answers, text } = await fire(url, { query, over });
        expect([query, answers[0].errors?.[0].extensions.code]).toEqual([query, "OPERATION_TOO_LARGE"]);
        expect(text.length).toBeLessThan(2_000);
      }
    }
  });
});

describe("what arguments hold counts each time that it is used", () => {
  const wide = { or: Array.from({ length: 2 }, () => ({ or: Array.from({ length: 1_500 }, () => ({})) })) };
  const times = (count: number, text: string): string =>
    Array.from({ length: count }, (_, at) => text.replaceAll("#", `${at}`)).join(" ");
  const W = "query ($w: Where!)";
  const lines = (length: number) =>
    Array.from({ length }, (_, at) => ({ product: `p-${at}`, quantity: 1, note: "x", price: 2 }));
  const put = "mutation ($lines: [Line!]!) { put(lines: $lines) }";

  const serve = async () => {
    const made = { fields: 0 };
    const row = (): object => {
      made.fields += 1;
      return { id: "r" };
    };
    const rows = (_: unknown, { first }: { first: number }) => Array.from({ length: first }, row);
    const resolvers = {
      Query: { row, rows, wide: row, many: () => rows(null, { first: 1_000 }) },
      Row: { row },
      Mutation: { put: () => Object.keys(row()).length },
    };
    return { made, ...(await serveGateway({ typeDefs: FED, resolvers })) };
  };

  const TOO_MUCH: readonly (readonly [string, string, Readonly<Record<string, unknown>>?])[] = [
    ["in aliases", `${W} { ${times(17, "a#: row(where: $w) { id }")} }`, { w: wide }],
    ["in a list of a literal", `${W} { row(all: [${times(17, "$w")}]) { id } }`, { w: wide }],
    ["in objects of a literal", `${W} { row(where: { or: [${times(17, "{ or: [$w] }")}] }) { id } }`, { w: wide }],
    [
      "in fragments",
      `${W} { ${times(17, "b#: row { ...F }")} } fragment F on Row { row(where: $w) { id } }`,
      { w: wide },
    ],
    ["below a list", `${W} { rows(first: 17) { row(where: $w) { id } } }`, { w: wide }],
    ["in directives", `${W} { ${times(17, "a#: row @sorted(by: $w) { id }")} }`, { w: wide }],
    [
      "once",
      "query ($w: JSON) { row(json: $w) { id } }",
      {
        w: times(4, "x")
          .split(" ")
          .map(() => Array(13_000).fill(1)),
      },
    ],
    ["as a text", `query ($t: String) { ${times(17, "a#: row(text: $t) { id }")} }`, { t: "x".repeat(200_000) }],
    ["as a literal below a list", `{ rows(first: 60) { row(all: [${"{id: 1} ".repeat(500)}]) { id } } }`],
    [
      "as a literal of a fragment",
      `{ ${times(60, "b#: row { ...F }")} } fragment F on Row { row(all: [${"{id: 1} ".repeat(500)}]) { id } }`,
    ],
    [
      "as a variable's default",
      `query ($w: [Where!] = [${"{id: 1} ".repeat(500)}]) { ${times(60, "a#: row(all: $w) { id }")} }`,
    ],
    ["as an argument's default", `{ ${times(60, "a#: wide { id }")} }`],
    ["as a field's default", "query ($w: Wide) { wide(full: [], of: $w) { id } }", { w: { wide: Array(60).fill({}) } }],
    ["as a literal's default", `{ wide(full: [], of: { wide: [${"{} ".repeat(60)}] }) { id } }`],
    ["in a mutation", `mutation ($lines: [Line!]!) { ${times(3, "a#: put(lines: $lines)")} }`, { lines: lines(5_000) }],
  ];
  test.each(TOO_MUCH)("%s: too much is refused before anything runs", async (_where, query, variables = {}) => {
    const { made, url, gateway } = await serve();
    for (const over of ["POST", "WS"] as const) {
      const { answers } = await fire(url, { query, variables, over });
      expect(answers[0].errors?.[0].extensions).toEqual({ code: "OPERATION_TOO_LARGE", limit: "inputMax" });
    }
    expect(made.fields).toBe(0);
    const { records } = await gateway.accessLog.query({ kind: "REFUSAL" }, { first: 10 });
    expect(records.map(({ outcome }) => outcome)).toEqual(["OPERATION_TOO_LARGE", "OPERATION_TOO_LARGE"]);
  });

  test.each([
    ["a literal", `{ many { row(all: [${"{id: 1} ".repeat(500)}]) { id } } }`, {}],
    [
      "a literal of a fragment",
      `{ many { ...F } } fragment F on Row { row(all: [${"{id: 1} ".repeat(500)}]) { id } }`,
      {},
    ],
    ["a variable", `${W} { many { ... { row(where: $w) { id } } } }`, { w: { or: Array(900).fill({}) } }],
    [
      "a variable of a field below",
      `${W} { many { row { row(where: $w) { id } } } }`,
      { w: { or: Array(900).fill({}) } },
    ],
  ])("below a list that is longer than it was estimated: %s ends the execution", async (_what, query, variables) => {
    const { made, url } = await serve();
    for (const over of ["POST", "WS"] as const) {
      made.fields = 0;
      const { answers } = await fire(url, { query, variables, over });
      expect(answers[0].errors?.[0].extensions).toEqual({ code: "OPERATION_TOO_LARGE", limit: "inputMax" });
      expect(made.fields).toBeLessThan(2_100);
    }
  });

  test.each([
    ["a small filter below a long list", `${W} { many { row(where: $w) { id } } }`, { w: { or: [{ id: "1" }] } }],
    ["a mutation of 5,000 lines", put, { lines: lines(5_000) }],
    [
      "a small filter in 20 aliases",
      `${W} { ${times(20, "a#: row(where: $w) { id }")} }`,
      { w: { or: [{ id: "1" }, { id: "2" }] } },
    ],
    [
      "a small filter below lists",
      `${W} { rows(first: 1000) { row(where: $w) { id } } }`,
      { w: { or: [{ id: "1" }] } },
    ],
    ["20,000 keys", "query ($w: JSON) { row(json: $w) { id } }", { w: Array(20_000).fill("key") }],
    ["what is left out", `${W} { ${times(40, "a#: row(where: $w) @skip(if: true) { id }")} row { id } }`, { w: wide }],
    [
      "words and numbers",
      "query ($n: Int, $t: ID) { rows(first: $n) { row(where: { id: $t }) { id } } }",
      { n: 9_000, t: "x" },
    ],
  ])("%s: is served", async (_what, query, variables) => {
    const { url } = await serve();
    const { answers } = await fire(url, { query, variables });
    expect(answers[0].errors).toBeUndefined();
  });
});
