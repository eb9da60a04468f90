import { makeExecutableSchema } from "@graphql-tools/schema";
import { beforeAll, expect, test } from "@jest/globals";
import { type ConstValueNode, GraphQLScalarType, graphql, Kind, parse, print, visit } from "graphql";
import { resolvers as scalars } from "graphql-scalars";
import { createGateway } from "../../src/index.ts";
import { SECRET, type Served, serveGateway } from "./harness.ts";

/** What resolvers get where a default is due, and how it is told: as graphql-js by itself has it. */
const SDL = /* GraphQL */ `
  scalar JSON
  scalar Percent
  scalar Strict
  scalar DateTime
  scalar BigInt
  scalar URL
  enum Level { LOW HIGH }
  input Deep { p: Percent = 50  list: [Percent!] = [50, 20]  level: Level = HIGH  next: Deep  json: JSON = {a: [1, "x"]} }
  input Odd { a: Int, constructor: String, toString: String = "t", valueOf: Percent = 3 }
  interface Node { node(p: Percent = 50, where: JSON = {}): String }
  type Leaf implements Node { node(p: Percent = 50, where: JSON = {}): String }
  type Query implements Node {
    node(p: Percent = 50, where: JSON = {}): String
    percent(p: Percent! = 50, list: [Percent!] = [50, 20]): String
    strict(day: Strict = "2020-01-02"): String
    json(where: JSON = {}, list: JSON! = [1], deep: JSON = {a: {b: null}}): String
    level(level: Level = HIGH, levels: [Level!]! = [LOW, HIGH]): String
    deep(deep: Deep = {next: {p: 20, level: LOW}}, empty: Deep! = {}): String
    odd(odd: Odd = {a: 1}): String
    dates(at: DateTime = "2020-01-01T00:00:00Z", big: BigInt = 9007199254740993, url: URL = "http://a.example/"): String
    nothing(p: Percent = null, plain: String = "p", id: ID = 5): String
    leaf: Leaf
  }
`;

const tell = (_parent: unknown, args: object): string =>
  JSON.stringify(args, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
const strict = (value: unknown): object => {
  if (typeof value !== "string") throw new TypeError("not a day");
  return { day: value };
};
const FIELDS = ["node", "percent", "strict", "json", "level", "deep", "odd", "dates", "nothing"] as const;
const resolvers = {
  JSON: scalars["JSON"],
  DateTime: scalars["DateTime"],
  BigInt: scalars["BigInt"],
  URL: scalars["URL"],
  Percent: new GraphQLScalarType({
    name: "Percent",
    parseValue: (value) => Number(value) / 100,
    parseLiteral: (node) => ("value" in node ? Number(node.value) / 100 : null),
  }),
  Strict: new GraphQLScalarType({
    name: "Strict",
    parseValue: strict,
    parseLiteral: (node) => strict(node.kind === Kind.STRING ? node.value : null),
  }),
  Level: { LOW: { rank: 1 }, HIGH: 2 },
  Query: { ...Object.fromEntries(FIELDS.map((name) => [name, tell])), leaf: () => ({}) },
  Leaf: { node: tell },
} as never;

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers });
});

test.each([...FIELDS, "leaf { node }"])("the defaults of %s arrive as graphql-js has them", async (field) => {
  const source = `{ ${field} }`;
  const plain = await graphql({ schema: makeExecutableSchema({ typeDefs: SDL, resolvers }), source });
  expect(plain.errors).toBeUndefined();
  for (let time = 0; time < 2; time += 1) {
    const { body } = await served.ask({ query: source });
    expect(body).toEqual(JSON.parse(JSON.stringify(plain)));
  }
});

function defaultsIn(sdl: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const within: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if ("name" in node && node.name !== undefined) within.push(node.name.value);
      if (node.kind !== Kind.INPUT_VALUE_DEFINITION || node.defaultValue === undefined) return;
      found.set(within.join("."), print(node.defaultValue as ConstValueNode));
    },
    leave(node) {
      if ("name" in node && node.name !== undefined) within.pop();
    },
  });
  return found;
}

test("the served SDL says defaults as they are written", () => {
  const told = defaultsIn(served.gateway.sdl);
  const written = [...defaultsIn(SDL)];
  expect(written.length).toBeGreaterThan(20);
  expect(written.map(([at]) => [at, told.get(at)])).toEqual(written);
});

test.each([
  ["a class instance", "method"],
  ["a promise of one", "later"],
])("context: %s keeps what its prototype has", async (_what, how) => {
  class Context {
    readonly #secret = "kept";
    get told(): string {
      return this.#secret;
    }
    ask(): string {
      return this.#secret;
    }
  }
  const gateway = await serveGateway({
    typeDefs: "type Query { a: String b: String c: String }",
    resolvers: {
      Query: {
        a: (_parent: unknown, _args: unknown, context: Context) => context.ask(),
        b: (_parent: unknown, _args: unknown, context: Context) => context.told,
        c: (_parent: unknown, _args: unknown, context: { fieldguard: { caller: { role: string } } }) =>
          context.fieldguard.caller.role,
      },
    },
    context: () => (how === "later" ? Promise.resolve(new Context()) : new Context()),
  });
  const { body } = await gateway.ask({ query: "{ a b c }" });
  expect(body).toEqual({ data: { a: "kept", b: "kept", c: "GUEST" } });
});

class Kept {
  readonly name = "kept";
}
const shared = new Kept();

test.each([
  ["one that is shared by requests", () => shared],
  ["one that takes nothing", () => Object.freeze(new Kept())],
])("context: %s is refused, as it would tell of another request", async (what, context) => {
  const gateway = await createGateway({
    typeDefs: "type Query { a: String }",
    resolvers: { Query: { a: () => "a" } },
    store: "sqlite::memory:",
    auth: { secret: SECRET },
    context,
  });
  const { url } = await gateway.listen();
  const ask = async () =>
    (
      await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ a }" }),
      })
    ).json() as Promise<{ errors?: { extensions: { code: string } }[] }>;
  if (what.includes("shared")) expect((await ask()).errors).toBeUndefined();
  expect((await ask()).errors?.[0]?.extensions.code).toBe("CONFIGURATION_INVALID");
  await gateway.stop();
});
