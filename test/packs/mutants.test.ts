import { describe, expect, test } from "@jest/globals";
import { loadPack, packNames } from "../../src/packs/load.ts";
import { mutantsOf, noticedBy } from "../../src/packs/mutants.ts";

/** Every mutant takes minutes: by itself a run looks at each eighth, FIELDGUARD_MUTANTS=all at all of them. */
const EVERY = process.env["FIELDGUARD_MUTANTS"] === "all" ? 1 : 8;

describe.each(packNames())("%s without one annotation", (name) => {
  const mutants = mutantsOf(loadPack(name)).filter((_, at) => at % EVERY === 0);

  test.each(mutants.map((mutant) => [mutant.what.replace(/\s+/g, " "), mutant] as const))("%s", async (_, mutant) => {
    expect(await noticedBy(mutant)).not.toBeNull();
  });
});
