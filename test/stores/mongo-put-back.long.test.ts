import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import mongoose, { type Connection } from "mongoose";
import { systemClock } from "../../src/core/clock.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { openStores, type Stores } from "../../src/stores/open.ts";
import { findMongoToStop, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

jest.setTimeout(300_000);

const found = findMongoToStop();
const LOG_KEY = "the key that all gateways share, long enough";
const EARLY = 5;
const LATE = 8;

// A machine may have none, and says so; with CI=true that is a failure (`findMongoToStop`).
if (found === null) {
  test.skip("needs a MongoDB server of its own to kill", () => undefined);
} else {
  let server: MongoServer;
  let url = "";
  let folder = "";
  let opened: Stores[] = [];
  beforeAll(async () => {
    server = await startMongo(found);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    url = server.url(ownDatabase());
    folder = mkdtempSync(join(tmpdir(), "fieldguard-mongo-put-back-"));
    opened = [];
  });
  afterEach(async () => {
    for (const stores of opened) await close(stores);
    rmSync(folder, { recursive: true });
  });

  const open = async (name: string): Promise<Stores> => {
    const spool = join(folder, `${name}.db`);
    const stores = await openStores(url, { clock: systemClock, logKey: LOG_KEY, spool, anchor: null });
    opened.push(stores);
    return stores;
  };
  const close = async (stores: Stores) => {
    opened = opened.filter((each) => each !== stores);
    await stores.accessLog.close();
    await stores.consents.close();
  };
  const record = async ({ accessLog, waiting }: Stores, count: number) => {
    for (let done = 0; done < count; done += 1) await accessLog.append(entry({ time: systemClock.now() }));
    while ((waiting?.() ?? 0) > 0) await pause(20);
  };
  const change = ({ consents }: Stores, id: string, subject = "c-1") =>
    consents.append([event({ id, subject, time: systemClock.now() })]);
  const ask = ({ consents }: Stores) =>
    consents.lookUp({ subjects: ["c-1"], purpose: "ANALYTICS", tenants: [], partner: null });
  const raw = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await mongoose.createConnection(url).asPromise();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  const COLLECTIONS = ["consent_commits", "access_records", "access_tree", "access_checkpoints"] as const;
  type Collection = (typeof COLLECTIONS)[number];
  const held = (names: readonly Collection[]) =>
    raw(async (connection) =>
      Promise.all(names.map(async (name) => [name, await connection.collection(name).find().toArray()] as const)),
    );
  const put = (state: Awaited<ReturnType<typeof held>>) =>
    raw(async (connection) => {
      for (const [name, documents] of state) {
        await connection.collection(name).deleteMany({});
        if (documents.length > 0) await connection.collection(name).insertMany(documents);
      }
    });
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "done",
      (error: unknown) => String((error as { code?: unknown }).code),
    );
  /** What is answered once the server is found again. */
  const firstAnswer = async (stores: Stores): Promise<string> => {
    for (;;) {
      const code = await codeOf(ask(stores));
      if (code !== "STORE_UNAVAILABLE") return code;
      await pause(100);
    }
  };

  /** What is put back; whether `a`, which changed consents, and `b`, which read them and has records of its own, can know. */
  const PUT_BACK: Readonly<Record<string, { names: readonly Collection[]; readsFirst: boolean; records: boolean }>> = {
    "all of it": { names: COLLECTIONS, readsFirst: true, records: true },
    "consents that the one changed and the other has read": {
      names: ["consent_commits"],
      readsFirst: true,
      records: false,
    },
    "records alone": { names: ["access_records"], readsFirst: false, records: true },
  };

  describe("a MongoDB that is put back to an older state under running gateways", () => {
    for (const [what, { names, readsFirst, records }] of Object.entries(PUT_BACK)) {
      for (const how of ["while it is away", "while it runs"] as const) {
        test(`${what}, ${how}: nobody is answered by it, nothing is acknowledged, no start hides it`, async () => {
          const [a, b] = [await open("a"), await open("b")];
          await change(a, "given");
          for (const each of [a, b]) await record(each, EARLY);
          const older = await held(names);
          await change(a, "withdrawn");
          if (records) for (const each of [a, b]) await record(each, LATE);
          // What was read is known for good once it was looked for again.
          for (let reads = 0; readsFirst && reads < 2; reads += 1) {
            await ask(b);
            await pause(1_100);
          }
          await ask(b);
          const newest = await held(names);
          if (how === "while it is away") {
            await server.kill?.();
            await server.restart?.();
          }
          await put(older);
          if (how === "while it runs") await pause(1_100);
          for (const each of [a, b]) {
            expect(await firstAnswer(each)).toBe("STORE_BEHIND");
            expect(await codeOf(each.consents.ping())).toBe("STORE_BEHIND");
            expect(await codeOf(each.accessLog.ping())).toBe("STORE_BEHIND");
            expect(await codeOf(each.accessLog.append(entry()))).toBe("STORE_BEHIND");
            for (const id of ["one", "two", "three"]) expect(await codeOf(change(each, id, id))).toBe("STORE_BEHIND");
          }
          await close(a);
          await close(b);
          for (const name of ["a", "b"]) expect(await codeOf(open(name))).toBe("STORE_BEHIND");
          await put(newest);
          for (const name of ["a", "b"]) await record(await open(name), 1);
        });
      }
    }

    test("and to the newest again: the gateways go on, and lack nothing", async () => {
      const a = await open("a");
      await change(a, "given");
      await record(a, EARLY);
      const older = await held(COLLECTIONS);
      await change(a, "withdrawn");
      await record(a, LATE);
      const newest = await held(COLLECTIONS);
      await put(older);
      await pause(1_100);
      expect(await codeOf(ask(a))).toBe("STORE_BEHIND");
      await put(newest);
      expect(await codeOf(ask(a))).toBe("done");
      await record(a, 1);
      await a.accessLog.checkpoint();
      expect((await a.accessLog.verify()).findings).toEqual([]);
    });
  });

  /** Which records are gone while later ones are there, of 2,500. */
  const GAPS: Readonly<Record<string, readonly [from: number, to: number]>> = {
    "one of the newest": [2_400, 2_401],
    "the first": [0, 7],
    "a part of the older ones": [900, 950],
  };
  const ALL = 2_500;

  test("a gap below the newest records is seen at start, as far as it goes", async () => {
    const first = await open("a");
    await Promise.all(Array.from({ length: ALL }, () => first.accessLog.append(entry({ time: systemClock.now() }))));
    await record(first, 0);
    await close(first);
    for (const [from, to] of Object.values(GAPS)) {
      const gone = { seq: { $gte: from, $lt: to } };
      const taken = await raw(async (connection) => {
        const records = connection.collection("access_records");
        const documents = await records.find(gone).toArray();
        await records.deleteMany(gone);
        return documents;
      });
      const which = to === from + 1 ? `Record ${from} of` : `Records ${from} to ${to - 1} of`;
      await expect(open("a")).rejects.toMatchObject({ code: "STORE_BEHIND", message: expect.stringContaining(which) });
      await raw((connection) => connection.collection("access_records").insertMany(taken));
    }
    await close(await open("a"));
  });
}
