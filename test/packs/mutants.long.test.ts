import { describe, expect, jest, test } from "@jest/globals";
import { loadPack, packNames } from "../../src/packs/load.ts";
import { type Mutant, mutantsOf, noticedBy } from "./mutants.ts";
import { MUTATIONS } from "./mutations.ts";

/**
 * All of them take minutes: by itself a run looks at one in sixteen, FIELDGUARD_MUTANTS=all at every one. Which sixteenth is
 * FIELDGUARD_TURN's to say: the guard counts on with every commit, so that all have their turn.
 */
const EVERY = process.env["FIELDGUARD_MUTANTS"] === "all" ? 1 : 16;
const TURN = Number(process.env["FIELDGUARD_TURN"] ?? 0) % EVERY;

/** One that survives has met every clause of its pack. */
jest.setTimeout(120_000);

describe.each(packNames())("%s", (name) => {
  const pack = loadPack(name);
  const mutants = mutantsOf(pack);

  test("as it is, every clause holds, so that a change is what is noticed", async () => {
    const asItIs = { pack, what: "", coordinate: "" };
    expect(await noticedBy({ kind: "an annotation taken away", ...asItIs })).toBeNull();
    expect(await noticedBy({ kind: "a role or purpose added", ...asItIs })).toBeNull();
  });

  // Counted over the whole pack: some kinds have fewer mutants than there are turns.
  const some = mutants.filter((_, at) => at % EVERY === TURN);

  test.each(some.map((mutant): [string, string, Mutant] => [mutant.kind, mutant.what.replace(/\s+/g, " "), mutant]))(
    "%s: %s",
    async (_, __, mutant) => {
      expect(await noticedBy(mutant)).not.toBeNull();
    },
  );

  test("of each kind there are some, or the pack gives no place for it", () => {
    const without = MUTATIONS.filter((kind) => !mutants.some((mutant) => mutant.kind === kind));
    expect(without).toEqual([]);
  });
});
