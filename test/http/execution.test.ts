import { beforeAll, describe, expect, test } from "@jest/globals";
import { GraphQLScalarType } from "graphql";
import { type Served, serveGateway } from "./harness.ts";

/** What was once answered otherwise from the third time on, or ended the process: each is asked four times. */
const SDL = /* GraphQL */ `
  scalar JSON
  scalar Instant
  enum Level { LOW HIGH }
  input Filter { text: String  first: Int! = 20  level: Level = HIGH  not: Filter  any: [Filter!]  at: Instant }
  interface Node { id: ID!  next: Node }
  type A implements Node { id: ID!  next: Node  name: String }
  type B implements Node { id: ID!  next: Node  name: String }
  type C implements Node { id: ID!  next: Node  name: String }
  type D implements Node @subject(id: "id") { id: ID!  next: Node  name: String @sensitive(category: CREDENTIAL) }
  union Any = A | B | C | D
  type Person @subject(id: "id") {
    id: ID!
    joined: String
    born: String @sensitive(category: CREDENTIAL)
    friends: [Person!]
  }
  type Query {
    echo(first: Int! = 20, filter: Filter, json: JSON, list: [Int], at: Instant, level: Level): String
    node(id: ID!): Node
    any(id: ID!): Any
    person(id: ID!): Person
    count(bornOn: String @probes(field: "Person.born"), by: Where): Int
  }
  input Where { born: String @probes(field: "Person.born")  joined: String }
`;

class Instant {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  describe(): string {
    return `instant ${this.#ms}`;
  }
}

const person = (id: string): object => ({
  id,
  joined: `joined-${id}`,
  born: `born-${id}`,
  friends: () => (id === "c-1" ? [person("c-2"), person("c-3")] : []),
});
const TYPES = ["A", "B", "C", "D"] as const;
const node = (id: string): object => ({ id, name: `name-${id}`, next: () => node(id) });
const later = () => new Promise((resolve) => setImmediate(resolve));
const told = (value: unknown): unknown => {
  if (value instanceof Instant) return value.describe();
  if (Array.isArray(value)) return value.map(told);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, told(each)]));
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: {
      JSON: new GraphQLScalarType({ name: "JSON" }),
      Instant: new GraphQLScalarType({ name: "Instant", parseValue: (value) => new Instant(Number(value)) }),
      Level: { LOW: { rank: 1 }, HIGH: { rank: 2 } },
      // No type resolver: each type is asked, and answers later.
      ...Object.fromEntries(
        TYPES.map((name) => [
          name,
          {
            __isTypeOf: async ({ id }: { id: string }) => {
              await later();
              return id.startsWith(name.toLowerCase());
            },
          },
        ]),
      ),
      Query: {
        echo: (_parent: unknown, args: object) => JSON.stringify(told(args)),
        node: (_parent: unknown, { id }: { id: string }) => node(id),
        any: (_parent: unknown, { id }: { id: string }) => node(id),
        person: (_parent: unknown, { id }: { id: string }) => person(id),
        count: () => 1,
      },
    },
  });
});

type Row = readonly [name: string, query: string, data: unknown, variables?: Readonly<Record<string, unknown>>];

async function fourTimes(query: string, variables: Row[3] = {}) {
  const replies = [];
  for (let time = 0; time < 4; time += 1) replies.push((await served.ask({ query, variables })).body);
  return replies;
}

const DUE = { rank: 2 };
const ECHOES: readonly Row[] = [
  ["no argument", "{ echo }", { first: 20 }],
  ["a variable left out, where a default is due", "query ($n: Int) { echo(first: $n) }", { first: 20 }],
  ["a variable with a default", "query ($n: Int! = 7) { echo(first: $n) }", { first: 7 }],
  [
    "a variable left out in an input",
    "query ($t: String) { echo(filter: { text: $t }) }",
    { first: 20, filter: { first: 20, level: DUE } },
  ],
  [
    "a variable left out deep in an input",
    "query ($t: String, $n: Int) { echo(filter: { not: { any: [{ text: $t, first: $n }] } }) }",
    { first: 20, filter: { first: 20, level: DUE, not: { first: 20, level: DUE, any: [{ first: 20, level: DUE }] } } },
  ],
  ["a variable left out in a list", "query ($n: Int) { echo(list: [1, $n]) }", { first: 20, list: [1, null] }],
  [
    "null where it is sent",
    "query ($t: String) { echo(filter: { text: $t }) }",
    { first: 20, filter: { text: null, first: 20, level: DUE } },
    { t: null },
  ],
  [
    "a variable in JSON",
    'query ($j: JSON) { echo(json: { a: [$j, "x"] }) }',
    { first: 20, json: { a: [{ b: 1 }, "x"] } },
    { j: { b: 1 } },
  ],
  [
    "what looks like a marker",
    '{ echo(json: { a: "__MAGIC_NAN__33a9e76d_02e0_4128_8e92_3530ad3da74d" }) }',
    { first: 20, json: { a: "__MAGIC_NAN__33a9e76d_02e0_4128_8e92_3530ad3da74d" } },
  ],
  [
    "an instance of a class",
    "{ echo(at: 5, filter: { at: 6 }) }",
    { first: 20, at: "instant 5", filter: { at: "instant 6", first: 20, level: DUE } },
  ],
  [
    "an instance of a class, by variable",
    "query ($a: Instant) { echo(at: $a) }",
    { first: 20, at: "instant 5" },
    { a: 5 },
  ],
  [
    "an enum's own value",
    "query ($l: Level) { echo(level: $l, filter: { level: LOW }) }",
    { first: 20, level: { rank: 2 }, filter: { level: { rank: 1 }, first: 20 } },
    { l: "HIGH" },
  ],
  [
    "an input that holds itself, by variable",
    "query ($f: Filter) { echo(filter: $f) }",
    { first: 20, filter: { first: 20, level: DUE, not: { first: 20, level: DUE, any: [{ first: 3, level: DUE }] } } },
    { f: { not: { any: [{ first: 3 }] } } },
  ],
];

describe("resolvers get what was asked, each of four times", () => {
  test.each(ECHOES.map((row) => ({ row })))("$row.0", async ({ row: [, query, args, variables] }) => {
    for (const { data, errors } of await fourTimes(query, variables)) {
      expect(errors).toBeUndefined();
      expect(sorted(JSON.parse(data.echo))).toEqual(sorted(args));
    }
  });
});

function sorted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const COLLIDING: readonly Row[] = [
  [
    "keys that are a path of others once joined",
    '{ a: person(id: "c-1") { x_b: joined } b_a: person(id: "c-2") { x: born } a_x: person(id: "c-3") { b: born } }',
    { a: { x_b: "joined-c-1" }, b_a: { x: null }, a_x: { b: null } },
  ],
  [
    "the same in lists, one denied and one not",
    '{ a: person(id: "c-1") { b: friends { c_d: joined } b_c: friends { d: born } } a_b: person(id: "c-2") { c_d: born c: joined } }',
    {
      a: { b: [{ c_d: "joined-c-2" }, { c_d: "joined-c-3" }], b_c: [{ d: null }, { d: null }] },
      a_b: { c_d: null, c: "joined-c-2" },
    },
  ],
  [
    "keys that every object has",
    '{ constructor: person(id: "c-1") { toString: joined hasOwnProperty: born length: joined } valueOf: count }',
    {
      constructor: { toString: "joined-c-1", hasOwnProperty: null, length: "joined-c-1" },
      valueOf: 1,
    },
  ],
];

describe("no position of an answer is taken for another, each of four times", () => {
  test.each(COLLIDING.map((row) => ({ row })))("$row.0", async ({ row: [, query, data] }) => {
    for (const body of await fourTimes(query)) {
      expect(body.data).toEqual(data);
      expect(JSON.stringify(body)).not.toContain("born-");
      const denied = body.errors.map((error: { extensions: { coordinate: string } }) => error.extensions.coordinate);
      expect([...new Set(denied)]).toEqual(["Person.born"]);
    }
  });
});

describe("types that are found later", () => {
  test.each(TYPES)("%s, alone, in a union and nested in itself", async (type) => {
    const id = `${type.toLowerCase()}-1`;
    const query = `{ node(id: "${id}") { __typename id next { __typename } } any(id: "${id}") { ... on Node { id } __typename ... on ${type} { name } } }`;
    for (const { data } of await fourTimes(query)) {
      const name = type === "D" ? null : `name-${id}`;
      expect(data).toEqual({
        node: { __typename: type, id, next: { __typename: type } },
        any: { id, __typename: type, name },
      });
    }
  });

  test.each(["a-1", "d-1"])("nested seventeen deep, one type of four denying: %s", async (id) => {
    const nested = (levels: number): string =>
      levels === 0 ? "{ id ... on A { name } ... on D { name } }" : `{ next ${nested(levels - 1)} }`;
    let expected: object = { id, name: id === "d-1" ? null : `name-${id}` };
    for (let level = 0; level < 17; level += 1) expected = { next: expected };
    for (const body of await fourTimes(`{ node(id: "${id}") ${nested(17)} }`)) {
      expect(body.data).toEqual({ node: expected });
      expect(body.errors?.length ?? 0).toBe(id === "d-1" ? 1 : 0);
    }
  });
});

test.each([
  ["left out", {}, 1],
  ["null", { t: null }, "PROBE_NOT_ALLOWED"],
  ["sent", { t: "x" }, "PROBE_NOT_ALLOWED"],
])("a variable for a probe in an input, %s", async (_how, variables, expected) => {
  const query = "query ($t: String) { count(by: { born: $t, joined: null }) }";
  for (const { data, errors } of await fourTimes(query, variables)) {
    expect(data?.count ?? errors[0].extensions.code).toBe(expected);
  }
});
