import { existsSync, readFileSync, statSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { isSupported, NODE_WANTED } from "../src/core/node-version.ts";
import { sqlitePackage } from "../src/databases/sqlite/driver.ts";
import { ensureBuilt, MAIN } from "./cli/command.ts";

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

describe("the version of Node", () => {
  test.each([
    ["18.20.8", false],
    ["20.9.0", false],
    ["20.18.3", false],
    ["20.19.0", true],
    ["20.20.0", true],
    ["21.0.0", true],
    ["22.23.3", true],
    ["24.21.0", true],
    ["26.10.0", true],
  ])("%s: %p", (version, supported) => {
    expect(isSupported(version)).toBe(supported);
  });

  test("is the one that package.json says", () => {
    expect(JSON.parse(read("package.json")).engines).toEqual({ node: `>=${NODE_WANTED}` });
  });

  // Edition 12 of better-sqlite3 aborts while it serves on Node 24.19 and newer, edition 13 crashes on Node 20.
  test.each([
    ["20.19.4", "better-sqlite3"],
    ["22.12.0", "better-sqlite3-13"],
    ["24.18.0", "better-sqlite3-13"],
    ["24.19.0", "better-sqlite3-13"],
    ["26.10.0", "better-sqlite3-13"],
  ])("%s loads %s", (version, name) => {
    expect(sqlitePackage(version)).toBe(name);
  });
});

function targetsOf(exported: unknown): string[] {
  return typeof exported === "string" ? [exported] : Object.values(exported ?? {}).flatMap(targetsOf);
}

describe("the package", () => {
  beforeAll(ensureBuilt, 300_000);

  test.each([
    ["types/index.d.cts", () => import("../src/index.ts")],
    ["types/shield.d.cts", () => import("../src/decision/shield.ts")],
  ])("%s declares every value of the module, and no other", async (file, load) => {
    const declared = [...read(file).matchAll(/^export declare const (\w+): Module\["(\w+)"\];$/gm)];
    expect(declared.map(([, name]) => name).sort()).toEqual(Object.keys(await load()).sort());
    expect(declared.filter(([, name, of]) => name !== of)).toEqual([]);
  });

  // Tools of CommonJS projects read `main` and `types` alone.
  test("every file that it names for others is there", () => {
    const { main, types, exports } = JSON.parse(read("package.json"));
    const named = [main, types, ...targetsOf(exports)].map((file) => file.replace("*", "privacy.graphql"));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(["./schema/*", "./package.json"]));
  });

  test("has a command that can be run after every build", () => {
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });
});
