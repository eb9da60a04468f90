import { afterAll, describe, expect, test } from "@jest/globals";
import type { ConsentStore } from "../../src/consents/contract.ts";
import { openMongoConsentStore } from "../../src/consents/mongo/store.ts";
import { openConsentStore } from "../../src/consents/sqlite/store.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { ConsentServiceOptions } from "../../src/rights/service.ts";
import { importConsents, type RefusedRow } from "../../src/rights/transfer.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { bothStores, type StoreKind } from "../stores/both.ts";
import { callers, DAY, MARKETING, NOTICES, outcome, people, START, VOCABULARY, type World, world } from "./harness.ts";

const SECRET = "a-private-word";
const TEN_MEGABYTES = SECRET.repeat(750_000);
/** Born so that the child comes of age, at 14, ten days after START: at noon it is that day everywhere. */
const CHILD = people({ ann: "2011-06-11" });
const OF_AGE = Date.UTC(2025, 5, 11, 12);

const opened: ConsentStore[] = [];
afterAll(async () => {
  for (const store of opened) await store.close();
});

async function openOwn(kind: StoreKind): Promise<ConsentStore> {
  const { url } = await kind.own();
  const store =
    kind.name === "SQLite"
      ? await openConsentStore(url.replace("sqlite:", ""), { clock: systemClock })
      : await openMongoConsentStore(url, { clock: systemClock, answerMsMax: 25_000 });
  opened.push(store);
  return store;
}

interface Rule {
  readonly name: string;
  readonly options?: Partial<ConsentServiceOptions>;
  readonly prove: (made: World) => Promise<void>;
}

const stateOf = async ({ store }: World, purpose = "DIRECT_MARKETING") =>
  (await store.records("ann")).find((record) => record.purpose === purpose)?.event;

const RULES: readonly Rule[] = [
  {
    name: "a guardian's consent ends when the child comes of age, and the guardian speaks for it no more",
    options: { people: CHILD },
    prove: async (made) => {
      await made.service.give(callers.guardianOfAnn, { ...MARKETING, expiresAt: OF_AGE + 90 * DAY });
      expect(await stateOf(made)).toMatchObject({ state: "GIVEN", expiresAt: OF_AGE });
      expect((await stateOf(made))?.expressedBy).toEqual({
        id: "gus",
        role: "GUARDIAN",
        verification: "household register",
      });
      expect(await outcome(made.service.give(callers.ann, MARKETING))).toBe("GUARDIAN_REQUIRED");
      made.now = OF_AGE;
      expect(await outcome(made.service.withdraw(callers.guardianOfAnn, MARKETING))).toBe("FORBIDDEN");
      expect(await outcome(made.service.renew(callers.ann, MARKETING))).toBe("OK");
      expect((await stateOf(made))?.expressedBy.role).toBe("DATA_SUBJECT");
    },
  },
  {
    name: "an agent speaks for whom the token names, and for nobody else",
    prove: async (made) => {
      expect(await outcome(made.service.give(callers.agentOfBob, { ...MARKETING, subject: "ann" }))).toBe("FORBIDDEN");
      expect(await made.store.history("ann")).toEqual([]);
      await made.service.give(callers.agentOfAnn, MARKETING);
      expect((await stateOf(made))?.expressedBy).toMatchObject({ id: "ada", role: "AGENT" });
      await made.service.withdraw(callers.ann, MARKETING);
      expect((await stateOf(made))?.state).toBe("WITHDRAWN");
    },
  },
  {
    name: "nobody is asked again within the cool-down, whatever was done in between",
    options: { coolDownMs: 10 * DAY },
    prove: async (made) => {
      const ask = { ...MARKETING, subject: "ann" };
      await made.service.request(callers.officer, ask);
      await made.service.refuse(callers.ann, MARKETING);
      made.now = START + 10 * DAY - 1;
      expect(await outcome(made.service.request(callers.officer, ask))).toBe("CONSENT_COOL_DOWN");
      expect((await stateOf(made))?.state).toBe("REFUSED");
      made.now = START + 10 * DAY;
      expect(await outcome(made.service.request(callers.officer, ask))).toBe("OK");
    },
  },
  {
    name: "a notice outdates the consents of the purposes that it is material for, and no others",
    options: { deployment: { notices: NOTICES, guardianAge: 14 } },
    prove: async (made) => {
      const both = { purposes: ["DIRECT_MARKETING", "ANALYTICS"], subject: null, notice: "privacy@1" };
      await made.service.give(callers.ann, both);
      expect(await outcome(made.service.request(callers.officer, { ...both, subject: "ann" }))).toBe(
        "CONSENT_STATE_CONFLICT",
      );
      made.now = Date.parse("2025-06-10");
      const ask = (purpose: string) =>
        outcome(made.service.request(callers.officer, { purposes: [purpose], subject: "ann" }));
      expect([await ask("ANALYTICS"), await ask("DIRECT_MARKETING")]).toEqual(["CONSENT_STATE_CONFLICT", "OK"]);
      await made.service.give(callers.ann, { ...MARKETING, notice: "privacy@2" });
      made.now = Date.parse("2025-06-20");
      expect([await ask("ANALYTICS"), await ask("DIRECT_MARKETING")]).toEqual([
        "CONSENT_STATE_CONFLICT",
        "CONSENT_STATE_CONFLICT",
      ]);
    },
  },
  {
    name: "what a controller enters without evidence takes no no back, and a no is stored whatever stood",
    prove: async (made) => {
      const both = { purposes: ["DIRECT_MARKETING", "ANALYTICS"], subject: null };
      await made.service.give(callers.ann, MARKETING);
      const told = await made.service.withdraw(callers.ann, both);
      expect(told.map(({ event }) => event.state)).toEqual(["WITHDRAWN", "REFUSED"]);
      await made.service.give(callers.officer, { ...MARKETING, subject: "ann" });
      const [record] = (await made.store.records("ann")).filter(({ purpose }) => purpose === "DIRECT_MARKETING");
      expect([record?.event.state, record?.objection?.event.state]).toEqual(["GIVEN", "WITHDRAWN"]);
      await made.service.refuse(callers.ann, MARKETING);
      expect((await stateOf(made))?.state).toBe("WITHDRAWN");
    },
  },
  {
    name: "one key is one change, also where it comes five times at once",
    prove: async (made) => {
      const give = () => made.service.give(callers.ann, { ...MARKETING, key: "k" });
      await Promise.all([give(), give(), give(), give(), give()]);
      expect((await made.store.history("ann")).map(({ state }) => state)).toEqual(["GIVEN"]);
      expect(await outcome(made.service.withdraw(callers.ann, { ...MARKETING, key: "k" }))).toBe(
        "CONSENT_STATE_CONFLICT",
      );
    },
  },
  {
    name: "of two who change a consent at once both are told the truth",
    prove: async (made) => {
      await made.service.give(callers.ann, MARKETING);
      const codes = await Promise.all([
        outcome(made.service.withdraw(callers.ann, MARKETING)),
        outcome(made.service.renew(callers.ann, MARKETING)),
        outcome(made.service.invalidate(callers.officer, { ...MARKETING, subject: "ann" })),
      ]);
      const states = (await made.store.history("ann")).map(({ state }) => state);
      expect(codes.every((code) => code === "OK" || code === "CONSENT_STATE_CONFLICT")).toBe(true);
      // Withdrawing what is invalidated already changes nothing; a no is never lost.
      expect(["WITHDRAWN", "INVALIDATED"]).toContain(states.at(-1));
    },
  },
];

/** Each refused with its code, nothing written. */
const REFUSED: readonly (readonly [name: string, code: string, attempt: (made: World) => Promise<unknown>])[] = [
  [
    "an unknown purpose",
    "BAD_INPUT",
    ({ service }) => service.give(callers.ann, { purposes: [SECRET], subject: null }),
  ],
  [
    "an unknown purpose beside a known one",
    "BAD_INPUT",
    ({ service }) => service.give(callers.ann, { purposes: ["ANALYTICS", SECRET], subject: null }),
  ],
  [
    "a state that cannot follow",
    "CONSENT_STATE_CONFLICT",
    ({ service }) => service.renew(callers.guardianOfAnn, MARKETING),
  ],
  ["an answer to no question", "CONSENT_STATE_CONFLICT", ({ service }) => service.defer(callers.ann, MARKETING)],
  [
    "a time in the future",
    "BAD_INPUT",
    ({ service }) => service.give(callers.officer, { ...MARKETING, subject: "ann", time: START + 1 }),
  ],
  [
    "an end in the past",
    "BAD_INPUT",
    ({ service }) => service.give(callers.ann, { ...MARKETING, expiresAt: START - 1 }),
  ],
  ["a guardian who is not one", "FORBIDDEN", ({ service }) => service.give(callers.strangerAsGuardian, MARKETING)],
  ["a child by itself", "GUARDIAN_REQUIRED", ({ service }) => service.give(callers.ann, MARKETING)],
  [
    "a consent for somebody else",
    "FORBIDDEN",
    ({ service }) => service.give(callers.bob, { ...MARKETING, subject: "ann" }),
  ],
  ["a guest", "FORBIDDEN", ({ service }) => service.give(callers.guest, { ...MARKETING, subject: "ann" })],
  [
    "ten megabytes of notes",
    "BAD_INPUT",
    ({ service }) => service.refuse(callers.ann, { ...MARKETING, reason: TEN_MEGABYTES }),
  ],
  [
    "ten megabytes of a key",
    "BAD_INPUT",
    ({ service }) => service.refuse(callers.ann, { ...MARKETING, key: TEN_MEGABYTES }),
  ],
];

const line = (change: Parameters<typeof event>[0]) => JSON.stringify(event({ subject: "ann", ...change }));
const ROWS: readonly (readonly [name: string, code: string, row: () => string])[] = [
  ["an unknown purpose", "BAD_INPUT", () => line({ purposes: [SECRET] })],
  ["a state that is none", "BAD_INPUT", () => line({ state: "EXPIRED" })],
  ["a time in the future", "BAD_INPUT", () => line({ time: START + 1 })],
  [
    "a quality that is none",
    "BAD_INPUT",
    () => line({ expressedBy: { id: "x", role: SECRET as "AGENT", verification: null } }),
  ],
  ["ten megabytes of notes", "BAD_INPUT", () => line({ reason: TEN_MEGABYTES })],
  ["nothing that is JSON", "BAD_INPUT", () => `{"id": ${SECRET}`],
  ["what is older than what stands", "CONSENT_STATE_CONFLICT", () => line({ subject: "standing", time: START - DAY })],
  ["somebody who was erased", "CONSENT_STATE_CONFLICT", () => line({ subject: "erased" })],
];

for (const kind of bothStores()) {
  describe(`on ${kind.name}`, () => {
    for (const { name, options = {}, prove } of RULES) {
      test(name, async () => {
        const store = await openOwn(kind);
        await prove(await world(options, () => store));
      });
    }

    for (const [name, code, attempt] of REFUSED) {
      test(`${name}: ${code}, and nothing is written`, async () => {
        const store = await openOwn(kind);
        const made = await world({ people: CHILD }, () => store);
        const error: unknown = await attempt(made).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code });
        expect(String((error as Error).message)).not.toContain(SECRET);
        for await (const stored of store.events()) expect(stored).toBeUndefined();
      });
    }

    for (const [name, code, row] of ROWS) {
      test(`imported, ${name}: ${code}, the row alone is left out`, async () => {
        const store = await openOwn(kind);
        await store.append([event({ id: "standing", subject: "standing", time: START })]);
        await store.setSubjectState({
          subject: "erased",
          status: "ERASED",
          legalHold: false,
          time: START,
          by: "dpo",
          reason: null,
        });
        const good = [event({ id: "first", subject: "a" }), event({ id: "last", subject: "b" })];
        const lines = [JSON.stringify(good[0]), row(), JSON.stringify(good[1])];
        const refused: RefusedRow[] = [];
        const about = { store, clock: { now: () => START }, vocabulary: VOCABULARY };
        const report = await importConsents(lines, about, (one) => refused.push(one));
        expect(report).toEqual({ rows: 3, accepted: 2, refused: 1 });
        expect(refused.map((one) => [one.row, one.code, one.why.includes(SECRET)])).toEqual([[2, code, false]]);
        const ids: string[] = [];
        for await (const { id } of store.events()) ids.push(id);
        expect(ids.sort()).toEqual(["first", "last", "standing"]);
      });
    }
  });
}
