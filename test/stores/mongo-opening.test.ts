import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { systemClock } from "../../src/core/clock.ts";
import { migrateStore, openStores } from "../../src/stores/open.ts";
import { openCuttableWay } from "./mongo-cut.ts";
import { findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const found = findMongo();

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  let folder = "";
  beforeAll(async () => {
    server = await startMongo(found);
    folder = await mkdtemp(join(tmpdir(), "fieldguard-opening-"));
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const OPENINGS: readonly (readonly [name: string, open: (url: string, spool: string) => Promise<unknown>])[] = [
    [
      "opening the stores",
      async (url, spool) => {
        const options = { clock: systemClock, logKey: "a secret of 32 characters or more.", spool, anchor: null };
        const { accessLog, consents } = await openStores(url, options);
        await Promise.all([accessLog.close(), consents.close()]);
      },
    ],
    ["migrating them", (url) => migrateStore(url)],
  ];
  for (const [name, opening] of OPENINGS) {
    test(`a server that breaks off between any two writes of ${name}: told as STORE_UNAVAILABLE`, async () => {
      const told: unknown[] = [];
      for (let cutAfter = 0, wasCut = true; wasCut; cutAfter += 1) {
        const database = ownDatabase();
        const way = await openCuttableWay(`${server.url(database)}?serverSelectionTimeoutMS=400`, cutAfter);
        await opening(way.url, join(folder, `${database}.db`)).catch(({ code }) => told.push(code));
        wasCut = way.isCut;
        await way.close();
      }
      // The log opens without its database; whatever else is cut off says so.
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told)).toEqual(new Set(["STORE_UNAVAILABLE"]));
    }, 180_000);
  }
}
