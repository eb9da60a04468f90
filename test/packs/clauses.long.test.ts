import { describe, expect, test } from "@jest/globals";
import { compilePack } from "../../src/packs/compile.ts";
import { loadPack, packNames } from "../../src/packs/load.ts";
import { runClauses } from "../../src/packs/run.ts";

describe.each(packNames())("%s", (name) => {
  const pack = loadPack(name);

  test.each(pack.clauses.map((clause) => [clause.id, clause] as const))("%s", async (_, clause) => {
    const [result] = await runClauses(pack, [clause]);
    expect({ lacks: result?.lacks, problems: result?.cases.filter(({ problems }) => problems.length > 0) }).toEqual({
      lacks: [],
      problems: [],
    });
    expect(result?.holds).toBe(true);
  });
});

/** Ids of the register: each is in its platform's pack, whatever the pack adds to them. */
const REGISTER: Readonly<Record<string, readonly [prefix: string, count: number]>> = {
  shoplive: ["SL", 13],
  marketplace: ["MP", 19],
  crossborder: ["CB", 13],
  shopastro: ["SA", 32],
  allvalue: ["AV", 22],
};

test.each(packNames())("%s has every clause of the register", (name) => {
  const [prefix, count] = REGISTER[name] ?? ["", 0];
  expect(count).toBeGreaterThan(0);
  const ids = loadPack(name).clauses.map((clause) => clause.id);
  const wanted = Array.from({ length: count }, (__, at) => `${prefix}-${at + 1}`);
  expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
});

/** What a policy leaves to consent or contract is for it to say; what looks forgotten is not. */
const DECIDED = new Set(["CONSENT_NOT_ASKED", "EXTERNAL_WITHOUT_AGREEMENT", "SPECIAL_WITHOUT_CONSENT"]);

test.each(packNames())("nothing in the schema of %s looks forgotten", (name) => {
  const { faults, hints } = compilePack(loadPack(name));
  const forgotten = hints.filter(({ code }) => !DECIDED.has(code));
  expect([...faults, ...forgotten].map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([]);
});
