import { describe, expect, test } from "@jest/globals";
import { getArgumentValues, Kind, parse } from "graphql";
import { findWritten } from "../../src/request/act/find-written.ts";
import { refuseMasked } from "../../src/request/act/refuse-masked.ts";
import { type Operation, parseOperation } from "../../src/request/parse-operation.ts";
import { compileCost } from "../../src/request/plan/cost.ts";
import { findProbes } from "../../src/request/plan/probes.ts";
import { plannerFor } from "./planner.ts";

/** What a variable holds is walked a few times, however many places give it: walkers are bounded by the size of both, not by their product. */
const PLACES = 200;
const ITEMS = 50;
/** Of one item. */
const READS_MAX = 40;

const { schema, policy } = plannerFor(/* GraphQL */ `
  directive @sorted(by: Where) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION
  type Query { people(where: Where, all: [Where!]): [Person!]! }
  type Mutation { change(where: Where, all: [Where!]): Int @acts(on: "Person", reach: NONE) }
  type Person @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    email: String @sensitive(category: EMAIL_ADDRESS)
    people(where: Where): [Person!]
  }
  input Where {
    email: String @probes(field: "Person.email") @writes(field: "Person.email")
    or: [Where!]
  }
`);

type Variables = Readonly<Record<string, unknown>>;

interface Walk {
  readonly of: "query" | "mutation";
  readonly walk: (operation: Operation, variables: Variables) => unknown;
}

const WALKS: Readonly<Record<string, Walk>> = {
  findProbes: { of: "query", walk: (asked, variables) => findProbes(schema, policy, asked, variables, () => true) },
  compileCost: { of: "query", walk: (asked, variables) => compileCost(schema, asked, () => true)(variables) },
  refuseMasked: { of: "mutation", walk: (asked, variables) => refuseMasked(asked, variables, variables) },
  // Of one field: how many act is bounded.
  findWritten: {
    of: "mutation",
    walk: ({ definition }, variables) => {
      const [node] = definition.selectionSet.selections;
      const field = schema.getMutationType()?.getFields()["change"];
      if (node?.kind !== Kind.FIELD || field === undefined) return;
      findWritten(policy, "Mutation", field, getArgumentValues(field, node, { ...variables }));
    },
  },
};

const repeated = (text: string, times = PLACES): string =>
  Array.from({ length: times }, (_, at) => text.replaceAll("#", String(at))).join(" ");

const ROOTS = {
  query: { type: "Query", field: "people", below: "{ id }" },
  mutation: { type: "Mutation", field: "change", below: "" },
};

/** Documents that give `$w` at many places, made of the root's type and field, and what is selected of it. */
const DOCUMENTS: Readonly<Record<string, (root: (typeof ROOTS)["query"]) => readonly [string, string?]>> = {
  "aliases of a field": ({ field, below }) => [`{ ${repeated(`a#: ${field}(where: $w) ${below}`)} }`],
  "a list in a literal": ({ field, below }) => [`{ ${field}(all: [${repeated("$w")}]) ${below} }`],
  "objects in a literal": ({ field, below }) => [`{ ${field}(where: { or: [${repeated("{ or: [$w] }")}] }) ${below} }`],
  directives: ({ field, below }) => [`{ ${repeated(`a#: ${field} @sorted(by: $w) ${below}`)} }`],
  fragments: ({ type, field, below }) => [
    `{ ${repeated("...F#")} }`,
    repeated(`fragment F# on ${type} { a#: ${field}(where: $w) ${below} }`),
  ],
};

/** Counts how often anything of a value is read. */
function counted(value: unknown, reads: { made: number }): unknown {
  if (typeof value !== "object" || value === null) return value;
  const inner = Array.isArray(value)
    ? value.map((item) => counted(item, reads))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, counted(item, reads)]));
  return new Proxy(inner, {
    get: (target, key, receiver) => {
      reads.made += 1;
      return Reflect.get(target, key, receiver);
    },
    ownKeys: (target) => {
      reads.made += 1;
      return Reflect.ownKeys(target);
    },
  });
}

describe.each(Object.entries(WALKS))("%s reads what a variable holds a few times", (_name, { of, walk }) => {
  test.each(Object.entries(DOCUMENTS))("given at many places: %s", (_where, documentOf) => {
    const [selection, fragments = ""] = documentOf(ROOTS[of]);
    const operation = parseOperation(parse(`${of} ($w: Where!) ${selection} ${fragments}`, { noLocation: true }), null);
    const readsOf = (items: number): number => {
      const reads = { made: 0 };
      walk(operation, { w: counted({ or: Array.from({ length: items }, () => ({ email: "a" })) }, reads) });
      return reads.made;
    };
    // A place may look at the whole, but not at its items.
    expect((readsOf(2 * ITEMS) - readsOf(ITEMS)) / ITEMS).toBeLessThan(READS_MAX);
  });
});

test("a default that many objects leave out is read once", () => {
  const reads = { made: 0 };
  const shared = counted({ or: Array.from({ length: ITEMS }, () => ({ email: "a" })) }, reads);
  const operation = parseOperation(parse("mutation ($w: [Where!]) { change(all: $w) }", { noLocation: true }), null);
  const variables = { w: Array.from({ length: PLACES }, () => ({ or: [shared] })) };
  for (const { walk } of Object.values(WALKS)) walk(operation, variables);
  expect(reads.made).toBeLessThan(READS_MAX * ITEMS);
});
