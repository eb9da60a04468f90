import { describe, expect, test } from "@jest/globals";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import type { ConsentTerms } from "../../src/rights/input.ts";
import { stateAt } from "../../src/rights/life-state.ts";
import { CONSENT_ACTIONS, type ConsentAction } from "../../src/rights/transitions.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { callers, DAY, MARKETING, NOTICES, outcome, START, world } from "./harness.ts";

/**
 * What each action makes of each state: the new state, `=` where nothing changes, `x` where it is refused.
 * Columns in the order of STATES.
 */
const STATES = [
  "UNKNOWN",
  "REQUESTED",
  "DEFERRED",
  "REFUSED",
  "GIVEN",
  "RENEWED",
  "OUTDATED",
  "EXPIRED",
  "WITHDRAWN",
  "REVOKED",
  "INVALIDATED",
] as const;

const GRID: Readonly<Record<ConsentAction, string>> = {
  request: "REQUESTED = REQUESTED REQUESTED x x REQUESTED REQUESTED REQUESTED REQUESTED REQUESTED",
  defer: "x DEFERRED = x x x x x x x x",
  refuse: "REFUSED REFUSED REFUSED = WITHDRAWN WITHDRAWN REFUSED REFUSED REFUSED REFUSED REFUSED",
  give: "GIVEN GIVEN GIVEN GIVEN RENEWED RENEWED RENEWED GIVEN GIVEN GIVEN GIVEN",
  renew: "x x x x RENEWED RENEWED RENEWED RENEWED x x x",
  withdraw: "REFUSED REFUSED REFUSED = WITHDRAWN WITHDRAWN WITHDRAWN WITHDRAWN = = =",
  revoke: "REVOKED REVOKED REVOKED = REVOKED REVOKED REVOKED REVOKED = = =",
  invalidate: "x INVALIDATED INVALIDATED x INVALIDATED INVALIDATED INVALIDATED INVALIDATED x x =",
};

/** Long before now, so that no cool-down is left; expired or outdated by now where the state says so. */
function standing(state: (typeof STATES)[number]): ConsentEvent[] {
  const at = { subject: "ann", time: START - 60 * DAY, notice: { id: "privacy", version: "1", contentHash: null } };
  switch (state) {
    case "UNKNOWN":
      return [];
    case "EXPIRED":
      return [event({ ...at, state: "GIVEN", expiresAt: START })];
    case "OUTDATED":
      return [event({ ...at, state: "GIVEN", purposes: ["ANALYTICS"] })];
    default:
      return [event({ ...at, state, expiresAt: START + DAY })];
  }
}

// OUTDATED needs a material change that has come into force; it is asked of another purpose than the rest.
const notices = NOTICES.map((notice) =>
  notice.version === "2" ? { ...notice, effectiveFrom: "2025-05-20", materialFor: ["ANALYTICS"] } : notice,
);

describe("which state follows which", () => {
  for (const action of CONSENT_ACTIONS) {
    const cells = GRID[action].split(" ");
    for (const [column, state] of STATES.entries()) {
      const expected = cells[column] ?? "";
      test(`${action} from ${state}: ${expected}`, async () => {
        const { service, store } = await world({ deployment: { notices, guardianAge: 14 } });
        for (const one of standing(state)) await store.append([one]);
        const before = (await store.history("ann")).length;
        const caller = action === "revoke" || action === "invalidate" ? callers.officer : callers.ann;
        const purposes = [state === "OUTDATED" ? "ANALYTICS" : "DIRECT_MARKETING"];
        const code = await outcome(service[action](caller, { purposes, subject: "ann" }));
        const history = await store.history("ann");
        const added = history.slice(before).map((one) => one.state);
        expect([code, added]).toEqual([
          expected === "x" ? "CONSENT_STATE_CONFLICT" : "OK",
          expected === "x" || expected === "=" ? [] : [expected],
        ]);
      });
    }
  }

  test("refuses what cannot follow for one purpose whole, and names that purpose", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, MARKETING);
    const both = { purposes: ["DIRECT_MARKETING", "ANALYTICS"], subject: null };
    await expect(service.renew(callers.ann, both)).rejects.toMatchObject({
      code: "CONSENT_STATE_CONFLICT",
      message: expect.stringContaining("ANALYTICS"),
    });
    expect((await store.history("ann")).map((one) => one.state)).toEqual(["GIVEN"]);
  });
});

describe("a no never fails by state", () => {
  const YES = { ...MARKETING, form: "SEPARATE" } as const;
  const BOTH = { purposes: ["DIRECT_MARKETING", "ANALYTICS"], subject: null };
  const rows: readonly {
    readonly name: string;
    readonly yes: ConsentTerms;
    readonly no: ConsentTerms;
    readonly states: readonly string[];
  }[] = [
    { name: "of several purposes of which one was given", yes: YES, no: BOTH, states: ["WITHDRAWN", "REFUSED"] },
    { name: "for one tenant of a yes to all", yes: YES, no: { ...MARKETING, tenant: "t-1" }, states: ["WITHDRAWN"] },
    {
      name: "for one recipient of a yes to all",
      yes: YES,
      no: { ...MARKETING, recipients: ["org:a"] },
      states: ["WITHDRAWN"],
    },
    {
      name: "for everybody, of a yes to one recipient",
      yes: { ...YES, recipients: ["org:a"] },
      no: MARKETING,
      states: ["WITHDRAWN"],
    },
    {
      name: "to another recipient than the one of the yes",
      yes: { ...YES, recipients: ["org:a"] },
      no: { ...MARKETING, recipients: ["org:b"] },
      states: ["REFUSED"],
    },
  ];
  for (const action of ["withdraw", "refuse"] as const) {
    for (const { name, yes, no, states } of rows) {
      test(`${action}: ${name}`, async () => {
        const { service, store } = await world();
        await service.give(callers.ann, yes);
        const told = await service[action](callers.ann, no);
        expect(told.map(({ event: { state } }) => state)).toEqual(states);
        const { length } = await store.history("ann");
        expect(await outcome(service.withdraw(callers.ann, no))).toBe("OK");
        expect(await store.history("ann")).toHaveLength(length);
      });
    }
  }

  test("withdrawn for everything where only one tenant was refused", async () => {
    const { service, store } = await world();
    await service.refuse(callers.ann, { ...MARKETING, tenant: "t-1" });
    await service.withdraw(callers.ann, MARKETING);
    expect((await store.history("ann")).map(({ tenant, state }) => [tenant, state])).toEqual([
      ["t-1", "REFUSED"],
      [null, "REFUSED"],
    ]);
  });
});

describe("a consent's end", () => {
  const cases = [
    { state: "GIVEN", expiresAt: null, at: "GIVEN" },
    { state: "GIVEN", expiresAt: START + 1, at: "GIVEN" },
    { state: "GIVEN", expiresAt: START, at: "EXPIRED" },
    { state: "RENEWED", expiresAt: START - 1, at: "EXPIRED" },
    { state: "WITHDRAWN", expiresAt: START - 1, at: "WITHDRAWN" },
    { state: "REQUESTED", expiresAt: 0, at: "REQUESTED" },
  ] as const;
  for (const { state, expiresAt, at } of cases) {
    test(`${state} until ${expiresAt === null ? "no end" : expiresAt - START} is ${at}`, () => {
      expect(stateAt({ state, expiresAt }, START)).toBe(at);
    });
  }

  test("renewing without a new one takes as long again", async () => {
    const made = await world();
    await made.service.give(callers.ann, { ...MARKETING, expiresAt: START + 10 * DAY });
    made.now = START + 8 * DAY;
    const [renewed] = await made.service.renew(callers.ann, MARKETING);
    expect(renewed?.event.expiresAt).toBe(START + 18 * DAY);
    expect(renewed?.givenAt).toBe(START);
  });

  test("giving anew is for all; renewing goes on with what was given; withdrawing takes all of it", async () => {
    const { service, store } = await world();
    const terms = { categories: ["EMAIL_ADDRESS"], recipients: ["org:ads"], form: "SEPARATE" } as const;
    await service.give(callers.ann, { ...MARKETING, ...terms });
    const [renewed] = await service.renew(callers.ann, MARKETING);
    expect(renewed?.event).toMatchObject(terms);
    const [withdrawn] = await service.withdraw(callers.ann, MARKETING);
    expect(withdrawn?.event).toMatchObject({ categories: null, recipients: null });
    expect(await store.records("ann")).toHaveLength(1);
    const [given] = await service.give(callers.ann, MARKETING);
    expect(given?.event).toMatchObject({ categories: null, recipients: null, form: "EXPRESSED" });
    expect(given?.recordId).toBe(withdrawn?.recordId);
  });
});
