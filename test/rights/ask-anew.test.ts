import { describe, expect, test } from "@jest/globals";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import { askAnew } from "../../src/evidence/ask-anew.ts";
import type { Policy } from "../../src/policy/model.ts";
import { createAskBudget } from "../../src/rights/ask.ts";
import { importConsents, type RefusedRow } from "../../src/rights/transfer.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { DAY, START, VOCABULARY, world } from "./harness.ts";

/** As the first edition stored it: without a place for evidence. */
function ofOld(change: Partial<ConsentEvent>): ConsentEvent {
  const { evidence: _, ...old } = event({ time: START, ...change });
  return old;
}

describe("who must be asked anew", () => {
  const asked = async (events: readonly ConsentEvent[], policy: Policy | null = null) => {
    const { store } = await world();
    for (const one of events) await store.append([one]);
    const found: string[] = [];
    for await (const { subject, purpose, form, counts } of askAnew(store, START + DAY, policy)) {
      found.push(`${subject} ${purpose} ${form} ${counts}`);
    }
    return found;
  };

  test.each<[string, ConsentEvent, string[]]>([
    ["EXPLICIT of old", ofOld({ subject: "a" }), ["a DIRECT_MARKETING EXPLICIT EXPRESSED"]],
    ["EXPLICIT of old with evidence", event({ subject: "a", evidence: "list 7", time: START }), []],
    ["EXPLICIT as said now", event({ subject: "a", time: START }), []],
    ["EXPRESSED of old", ofOld({ subject: "a", form: "EXPRESSED" }), []],
    ["WRITTEN of old by the person", ofOld({ subject: "a", form: "WRITTEN" }), []],
    [
      "WRITTEN by the controller",
      ofOld({ subject: "a", form: "WRITTEN", expressedBy: { id: "o", role: "CONTROLLER", verification: null } }),
      ["a DIRECT_MARKETING WRITTEN IMPLIED"],
    ],
    [
      "SEPARATE for two purposes",
      ofOld({ subject: "a", form: "SEPARATE", purposes: ["ANALYTICS", "DIRECT_MARKETING"] }),
      ["a ANALYTICS SEPARATE EXPRESSED", "a DIRECT_MARKETING SEPARATE EXPRESSED"],
    ],
    ["a refusal", ofOld({ subject: "a", state: "REFUSED" }), []],
    ["what has ended", ofOld({ subject: "a", expiresAt: START + 1 }), []],
  ])("%s", async (_name, one, found) => {
    expect(await asked([one])).toEqual(found);
  });

  test("not who was withdrawn from, erased, or said it anew since", async () => {
    expect(
      await asked([
        ofOld({ subject: "a", tenant: "shop-1" }),
        event({ subject: "a", state: "WITHDRAWN", time: START + 1 }),
        ofOld({ subject: "b" }),
        event({ subject: "b", state: "RENEWED", time: START + 1 }),
      ]),
    ).toEqual([]);
  });

  test("with a policy only where it asks for more than what counts", async () => {
    const policyOf = (form: string | null) =>
      ({
        types: { T: { fields: { f: { consents: [{ purposes: ["DIRECT_MARKETING"], from: "SUBJECT", form }] } } } },
      }) as unknown as Policy;
    const events = () => [ofOld({ subject: "a" }), ofOld({ subject: "b", purposes: ["ANALYTICS"] })];
    expect(await asked(events(), policyOf("EXPLICIT"))).toEqual(["a DIRECT_MARKETING EXPLICIT EXPRESSED"]);
    expect(await asked(events(), policyOf("EXPRESSED"))).toEqual([]);
    expect(await asked(events(), policyOf(null))).toEqual([]);
  });
});

describe("imported times", () => {
  const SECONDS = Math.floor(START / 1_000);
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["seconds", { time: SECONDS }, /^`time`.*milliseconds.*seconds/],
    ["seconds of an end", { expiresAt: SECONDS }, /^`expiresAt`.*milliseconds.*seconds/],
    ["an ISO text", { time: new Date(START).toISOString() }, /^`time`.*milliseconds.*text/],
    ["an ISO text of an end", { expiresAt: new Date(START).toISOString() }, /^`expiresAt`.*milliseconds.*text/],
    ["a number as text", { time: String(START) }, /^`time`.*milliseconds.*text/],
    ["zero", { time: 0 }, /^`time`.*milliseconds/],
    ["a fraction", { time: START + 0.5 }, /^`time`.*milliseconds/],
    ["nothing", { time: null }, /^`time`.*milliseconds/],
  ])("%s: refused, with what is due, and without the value", async (_name, change, why) => {
    const { store } = await world();
    const refused: RefusedRow[] = [];
    const rows = [JSON.stringify({ ...event({ time: START }), ...change })];
    const report = await importConsents(rows, { store, clock: { now: () => START }, vocabulary: VOCABULARY }, (one) =>
      refused.push(one),
    );
    expect(report).toEqual({ rows: 1, accepted: 0, refused: 1 });
    expect(refused[0]?.why).toMatch(why);
    expect(refused[0]?.why).not.toContain(String(SECONDS));
  });

  test("rows of the first edition and of this one come in as they are", async () => {
    const { store } = await world();
    const events = [ofOld({ id: "old" }), event({ id: "new", subject: "b", time: START, evidence: "list 7" })];
    const about = { store, clock: { now: () => START }, vocabulary: VOCABULARY };
    const report = await importConsents(
      events.map((one) => JSON.stringify(one)),
      about,
      () => undefined,
    );
    expect(report.accepted).toBe(2);
    const stored: ConsentEvent[] = [];
    for await (const one of store.events()) stored.push(one);
    expect(stored).toEqual(events);
  });
});

test("a tenant's questions of a day are counted, whomever it asks, and others' are not", () => {
  const budget = createAskBudget(3);
  budget("shop-1", 2, START);
  budget("shop-2", 3, START);
  expect(() => budget("shop-1", 2, START)).toThrow(expect.objectContaining({ code: "CONSENT_COOL_DOWN" }));
  budget("shop-1", 1, START);
  expect(() => budget("shop-1", 1, START)).toThrow(expect.objectContaining({ code: "CONSENT_COOL_DOWN" }));
  budget("shop-1", 3, START + DAY);
});
