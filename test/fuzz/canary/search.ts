import { Draws, seeded } from "../draws.ts";
import { type Aviary, openAviary } from "./aviary.ts";
import { fly } from "./fly.ts";
import { Tally } from "./tally.ts";

/** A new storefront after so many: its log in memory grows with every record, and a difference is soon come back to. */
const OPERATIONS_AN_AVIARY = 250;

/**
 * Asks so many operations, the first drawn from `seed` and each from the next number: the same in every run, and the same
 * whether one run asks them all or several ask `OPERATIONS_AN_AVIARY` each. Throws at the first that is wrong, with all that
 * led to it. `go` is asked before each whether to go on.
 */
export async function searchStorefront(
  seed: number,
  operations: number,
  go: (tally: Tally) => boolean = () => true,
): Promise<Tally> {
  const all = new Tally();
  while (all.operations < operations && go(all)) {
    const aviary = await openAviary();
    try {
      const count = Math.min(OPERATIONS_AN_AVIARY, operations - all.operations);
      await searchOne(aviary, seed + all.operations, count, all, go);
    } finally {
      await aviary.close();
    }
  }
  return all;
}

async function searchOne(
  aviary: Aviary,
  seed: number,
  operations: number,
  all: Tally,
  go: (tally: Tally) => boolean,
): Promise<void> {
  const own = new Tally();
  while (own.operations < operations && go(all)) {
    const number = seed + own.operations;
    const flight = await fly(aviary, new Draws(seeded(number, 300)));
    if (flight.wrong.length > 0) throw new Error(`operation of seed ${number}\n${flight.wrong.join("\n")}`);
    own.add(flight);
    all.add(flight);
  }
  const wrong = await own.leftBehind(aviary);
  if (wrong.length > 0)
    throw new Error(`after the operation of seed ${seed + own.operations - 1}\n${wrong.join("\n")}`);
}
