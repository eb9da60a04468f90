import type { ConsentStore } from "../../consents/contract.ts";
import type { Runner } from "./runner.ts";

/** An empty place in which consents are kept. */
export interface ConsentStorePlace {
  /** Opens the place: each time another instance over the same consents. */
  open(): Promise<ConsentStore>;
  /** Removes the place and what it holds. Its stores are closed by then. */
  dispose(): Promise<void>;
}

/** How the suite opens a consent store of one's own. */
export interface ConsentStoreHarness {
  /** Stands in the tests' names. */
  readonly name: string;
  create(): Promise<ConsentStorePlace>;
  /** Why two instances cannot share one place (a store in memory); null where they can. */
  readonly unshared: string | null;
}

/** Declares one test on a store opened on a place of its own; `open` opens further instances on the same place. */
export type Prove = (
  name: string,
  body: (store: ConsentStore, open: () => Promise<ConsentStore>) => Promise<void>,
) => void;

export function declareWith(harness: ConsentStoreHarness, runner: Runner): Prove {
  return (name, body) =>
    runner.test(name, async () => {
      const place = await harness.create();
      const opened: ConsentStore[] = [];
      const open = async () => {
        const store = await place.open();
        opened.push(store);
        return store;
      };
      try {
        await body(await open(), open);
      } finally {
        for (const store of opened) await store.close();
        await place.dispose();
      }
    });
}
