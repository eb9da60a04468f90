import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { AccessLog } from "../../src/log/contract.ts";
import { type MongoAccessLogOptions, openMongoAccessLog } from "../../src/log/mongo/access-log.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { checkChains, entry, LOG_TIME, readAll } from "../../src/stores/conformance/log-fixtures.ts";
import { findMongoToStop, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const found = findMongoToStop();

if (found === null) {
  test.skip("needs a MongoDB server of its own to kill", () => undefined);
} else {
  let server: MongoServer;
  let folder = "";
  beforeAll(async () => {
    server = await startMongo(found);
    folder = await mkdtemp(join(tmpdir(), "fieldguard-outage-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  let url = "";
  let spool = "";
  beforeEach(() => {
    const name = ownDatabase();
    url = server.url(name);
    spool = join(folder, `${name}.db`);
  });
  const openLog = (options: Partial<MongoAccessLogOptions> = {}) =>
    openMongoAccessLog(url, {
      clock: systemClock,
      spool,
      spoolMsMax: Number.POSITIVE_INFINITY,
      selectMsMax: 500,
      drainMsMax: 20_000,
      ...options,
    });
  const append = (log: AccessLog, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => log.append(entry({ time: LOG_TIME + index }))));
  const kill = () => server.kill?.();
  const restart = () => server.restart?.();

  describe("while MongoDB is away", () => {
    test("consents answer STORE_UNAVAILABLE in bounded time, and come back with all that was acknowledged", async () => {
      const store = await openMongoConsentStore(url, { clock: systemClock, selectMsMax: 300 });
      await store.append([event({ id: "before" })]);
      await kill();
      const asked = [
        () => store.append([event({ id: "during", state: "WITHDRAWN" })]),
        () => store.lookUp({ subjects: ["customer-1"], purpose: "ANALYTICS", tenants: [], partner: null }),
        () => store.ping(),
      ];
      for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      await restart();
      await until(() => store.ping());
      expect((await store.history("customer-1")).map(({ id }) => id)).toEqual(["before"]);
      await store.append([event({ id: "after", state: "WITHDRAWN" })]);
      expect((await store.records("customer-1"))[0]?.event.id).toBe("after");
      await store.close();
    });

    test("nobody but the first waits for it: hundreds are told at once", async () => {
      const store = await openMongoConsentStore(url, { clock: systemClock, selectMsMax: 1_000 });
      await store.append([event({ id: "before" })]);
      await kill();
      for (let asked = 0; asked < 300; asked += 1) {
        await expect(store.records("customer-1")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      }
      await restart();
      await until(() => store.ping());
      expect((await store.records("customer-1")).map((record) => record.event.id)).toEqual(["before"]);
      await kill();
      // Closing does not wait for it either.
      await expect(store.ping()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      await store.close();
      await restart();
    });

    test("records are taken, and drained in order when it is back: none lost, none doubled", async () => {
      const log = await openLog();
      const ids = await append(log, 20);
      // A server may die at any time; FerretDB alone is left unusable where it dies while it makes an index.
      await until(async () => expect(log.waiting()).toBe(0));
      await kill();
      for (let round = 0; round < 5; round += 1) ids.push(...(await append(log, 20)));
      await log.ping();
      await expect(log.query({}, { first: 1 })).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
      await restart();
      ids.push(...(await append(log, 20)));
      await log.close();
      const elsewhere = await openLog({ spool: `${spool}-of-another` });
      const records = await readAll(elsewhere);
      expect(checkChains(records)).toBe(140);
      expect(records.map(({ id }) => id).sort()).toEqual([...ids].sort());
      await elsewhere.close();
    });

    test("an end without draining leaves the records to the next start", async () => {
      await kill();
      const log = await openLog({ drainMsMax: 50 });
      const ids = await append(log, 30);
      await log.close();
      await restart();
      const again = await openLog();
      await until(async () => expect((await readAll(again)).length).toBe(30));
      await again.close();
      const elsewhere = await openLog({ spool: `${spool}-of-another` });
      expect((await readAll(elsewhere)).map(({ id }) => id).sort()).toEqual([...ids].sort());
      await elsewhere.close();
    });

    for (const when of ["before it was first used", "afterwards"] as const) {
      test(`a server that hangs, ${when}, holds up neither records nor the end of the gateway`, async () => {
        if (when === "before it was first used") server.freeze?.();
        const log = await openLog({ drainMsMax: 100, answerMsMax: 60_000, selectMsMax: 60_000 });
        if (when === "afterwards") {
          await log.append(entry());
          await until(async () => expect((await readAll(log)).length).toBe(1));
          server.freeze?.();
        }
        const ids = await append(log, 10);
        await log.close();
        server.thaw?.();
        const again = await openLog();
        await until(async () => {
          const kept = (await readAll(again)).map(({ id }) => id);
          expect(ids.filter((id) => !kept.includes(id))).toEqual([]);
        });
        expect(checkChains(await readAll(again))).toBe(when === "afterwards" ? 11 : 10);
        await again.close();
      }, 20_000);
    }

    test("the spool takes so many records and no more, until it is drained", async () => {
      await kill();
      const log = await openLog({ spoolRecordsMax: 10 });
      for (let index = 0; index < 10; index += 1) await log.append(entry());
      await expect(log.append(entry())).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
      await expect(log.ping()).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
      await restart();
      await until(() => log.append(entry()));
      expect(checkChains(await readAll(log))).toBe(11);
      await log.close();
    });

    test("the spool keeps records so long and no longer, until it is drained", async () => {
      await kill();
      let now = LOG_TIME;
      const log = await openLog({ clock: { now: () => now }, spoolMsMax: 60_000 });
      await log.append(entry({ time: LOG_TIME }));
      now = LOG_TIME + 60_000;
      await log.append(entry({ time: now }));
      now = LOG_TIME + 60_001;
      await until(() => expect(log.append(entry({ time: now }))).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" }));
      await restart();
      await until(() => log.append(entry({ time: now })));
      await log.close();
    });
  });

  describe("several gateways", () => {
    test("each have a chain of their own, and see one another's", async () => {
      const [one, other] = [await openLog(), await openLog({ spool: `${spool}-2` })];
      expect(one.writer).not.toBe(other.writer);
      await Promise.all([append(one, 25), append(other, 25)]);
      for (const log of [one, other]) {
        await until(async () => expect((await readAll(log)).length).toBe(50));
        expect(checkChains(await readAll(log, {}, 7))).toBe(50);
        expect((await log.head()).size).toBe(25);
      }
      await one.close();
      await other.close();
    });

    test("that claim one writer are found out: an old copy of a spool put back", async () => {
      const log = await openLog();
      await append(log, 3);
      await log.close();
      await copyFile(spool, `${spool}-copy`);
      const going = await openLog();
      await going.append(entry({ justification: "the true one" }));
      await going.close();
      const copy = await openLog({ spool: `${spool}-copy` });
      await copy.append(entry({ justification: "another in its place" }));
      await until(() => expect(copy.append(entry())).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" }));
      await copy.close();
      const elsewhere = await openLog({ spool: `${spool}-3` });
      const records = await readAll(elsewhere);
      expect(checkChains(records)).toBe(4);
      expect(records.map(({ justification }) => justification)).toContain("the true one");
      await elsewhere.close();
    });
  });
}

/** Waits for what happens in its own time; fails with what it said last. */
async function until(check: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (attempt === 2_000) throw error;
    }
    await pause(50);
  }
}
