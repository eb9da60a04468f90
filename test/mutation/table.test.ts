import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { MUTATIONS } from "./table.ts";

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);

describe("the table of mutations", () => {
  test("tells each by a name of its own, and is as long as the docs say", () => {
    const names = MUTATIONS.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(MUTATIONS).toHaveLength(60);
  });

  test.each(MUTATIONS)("can be made in exactly one place, and names suites: $name", (mutation) => {
    const { file, search, replacement, suites } = mutation;
    expect(search).not.toBe("");
    expect(readFileSync(at(`src/${file}`), "utf8").split(search)).toHaveLength(2);
    expect(replacement).not.toBe(search);
    expect(suites.filter((suite) => !existsSync(at(suite.split(":")[0] ?? "")))).toEqual([]);
    expect(suites).not.toHaveLength(0);
  });
});
