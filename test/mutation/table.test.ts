import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { MUTATIONS } from "./table.ts";

const sourceOf = (file: string): string => readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");

describe("the table of mutations", () => {
  test("tells each by a name of its own, and is not short", () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(MUTATIONS)("can be made in exactly one place: $name", ({ file, search, replacement }) => {
    expect(sourceOf(file).split(search)).toHaveLength(2);
    expect(replacement).not.toBe(search);
  });
});
