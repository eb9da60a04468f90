import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { apiEntries, apiPage } from "../docs/api.ts";

const OWN = new Set(["fieldguard", "fieldguard/shield", "fieldguard/conformance"]);
const entries = apiEntries().flatMap(([, all]) => all);

test("docs/api.md is what the docstrings say", () => {
  expect(readFileSync(new URL("../docs/api.md", import.meta.url), "utf8")).toBe(apiPage());
});

describe("what the package exports", () => {
  test("is found, behind names that are passed on as well", () => {
    const [[title, [first]] = ["", []]] = apiEntries();
    expect(OWN).toContain(title);
    expect(first).toMatchObject({ name: "recordOf", file: "src/consents/choices.ts" });
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["createGateway", "rule", "Limits", "Mask"]),
    );
  });

  test("has docstrings", () => {
    expect(entries.filter(({ docstring }) => docstring === "").map(({ name, file }) => `${file} ${name}`)).toEqual([]);
  });

  test("says what each number counts", () => {
    const bare = entries.flatMap(({ name, text }) =>
      [...text.matchAll(/(\*\/)?\n\s*readonly (\w+)\??: number\b/g)].flatMap(([, documented, member]) =>
        documented === undefined && !/Times are|milliseconds/.test(textOf(name)) ? [`${name}.${member}`] : [],
      ),
    );
    expect(bare).toEqual([]);
  });
});

function textOf(name: string): string {
  return entries.find((entry) => entry.name === name)?.docstring ?? "";
}
