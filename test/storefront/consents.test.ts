import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { planOf } from "../../examples/storefront/src/storefront/consent-plans.ts";
import { seedConsents } from "../../examples/storefront/src/storefront.ts";
import type { ConsentEvent, ConsentStore } from "../../src/consents/contract.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { newId } from "../../src/core/ids.ts";
import { NOON } from "./ask.ts";

let seeded: ConsentStore;
let store: ConsentStore;

beforeAll(async () => {
  seeded = await openConsentStore(":memory:", { clock: NOON });
  await seedConsents(seeded, NOON.now());
});
afterAll(async () => {
  await seeded.close();
});
beforeEach(async () => {
  store = await openConsentStore(":memory:", { clock: NOON });
});
afterEach(async () => {
  await store.close();
});

async function allEvents(of: ConsentStore): Promise<ConsentEvent[]> {
  const events: ConsentEvent[] = [];
  for await (const event of of.events()) events.push(event);
  return events;
}

describe("seedConsents", () => {
  test("brings about every state, form, speaker and kind of agreement", async () => {
    const events = await allEvents(seeded);
    const states = new Set(events.map(({ state }) => state));
    // EXPIRED is computed at reading, and UNKNOWN is who was never asked.
    expect([...states].sort()).toEqual(
      ["DEFERRED", "GIVEN", "INVALIDATED", "REFUSED", "RENEWED", "REQUESTED", "REVOKED", "WITHDRAWN"].sort(),
    );
    expect(events.some(({ expiresAt }) => expiresAt !== null && expiresAt < NOON.now())).toBe(true);
    expect(new Set(events.map(({ form }) => form))).toEqual(new Set(["SEPARATE", "IMPLIED"]));
    expect(new Set(events.map(({ expressedBy }) => expressedBy.role))).toEqual(
      new Set(["DATA_SUBJECT", "GUARDIAN", "CONTROLLER"]),
    );
    expect(new Set(events.map(({ notice }) => notice?.version))).toEqual(new Set(["1", "3"]));
    const agreements = await seeded.agreements();
    expect(new Set(agreements.map(({ state }) => state))).toEqual(new Set(["GIVEN", "WITHDRAWN"]));
    expect(agreements.some(({ expiresAt }) => expiresAt !== null && expiresAt < NOON.now())).toBe(true);
  });

  test.each([
    ["c-1", "ACTIVE", false],
    ["c-7", "RESTRICTED", false],
    ["c-8", "ERASED", false],
    ["c-20", "ERASED", true],
    ["c-291", "RESTRICTED", true],
    ["c-500", "ACTIVE", false],
  ] as const)("leaves %s %s", async (subject, status, legalHold) => {
    expect(await seeded.subjectState(subject)).toMatchObject({ status, legalHold });
  });

  test.each([
    ["c-1", "DIRECT_MARKETING", "GIVEN"],
    ["c-2", "DIRECT_MARKETING", "REFUSED"],
    ["c-3", "DIRECT_MARKETING", "WITHDRAWN"],
    ["c-3", "ANALYTICS", "GIVEN"],
    ["c-13", "ANALYTICS", "REQUESTED"],
    ["c-14", "ANALYTICS", "DEFERRED"],
    ["c-15", "ANALYTICS", "REVOKED"],
    ["c-17", "ANALYTICS", "RENEWED"],
    ["c-18", "ANALYTICS", "INVALIDATED"],
  ])("lets %s's consent to %s stand as %s", async (subject, purpose, state) => {
    const records = await seeded.records(subject);
    expect(records.find((record) => record.purpose === purpose)?.event.state).toBe(state);
  });

  test("leaves c-12 alone, who was never asked", async () => {
    expect(await seeded.history("c-12")).toEqual([]);
  });

  test("does nothing more at the next start, a year later", async () => {
    await seedConsents(store, NOON.now());
    const [events, agreements] = [await allEvents(store), await store.agreements()];
    await seedConsents(store, NOON.now() + 365 * 86_400_000);
    expect(await allEvents(store)).toEqual(events);
    expect(await store.agreements()).toEqual(agreements);
  });

  test("does not undo what people decided since", async () => {
    await seedConsents(store, NOON.now());
    const [given] = await store.history("c-1");
    if (given === undefined) throw new Error("c-1 has no consent");
    await store.append([{ ...given, id: newId(NOON.now()), state: "WITHDRAWN", time: NOON.now(), key: null }]);
    const state = await store.subjectState("c-2");
    await store.setSubjectState({ ...state, status: "ERASED", time: NOON.now(), by: "c-2" });
    await seedConsents(store, NOON.now());
    expect((await store.records("c-1")).map(({ event }) => event.state)).toEqual(Array(8).fill("WITHDRAWN"));
    expect((await store.subjectState("c-2")).status).toBe("ERASED");
  });

  test("can be done by several gateways at once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fieldguard-seed-"));
    const open = () => openConsentStore(join(folder, "store.db"), { clock: NOON });
    const stores = await Promise.all([open(), open(), open()]);
    try {
      await Promise.all(stores.map((each) => seedConsents(each, NOON.now())));
      for (const each of stores) {
        expect((await allEvents(each)).length).toBe((await allEvents(seeded)).length);
        expect(await each.agreements()).toEqual(await seeded.agreements());
        expect((await each.subjectState("c-8")).status).toBe("ERASED");
      }
    } finally {
      await Promise.all(stores.map((each) => each.close()));
      await rm(folder, { recursive: true });
    }
  });

  test.each([0, 1, 2, 4, 9, 12, 22, 30])(
    "finishes what a start that broke off after %d writes had begun",
    async (writes) => {
      await expect(seedConsents(breakingAfter(store, writes), NOON.now())).rejects.toThrow("killed");
      await seedConsents(store, NOON.now());
      const standing = async (each: ConsentStore) => {
        const records = await each.records("c-3");
        return {
          agreements: await each.agreements(),
          states: await Promise.all(["c-7", "c-8", "c-339"].map((subject) => each.subjectState(subject))),
          consents: records.map(({ purpose, event }) => [purpose, event.state, event.time]),
        };
      };
      expect(await standing(store)).toEqual(await standing(seeded));
    },
  );
});

describe("planOf", () => {
  test("says the same of the same customer, in the order of time", () => {
    for (let number = 1; number <= 500; number++) {
      const plan = planOf(number);
      expect(plan).toEqual(planOf(number));
      for (const [at, { daysAgo, purposes }] of plan.entries()) {
        const earlier = plan.slice(0, at).filter((step) => step.purposes === purposes);
        for (const step of earlier) expect(daysAgo).toBeLessThan(step.daysAgo);
      }
    }
  });
});

/** The store, until so many writes have been made. */
function breakingAfter(whole: ConsentStore, writes: number): ConsentStore {
  let left = writes;
  const counted = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Error("killed");
      return write(...args);
    };
  };
  return {
    append: counted((...args) => whole.append(...args)),
    setSubjectState: counted((...args) => whole.setSubjectState(...args)),
    putAgreement: counted((...args) => whole.putAgreement(...args)),
    lookUp: (question) => whole.lookUp(question),
    erasures: (subjects) => whole.erasures(subjects),
    records: (subject) => whole.records(subject),
    history: (subject) => whole.history(subject),
    events: (after) => whole.events(after),
    subjectState: (subject) => whole.subjectState(subject),
    agreements: (tenant) => whole.agreements(tenant),
    ping: () => whole.ping(),
    close: () => whole.close(),
  };
}
