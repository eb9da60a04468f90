import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import mongoose from "mongoose";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { type ConsentQuestion, findChosen } from "../../src/decision/consent.ts";
import { currentRecords } from "../../src/rights/life-state.ts";
import { migrateStore } from "../../src/stores/open.ts";
import { dropDatabase, findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

/**
 * What the first edition wrote: `first-edition/consents.sql` is a dump of its SQLite file, `consents.json` of its collections in
 * MongoDB, both made by its code out of the same events. Of choices it kept one record a tenant, in which a later question, or a
 * consent to somebody else, took the place of what stood.
 */
const dumpOf = (name: string) => readFileSync(new URL(`first-edition/${name}`, import.meta.url), "utf8");
const NOW = Date.UTC(2025, 5, 1);

interface Migrated {
  readonly name: string;
  open(): Promise<ConsentStore>;
}

const found = findMongo();
let folder = "";
let server: MongoServer | null = null;
let mongoUrl = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-first-"));
  const file = new SqliteDatabase(join(folder, "store.db"));
  file.exec(dumpOf("consents.sql"));
  file.close();
  if (found === null) return;
  server = await startMongo(found);
  mongoUrl = server.url(ownDatabase());
  await fillMongo(mongoUrl);
}, 120_000);

afterAll(async () => {
  if (mongoUrl !== "") await dropDatabase(mongoUrl);
  await server?.stop();
  await rm(folder, { recursive: true });
});

async function fillMongo(url: string): Promise<void> {
  const connection = await mongoose.createConnection(url).asPromise();
  try {
    for (const [collection, documents] of Object.entries(JSON.parse(dumpOf("consents.json")))) {
      await connection.collection(collection).insertMany(documents as { _id?: never }[]);
    }
  } finally {
    await connection.close();
  }
}

const MONGO = { clock: systemClock, answerMsMax: 25_000 };
const STORES: readonly Migrated[] = [
  { name: "SQLite", open: () => openConsentStore(join(folder, "store.db"), { clock: systemClock }) },
  ...(found === null ? [] : [{ name: "MongoDB", open: () => openMongoConsentStore(mongoUrl, MONGO) }]),
];

if (found === null) test.skip("MongoDB: needs a server", () => undefined);
else {
  test("MongoDB: is not used before it was migrated, and says how; migrating twice changes nothing", async () => {
    await expect(openMongoConsentStore(mongoUrl, MONGO)).rejects.toMatchObject({
      code: "STORE_UNREADABLE",
      message: expect.stringContaining("fieldguard store migrate"),
    });
    await migrateStore(mongoUrl);
    await migrateStore(mongoUrl);
  }, 120_000);
}

describe.each(STORES)("a store of the first edition on $name", ({ open }) => {
  let store: ConsentStore;
  beforeAll(async () => {
    store = await open();
  }, 300_000);
  afterAll(() => store.close());

  /** What is decided for a value of a tenant, and a caller who is known by these names. */
  const decided = async (subject: string, purpose: string, tenant: string | null, names: readonly string[] = []) => {
    const { subjects } = await store.lookUp({ subjects: [subject], purpose, tenants: [], partner: null });
    const question = { purpose, category: "EMAIL_ADDRESS", names, now: NOW } as unknown as ConsentQuestion;
    const { by, finding } = findChosen(subjects.get(subject)?.consents ?? [], tenant, "OF_AGE", question);
    return `${finding}${finding === "MET" ? ` ${by?.form}` : ""}`;
  };

  test.each<[string, string, string, string | null, readonly string[], string]>([
    ["a withdrawal that a question hid", "asked-again", "DIRECT_MARKETING", "h1", [], "CONSENT_WITHDRAWN"],
    ["the general yes beside it", "asked-again", "DIRECT_MARKETING", "h2", [], "MET EXPRESSED"],
    [
      "a yes to one app that a yes to another ended",
      "two-apps",
      "THIRD_PARTY_SHARING",
      null,
      ["app-a"],
      "MET EXPRESSED",
    ],
    ["the yes to the other", "two-apps", "THIRD_PARTY_SHARING", null, ["app-b"], "MET EXPRESSED"],
    ["a refusal that asking and putting off hid", "put-off", "DIRECT_MARKETING", "h1", [], "CONSENT_REFUSED"],
    [
      "EXPLICIT, of which nobody knows whether it was said",
      "said-or-not",
      "DIRECT_MARKETING",
      null,
      [],
      "MET EXPRESSED",
    ],
    ["WRITTEN by the controller, without evidence", "on-paper", "DIRECT_MARKETING", null, [], "MET IMPLIED"],
    ["SEPARATE for three purposes at once", "three-at-once", "ANALYTICS", null, [], "MET EXPRESSED"],
    ["a refusal that a consent took back which has ended", "ended", "DIRECT_MARKETING", null, [], "CONSENT_REFUSED"],
    ["a recipient without a kind", "to-a-role", "DIRECT_MARKETING", null, ["MERCHANT"], "MET EXPRESSED"],
    ["odd names", "__proto__", "$where", "", [], "MET EXPRESSED"],
    ["somebody who was never heard of", "nobody", "DIRECT_MARKETING", null, [], "CONSENT_MISSING"],
  ])("%s", async (_name, subject, purpose, tenant, names, expected) => {
    expect(await decided(subject, purpose, tenant, names)).toBe(expected);
  });

  test("keeps every event as it was, states and agreements", async () => {
    const ids: string[] = [];
    for await (const { id, evidence } of store.events()) {
      ids.push(id);
      expect(evidence).toBeUndefined();
    }
    expect(ids.length).toBe(new Set(ids).size);
    expect(ids.length).toBe((dumpOf("consents.sql").match(/INSERT INTO consent_event /g) ?? []).length);
    expect(await store.subjectState("gone")).toMatchObject({ status: "ERASED", legalHold: true });
    expect(await store.subjectState("ended")).toMatchObject({ status: "RESTRICTED" });
    expect((await store.agreements("h1")).map(({ id }) => id)).toEqual(["a-1"]);
    for (const { reason, expressedBy } of await store.history("gone")) {
      expect([reason, expressedBy.verification]).toEqual([null, null]);
    }
  });

  test("shows what stands: the choice, and no question that was answered or is not to be asked", async () => {
    const shown = async (subject: string) =>
      currentRecords(await store.history(subject), { now: NOW }).map(({ tenant, event }) => `${tenant} ${event.state}`);
    expect(await shown("asked-again")).toEqual(["null GIVEN", "h1 WITHDRAWN"]);
    expect(await shown("put-off")).toEqual(["null REFUSED", "null DEFERRED"]);
  });

  test("goes on: what is said now is kept like everything else", async () => {
    const [first] = await store.history("two-apps");
    if (first === undefined) throw new Error("an event is missing");
    const no = { ...first, id: "later", recipients: null, state: "WITHDRAWN" as const, time: NOW, evidence: null };
    await store.append([no]);
    expect(await decided("two-apps", "THIRD_PARTY_SHARING", null, ["app-a"])).toBe("CONSENT_WITHDRAWN");
    expect((await store.records("two-apps")).map(({ event }) => event.id)).toEqual(["later"]);
  });
});
