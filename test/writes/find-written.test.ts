import { expect, test } from "@jest/globals";
import { buildSchema, type GraphQLField } from "graphql";
import type { Policy } from "../../src/policy/model.ts";
import { findWritten } from "../../src/request/act/find-written.ts";

const schema = buildSchema(/* GraphQL */ `
  input Line { note: String, below: [Line!] }
  type Query { a: Int }
  type Mutation { save(note: String, lines: [Line!]): Int }
`);
const field = schema.getMutationType()?.getFields()["save"] as GraphQLField<unknown, unknown>;
const policy = {
  written: { "Mutation.save(note:)": ["Person.note"], "Line.note": ["Person.note", "Person.memo"] },
} as unknown as Policy;

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** What is compared later grows with the ways into the input and the values that differ, not with the items that are sent. */
test.each([
  ["nothing", {}, []],
  ["an argument", { note: "a" }, [["Person.note", "note", 1]]],
  ["null", { note: null }, [["Person.note", "note", 1]]],
  [
    "one value in a great many items",
    { lines: times(10_000, () => ({ note: "a" })) },
    [
      ["Person.note", "lines.note", 1],
      ["Person.memo", "lines.note", 1],
    ],
  ],
  [
    "two values in turn",
    { lines: times(10_000, (at) => ({ note: at % 2 === 0 ? "a" : null })) },
    [
      ["Person.note", "lines.note", 2],
      ["Person.memo", "lines.note", 2],
    ],
  ],
  [
    "further down, in lists of lists",
    { lines: times(100, () => ({ below: times(100, () => ({ note: "a" })) })) },
    [
      ["Person.note", "lines.below.note", 1],
      ["Person.memo", "lines.below.note", 1],
    ],
  ],
  [
    "by several ways",
    { note: "a", lines: times(100, () => ({ note: "b" })) },
    [
      ["Person.note", "note", 1],
      ["Person.note", "lines.note", 1],
      ["Person.memo", "lines.note", 1],
    ],
  ],
] as const)("%s", (_, args, expected) => {
  const found = findWritten(policy, "Mutation", field, args);
  expect(found.map(({ coordinate, path, values }) => [coordinate, path.join("."), values.size])).toEqual(expected);
});
