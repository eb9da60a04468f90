import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import mongoose, { type Connection } from "mongoose";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { FieldguardError } from "../../src/core/errors.ts";
import { event, fullEvent, subjectState } from "../../src/stores/conformance/consent-fixtures.ts";
import { entry } from "../../src/stores/conformance/log-fixtures.ts";
import { migrateStore, openStores } from "../../src/stores/open.ts";
import { dropDatabase, findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const found = findMongo();
const COMMAND = "fieldguard store migrate --store";

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  let url = "";
  let raw: Connection;
  beforeAll(async () => {
    server = await startMongo(found);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = server.url(ownDatabase());
    raw = await mongoose.createConnection(url).asPromise();
  });
  afterEach(async () => {
    await raw.close();
    await dropDatabase(url);
  });
  const open = () => openMongoConsentStore(url, { clock: systemClock, selectMsMax: 1_000, answerMsMax: 20_000 });
  const commits = () => raw.collection("consent_commits");
  const question = { subjects: ["customer-1"], purpose: "DIRECT_MARKETING", tenants: [], partner: null };

  describe("a crash", () => {
    test("after a commit and before the older ones were superseded: the latest counts, everywhere", async () => {
      const store = await open();
      await store.append([event()]);
      const [first] = await commits().find().toArray();
      const last = event({ state: "WITHDRAWN" });
      await store.append([last]);
      await commits().updateOne({ n: 1 }, { $set: { current: "customer-1", records: first?.["records"] } });
      const { subjects } = await store.lookUp(question);
      expect(subjects.get("customer-1")?.consents.map(({ id }) => id)).toEqual([last.id]);
      expect((await store.records("customer-1")).map((record) => record.event.id)).toEqual([last.id]);
      await store.append([event({ state: "GIVEN" })]);
      expect(await commits().countDocuments({ current: "customer-1" })).toBe(1);
      expect((await store.history("customer-1")).length).toBe(3);
      await store.close();
    });

    test("in an erasure: the free text is shown by nobody, and is gone after the next start", async () => {
      const store = await open();
      const words = fullEvent({ reason: "private words" });
      await store.append([words]);
      await store.setSubjectState(subjectState({ status: "ERASED" }));
      await commits().updateOne({ n: 1 }, { $set: { events: [words] } });
      await commits().updateOne({ n: 2 }, { $set: { redacting: true } });
      const shown = await store.history("customer-1");
      for await (const one of store.events()) shown.push(one);
      expect(shown.map(({ reason, key }) => [reason, key])).toEqual([
        [null, null],
        [null, null],
      ]);
      expect(JSON.stringify(await commits().find().toArray())).toContain("private words");
      await store.close();
      await (await open()).close();
      expect(JSON.stringify(await commits().find().toArray())).not.toContain("private words");
      expect(await commits().countDocuments({ redacting: true })).toBe(0);
    });
  });

  describe("opening", () => {
    test("makes what a new database needs, and finds it as it must be", async () => {
      await (await open()).close();
      await (await open()).close();
      const indexes = await commits().listIndexes().toArray();
      expect(indexes.find(({ name }) => name === "subject_n")).toMatchObject({ unique: true });
    });

    test("by many gateways at once makes one new database, that all can use", async () => {
      for (let round = 0; round < 3; round += 1) {
        const stores = await Promise.all(Array.from({ length: 8 }, open));
        const last = event({ subject: `customer-of-${round}` });
        await stores[0]?.append([last]);
        for (const store of stores) expect((await store.history(last.subject)).map(({ id }) => id)).toEqual([last.id]);
        await Promise.all(stores.map((store) => store.close()));
        await raw.dropDatabase();
      }
    });

    test("is refused without the index that lets only one writer win", async () => {
      await (await open()).close();
      await commits().dropIndex("subject_n");
      expect(await refusal(open())).toMatchObject({ code: "STORE_UNREADABLE" });
      await commits().createIndex({ subject: 1, n: 1 }, { name: "subject_n" });
      expect(await refusal(open())).toMatchObject({ code: "STORE_UNREADABLE" });
    });

    test("is refused on what a newer version made", async () => {
      await (await open()).close();
      await raw.collection("fieldguard_schema").updateOne({}, { $set: { version: 99 } });
      expect(await refusal(open())).toMatchObject({ code: "STORE_VERSION_UNKNOWN" });
    });

    test("is refused on what is noted with an older version, or holds something of no version", async () => {
      await (await open()).close();
      await raw.collection("fieldguard_schema").updateOne({ _id: "consent" as never }, { $set: { version: 0 } });
      expect(await refusal(open())).toMatchObject({
        code: "STORE_UNREADABLE",
        message: expect.stringContaining(COMMAND),
      });
      await raw.collection("fieldguard_schema").deleteMany({});
      await (await open()).close();
      const store = await open();
      await store.append([event()]);
      await store.close();
      await raw.collection("fieldguard_schema").deleteMany({});
      expect(await refusal(open())).toMatchObject({
        code: "STORE_UNREADABLE",
        message: expect.stringContaining(COMMAND),
      });
    });

    const WRONG = [
      { name: "a server that is not there", at: "mongodb://user:sesame@127.0.0.1:1/db", code: "STORE_UNAVAILABLE" },
      { name: "what is no URL", at: "mongodb://", code: "CONFIGURATION_INVALID" },
      { name: "an unknown option", at: "mongodb://127.0.0.1:1/db?sesame=1", code: "CONFIGURATION_INVALID" },
    ];
    const BROKEN: readonly (readonly [name: string, breakIt: () => Promise<unknown>])[] = [
      ["an index of the consents gone", () => commits().dropIndex("subject_n")],
      ["an index of the log gone", () => raw.collection("access_records").dropIndex("writer_seq")],
      [
        "an index of the log another",
        async () => {
          await raw.collection("access_tree").dropIndex("place");
          await raw.collection("access_tree").createIndex({ writer: 1, level: 1, index: 1 }, { name: "place" });
        },
      ],
      [
        "an older version",
        () => raw.collection("fieldguard_schema").updateOne({ _id: "log" as never }, { $set: { version: 1 } }),
      ],
    ];
    for (const [name, breakIt] of BROKEN) {
      test(`with ${name} is refused to a gateway, which names the command; that mends it, and loses nothing`, async () => {
        const folder = await mkdtemp(join(tmpdir(), "fieldguard-migrate-"));
        const openBoth = () =>
          openStores(url, {
            clock: systemClock,
            logKey: "a secret of 32 characters or more.",
            spool: join(folder, "spool.db"),
            anchor: null,
          });
        const { consents, accessLog } = await openBoth();
        await consents.append([event()]);
        await accessLog.append(entry());
        await Promise.all([accessLog.close(), consents.close()]);
        await breakIt();
        expect(await refusal(openBoth())).toMatchObject({
          code: "STORE_UNREADABLE",
          message: expect.stringContaining(COMMAND),
        });
        expect(await migrateStore(url)).toEqual(["consent", "log"]);
        const mended = await openBoth();
        expect((await mended.consents.history("customer-1")).length).toBe(1);
        expect((await mended.accessLog.query({}, { first: 10 })).records.length).toBe(1);
        await Promise.all([mended.accessLog.close(), mended.consents.close()]);
        await rm(folder, { recursive: true });
      });
    }

    for (const { name, at, code } of WRONG) {
      test(`${name} is refused with ${code}, and no password in it`, async () => {
        const error = await refusal(openMongoConsentStore(at, { clock: systemClock, selectMsMax: 200 }));
        expect([error.code, error.message.includes("sesame")]).toEqual([code, false]);
      });
    }
  });
}

async function refusal(opening: Promise<unknown>): Promise<FieldguardError> {
  const error = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof FieldguardError) return error;
  throw error ?? new Error("was opened");
}
