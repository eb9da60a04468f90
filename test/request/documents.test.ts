import { describe, expect, test } from "@jest/globals";
import { buildSchema, visit } from "graphql";
import { DEFAULT_LIMITS } from "../../src/options.ts";
import { createDocuments } from "../../src/server/documents.ts";

const SCHEMA = buildSchema("type Query { echo(text: String, numbers: [Int]): String }");
const documentsWith = (limits: Partial<typeof DEFAULT_LIMITS> = {}) =>
  createDocuments(SCHEMA, { limits: { ...DEFAULT_LIMITS, ...limits }, introspection: true });

describe("documents that were read", () => {
  test("keep neither places nor comments nor the text that they were in", () => {
    const read = documentsWith().read(`${"#".repeat(200_000)}\n{ a_name_long_enough_to_be_a_piece_of_its_text: echo }`);
    if (!("kind" in read)) throw new Error("not valid");
    visit(read, {
      enter(node) {
        expect(node.loc).toBeUndefined();
      },
    });
  });

  test.each([
    ["texts", (n: number) => `{ a${n}: echo(text: "${"x".repeat(200_000)}") }`],
    ["tokens", (n: number) => `{ a${n}: echo(numbers: [${"1 ".repeat(2_000)}]) }`],
    ["comments", (n: number) => `{ a${n}: echo } #${"x".repeat(200_000)}`],
    ["small ones", (n: number) => `{ a${n}: echo }`],
  ])("are bounded in bytes and in number: %s", (_what, text) => {
    const documents = documentsWith({ plansMax: 10 });
    for (let n = 0; n < 25; n += 1) documents.read(text(n));
    expect(documents.kept.bytes).toBeLessThanOrEqual(10 * 65_536);
    expect(documents.kept.documents).toBeLessThanOrEqual(10);
  });

  test("count by what they hold", () => {
    const documents = documentsWith();
    const grown = (text: string): number => {
      const before = documents.kept.bytes;
      documents.read(text);
      return documents.kept.bytes - before;
    };
    const small = grown("{ echo }");
    expect(grown(`{ echo } #${"x".repeat(100_000)}`)).toBe(small);
    expect(grown(`{ echo(text: "${"x".repeat(100_000)}") }`)).toBeGreaterThan(200_000);
    expect(grown("{ echo }")).toBe(0);
  });

  test.each([
    ["{ echo", "GRAPHQL_PARSE_FAILED", { line: 1, column: 7 }],
    ["# a comment\n  {{", "GRAPHQL_PARSE_FAILED", { line: 2, column: 4 }],
    ["{ echo % }", "GRAPHQL_PARSE_FAILED", { line: 1, column: 8 }],
    ["{ none }", "GRAPHQL_VALIDATION_FAILED", undefined],
  ])("tell what is not valid, and where it is not read: %s", (text, code, place) => {
    const documents = documentsWith();
    const read = documents.read(text);
    if ("kind" in read) throw new Error("valid");
    expect([read.code, read.errors[0]?.locations?.[0]]).toEqual([code, place]);
    expect(documents.kept.documents).toBe(0);
  });
});
