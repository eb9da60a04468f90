import { describe, expect, test } from "@jest/globals";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { callers, DAY, MARKETING, outcome, START, world } from "./harness.ts";

const states = async (store: ConsentStore, subject = "ann") => (await store.history(subject)).map((one) => one.state);

describe("a repeated key", () => {
  test("changes nothing again, and tells how it stands", async () => {
    const { service, store } = await world();
    const change = { purposes: ["ANALYTICS", "DIRECT_MARKETING"], subject: null, key: "k" };
    const first = await service.give(callers.ann, change);
    expect(await service.give(callers.ann, change)).toEqual(first);
    await service.withdraw(callers.ann, { ...MARKETING, key: "w" });
    const again = await service.give(callers.ann, change);
    expect(again.map((record) => record.event.state)).toEqual(["GIVEN", "WITHDRAWN"]);
    expect(await states(store)).toEqual(["GIVEN", "GIVEN", "WITHDRAWN"]);
  });

  test("counts for its person alone", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, { ...MARKETING, key: "k" });
    await service.give(callers.bob, { ...MARKETING, key: "k" });
    expect(await states(store, "bob")).toEqual(["GIVEN"]);
  });

  const MISUSES = [
    { name: "another action", action: "withdraw", change: MARKETING },
    { name: "another purpose", action: "give", change: { purposes: ["ANALYTICS"], subject: null } },
    {
      name: "one purpose more",
      action: "give",
      change: { purposes: ["DIRECT_MARKETING", "ANALYTICS"], subject: null },
    },
    { name: "another tenant", action: "give", change: { ...MARKETING, tenant: "shop-1" } },
  ] as const;
  for (const { name, action, change } of MISUSES) {
    test(`for ${name} is refused`, async () => {
      const { service, store } = await world();
      await service.give(callers.ann, { ...MARKETING, key: "k" });
      expect(await outcome(service[action](callers.ann, { ...change, key: "k" }))).toBe("CONSENT_STATE_CONFLICT");
      expect(await states(store)).toEqual(["GIVEN"]);
    });
  }

  test("that others are like, or that something else made, is no repetition", async () => {
    const { service, store } = await world();
    await store.append([event({ subject: "ann", key: "k", state: "REFUSED" })]);
    await store.append([event({ subject: "ann", key: "[k", state: "REFUSED" })]);
    await service.give(callers.ann, { ...MARKETING, key: "k" });
    await service.give(callers.ann, { ...MARKETING, key: "k#" });
    expect(await states(store)).toEqual(["REFUSED", "REFUSED", "GIVEN", "RENEWED"]);
  });

  test("at the same time is stored once", async () => {
    const { service, store } = await world();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => service.give(callers.ann, { ...MARKETING, key: "k" })),
    );
    expect(await states(store)).toEqual(["GIVEN"]);
    expect(new Set(all.map(([record]) => record?.event.id)).size).toBe(1);
  });
});

describe("two at the same time", () => {
  test("give: one wins, the other is told", async () => {
    const { service, store } = await world();
    const outcomes = await Promise.all([1, 2].map(() => outcome(service.give(callers.ann, MARKETING))));
    expect(outcomes.sort()).toEqual(["CONSENT_STATE_CONFLICT", "OK"]);
    expect(await states(store)).toEqual(["GIVEN"]);
  });

  /** Somebody renews between this service's reading and storing, as often as told. */
  function raced(times: number) {
    let left = times;
    return (store: ConsentStore): ConsentStore => ({
      ...bound(store),
      append: async (events, expected) => {
        if (expected !== undefined && left > 0 && events[0]?.state !== "GIVEN") {
          left -= 1;
          await store.append([event({ subject: "ann", state: "RENEWED", time: START })]);
        }
        return store.append(events, expected);
      },
    });
  }

  test("a withdrawal insists", async () => {
    const { service, store } = await world({}, raced(3));
    await service.give(callers.ann, MARKETING);
    const [record] = await service.withdraw(callers.ann, MARKETING);
    expect(record?.event.state).toBe("WITHDRAWN");
    expect((await states(store)).at(-1)).toBe("WITHDRAWN");
  });

  test("and tells the truth where it never gets its turn", async () => {
    const { service } = await world({}, raced(Number.POSITIVE_INFINITY));
    await service.give(callers.ann, MARKETING);
    expect(await outcome(service.withdraw(callers.ann, MARKETING))).toBe("CONSENT_STATE_CONFLICT");
  });

  test("renewing does not insist", async () => {
    const { service } = await world({}, raced(1));
    await service.give(callers.ann, MARKETING);
    expect(await outcome(service.renew(callers.ann, MARKETING))).toBe("CONSENT_STATE_CONFLICT");
  });
});

function bound(store: ConsentStore): ConsentStore {
  return {
    append: (events, expected) => store.append(events, expected),
    lookUp: (question) => store.lookUp(question),
    erasures: (subjects) => store.erasures(subjects),
    records: (subject) => store.records(subject),
    history: (subject) => store.history(subject),
    events: (after) => store.events(after),
    subjectState: (subject) => store.subjectState(subject),
    setSubjectState: (state, expected) => store.setSubjectState(state, expected),
    putAgreement: (agreement) => store.putAgreement(agreement),
    agreements: (tenant) => store.agreements(tenant),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

describe("asking again", () => {
  const COOL_DOWN = 10 * DAY;
  const ask = { purposes: ["DIRECT_MARKETING"], subject: "ann" };

  test("waits for the end of the cool-down, to the millisecond", async () => {
    const made = await world({ coolDownMs: COOL_DOWN });
    await made.service.refuse(callers.ann, MARKETING);
    for (const [after, expected] of [
      [0, "CONSENT_COOL_DOWN"],
      [COOL_DOWN - 1, "CONSENT_COOL_DOWN"],
      [COOL_DOWN, "OK"],
    ] as const) {
      made.now = START + after;
      expect(await outcome(made.service.request(callers.officer, ask))).toBe(expected);
    }
  });

  test("for another purpose need not wait; all purposes asked together do", async () => {
    const { service } = await world();
    await service.refuse(callers.ann, MARKETING);
    expect(await outcome(service.request(callers.officer, { ...ask, purposes: ["ANALYTICS"] }))).toBe("OK");
    const both = { ...ask, purposes: ["THIRD_PARTY_SHARING", "DIRECT_MARKETING"] };
    expect(await outcome(service.request(callers.officer, both))).toBe("CONSENT_COOL_DOWN");
  });

  test("by a tenant waits where all were refused, not where another tenant was", async () => {
    const { service } = await world();
    const asTenant = { ...ask, tenant: "shop-1" };
    await service.refuse(callers.ann, { ...MARKETING, tenant: "shop-2" });
    expect(await outcome(service.request(callers.officer, asTenant))).toBe("OK");
    await service.refuse(callers.ann, MARKETING);
    expect(await outcome(service.request(callers.officer, asTenant))).toBe("CONSENT_COOL_DOWN");
  });

  test("cannot be forced by making the refusal invisible", async () => {
    const made = await world();
    await made.service.refuse(callers.ann, MARKETING);
    await made.store.append([event({ subject: "ann", state: "INVALIDATED", time: START })]);
    expect(await outcome(made.service.request(callers.officer, ask))).toBe("CONSENT_COOL_DOWN");
  });

  test("binds those who ask, not the person: a change of mind is taken at once, and ends the cool-down", async () => {
    const made = await world();
    await made.service.refuse(callers.ann, MARKETING);
    await made.service.give(callers.ann, { ...MARKETING, expiresAt: START + DAY });
    made.now = START + 2 * DAY;
    expect(await outcome(made.service.request(callers.officer, ask))).toBe("OK");
  });

  test("waits after a withdrawal as after a refusal, whoever asks", async () => {
    const { service } = await world();
    await service.give(callers.ann, MARKETING);
    await service.withdraw(callers.ann, MARKETING);
    expect(await outcome(service.request(callers.officer, ask))).toBe("CONSENT_COOL_DOWN");
    expect(await outcome(service.request(callers.ann, MARKETING))).toBe("CONSENT_COOL_DOWN");
    await service.request(callers.merchant, { ...ask, tenant: "shop-1" });
    expect((await service.records(callers.ann, null)).map((record) => record.event.state)).toEqual(["WITHDRAWN"]);
  });
});

describe("tenants", () => {
  test("a withdrawal without a tenant ends every tenant's consent", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, { ...MARKETING, tenant: "shop-1" });
    await service.give(callers.ann, { ...MARKETING, tenant: "shop-2" });
    await service.give(callers.ann, MARKETING);
    const withdrawn = await service.withdraw(callers.ann, MARKETING);
    expect(withdrawn.map(({ tenant, event: { state } }) => `${tenant} ${state}`).sort()).toEqual([
      "null WITHDRAWN",
      "shop-1 WITHDRAWN",
      "shop-2 WITHDRAWN",
    ]);
    expect((await store.records("ann")).length).toBe(3);
  });

  test("a withdrawal for one tenant leaves the others", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, MARKETING);
    await service.withdraw(callers.ann, { ...MARKETING, tenant: "shop-1" });
    const shown = (await store.records("ann")).map(({ tenant, event: { state } }) => `${tenant} ${state}`);
    expect(shown).toEqual(["null GIVEN", "shop-1 WITHDRAWN"]);
    await service.withdraw(callers.ann, MARKETING);
    expect((await states(store)).filter((state) => state === "WITHDRAWN").length).toBe(2);
  });

  test("a consent that was taken back for all and given for one anew can be withdrawn for that one", async () => {
    const made = await world();
    await made.service.give(callers.ann, MARKETING);
    await made.service.withdraw(callers.ann, { ...MARKETING, tenant: "shop-1" });
    made.now += DAY;
    await made.service.give(callers.ann, MARKETING);
    const [record] = await made.service.withdraw(callers.ann, { ...MARKETING, tenant: "shop-1" });
    expect([record?.tenant, record?.event.state, record?.event.time]).toEqual(["shop-1", "WITHDRAWN", START + DAY]);
  });
});

describe("times", () => {
  test("never run backwards within a record, although gateways' clocks differ", async () => {
    const made = await world();
    await made.service.give(callers.ann, MARKETING);
    made.now = START - DAY;
    const [withdrawn] = await made.service.withdraw(callers.ann, MARKETING);
    expect(withdrawn?.event.time).toBe(START);
  });
});

describe("what only an officer does", () => {
  test.each(["ann", "merchant", "guardianOfAnn", "agentOfAnn"] as const)(
    "%s neither revokes nor invalidates",
    async (name) => {
      const { service, store } = await world();
      await service.give(callers.ann, MARKETING);
      const change = { ...MARKETING, subject: "ann" };
      expect(await outcome(service.revoke(callers[name], change))).toBe("FORBIDDEN");
      expect(await outcome(service.invalidate(callers[name], change))).toBe("FORBIDDEN");
      expect(await states(store)).toEqual(["GIVEN"]);
    },
  );

  test("nobody else tells of the past", async () => {
    const { service, store } = await world();
    const earlier = { ...MARKETING, subject: "ann", time: START - DAY };
    expect(await outcome(service.give(callers.ann, earlier))).toBe("BAD_INPUT");
    await service.give(callers.officer, earlier);
    expect((await store.history("ann")).map(({ time }) => time)).toEqual([START - DAY]);
  });

  test("nor does an officer put anything before what stands", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, MARKETING);
    const earlier = { ...MARKETING, subject: "ann", time: START - DAY };
    expect(await outcome(service.revoke(callers.officer, earlier))).toBe("CONSENT_STATE_CONFLICT");
    expect(await states(store)).toEqual(["GIVEN"]);
  });
});
