import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { isSupported, NODE_WANTED } from "../src/core/node-version.ts";
import { sqlitePackage } from "../src/databases/sqlite/driver.ts";
import { loadGraphiql } from "../src/server/graphiql.ts";
import { ensureBuilt, MAIN, ROOT } from "./cli/command.ts";

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

  test("holds the gateway, and neither the sample nor a test tool", async () => {
    const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      maxBuffer: 16 * 1024 * 1024,
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const folders = new Set(files.map(({ path }) => path.split("/")[0]));
    expect([...folders].sort()).toEqual(["LICENSE", "README.md", "dist", "package.json", "schema", "types"]);
    expect(files.filter(({ path }) => /^dist\/(samples|storefront)|mutants|mutations/.test(path))).toEqual([]);
  });

  // Tools of CommonJS projects read `main` and `types` alone.
  test("every file that it names for others is there", () => {
    const { main, types, exports } = JSON.parse(read("package.json"));
    const named = [main, types, ...targetsOf(exports)].map((file) => file.replace("*", "privacy.graphql"));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(["./schema/*", "./package.json"]));
  });

  test("has the page in files of its own, with the licences of what is in them, and needs none of it installed", async () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, { dev?: boolean }> };
    for (const name of ["graphiql", "@graphiql/react", "react", "react-dom", "codemirror", "markdown-it"]) {
      expect([name, lock.packages[`node_modules/${name}`]?.dev]).toEqual([name, true]);
      expect(read("dist/graphiql/LICENSES.txt")).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
    // Addresses in it are those of messages; none is one that a browser would load by itself.
    expect(read("dist/graphiql/graphiql.css")).not.toMatch(/@import|url\((?!"?(?:data:|#))/);
    const served = await loadGraphiql();
    const asked = [...String(served.get("")?.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    const known = [...served.keys()].filter((name) => name !== "").map((name) => `graphiql/${name}`);
    expect(asked.filter((path) => path !== "data:,").sort()).toEqual(known.sort());
  });

  test("has a command that can be run after every build", () => {
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });
});

describe("the sample storefront", () => {
  const sample = JSON.parse(read("examples/storefront/package.json"));
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read("package.json"));

  test("asks for the package by its name, and for nothing of its sources", () => {
    const folder = join(ROOT, "examples/storefront/src");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const imported = files.flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name = ""]) =>
        name.startsWith(".") ? `./${relative(folder, join(folder, dirname(file), name))}` : name,
      ),
    );
    const packages = imported.filter((name) => !name.startsWith(".") && !name.startsWith("node:"));
    const named = new Set(packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]));
    // one of the two editions is loaded by name, the types of both are those of the one
    expect([...named].sort()).toEqual([...Object.keys(sample.dependencies), "better-sqlite3"].sort());
    expect(imported.filter((name) => name.startsWith("./.."))).toEqual([]);
  });

  test("has what the package does not need, and the same editions of what it does", () => {
    for (const name of ["@faker-js/faker", "dataloader"]) {
      expect(Object.keys(sample.dependencies)).toContain(name);
      expect(Object.keys(dependencies)).not.toContain(name);
    }
    expect(sample.optionalDependencies).toEqual(optionalDependencies);
    expect(sample.dependencies.graphql).toBe(devDependencies.graphql);
  });
});

test("package-lock.json names no host", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  const resolved = Object.values(packages).flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
  expect(resolved.sort()).toEqual(["", "examples/storefront"]);
});
