import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const ROOT = new URL("../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), "utf8");

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(new URL("docs", ROOT)).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])),
];
const ROOMS = readdirSync(new URL("src", ROOT), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Paths from the top of the repository, as a page names them between backticks. */
const PATH = /`((?:src|test|schema|bench|docs|examples|types|\.ci)\/[\w./-]+)`/g;

describe("the pages", () => {
  test.each(PAGES)("%s names files that are there", (page) => {
    const named = [...read(page).matchAll(PATH)].map(([, path = ""]) => path);
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });

  test.each(PAGES)("%s links to pages that are there", (page) => {
    const linked = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = ""]) => path);
    expect(linked.filter((path) => !existsSync(new URL(path, new URL(page, ROOT))))).toEqual([]);
  });

  test.each(["docs/architecture.md", "README.md"])("%s names every room of src", (page) => {
    const text = read(page);
    expect(ROOMS.filter((room) => !text.includes(`\`${room}/\``) && !text.includes(`\`${room}\``))).toEqual([]);
  });

  test("of twenty questions each is answered by a place", () => {
    const [, questions = ""] = read("docs/architecture.md").split("## Twenty questions");
    const rows = questions.split("\n").filter((line) => /^\| .*\? \|/.test(line));
    expect(rows).toHaveLength(20);
    expect(rows.filter((row) => !/`(src|examples|schema|test)\//.test(row))).toEqual([]);
  });
});
