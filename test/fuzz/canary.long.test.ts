import { describe, expect, test } from "@jest/globals";
import { searchStorefront } from "./canary/search.ts";

/** Operations to try, each four times: 3,000 in CI; `npm run fuzz` is for millions. */
const OPERATIONS = Number(process.env["FUZZ_OPERATIONS"] ?? 300);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_240_703);
/** Where the machine is slow, fewer are tried; in CI that is a failure. */
const SECONDS_MAX = Number(process.env["FUZZ_SECONDS"] ?? 60);

describe("the storefront full of canaries", () => {
  test(
    `shows each only to whom the reference shows it, and records it (seed ${SEED})`,
    async () => {
      const end = performance.now() + SECONDS_MAX * 1_000;
      const tally = await searchStorefront(SEED, OPERATIONS, () => performance.now() < end);
      if (process.env["CI"] === "true") expect(tally.operations).toBe(OPERATIONS);
      // the two would agree on little if little were shown, changed or listened to
      expect([...tally.kinds.keys()].sort()).toEqual(["MUTATION", "QUERY", "SUBSCRIPTION_EVENT"]);
      expect([...tally.ways.keys()].sort()).toEqual(["GET", "POST", "WS"]);
      expect(tally.seen).toBeGreaterThan(tally.operations / 20);
      // each new field is rarer than those before: a run that time cuts short has seen fewer
      expect(tally.coordinates.size).toBeGreaterThan(Math.min(10, tally.operations / 40));
      expect(tally.effects).toBeGreaterThan(0);
      expect(tally.refused).toBeGreaterThan(0);
    },
    SECONDS_MAX * 1_000 + 120_000,
  );
});
