import { describe, expect, test } from "@jest/globals";
import { execute, parse, print, validate } from "graphql";
import { plannerFor } from "./planner.ts";

/** Four types stand wherever an interface or the union stands; one of them denies `mark`. */
const TYPES = ["A", "B", "C", "D"];
const SDL = /* GraphQL */ `
  type Query { node: Node  any: Any  thing: Thing }
  interface Node { mark: String  text(of: String): String  node: Node  any: Any  thing: Thing  own: Node }
  "An interface of an interface."
  interface Thing implements Node { mark: String  text(of: String): String  node: Node  any: Any  thing: Thing  own: Node }
  union Any = ${TYPES.join(" | ")}
  ${TYPES.map(
    (type) => `type ${type} implements Node & Thing @subject(id: "id") {
      id: ID  text(of: String): String  node: Node  any: Any  thing: Thing
      mark: String ${type === "A" ? "@sensitive(category: CREDENTIAL)" : ""}
      "Each returns a type of its own."
      own: ${type}
    }`,
  ).join(" ")}
`;

const nested = (open: string, leaf: string, depth: number, close = "}"): string =>
  `{ ${`${open} { `.repeat(depth)}${leaf}${` ${close}`.repeat(depth)} }`;
const onEach = (selections: string): string => TYPES.map((type) => `... on ${type} { ${selections} }`).join(" ");

/** What a client may send, by the depth of it: each is itself linear in its depth. */
const OPERATIONS: Readonly<Record<string, (depth: number) => string>> = {
  "an interface": (depth) => nested("node", "mark", depth),
  "an interface, a denied field at each level": (depth) => nested("mark node", "mark", depth).replace("{ mark", "{"),
  "an interface of an interface": (depth) => nested("thing { mark } thing", "mark", depth),
  "a union": (depth) => nested(`any { ${onEach("mark")} } any { ... on B`, "mark", depth, "} }"),
  "fields whose type each object narrows": (depth) => `{ node ${nested("mark own", "mark", depth)} }`,
  "fragments that name each other": (depth) =>
    `{ node { ...F0 } } ${Array.from({ length: depth }, (_, i) => `fragment F${i} on Node { mark node { ...F${i + 1} } own { ...F${i + 1} } }`).join(" ")} fragment F${depth} on Node { mark }`,
  "a fragment of a fragment under two keys": (depth) =>
    `{ node { ...F0 } } ${Array.from({ length: depth }, (_, i) => `fragment F${i} on Node { a: node { ...F${i + 1} } b: node { mark ...F${i + 1} } }`).join(" ")} fragment F${depth} on Node { mark }`,
};

async function sizeOf(query: string) {
  const { schema, planner, plan } = plannerFor(SDL);
  const document = parse(query, { noLocation: true });
  expect(validate(schema, document)).toEqual([]);
  const made = await plan(document);
  // What is executed is sound, and no larger on paper than in memory.
  expect(validate(schema, made.document)).toEqual([]);
  return { shapes: planner.kept.shapes, chars: print(made.document).replace(/\s+/g, " ").length };
}

describe("a plan grows with the operation, not with the ways through it", () => {
  test.each(Object.entries(OPERATIONS))("%s", async (_name, operation) => {
    const [short, middle, long] = [
      await sizeOf(operation(4)),
      await sizeOf(operation(10)),
      await sizeOf(operation(16)),
    ];
    for (const measure of ["shapes", "chars"] as const) {
      const step = middle[measure] - short[measure];
      // A few digits more in the names of fragments is all that is beyond the straight line.
      expect(long[measure] - middle[measure]).toBeLessThanOrEqual(step * 1.1 + 8);
    }
    expect(long.shapes).toBeLessThan(400);
  });

  test("a long literal is written once, however many types the field is split into", async () => {
    const text = "x".repeat(10_000);
    const { plan } = plannerFor(SDL.replaceAll("text(of: String): String", "text(of: String): Node"));
    const { document } = await plan(parse(`{ node { text(of: "${text}") { mark } } }`));
    expect(print(document).split(text)).toHaveLength(2);
  });

  test("what is written once is executed wherever it stands", async () => {
    const { schema, plan } = plannerFor(SDL);
    const { document } = await plan(parse("{ node { mark own { mark node { mark text } } } }"));
    for (const type of schema.getPossibleTypes(schema.getType("Node") as never)) {
      type.isTypeOf = (value: unknown) => (value as { is: string }).is === type.name;
    }
    const thing = (is: string, more = {}): object => ({ is, id: is, mark: `mark of ${is}`, text: is, ...more });
    const root = (is: string) => ({ node: thing(is, { own: thing(is, { node: thing("D") }) }) });
    const answered = (is: string) => execute({ schema, document, rootValue: root(is) });
    expect(JSON.parse(JSON.stringify(await answered("B"))).data.node).toMatchObject({
      mark: "mark of B",
      own: { mark: "mark of B", node: { mark: "mark of D", text: "D" } },
    });
    expect(JSON.stringify((await answered("A")).data)).not.toContain("mark of A");
  });
});
