import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Aviary, openAviary } from "./canary/aviary.ts";
import { fly } from "./canary/fly.ts";
import { Draws, seeded } from "./draws.ts";

/** Operations to try; `npm run fuzz` is for millions. */
const OPERATIONS = Number(process.env["FUZZ_OPERATIONS"] ?? 1_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_240_703);
/** Where the machine is slow, fewer are tried. */
const SECONDS_MAX = Number(process.env["FUZZ_SECONDS"] ?? 60);

let aviary: Aviary;
beforeAll(async () => {
  aviary = await openAviary();
});
afterAll(() => aviary.close());

describe("the storefront full of canaries", () => {
  test(`shows each only to whom the reference shows it, and records it (seed ${SEED})`, async () => {
    const end = performance.now() + SECONDS_MAX * 1_000;
    let seen = 0;
    for (let number = 0; number < OPERATIONS && performance.now() < end; number += 1) {
      const flight = await fly(aviary, new Draws(seeded(SEED + number, 300)));
      if (flight.wrong.length > 0) throw new Error(`operation ${SEED + number}\n${flight.wrong.join("\n")}`);
      seen += flight.seen;
    }
    expect(seen).toBeGreaterThan(10);
    expect([...aviary.canaries.in(await aviary.metrics())]).toEqual([]);
  }, 600_000);
});
