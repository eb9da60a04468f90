import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import mongoose, { type Connection } from "mongoose";
import { systemClock } from "../../src/core/clock.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores, type StoresOptions } from "../../src/stores/open.ts";
import { openDatabase } from "../../src/stores/sqlite/database.ts";
import { dropDatabase, findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

jest.setTimeout(300_000);

const found = findMongo();
const LOG_KEY = "the key that all gateways share, long enough";
const OTHER_KEY = "another key that no gateway should have";

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  let url = "";
  let folder = "";
  let raw: Connection;
  beforeAll(async () => {
    server = await startMongo(found);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = server.url(ownDatabase());
    raw = await mongoose.createConnection(url).asPromise();
    folder = mkdtempSync(join(tmpdir(), "fieldguard-mongo-keeping-"));
  });
  afterEach(async () => {
    await raw.close();
    await dropDatabase(url);
    rmSync(folder, { recursive: true });
  });

  const open = (options: Partial<StoresOptions> = {}, spool = "spool.db"): Promise<Stores> =>
    openStores(url, { clock: systemClock, logKey: LOG_KEY, spool: join(folder, spool), anchor: null, ...options });
  const close = async ({ accessLog, consents }: Stores) => {
    await accessLog.close();
    await consents.close();
  };
  const work = async (records: number, id: string) => {
    const stores = await open();
    await stores.consents.append([event({ id, subject: id, time: systemClock.now() })]);
    for (let done = 0; done < records; done += 1) await stores.accessLog.append(entry({ time: systemClock.now() }));
    await close(stores);
  };
  const copy = (from: string, to: string) => {
    for (const ending of ["", "-wal", "-shm"]) {
      rmSync(join(folder, to + ending), { force: true });
      if (existsSync(join(folder, from + ending))) copyFileSync(join(folder, from + ending), join(folder, to + ending));
    }
  };
  const unmark = () => {
    const database = openDatabase(join(folder, "spool.db"), []);
    database.exec("DELETE FROM keeping_mark");
    database.close();
    for (const ending of [".marks", ".checkpoints"]) rmSync(join(folder, `spool.db${ending}`), { force: true });
  };

  /** What is put back between two starts, and what is said of it. */
  const BEHIND: Readonly<Record<string, readonly [strike: () => Promise<unknown> | unknown, says: RegExp]>> = {
    "a spool that was put back": [() => copy("early.db", "spool.db"), /Records 10 to 39 of writer/],
    "a spool that was put back, where only MongoDB tells": [
      () => {
        copy("early.db", "spool.db");
        unmark();
      },
      /Records 10 to 39 of writer/,
    ],
    "a spool that is gone": [() => copy("none.db", "spool.db"), /database itself is gone/],
    "a MongoDB whose records were put back": [
      async () => {
        await raw.collection("access_records").deleteMany({ seq: { $gte: 25 } });
        await raw.collection("access_checkpoints").deleteMany({ size: { $gt: 25 } });
      },
      /Records 25 to 39 of writer/,
    ],
    "a MongoDB whose consents were put back": [
      () => raw.collection("consent_commits").deleteMany({ subject: "late" }),
      /changes of consents/,
    ],
  };

  describe("a MongoDB store and a spool are not opened in silence over", () => {
    for (const [what, [strike, says]] of Object.entries(BEHIND)) {
      test(`${what}; once that is accepted they are, and nothing is found that is not explained`, async () => {
        await work(10, "early");
        copy("spool.db", "early.db");
        await work(30, "late");
        await strike();
        await expect(open()).rejects.toMatchObject({ code: "STORE_BEHIND", message: expect.stringMatching(says) });
        const by = { ...entry().caller, role: "COMMAND_LINE" };
        await close(await open({ accept: { because: "a test", by, newKey: false, backup: null } }));
        await work(5, "again");
        const stores = await open();
        const { records } = await stores.accessLog.query({ kind: "LOG_CHANGE" }, { first: 10 });
        expect(records[0]).toMatchObject({ details: { action: "RESTORE" }, justification: "a test" });
        const { findings, holds } = await stores.accessLog.verify();
        await close(stores);
        expect([findings, holds]).toEqual([[], true]);
      });
    }

    test("another log key on a second gateway, and one in rotation is taken from all", async () => {
      await work(1, "one");
      await expect(open({ logKey: OTHER_KEY }, "second.db")).rejects.toMatchObject({ code: "KEY_MISMATCH" });
      await close(await open({ logKey: `2:${OTHER_KEY},1:${LOG_KEY}` }, "second.db"));
      await expect(open()).rejects.toMatchObject({ code: "KEY_MISMATCH" });
      await close(await open({ logKey: `2:${OTHER_KEY},1:${LOG_KEY}` }));
    });
  });
}
