import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Aviary, openAviary } from "./canary/aviary.ts";
import { fly } from "./canary/fly.ts";
import { Tally } from "./canary/tally.ts";
import { Draws, seeded } from "./draws.ts";

/** Operations to try: 10,000 in CI; `npm run fuzz` is for millions. */
const OPERATIONS = Number(process.env["FUZZ_OPERATIONS"] ?? 1_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_240_703);
/** Where the machine is slow, fewer are tried; in CI that is a failure. */
const SECONDS_MAX = Number(process.env["FUZZ_SECONDS"] ?? 60);

let aviary: Aviary;
beforeAll(async () => {
  aviary = await openAviary();
});
afterAll(() => aviary.close());

describe("the storefront full of canaries", () => {
  test(
    `shows each only to whom the reference shows it, and records it (seed ${SEED})`,
    async () => {
      const end = performance.now() + SECONDS_MAX * 1_000;
      const tally = new Tally();
      for (let number = 0; number < OPERATIONS && performance.now() < end; number += 1) {
        const flight = await fly(aviary, new Draws(seeded(SEED + number, 300)));
        if (flight.wrong.length > 0) throw new Error(`operation ${SEED + number}\n${flight.wrong.join("\n")}`);
        tally.add(flight);
      }
      expect(await tally.leftBehind(aviary)).toEqual([]);
      if (process.env["CI"] === "true") expect(tally.operations).toBe(OPERATIONS);
      // the two would agree on little if little were shown, changed or listened to
      expect([...tally.kinds.keys()].sort()).toEqual(["MUTATION", "QUERY", "SUBSCRIPTION_EVENT"]);
      expect([...tally.ways.keys()].sort()).toEqual(["GET", "POST", "WS"]);
      expect(tally.seen).toBeGreaterThan(tally.operations / 20);
      expect(tally.coordinates.size).toBeGreaterThan(10);
      expect(tally.effects).toBeGreaterThan(0);
      expect(tally.refused).toBeGreaterThan(0);
    },
    SECONDS_MAX * 1_000 + 120_000,
  );
});
