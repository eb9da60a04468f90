import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";

const SRC = new URL("../src", import.meta.url).pathname;
const STOREFRONT = new URL("../examples/storefront/src", import.meta.url).pathname;

/**
 * Imports run one way, type-only ones too: a folder may import from itself and from those of lower rank.
 * What is not in a folder is the composition root.
 */
const RANKS: Readonly<Record<string, number>> = {
  core: 0,
  masks: 1,
  policy: 2,
  databases: 2,
  consents: 3,
  log: 3,
  decision: 4,
  schema: 5,
  rights: 5,
  stores: 5,
  evidence: 6,
  request: 6,
  server: 7,
  api: 7,
  "": 8,
  packs: 9,
  cli: 10,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)"(\.{1,2}\/[^"]+)"/g;

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.(ts|js)$/.test(file));
}

function importsIn(root: string): Import[] {
  const importsOf = (file: string): Import[] => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(IMPORT)].map(([, path = ""]) => ({
      from: file,
      to: relative(root, join(root, dirname(file), path)),
    }));
  };
  return filesIn(root)
    .flatMap(importsOf)
    .filter(({ to }) => !to.startsWith(".."));
}

const FILES = filesIn(SRC);
const IMPORTS = importsIn(SRC);

function folderOf(file: string): string {
  return file.includes(sep) ? (file.split(sep)[0] ?? "") : "";
}

/** Groups of files that import each other: the strongly connected components of the graph (Tarjan 1972), sorted. */
function circlesIn(root: string): string[] {
  const graph = new Map(filesIn(root).map((file): [string, string[]] => [file, []]));
  for (const { from, to } of importsIn(root)) graph.get(from)?.push(to);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const at = order.size;
    order.set(file, at);
    lowest.set(file, at);
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (path.includes(next)) lowest.set(file, Math.min(lowest.get(file) ?? at, lowest.get(next) ?? at));
    }
    if (lowest.get(file) !== at) return;
    const group = path.splice(path.indexOf(file));
    if (group.length > 1) found.push(group.sort().join(", "));
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found.sort();
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

  test.each(["consents", "log", "databases"])("the contract of %s knows no adapter", (room) => {
    const adapter = new RegExp(`^${room}/(sqlite|mongo)/`);
    const wrong = IMPORTS.filter(({ from, to }) => adapter.test(to) && folderOf(from) === room && !adapter.test(from));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("SQLite's adapters know nothing of MongoDB's", () => {
    const wrong = IMPORTS.filter(({ from, to }) => from.includes("/sqlite/") && to.includes("/mongo/"));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  // What one part of a room shows to the others; the rest is its own.
  test.each([
    ["log/search", "", ["search-index.ts", "tables.ts", "upkeep.js"]],
    ["log/sqlite", "log/mongo", ["access-log.ts", "query.ts", "schema.ts", "spool.ts"]],
    ["consents/sqlite", "consents/mongo", []],
  ])("of %s, %s uses these alone", (part, by, shown) => {
    const used = IMPORTS.filter(
      ({ from, to }) => dirname(to) === part && dirname(from) !== part && from.startsWith(by),
    );
    expect([...new Set(used.map(({ to }) => basename(to)))].sort()).toEqual(shown);
  });

  test("no folder holds one file alone", () => {
    const files = new Map<string, number>();
    for (const file of FILES) files.set(dirname(file), (files.get(dirname(file)) ?? 0) + 1);
    const beside = (folder: string): boolean => FILES.some((file) => dirname(dirname(file)) === folder);
    const alone = [...files].filter(([folder, count]) => count === 1 && !beside(folder)).map(([folder]) => folder);
    expect(alone).toEqual([]);
  });

  test.each([
    ["src", SRC],
    ["the sample storefront", STOREFRONT],
  ])("no file of %s imports itself by way of others, types included", (_name, root) => {
    expect(circlesIn(root)).toEqual([]);
  });

  // What a record of the gateway's own says, and how pages follow on each other. The suite for stores does both by hand.
  test.each([
    ["builds entries of the gateway's own", /\boperation: null,[^}]*\bdecisions: \[\]/, join("log", "entry.ts")],
    [
      "reads records page by page",
      /\bafter: (next|after|page)|\bfirst(: \w+)?, after \}\)/,
      join("log", "read-records.ts"),
    ],
  ])("one file alone %s", (_what, text, file) => {
    const others = FILES.filter((other) => !other.startsWith(join("stores", "conformance")));
    expect(others.filter((other) => text.test(readFileSync(join(SRC, other), "utf8")))).toEqual([file]);
  });

  // What these two need done before they can be loaded differs from one version of Node to the next.
  test.each([
    ["graphql-shield", join("decision", "shield.ts")],
    ["better-sqlite3", join("databases", "sqlite", "driver.ts")],
  ])("%s is loaded by %s alone", (name, file) => {
    const text = new RegExp(`(from|import|require\\()\\s*"${name}"`);
    const naming = FILES.filter((other) => text.test(readFileSync(join(SRC, other), "utf8")));
    expect(naming).toEqual([file]);
  });
});

/** Rooms in which every function can be read at a glance, `""` being the root; the others are on their way. */
const SHORT_ROOMS = [
  ...[
    "",
    "api",
    "cli",
    "consents",
    "core",
    "databases",
    "decision",
    "evidence",
    "log",
    "masks",
    "policy",
    "request",
    "rights",
    "schema",
    "server",
    "stores",
  ],
];
const LINES_MAX = 50;
const FUNCTIONS: ReadonlySet<unknown> = new Set([
  ...["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"],
  ...["ClassMethod", "PrivateMethod", "Constructor", "MethodProperty"],
]);

/** Lines at which functions of more lines than that begin. */
function longFunctionsIn(text: string): number[] {
  // swc counts bytes, on from the file that it read before: the statement in front tells from where.
  const bytes = Buffer.from(`;${text.replace(/^#!.*/, "")}`);
  const { body } = parseSync(bytes.toString(), { syntax: "typescript" });
  const base = body[0]?.span.start ?? 0;
  const lineAt = (at: number): number =>
    bytes
      .subarray(0, at - base)
      .toString()
      .split("\n").length;
  const long: number[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("type" in node && FUNCTIONS.has(node.type) && "span" in node) {
      const { start, end } = node.span as { readonly start: number; readonly end: number };
      if (lineAt(end) - lineAt(start) >= LINES_MAX) long.push(lineAt(start));
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(body);
  return long;
}

/** `file:line` of each. */
function longFunctions(file: string): string[] {
  return longFunctionsIn(readFileSync(join(SRC, file), "utf8")).map((line) => `${file}:${line}`);
}

describe("functions", () => {
  test("of more than 50 lines are found, of whatever kind", () => {
    const lines = (count: number): string => "\n".repeat(count - 1);
    const kinds = [
      (inside: string) => `function f() {${inside}}`,
      (inside: string) => `const f = (): void => {${inside}};`,
      (inside: string) => `const é = { f() {${inside}} };`,
      (inside: string) => `class C { #f(): void {${inside}} }`,
    ];
    expect(kinds.map((kind) => longFunctionsIn(`// 张\n${kind(lines(51))}`))).toEqual([[2], [2], [2], [2]]);
    expect(kinds.map((kind) => longFunctionsIn(`// 张\n${kind(lines(50))}`))).toEqual([[], [], [], []]);
  });

  test.each(SHORT_ROOMS)("of src/%s have at most 50 lines", (room) => {
    const files = FILES.filter((file) => folderOf(file) === room && file !== join("api", "generated.ts"));
    expect(files.flatMap(longFunctions)).toEqual([]);
  });
});
