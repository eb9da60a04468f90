/**
 * Lets machines look for leaks for as long as is wished: random operations over the storefront full of canaries, and (with
 * `--worlds`) random schemas, data and stores besides, all against the naive reference. Prints what it tried and how fast; ends with 1
 * and the whole case at the first difference.
 *
 *   tsx bench/fuzz.ts [--operations 100000] [--worlds 0] [--seed <number>]
 */
import { parseArgs } from "node:util";
import { searchStorefront } from "../test/fuzz/canary/search.ts";
import { seeded } from "../test/fuzz/draws.ts";
import { checkWorld } from "../test/fuzz/world/check.ts";
import { ASKS_MAX, makeWorld, OPERATIONS_MAX } from "../test/fuzz/world/world.ts";

const TOLD_EVERY = 1_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      operations: { type: "string", default: "100000" },
      worlds: { type: "string", default: "0" },
      seed: { type: "string", default: String(Date.now() % 1_000_000_007) },
    },
  });
  const seed = Number(values.seed);
  console.log(`seed ${seed}`);
  await searchCanaries(seed, Number(values.operations));
  await searchWorlds(seed, Number(values.worlds));
}

async function searchCanaries(seed: number, operations: number): Promise<void> {
  const started = performance.now();
  let told = 0;
  const tally = await searchStorefront(seed, operations, (so) => {
    if (so.operations >= told + TOLD_EVERY) {
      told = so.operations;
      tell(so.summary(), told, started);
    }
    return true;
  });
  tell(`${tally.summary()}, no leak`, operations, started);
}

async function searchWorlds(seed: number, worlds: number): Promise<void> {
  const started = performance.now();
  const met = new Map<string, number>();
  const count = (what: string): void => {
    met.set(what, (met.get(what) ?? 0) + 1);
  };
  for (let number = 0; number < worlds; number += 1) {
    const of = (part: number, length: number): number[] => seeded(seed + number * 101 + part, length);
    const world = makeWorld({
      schema: of(1, 900),
      data: of(2, 900),
      stored: of(3, 400),
      gateway: of(4, 20),
      operations: Array.from({ length: OPERATIONS_MAX }, (_, index) => of(10 + index, 150)),
      asks: Array.from({ length: ASKS_MAX }, (_, index) => of(40 + index, 40)),
    });
    await checkWorld(world, count);
    if ((number + 1) % 50 === 0) tell(`${number + 1} worlds`, number + 1, started);
  }
  if (worlds === 0) return;
  tell(`${worlds} worlds, ${worlds * ASKS_MAX} requests, no difference`, worlds, started);
  console.log([...met].map((each) => each.join(" ")).join(", "));
}

function tell(what: string, count: number, started: number): void {
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${what}; ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} a second`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
