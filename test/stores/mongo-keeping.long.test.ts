import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import mongoose, { type Connection } from "mongoose";
import { systemClock } from "../../src/core/clock.ts";
import { openDatabase } from "../../src/databases/sqlite/database.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores, type StoresOptions } from "../../src/stores/open.ts";
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
    return stores.accessLog.writer;
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

  const cut = async (from: number) => {
    await raw.collection("access_records").deleteMany({ seq: { $gte: from } });
    await raw.collection("access_checkpoints").deleteMany({ size: { $gt: from } });
  };
  /** What an acceptance is to say of the writer's 40 records. */
  interface Lost {
    readonly from: number;
    readonly upTo: number | null;
    readonly end: number;
  }
  const NOTHING: Lost = { from: 40, upTo: null, end: 40 };

  /** What is put back between two starts, what is said of it, and what of the log is lost by it. */
  type Row = readonly [strike: () => Promise<unknown> | unknown, says: RegExp, lost: Lost];
  const BEHIND: Readonly<Record<string, Row>> = {
    "a spool that was put back": [
      () => copy("early.db", "spool.db"),
      /Records 10 to 39 of writer .*: in MongoDB, and not in the spool/,
      NOTHING,
    ],
    "a spool that was put back, where only MongoDB tells": [
      () => {
        copy("early.db", "spool.db");
        unmark();
      },
      /Records 10 to 39 of writer .*: in MongoDB, and not in the spool/,
      NOTHING,
    ],
    "a spool that is gone": [() => copy("none.db", "spool.db"), /database itself is gone/, NOTHING],
    "a spool that is gone with its mark": [
      () => {
        copy("none.db", "spool.db");
        rmSync(join(folder, "spool.db.marks"));
      },
      /database itself is gone/,
      NOTHING,
    ],
    "a spool that is gone with what was not shipped": [
      async () => {
        copy("none.db", "spool.db");
        await cut(35);
      },
      /database itself is gone/,
      { from: 35, upTo: 40, end: 35 },
    ],
    "a MongoDB whose records were put back": [
      () => cut(25),
      /Records 25 to 39 of writer .*: not there/,
      { from: 25, upTo: 40, end: 40 },
    ],
    "both, each put back": [
      async () => {
        copy("early.db", "spool.db");
        await cut(25);
      },
      /Records 10 to 24 .* in MongoDB, .*Records 25 to 39 of writer .*: not there/,
      { from: 25, upTo: 40, end: 25 },
    ],
    "both, MongoDB further": [
      async () => {
        copy("early.db", "spool.db");
        await cut(5);
      },
      /Records 5 to 39 of writer .*: not there/,
      { from: 5, upTo: 40, end: 10 },
    ],
    "a MongoDB whose consents were put back": [
      () => raw.collection("consent_commits").deleteMany({ subject: "late" }),
      /changes of consents/,
      NOTHING,
    ],
  };

  /** Which of what was there when it was accepted is deleted afterwards. */
  const DELETED: Readonly<Record<string, (last: number) => object>> = {
    "the first record": () => ({ seq: 0 }),
    "some in between": () => ({ seq: { $gte: 2, $lt: 4 } }),
    "the last record": (last) => ({ seq: last }),
    "the later half": (last) => ({ seq: { $gte: Math.floor(last / 2) } }),
    "all of them": () => ({}),
  };

  describe("a MongoDB store and a spool are not opened in silence over", () => {
    for (const [what, [strike, says, lost]] of Object.entries(BEHIND)) {
      test(`${what}; once that is accepted they are, what is lost is explained, and no more than that`, async () => {
        await work(10, "early");
        copy("spool.db", "early.db");
        const writer = await work(30, "late");
        await strike();
        await expect(open()).rejects.toMatchObject({ code: "STORE_BEHIND", message: expect.stringMatching(says) });
        const by = { ...entry().caller, role: "COMMAND_LINE" };
        await close(await open({ accept: { because: "a test", by, newKey: false, backup: null } }));
        await work(5, "again");
        const stores = await open();
        const { records } = await stores.accessLog.query({ kind: "LOG_CHANGE" }, { first: 10 });
        const told = records.filter(({ details }) => details?.["writer"] === writer);
        expect(told).toMatchObject([{ details: { action: "RESTORE", ...lost }, justification: "a test" }]);
        const { findings, holds } = await stores.accessLog.verify();
        expect([findings, holds]).toEqual([[], true]);
        const stored = raw.collection("access_records");
        const last = (await stored.find({ writer }).sort({ seq: -1 }).limit(1).toArray())[0]?.["seq"];
        for (const [which, some] of Object.entries(DELETED)) {
          const where = { writer, ...some(last) };
          const taken = await stored.find(where).toArray();
          await stored.deleteMany(where);
          const { holds } = await stores.accessLog.verify();
          expect([which, taken.length > 0, holds]).toEqual([which, true, false]);
          await stored.insertMany(taken);
        }
        expect((await stores.accessLog.verify()).holds).toBe(true);
        await close(stores);
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
