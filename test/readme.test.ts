import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Kind, parse } from "graphql";
import { ERROR_STATUS, REASONS } from "../src/index.ts";
import { DEFAULT_LIMITS, optionsSchema } from "../src/options.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** The rows of the first table under a heading, cells trimmed. */
function tableUnder(heading: string): string[][] {
  const lines = README.split("\n");
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`README.md has no heading ${heading}.`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith("#")) break;
    if (line.startsWith("|"))
      rows.push(
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      );
    else if (rows.length > 0) break;
  }
  return rows.slice(2);
}

function namesIn(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}

const firstColumn = (heading: string): string[] => tableUnder(heading).flatMap(([first]) => namesIn(first));

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(ROOT, folder, file));
}

describe("what the README promises", () => {
  test("options: the same as the gateway takes", () => {
    const limits = Object.keys(DEFAULT_LIMITS).map((limit) => `limits.${limit}`);
    expect(firstColumn("### Options").sort()).toEqual([...Object.keys(optionsSchema.shape), ...limits].sort());
  });

  test("limits: the defaults that they have", () => {
    const told = tableUnder("### Options").flatMap(([name, , value]) => {
      const [limit] = namesIn(name);
      return limit?.startsWith("limits.") ? [[limit.slice("limits.".length), Number(value?.replaceAll(",", ""))]] : [];
    });
    expect(Object.fromEntries(told)).toEqual(DEFAULT_LIMITS);
  });

  test("codes: all of them, each with its status", () => {
    const told = tableUnder("### Codes").map(([code, status]) => [namesIn(code)[0], Number(status)]);
    expect(Object.fromEntries(told)).toEqual(ERROR_STATUS);
    expect(told).toHaveLength(Object.keys(ERROR_STATUS).length);
  });

  test("reasons: all of them but the one that is none", () => {
    const after = README.slice(README.indexOf("## How a value is decided"), README.indexOf("### Codes"));
    const told = new Set(namesIn(after).filter((name) => /^[A-Z_]{5,}$/.test(name)));
    const known: ReadonlySet<string> = new Set(REASONS.filter((reason) => reason !== "GRANTED"));
    // an outcome, and a flag of the record
    const others = ["DENY", "FACT_UNREADABLE"];
    expect([...told].filter((name) => !known.has(name) && !others.includes(name))).toEqual([]);
    expect([...known].filter((name) => !told.has(name))).toEqual([]);
  });

  test("environment: every variable that the source reads, and none besides", () => {
    const read = new Set(
      sourceFiles("src").flatMap(
        (file) => readFileSync(file, "utf8").match(/\b(?:FIELDGUARD_[A-Z_]+|PORT(?=: z)|LOG_LEVEL)\b/g) ?? [],
      ),
    );
    expect(firstColumn("### Environment").sort()).toEqual([...read].sort());
  });

  test("CONTRIBUTING.md names the variables of the tests, and no other", () => {
    const texts = [...sourceFiles("test"), join(ROOT, "jest.config.js")].map((file) => readFileSync(file, "utf8"));
    const read = texts.flatMap((text) =>
      [...text.matchAll(/process\.env(?:\["|\.)([A-Z_]+)/g)].map(([, name]) => name),
    );
    const table = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").split("| variable |")[1] ?? "";
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    );
    const ofOthers = ["APOLLO_KEY", "CI", "MONGODB_URI", "PATH"];
    expect(named.sort()).toEqual([...new Set(read)].filter((name) => !ofOthers.includes(name ?? "")).sort());
  });

  test("npm commands exist", () => {
    const named = [...README.matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(Object.keys(PACKAGE.scripts)).toContain(name);
    for (const [, name = ""] of README.matchAll(/npm (start|test)\b/g))
      expect(Object.keys(PACKAGE.scripts)).toContain(name);
  });

  test("fieldguard's commands exist, and each is told of", () => {
    const source = sourceFiles("src/cli")
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    const exist = new Set([...source.matchAll(/\.command\(\s*"([a-z-]+)/g)].map((match) => match[1] ?? ""));
    const promised = [...README.matchAll(/fieldguard ((?:[a-z]+ ?)+)/g)].flatMap((match) => {
      const words = (match[1] ?? "").trim().split(" ");
      return exist.has(words[0] ?? "") ? [words[0] ?? ""] : [];
    });
    const table = firstColumn("### Commands").filter((command) => command.startsWith("fieldguard "));
    for (const command of table) expect([...exist]).toContain(command.split(" ")[1]);
    for (const word of table.flatMap((command) => command.split(" ").slice(1))) expect([...exist]).toContain(word);
    expect(promised.length).toBeGreaterThan(0);
    const told = new Set(README.match(/[a-z-]+/g));
    expect([...exist].filter((command) => !told.has(command))).toEqual([]);
  });

  test("directives: the same as the schema defines, with their arguments", () => {
    const defined = parse(readFileSync(join(ROOT, "schema/privacy.graphql"), "utf8")).definitions.flatMap((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION
        ? `@${node.name.value}(${(node.arguments ?? []).map(({ name }) => name.value).join(", ")})`
        : [],
    );
    expect(firstColumn("### The directives").sort()).toEqual(defined.sort());
  });
});
