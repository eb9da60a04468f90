import { describe, expect, test } from "@jest/globals";
import { PathNode, type Tally } from "../../src/request/enforce/model.ts";
import { checkRecordSize, foldAliases } from "../../src/request/fold-aliases.ts";

interface Row {
  readonly path: string;
  readonly of?: readonly string[];
  readonly count?: number;
  readonly on?: readonly string[];
  readonly outcome?: Tally["outcome"];
  readonly coordinate?: string;
  readonly act?: boolean;
}

function talliesOf(rows: readonly Row[]): Tally[] {
  const root = new PathNode(null, "");
  return rows.map(
    ({ path, of = ["ann", "bob"], count = 2, on = [], outcome = "ALLOW", coordinate = "P.email", act }) => ({
      coordinate,
      category: "EMAIL_ADDRESS",
      path: path.split(".").reduce((node, key) => node.child(key), root),
      outcome,
      reason: "GRANTED",
      count,
      consentIds: new Set(on),
      subjects: new Set(of),
      ...(act === true ? { act: {} as never } : {}),
    }),
  );
}

const told = (rows: readonly Row[]) =>
  foldAliases(talliesOf(rows)).map(({ path, count, subjects }) => [path.keys().join("."), count, [...subjects]]);

describe("one field under several names of the same objects", () => {
  const people = ["ann", "bob"];

  test.each<[string, readonly Row[], readonly (readonly unknown[])[]]>([
    [
      "is one entry, at the first name",
      [{ path: "p.@.b" }, { path: "p.@.a" }, { path: "p.@.c" }],
      [["p.@.a", 6, people]],
    ],
    [
      "of other people is not",
      [{ path: "p.@.a" }, { path: "p.@.b", of: ["ann"] }],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 2, ["ann"]],
      ],
    ],
    [
      "of as many others is not",
      [{ path: "p.@.a" }, { path: "p.@.b", of: ["ann", "cyd"] }],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 2, ["ann", "cyd"]],
      ],
    ],
    [
      "on other consents is not",
      [
        { path: "p.@.a", on: ["1"] },
        { path: "p.@.b", on: ["2"] },
      ],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 2, people],
      ],
    ],
    [
      "of more objects is not",
      [{ path: "p.@.a" }, { path: "p.@.b", count: 3 }],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 3, people],
      ],
    ],
    [
      "decided otherwise is not",
      [{ path: "p.@.a" }, { path: "p.@.b", outcome: "MASK" }],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 2, people],
      ],
    ],
    [
      "under another object is not",
      [{ path: "p.@.a" }, { path: "q.@.a" }],
      [
        ["p.@.a", 2, people],
        ["q.@.a", 2, people],
      ],
    ],
    [
      "and another field are two",
      [{ path: "p.@.a" }, { path: "p.@.b", coordinate: "P.name" }],
      [
        ["p.@.a", 2, people],
        ["p.@.b", 2, people],
      ],
    ],
    [
      "that acts is not",
      [
        { path: "a", act: true },
        { path: "b", act: true },
      ],
      [
        ["a", 2, people],
        ["b", 2, people],
      ],
    ],
  ])("%s", (_what, rows, expected) => {
    expect(told(rows)).toEqual(expected);
  });
});

test.each<[string, readonly Row[]]>([
  ["people", [{ path: "p", of: Array.from({ length: 200 }, (_, at) => `person ${at}`) }]],
  ["consents", [{ path: "p", on: Array.from({ length: 400 }, (_, at) => `consent ${at}`) }]],
  ["decisions", Array.from({ length: 70 }, (_, at) => ({ path: `p${at}` }))],
  ["long names", [{ path: `${"x".repeat(9_800)}.y` }, { path: `${"x".repeat(9_800)}.z` }]],
])("a record of many %s is too large", (_what, rows) => {
  const tallies = talliesOf(rows);
  expect(() => checkRecordSize(tallies, 10_000)).toThrow(
    expect.objectContaining({ code: "OPERATION_TOO_LARGE", details: { limit: "recordBytesMax" } }),
  );
  expect(() => checkRecordSize(tallies, 30_000)).not.toThrow();
});
