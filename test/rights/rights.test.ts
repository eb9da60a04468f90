import { describe, expect, test } from "@jest/globals";
import type { Agreement } from "../../src/consents/contract.ts";
import { type CallerName, callers, DAY, MARKETING, outcome, START, world } from "./harness.ts";

type Act = "restrict" | "lift" | "hold" | "release" | "erase";

/** What somebody does to ann's state after others have done something; the code, or how the state stands then. */
const CASES: readonly (readonly [before: readonly Act[], who: CallerName, act: Act, expected: string])[] = [
  [[], "officer", "restrict", "RESTRICTED"],
  [[], "ann", "restrict", "RESTRICTED"],
  [[], "agentOfAnn", "restrict", "RESTRICTED"],
  [[], "guardianOfAnn", "restrict", "RESTRICTED"],
  [[], "bob", "restrict", "FORBIDDEN"],
  [[], "guest", "restrict", "FORBIDDEN"],
  [[], "merchant", "restrict", "FORBIDDEN"],
  [["restrict"], "officer", "restrict", "RESTRICTED"],
  [["restrict"], "officer", "lift", "ACTIVE"],
  [["restrict"], "ann", "lift", "FORBIDDEN"],
  [["restrict"], "guest", "lift", "FORBIDDEN"],
  [[], "officer", "lift", "ACTIVE"],
  [[], "ann", "lift", "FORBIDDEN"],
  [[], "officer", "hold", "ACTIVE held"],
  [["restrict"], "officer", "hold", "RESTRICTED held"],
  [["hold"], "officer", "release", "ACTIVE"],
  [["hold"], "officer", "restrict", "RESTRICTED held"],
  [[], "ann", "hold", "FORBIDDEN"],
  [["hold"], "ann", "release", "FORBIDDEN"],
  [[], "officer", "erase", "ERASED"],
  [["restrict"], "officer", "erase", "ERASED"],
  [["hold"], "officer", "erase", "ERASED held"],
  [[], "ann", "erase", "FORBIDDEN"],
  [[], "guest", "erase", "FORBIDDEN"],
  [["erase"], "officer", "erase", "ERASED"],
  [["erase"], "officer", "lift", "CONSENT_STATE_CONFLICT"],
  [["erase"], "officer", "restrict", "CONSENT_STATE_CONFLICT"],
  [["erase"], "officer", "hold", "CONSENT_STATE_CONFLICT"],
  [["hold", "erase"], "officer", "release", "ERASED"],
];

async function acting() {
  const made = await world();
  const act = (who: CallerName, what: Act) => {
    const [caller, why] = [callers[who], "asked by letter"];
    switch (what) {
      case "restrict":
      case "lift":
      case "erase":
        return made.service[what](caller, "ann", why);
      case "hold":
        return made.service.setLegalHold(caller, "ann", true, why);
      case "release":
        return made.service.setLegalHold(caller, "ann", false, why);
    }
  };
  return { ...made, act };
}

describe("a person's state", () => {
  for (const [before, who, what, expected] of CASES) {
    test(`${[...before, ""].join(", then ")}${who} does ${what}: ${expected}`, async () => {
      const { act, store } = await acting();
      for (const one of before) await act("officer", one);
      const untouched = await store.subjectState("ann");
      const code = await outcome(act(who, what));
      const { status, legalHold } = await store.subjectState("ann");
      expect(code === "OK" ? `${status}${legalHold ? " held" : ""}` : code).toBe(expected);
      if (code !== "OK") expect(await store.subjectState("ann")).toEqual(untouched);
    });
  }

  test("tells since when, by whom and why; what changes nothing leaves that too", async () => {
    const { service, store } = await world();
    const state = await service.restrict(callers.ann, "ann", "inaccurate");
    expect(state).toEqual({
      subject: "ann",
      status: "RESTRICTED",
      legalHold: false,
      time: START,
      by: "ann",
      reason: "inaccurate",
    });
    expect(await service.restrict(callers.officer, "ann", "again")).toEqual(state);
    expect(await store.subjectState("ann")).toEqual(state);
    expect((await service.lift(callers.ann, "ann", "corrected")).status).toBe("ACTIVE");
  });

  for (const reason of ["", "   ", "x".repeat(1_001)]) {
    test(`is not changed for the reason ${JSON.stringify(reason.slice(0, 5))}`, async () => {
      const { service } = await world();
      for (const act of ["restrict", "lift", "erase"] as const) {
        expect(await outcome(service[act](callers.officer, "ann", reason))).toBe("BAD_INPUT");
      }
      expect(await outcome(service.setLegalHold(callers.officer, "ann", true, reason))).toBe("BAD_INPUT");
      expect(await outcome(service.erase(callers.officer, "", "why"))).toBe("BAD_INPUT");
    });
  }
});

describe("consents of", () => {
  test("a restricted person stay as they are, and can be given and withdrawn", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, MARKETING);
    await service.restrict(callers.ann, "ann", "why");
    expect((await store.records("ann"))[0]?.event.state).toBe("GIVEN");
    await service.withdraw(callers.ann, MARKETING);
    await service.give(callers.ann, MARKETING);
    expect((await store.history("ann")).map((one) => one.state)).toEqual(["GIVEN", "WITHDRAWN", "GIVEN"]);
  });

  test("an erased person are revoked, lose their words, and none comes after", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, { purposes: ["ANALYTICS", "DIRECT_MARKETING"], subject: null, reason: "words" });
    await service.withdraw(callers.ann, { ...MARKETING, reason: "more words" });
    await service.refuse(callers.ann, { purposes: ["THIRD_PARTY_SHARING"], subject: null });
    await service.erase(callers.officer, "ann", "asked for");
    const history = await store.history("ann");
    expect(history.map((one) => [one.purposes[0], one.state])).toEqual([
      ["ANALYTICS", "GIVEN"],
      ["DIRECT_MARKETING", "GIVEN"],
      ["DIRECT_MARKETING", "WITHDRAWN"],
      ["THIRD_PARTY_SHARING", "REFUSED"],
      ["ANALYTICS", "REVOKED"],
    ]);
    expect(history.filter((one) => one.reason !== null || one.key !== null)).toEqual([]);
    for (const act of ["give", "refuse", "request"] as const) {
      // what was withdrawn is not even asked for
      const expected = act === "request" ? "CONSENT_COOL_DOWN" : "CONSENT_STATE_CONFLICT";
      expect(await outcome(service[act](callers.ann, MARKETING))).toBe(expected);
    }
    expect((await store.history("ann")).length).toBe(5);
  });
});

describe("a tenant's agreement", () => {
  const TERMS = { tenant: "shop-1", partner: "ads", purposes: ["THIRD_PARTY_SHARING"] };
  const answer = async (made: Awaited<ReturnType<typeof world>>) => {
    const { agreements } = await made.store.lookUp({
      subjects: [],
      purpose: "THIRD_PARTY_SHARING",
      tenants: ["shop-1"],
      partner: "ads",
    });
    return agreements.get("shop-1")?.state ?? "none";
  };

  const MAY: readonly (readonly [CallerName, string, string])[] = [
    ["merchant", "shop-1", "OK"],
    ["officer", "shop-1", "OK"],
    ["merchant", "shop-2", "FORBIDDEN"],
    ["partner", "shop-1", "FORBIDDEN"],
    ["ann", "shop-1", "FORBIDDEN"],
    ["guest", "shop-1", "FORBIDDEN"],
  ];
  for (const [who, tenant, expected] of MAY) {
    test(`${who} signs, ends and reads it for ${tenant}: ${expected}`, async () => {
      const made = await world();
      const signed = await made.service.agree(callers.officer, { ...TERMS, tenant });
      expect(await outcome(made.service.agreements(callers[who], tenant))).toBe(expected);
      expect(await outcome(made.service.endAgreement(callers[who], signed.id, null))).toBe(expected);
      expect(await outcome(made.service.agree(callers[who], { ...TERMS, tenant }))).toBe(expected);
    });
  }

  test("stands until it is ended, at once", async () => {
    const made = await world();
    const signed = await made.service.agree(callers.merchant, { ...TERMS, expiresAt: START + DAY });
    expect([signed.state, signed.form, signed.givenAt, signed.expiresAt, signed.by]).toEqual([
      "GIVEN",
      "WRITTEN",
      START,
      START + DAY,
      "mia",
    ]);
    expect(await answer(made)).toBe("GIVEN");
    const ended = await made.service.endAgreement(callers.merchant, signed.id, "over");
    expect([ended.state, ended.reason]).toEqual(["WITHDRAWN", "over"]);
    expect(await answer(made)).toBe("WITHDRAWN");
    expect(await made.service.endAgreement(callers.officer, signed.id, "again")).toEqual(ended);
  });

  test("is revoked by an officer, and can be followed by another", async () => {
    const made = await world();
    const signed = await made.service.agree(callers.merchant, TERMS);
    expect((await made.service.endAgreement(callers.officer, signed.id, null)).state).toBe("REVOKED");
    made.now += 1;
    await made.service.agree(callers.merchant, TERMS);
    expect(await answer(made)).toBe("GIVEN");
    expect((await made.service.agreements(callers.merchant, "shop-1")).length).toBe(2);
  });

  test("is signed once under one id", async () => {
    const made = await world();
    const terms = { ...TERMS, id: "contract-7" };
    const signed: Agreement = await made.service.agree(callers.merchant, terms);
    made.now += 1;
    expect(await made.service.agree(callers.merchant, terms)).toEqual(signed);
    expect(await outcome(made.service.agree(callers.merchant, { ...terms, partner: "other" }))).toBe(
      "CONSENT_STATE_CONFLICT",
    );
    await made.service.endAgreement(callers.merchant, "contract-7", null);
    expect(await outcome(made.service.agree(callers.merchant, terms))).toBe("CONSENT_STATE_CONFLICT");
  });

  const BAD = [
    { tenant: "" },
    { partner: "" },
    { purposes: [] },
    { purposes: ["UNKNOWN"] },
    { expiresAt: START },
    { reason: "x".repeat(1_001) },
    { form: "SPOKEN" },
  ];
  for (const change of BAD) {
    test(`is not taken with ${JSON.stringify(change).slice(0, 40)}`, async () => {
      const made = await world();
      const terms = { ...TERMS, ...change } as typeof TERMS;
      expect(await outcome(made.service.agree(callers.officer, terms))).toBe("BAD_INPUT");
      expect(await made.store.agreements()).toEqual([]);
    });
  }

  test("that is not stored cannot be ended; all of them are read by officers alone", async () => {
    const { service } = await world();
    expect(await outcome(service.endAgreement(callers.officer, "none", null))).toBe("NOT_FOUND");
    expect(await outcome(service.agreements(callers.merchant, null))).toBe("FORBIDDEN");
    expect(await service.agreements(callers.officer, null)).toEqual([]);
  });
});
