import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "@jest/globals";

const SRC = new URL("../src", import.meta.url).pathname;

/**
 * Imports run one way, type-only ones too: a folder may import from itself and from those of lower rank.
 * What is not in a folder is the composition root.
 */
const RANKS: Readonly<Record<string, number>> = {
  core: 0,
  policy: 1,
  stores: 2,
  decision: 3,
  consent: 4,
  evidence: 5,
  request: 5,
  server: 6,
  api: 6,
  "": 7,
  packs: 8,
  samples: 8,
  cli: 9,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)"(\.{1,2}\/[^"]+)"/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(IMPORT)].map(([, path = ""]) => ({
    from: file,
    to: relative(SRC, join(SRC, dirname(file), path)),
  }));
}

const FILES = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.(ts|js)$/.test(file));
const IMPORTS = FILES.flatMap(importsOf).filter(({ to }) => !to.startsWith(".."));

function folderOf(file: string): string {
  return file.includes(sep) ? (file.split(sep)[0] ?? "") : "";
}

describe("the folders of src", () => {
  test("every folder has a rank", () => {
    expect([...new Set(FILES.map(folderOf))].filter((folder) => RANKS[folder] === undefined)).toEqual([]);
  });

  test("imports are found at all", () => {
    expect(IMPORTS.length).toBeGreaterThan(FILES.length);
    expect(IMPORTS.filter(({ to }) => !FILES.includes(to))).toEqual([]);
  });

  test("imports run one way", () => {
    const wrong = IMPORTS.filter(({ from, to }) => {
      const [source, target] = [folderOf(from), folderOf(to)];
      return source !== target && !((RANKS[target] ?? 99) < (RANKS[source] ?? -1));
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("the contracts of the stores know no adapter", () => {
    const adapter = /^stores\/(sqlite|mongo)\//;
    const wrong = IMPORTS.filter(
      ({ from, to }) =>
        adapter.test(to) && folderOf(to) === "stores" && !adapter.test(from) && from !== join("stores", "open.ts"),
    );
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  // What these two need done before they can be loaded differs from one version of Node to the next.
  test.each([
    ["graphql-shield", join("decision", "shield.ts")],
    ["better-sqlite3", join("core", "sqlite-driver.ts")],
  ])("%s is loaded by %s alone", (name, file) => {
    const text = new RegExp(`(from|import|require\\()\\s*"${name}"`);
    const naming = FILES.filter((other) => text.test(readFileSync(join(SRC, other), "utf8")));
    expect(naming).toEqual([file]);
  });
});
