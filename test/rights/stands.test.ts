import { describe, expect, test } from "@jest/globals";
import { formOf, recordsFrom, standingsOf } from "../../src/consents/choices.ts";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import { currentRecords } from "../../src/rights/life-state.ts";
import { personMeant } from "../../src/rights/speaker.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { callers, DAY, MARKETING, outcome, people, START, world } from "./harness.ts";

const by = (role: ConsentEvent["expressedBy"]["role"], verification: string | null = null) => ({
  expressedBy: { id: "x", role, verification },
});
const NO = { state: "REFUSED" } as const;
const YES = { state: "GIVEN" } as const;
const SHOP = { tenant: "shop-1" } as const;
const ENTERED = { ...YES, ...by("CONTROLLER"), evidence: null };

/** What was said, a day apart and until yesterday; what is told to stand. */
const ROWS: readonly [name: string, said: readonly Partial<ConsentEvent>[], stands: readonly string[]][] = [
  ["a no", [NO], ["null REFUSED"]],
  ["a yes after a no", [NO, YES], ["null GIVEN"]],
  ["what is entered without evidence, after a no", [NO, ENTERED], ["null REFUSED"]],
  ["with evidence that says nothing", [NO, { ...ENTERED, evidence: " -\u200b" }], ["null REFUSED"]],
  ["with evidence", [NO, { ...ENTERED, evidence: "scan 7" }], ["null GIVEN"]],
  ["what is entered without evidence, after nothing", [ENTERED], ["null GIVEN"]],
  ["entered for a shop, after a no to all", [NO, { ...ENTERED, ...SHOP }], ["null REFUSED"]],
  ["entered for all, after a no to a shop", [{ ...NO, ...SHOP }, ENTERED], ["shop-1 REFUSED", "null GIVEN"]],
  ["a yes that has ended, after a no", [NO, { ...YES, expiresAt: START - 1 }], ["null REFUSED"]],
  ["a yes that has ended", [{ ...YES, expiresAt: START - 1 }], ["null GIVEN"]],
  ["a yes of an agent whom nobody verified, after a no", [NO, { ...YES, ...by("AGENT") }], ["null REFUSED"]],
  ["verified by nothing that can be read", [NO, { ...YES, ...by("AGENT", "…") }], ["null REFUSED"]],
  ["a yes of a verified agent, after a no", [NO, { ...YES, ...by("AGENT", "mandate 3") }], ["null GIVEN"]],
];

describe("what stands is what decides", () => {
  test.each(ROWS)("%s", (_name, said, stands) => {
    const history = said.map((one, index) =>
      event({ tenant: null, evidence: "list", ...one, id: `e-${index}`, time: START - (said.length - index) * DAY }),
    );
    const shown = currentRecords(history, { now: START }).map(({ tenant, event: { state } }) => `${tenant} ${state}`);
    expect(shown.toSorted()).toEqual(stands.toSorted());
  });
});

test.each([
  ["", "IMPLIED"],
  ["  ", "IMPLIED"],
  ["\u3164", "IMPLIED"],
  ["-", "IMPLIED"],
  [null, "IMPLIED"],
  ["scan 4", "WRITTEN"],
] as const)("what the controller enters with the evidence %j counts as %s", (evidence, form) => {
  const entered = event({ ...YES, ...by("CONTROLLER"), form: "WRITTEN", evidence });
  expect(formOf(entered)).toBe(form);
  expect(recordsFrom([entered]).flatMap(standingsOf)[0]?.form).toBe(form);
});

test.each([
  ["", false],
  [" ", false],
  [null, false],
  ["passport", true],
] as const)("a guardian verified by %j is verified: %s", (verification, verified) => {
  const given = event({ ...YES, ...by("GUARDIAN", verification) });
  expect(recordsFrom([given]).flatMap(standingsOf)[0]?.verified).toBe(verified);
});

describe("whose consent it is", () => {
  const refuted = { ...callers.guardianOfAnn, refuted: true } as const;

  test("of a guardian whom the deployment does not know: nobody's, and not the guardian's own instead", async () => {
    const { service, store } = await world({ people: people({ ann: "2015-01-01" }) });
    for (const act of ["give", "refuse", "withdraw", "defer", "request"] as const) {
      for (const subject of [null, "ann"]) {
        expect(await outcome(service[act](refuted, { ...MARKETING, subject }))).toBe("FORBIDDEN");
      }
    }
    expect(await outcome(service.records(refuted, null))).toBe("FORBIDDEN");
    expect(await outcome(service.records(refuted, "ann"))).toBe("FORBIDDEN");
    expect([await store.history("ann"), await store.history("gus")]).toEqual([[], []]);
    expect(() => personMeant({ ...refuted, role: "PRIVACY_OFFICER" }, null)).toThrow(
      expect.objectContaining({ code: "FORBIDDEN" }),
    );
  });

  test("of one whose guardianship is told by nothing that can be read: nobody's", async () => {
    const told = { ...people({ ann: "2015-01-01" }), guardianship: async () => " " };
    const { service } = await world({ people: told });
    expect(await outcome(service.give(callers.guardianOfAnn, MARKETING))).toBe("FORBIDDEN");
  });
});
