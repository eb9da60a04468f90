import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(read("package.json")) as Readonly<
  Record<"dependencies" | "optionalDependencies" | "peerDependencies", Readonly<Record<string, string>>>
>;

test("docs/dependencies.md names every run-time dependency, and no other", () => {
  const rows = read("docs/dependencies.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).sort());
});

test("nothing that writes source text executes operations", () => {
  const lock = JSON.parse(read("package-lock.json")) as { readonly packages: Readonly<Record<string, unknown>> };
  const installed = Object.keys(lock.packages).map((path) => path.split("node_modules/").pop());
  expect(installed.filter((name) => name === "graphql-jit" || name === "generate-function")).toEqual([]);
});
