import { beforeAll, describe, expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import { type Reply, type Served, serveGateway } from "./harness.ts";

/**
 * People c-2 and c-3 differ in everything that is denied to c-1: how many, whether at all, of which type, with which failure.
 * Their answers may differ in nothing but the id that was asked for.
 */
const SDL = /* GraphQL */ `
  union Belief = Faith | Doubt
  type Faith { text(n: Int! = 1): String  other: String }
  type Doubt { text(n: Int! = 1): String  more(n: Int! = 1): String }
  type Visit { note: String!  name: String  place: Place  loud(n: Int! = 1): String }
  type Place { town: String! }
  type Person @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    illness: String @sensitive(category: HEALTH)
    visits: [Visit] @sensitive(category: HEALTH)
    strict: [Visit!] @sensitive(category: HEALTH)
    belief: Belief @sensitive(category: BELIEF_OR_IDENTITY)
    last: Visit @sensitive(category: HEALTH)
    tags: [String] @sensitive(category: HEALTH)
    email: String @sensitive(category: EMAIL_ADDRESS, mask: EMAIL)
    open: String
    required: Required
    fails: String
  }
  type Required { visits: [Visit] must: String! }
  type Group @aggregate(count: "size", atLeast: 10) { name: String  size: Int!  value: Int  inner: [Open] }
  type Open { fails: String }
  type Query {
    person(id: ID!): Person
    groups: [Group]
    strictGroups: [Group!]!
    group(size: Int!): Group
    foreign(id: ID!): Person
  }
`;

const fail = (code: string, path?: readonly string[]) => () => {
  throw new GraphQLError("secret", { extensions: { code }, ...(path ? { path } : {}) });
};
const many = (n: number) => Array.from({ length: n }, () => ({}));
const person = (id: string) => {
  const rich = id === "c-2" || id === "c-1";
  return {
    id,
    illness: rich ? fail("NOT_FOUND") : null,
    visits: many(rich ? 7 : 0),
    strict: many(rich ? 3 : 0),
    belief: { __typename: rich ? "Faith" : "Doubt" },
    last: rich ? {} : null,
    tags: rich ? [new Error("x"), "a", new Error("y")] : [],
    email: rich ? fail("NOT_FOUND") : null,
    open: "open",
    required: { visits: many(2) },
    fails: fail("CONFLICT"),
  };
};
const group = (name: string, size: number) => ({ name, size, value: () => fail("CONFLICT")(), inner: many(2) });

let served: Served;
beforeAll(async () => {
  served = await serveGateway({
    typeDefs: SDL,
    resolvers: {
      Query: {
        person: (_parent: unknown, { id }: { id: string }) => person(id),
        groups: () => [group("small", 1), group("large", 20), group("little", 2), group("huge", 30)],
        strictGroups: () => [group("small", 1), { name: "no size" }, group("large", 20)],
        group: (_parent: unknown, { size }: { size: number }) => group("one", size),
        foreign: (_parent: unknown, { id }: { id: string }) => ({ ...person(id), visits: many(id === "c-2" ? 2 : 0) }),
      },
      Visit: {
        note: () => null,
        name: fail("NOT_FOUND", ["person", "open"]),
        place: async () => ({}),
        loud: fail("CONFLICT"),
      },
      Place: { town: fail("NOT_FOUND") },
      Faith: { text: fail("NOT_FOUND"), other: fail("CONFLICT") },
      Doubt: { text: fail("CONFLICT") },
      Required: { must: () => null },
      Open: { fails: fail("NOT_FOUND") },
    },
    limits: { listItemsMax: 6 },
  });
});

const C1 = { sub: "c-1", role: "CUSTOMER" };
const ask = (query: string, variables: Readonly<Record<string, unknown>>): Promise<Reply> =>
  served.ask({ query, variables, as: C1, purpose: "SELF_SERVICE" });

const DENIED: readonly (readonly [what: string, selection: string])[] = [
  ["a value", "illness"],
  ["a list's fields", "visits { name }"],
  ["a list longer than allowed, and a decided field in it", "visits { place { town } name }"],
  ["a list whose items fail whole", "strict { note }"],
  ["a list whose items fail deeper", "strict { place { town } }"],
  ["an object", "last { name place { town } }"],
  ["a list of values", "tags"],
  ["a union's type", "belief { __typename ... on Faith { a: text b: other } ... on Doubt { c: text } }"],
  ["arguments under a union", "belief { ... on Faith { a: text(n: $n) } ... on Doubt { c: more(n: $n) } }"],
  ["arguments under a list", "strict { loud(n: $n) }"],
  ["what is masked", "email"],
];

function shape({ body, status }: Reply, id: string): unknown {
  const text = JSON.stringify({
    status,
    data: body.data,
    errors: body.errors,
    extensions: body.extensions?.privacy?.decisions,
  });
  return JSON.parse(
    text
      .replaceAll(id, "ID")
      .replace(/Quote the incident [^ ]+/g, "")
      .replace(/"incident":"[^"]+"/g, '"incident":""'),
  );
}

describe("a failure under what is denied tells nothing", () => {
  test.each(DENIED)("%s", async (_what, selection) => {
    const query = `query ($id: ID!, $n: Int = 1) { person(id: $id) { id ${selection} } }`;
    const n = selection.includes("$n") ? { n: null } : {};
    const source = selection.includes("$n") ? query : query.replace(", $n: Int = 1", "");
    const [rich, poor] = [await ask(source, { id: "c-2", ...n }), await ask(source, { id: "c-3", ...n })];
    expect(shape(rich, "c-2")).toEqual(shape(poor, "c-3"));
    expect(rich.body.data.person.id).toBe("c-2");
    expect(rich.text).not.toContain("NOT_FOUND");
  });
});

const pathsOf = ({ body }: Reply) =>
  (body.errors ?? [])
    .filter(({ extensions }: GraphQLError) => extensions["code"] !== "FIELD_DENIED")
    .map(({ path, extensions }: GraphQLError) => [path, extensions["code"]]);

const TOLD: readonly (readonly [what: string, query: string, paths: unknown])[] = [
  ["what is public", '{ person(id: "c-2") { fails visits { name } } }', [[["person", "fails"], "CONFLICT"]]],
  ["what is granted", '{ person(id: "c-1") { illness last { name } } }', "own"],
  [
    "a group's place as sent",
    "{ groups { name value } }",
    [
      [["groups", 0, "value"], "CONFLICT"],
      [["groups", 1, "value"], "CONFLICT"],
    ],
  ],
  [
    "below groups",
    "{ groups { inner { fails } } }",
    [0, 1].flatMap((at) => [0, 1].map((item) => [["groups", at, "inner", item, "fails"], "NOT_FOUND"])),
  ],
  ["one small group", "{ group(size: 3) { value inner { fails } } }", []],
  ["one large group", "{ group(size: 30) { value } }", [[["group", "value"], "CONFLICT"]]],
  [
    "a list that a group took away: once, without which",
    "{ strictGroups { value } }",
    [[["strictGroups"], "INTERNAL_SERVER_ERROR"]],
  ],
  [
    "what took an object away, and nothing of what stood beside",
    '{ person(id: "c-2") { required { visits { name } must } } }',
    [
      [["person", "required", "visits", 0, "name"], "NOT_FOUND"],
      [["person", "required", "visits", 1, "name"], "NOT_FOUND"],
      [["person", "required", "must"], "INTERNAL_SERVER_ERROR"],
    ],
  ],
];

describe("what may be told is told at its place", () => {
  test.each(TOLD)("%s", async (_what, query, paths) => {
    const reply = await ask(query, {});
    if (paths !== "own") {
      expect(pathsOf(reply)).toEqual(paths);
      return;
    }
    const data = reply.body.data.person;
    const denied = reply.body.errors.filter(({ extensions }: GraphQLError) => extensions["code"] === "FIELD_DENIED");
    expect(data).toEqual({ illness: null, last: denied.length > 0 ? null : { name: null } });
    expect(pathsOf(reply)).toEqual(
      denied.length > 0
        ? []
        : [
            [["person", "illness"], "NOT_FOUND"],
            [["person", "last", "name"], "NOT_FOUND"],
          ],
    );
  });
});

test("a public list that is too long is refused all the same", async () => {
  const open = await serveGateway({
    typeDefs: `type Query { people: [P] } type P @subject(id: "id") { id: ID! name: String @sensitive(category: PERSON_NAME) }`,
    resolvers: { Query: { people: () => many(8).map((_, at) => ({ id: `p-${at}` })) } },
    limits: { listItemsMax: 6 },
  });
  const { body } = await open.ask({ query: "{ people { name } }" });
  expect(body.errors[0].extensions).toMatchObject({ code: "OPERATION_TOO_LARGE", limit: "listItemsMax" });
});
