import type { ExplainedTest } from "../decision/explain.ts";
import { columns } from "../evidence/views/text.ts";

const MARKS: Readonly<Record<ExplainedTest["result"], string>> = {
  HELD: "held",
  FAILED: "FAILED",
  DEPENDS: "depends",
  NOT_REACHED: "-",
};

/** The tests of a decision as rows: number, name, how it went, what it asks. */
export function describeTests(tests: readonly ExplainedTest[]): string {
  return columns(tests.map((test) => [`  ${test.row}`, test.name, MARKS[test.result], test.words]));
}
