import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import mongoose from "mongoose";
import type { ConsentEvent, ConsentStore } from "../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { event, fullEvent, subjectState } from "../../src/stores/conformance/consent-fixtures.ts";
import { openCuttableWay } from "./mongo-cut.ts";
import { findMongo, type MongoServer, ownDatabase, startMongo } from "./mongo-server.ts";

const PEOPLE = ["p-1", "p-2", "p-3"];
const SECRET = "private words";
/** How long the one that is cut off looks for a server that does not come back. */
const CUT_SELECT_MS = 1_000;
const found = findMongo();

interface Change {
  readonly name: string;
  readonly make: (store: ConsentStore) => Promise<unknown>;
  /** How many writes it takes at least: fewer, and the test would not see between them. */
  readonly writes: number;
  /** Holds before the change and after it, and whatever happens between. */
  readonly check: (store: ConsentStore) => Promise<void>;
  /** Whether the change is done. */
  readonly isDone: (store: ConsentStore) => Promise<boolean>;
}

const first = PEOPLE.map((subject) => fullEvent({ subject, reason: SECRET, purposes: ["ANALYTICS"] }));
const next = (subjects: readonly string[]): ConsentEvent[] =>
  subjects.map((subject) => event({ subject, state: "WITHDRAWN", purposes: ["ANALYTICS"], tenant: "shop-1" }));
const [one, all] = [next(PEOPLE.slice(0, 1)), next(PEOPLE)];
const hasAll = (events: readonly ConsentEvent[]) => async (store: ConsentStore) => {
  const stored = await Promise.all(events.map(async ({ id, subject }) => (await idsOf(store, subject)).includes(id)));
  return stored.every((is) => is);
};
const erased = subjectState({ subject: "p-1", status: "ERASED" });
const restricted = subjectState({ subject: "p-1" });

const CHANGES: readonly Change[] = [
  {
    name: "an event of one person",
    make: (store) => store.append(one),
    writes: 2,
    check: (store) => agree(store),
    isDone: hasAll(one),
  },
  {
    name: "events of several people",
    make: (store) => store.append(all),
    writes: 2,
    check: (store) => agree(store),
    isDone: hasAll(all),
  },
  {
    name: "a restriction",
    make: (store) => store.setSubjectState(restricted),
    writes: 2,
    check: (store) => agree(store),
    isDone: async (store) => (await store.subjectState("p-1")).status === "RESTRICTED",
  },
  {
    name: "an erasure",
    make: async (store) => {
      if ((await store.subjectState("p-1")).status !== "ERASED") await store.setSubjectState(erased);
    },
    writes: 4,
    check: async (store) => {
      await agree(store);
      const isErased = (await store.subjectState("p-1")).status === "ERASED";
      const shown = [...(await store.history("p-1")), ...(await store.records("p-1")).map((record) => record.event)];
      for await (const each of store.events()) if (each.subject === "p-1") shown.push(each);
      expect(new Set(shown.map(({ reason }) => reason))).toEqual(new Set([isErased ? null : SECRET]));
    },
    isDone: async (store) => (await store.subjectState("p-1")).status === "ERASED",
  },
];

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  let server: MongoServer;
  beforeAll(async () => {
    server = await startMongo(found);
  });
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });
  afterAll(() => server.stop());
  const open = async (url: string, selectMsMax = 20_000) => {
    const store = await openMongoConsentStore(url, { clock: systemClock, selectMsMax, answerMsMax: 20_000 });
    opened.push(store);
    return store;
  };
  describe("a gateway that dies between any two writes of", () => {
    for (const { name, make, writes, check, isDone } of CHANGES) {
      test(`${name}: another reads rightly, the next start completes, and it can be made again`, async () => {
        let cutAfter = 0;
        for (let wasCut = true; wasCut; cutAfter += 1) {
          const url = server.url(ownDatabase());
          const other = await open(url);
          await other.append(first);
          const way = await openCuttableWay(url, cutAfter);
          opened.push(way);
          const dying = await open(way.url, CUT_SELECT_MS);
          await make(dying).catch((error) => expect(error.code).toBe("STORE_UNAVAILABLE"));
          wasCut = way.isCut;
          await check(other);
          const started = await open(url);
          await check(started);
          if (await isDone(started)) await checkErased(url, started);
          await make(started);
          expect(await isDone(other)).toBe(true);
          await check(other);
          await changeEverybody(started);
          await checkOneCurrent(url);
        }
        // The last run was not cut, as it needed no more writes than were let through.
        expect(cutAfter - 1).toBeGreaterThanOrEqual(writes);
      }, 300_000);
    }
  });
}

async function idsOf(store: ConsentStore, subject: string): Promise<string[]> {
  return (await store.history(subject)).map(({ id }) => id);
}

/** What a decision, the records and the history tell of everybody is one and the same, and nothing stands twice. */
async function agree(store: ConsentStore): Promise<void> {
  const { subjects } = await store.lookUp({ subjects: PEOPLE, purpose: "ANALYTICS", tenants: [], partner: null });
  for (const subject of PEOPLE) {
    const history = await idsOf(store, subject);
    expect(new Set(history).size).toBe(history.length);
    expect((await store.records(subject)).map((record) => record.event.id)).toEqual(history.slice(-1));
    expect(subjects.get(subject)?.consents.map(({ id }) => id)).toEqual(history.slice(-1));
    expect(subjects.get(subject)?.status).toBe((await store.subjectState(subject)).status);
  }
}

/** Once a gateway has started, an erasure that was begun leaves no free text in the database either. */
async function checkErased(url: string, store: ConsentStore): Promise<void> {
  if ((await store.subjectState("p-1")).status !== "ERASED") return;
  const commits = await commitsIn(url, { subject: "p-1" });
  expect(JSON.stringify(commits)).not.toContain(SECRET);
}

async function changeEverybody(store: ConsentStore): Promise<void> {
  for (const subject of PEOPLE) {
    const { status } = await store.subjectState(subject);
    if (status !== "ERASED") await store.append(next([subject]));
  }
}

/** A change that follows takes what was left undone with it: of everybody one commit is current. */
async function checkOneCurrent(url: string): Promise<void> {
  const current = (await commitsIn(url, {})).flatMap((commit) => commit["current"] ?? []);
  expect([...current].sort()).toEqual(PEOPLE);
}

async function commitsIn(url: string, filter: Record<string, unknown>): Promise<Record<string, unknown>[]> {
  const raw = await mongoose.createConnection(url).asPromise();
  try {
    return await raw.collection("consent_commits").find(filter).toArray();
  } finally {
    await raw.close();
  }
}
