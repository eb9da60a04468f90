import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadPack, packNames, readPack } from "../../src/packs/load.ts";
import { runClauses } from "../../src/packs/run.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PAGE = readFileSync(join(ROOT, "docs/from-policy-to-schema.md"), "utf8");

describe("the walk from a paragraph to a case", () => {
  /** The page's files, by the names that they give themselves in their first line. */
  const files = [...PAGE.matchAll(/^```(?:graphql|yaml)\n# (\S+)\n([\s\S]*?)^```/gm)];
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fieldguard-page-"));
    for (const [, name = "", text = ""] of files) writeFileSync(join(folder, name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("it shows the three files of a pack", () => {
    expect(files.map(([, name]) => name)).toEqual(["schema.graphql", "data.yaml", "clauses.yaml"]);
  });

  test("they make a pack that holds", async () => {
    const [result] = await runClauses(readPack(folder, "deletion"));
    expect(result).toMatchObject({ id: "DE-1", holds: true, lacks: [] });
  });

  test("and does not without the annotation", async () => {
    const pack = readPack(folder, "deletion");
    const parts = pack.parts.map(({ name, sdl }) => ({ name, sdl: sdl.replace(", duty: true", "") }));
    const [result] = await runClauses({ ...pack, parts });
    const problems = result?.cases.flatMap((each) => each.problems) ?? [];
    expect(problems).toContain("withheld: EndUser.messages DENY SUBJECT_ERASED is there and was not expected");
  });
});

describe("the table of the five", () => {
  const rows = PAGE.slice(PAGE.indexOf("| topic |"))
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  const [head = [], , ...topics] = rows;

  test("it has all five, and the topics on which they differ", () => {
    expect(head.slice(1).sort()).toEqual(packNames());
    const named = topics.map(([topic]) => topic);
    expect(named).toEqual(
      expect.arrayContaining(["minors", "marketing", "partners", "retention", "regions", "rights"]),
    );
  });

  test.each(packNames())("what it quotes stands in the pack of %s, and whoever is silent quotes nothing", (name) => {
    const column = head.indexOf(name);
    const clauses = readFileSync(join(ROOT, "schema/platforms", name, "clauses.yaml"), "utf8");
    const said = [clauses, ...loadPack(name).parts.map(({ sdl }) => sdl)].join("\n").replace(/\s+/g, " ");
    const cells = topics.map((row) => row[column] ?? "");
    const quoted = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = ""]) => code));
    expect(quoted.filter((code) => !said.includes(code))).toEqual([]);
    expect(cells.filter((cell) => !cell.includes("`") && cell !== "silent")).toEqual([]);
  });
});
