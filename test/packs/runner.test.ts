import { expect, test } from "@jest/globals";
import { differences } from "../../src/packs/expect.ts";
import { loadPack } from "../../src/packs/load.ts";
import type { Case, Clause, Pack } from "../../src/packs/model.ts";
import { runClauses } from "../../src/packs/run.ts";

const PACK: Pack = loadPack("shoplive");

async function problemsOf(one: Case, kind: Clause["kind"] = "recorded"): Promise<readonly string[]> {
  const clause = { id: "SL-99", promise: "none", section: "none", kind, cases: [one] };
  const [result] = await runClauses(PACK, [clause]);
  expect(result?.holds).toBe(false);
  return [...(result?.lacks ?? []), ...(result?.cases.flatMap(({ problems }) => problems) ?? [])];
}

const EMAIL = '{ administrator(id: "a-1") { email } }';

test("a case that expects other data than came does not hold", async () => {
  const data = { administrator: { email: "other@haru.example" } };
  const problems = await problemsOf({ shows: "x", as: "operator", purpose: "ACCOUNT_MANAGEMENT", ask: EMAIL, data });
  expect(problems).toEqual([expect.stringContaining(".administrator.email: expected")]);
});

test("nor one that is silent about what was withheld, in the answer or in the record", async () => {
  const data = { administrator: { email: "m•••@haru.example" } };
  const problems = await problemsOf({ shows: "x", as: "operator", purpose: "DIRECT_MARKETING", ask: EMAIL, data });
  expect(problems).toEqual([
    "withheld: Administrator.email MASK CONSENT_MISSING is there and was not expected",
    "the record: Administrator.email MASK CONSENT_MISSING is there and was not expected",
  ]);
});

test("nor one that expects a refusal and is answered", async () => {
  const problems = await problemsOf({
    shows: "x",
    as: "operator",
    purpose: "ACCOUNT_MANAGEMENT",
    ask: EMAIL,
    refused: "PURPOSE_NOT_PERMITTED",
  });
  expect(problems).toContain("a refused request was answered with data");
});

test("an enforced clause needs both sides", async () => {
  const data = { administrator: { email: "mina@haru.example" } };
  const one = { grant: "x", as: "operator", purpose: "ACCOUNT_MANAGEMENT", ask: EMAIL, data };
  expect(await problemsOf(one, "enforced")).toEqual(["a case in which something is refused"]);
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }, true, 1],
  [{ a: 1 }, { a: 1, b: 2 }, false, 0],
  ["/^h:/", "h:abc", true, 0],
  ["/^h:/", "abc", true, 1],
  [[1, 2], [1], true, 1],
  [null, undefined, true, 1],
  [0, false, true, 1],
])("differences between %j and %j", (expected, actual, exact, count) => {
  expect(differences(expected, actual, exact)).toHaveLength(count);
});
