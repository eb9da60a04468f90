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
