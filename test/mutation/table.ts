import { existsSync, readdirSync, readFileSync } from "node:fs";

/** One step of enforcement switched off: a small change of one source file. */
export interface Mutation {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
  /** The suites that should notice it. */
  readonly suites: readonly string[];
}

const ROWS = new URL("rows/", import.meta.url);
const ROOT = new URL("../../", import.meta.url);

/**
 * The rows of `rows/*.txt`, separated by empty lines. `@ file | suites` opens a file; a row is its name, `| suites` where
 * they are not those of the file (`suite:words` runs only its tests of that name), then the lines that go (`-`) and those that come (`+`).
 */
export const MUTATIONS: readonly Mutation[] = readdirSync(ROWS)
  .sort()
  .flatMap((name) => parse(readFileSync(new URL(name, ROWS), "utf8")));

/** The file of a suite, which may be one of the long ones. */
function fileOf(suite: string): string {
  const long = `test/${suite}.long.test.ts`;
  return existsSync(new URL(long, ROOT)) ? long : `test/${suite}.test.ts`;
}

function parse(text: string): Mutation[] {
  const mutations: Mutation[] = [];
  let file = "";
  let suites: readonly string[] = [];
  for (const row of text.split(/\n(?:[ \t]*\n)+/)) {
    const [head = "", ...lines] = row.split("\n");
    const [title = "", named] = head.split(" | ");
    const own = named
      ?.trim()
      .split(" ")
      .map((suite) => suite.replace(/^[^:]+/, fileOf));
    if (head.startsWith("@ ")) {
      file = title.slice(2);
      suites = own ?? [];
    } else if (title !== "") {
      const part = (sign: string): string =>
        lines
          .filter((line) => line.startsWith(sign))
          .map((line) => line.slice(1))
          .join("\n");
      mutations.push({
        name: `${file}: ${title}`,
        file,
        search: part("-"),
        replacement: part("+"),
        suites: own ?? suites,
      });
    }
  }
  return mutations;
}
