import { beforeAll, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

const failing = (): never => {
  throw new Error("a private value");
};

let served: Served;
beforeAll(async () => {
  const robot = { __typename: "Robot", id: "r-1", name: failing };
  served = await serveGateway({
    typeDefs: `
      interface Named { name: String }
      type Person implements Named @subject(id: "id") { id: ID!, name: String, secret: String @sensitive(category: HEALTH) }
      type Robot implements Named { id: ID!, name: String, parts: [Named], owner: Any }
      union Any = Person | Robot
      type Query { person: Person, any: Any, named: Named, many: [[Any]], robot: Robot }`,
    resolvers: {
      Query: {
        person: () => ({ id: "c-1", secret: "x" }),
        any: () => robot,
        named: () => robot,
        many: () => [[], [null, robot]],
        robot: () => ({ ...robot, parts: [robot], owner: robot }),
      },
    },
  });
});

/** What fails where nothing is annotated is told, whatever stands beside it. */
test.each([
  ["a union", "any { ... on Robot { name } }", ["any", "name"]],
  ["a union, of one type", "any { ... on Robot { __typename name } ... on Person { id } }", ["any", "name"]],
  ["an interface", "named { name }", ["named", "name"]],
  ["a list in a list", "many { ... on Robot { name } }", ["many", 1, 1, "name"]],
  ["an object", "robot { name }", ["robot", "name"]],
  ["a list below an object", "robot { parts { name } }", ["robot", "parts", 0, "name"]],
  ["a union below an object", "robot { owner { ... on Robot { alias: name } } }", ["robot", "owner", "alias"]],
  [
    "beside what is annotated in another type",
    "any { ... on Robot { name } ... on Person { secret } }",
    ["any", "name"],
  ],
])("told: %s", async (_, selection, path) => {
  for (const query of [`{ ${selection} }`, `{ person { secret } ${selection} }`]) {
    const { body } = await served.ask({ query });
    const told = body.errors.filter(({ extensions }: { extensions: { code: string } }) => {
      return extensions.code === "INTERNAL_SERVER_ERROR";
    });
    expect(told.map((error: { path: unknown }) => error.path)).toEqual([path]);
  }
});
