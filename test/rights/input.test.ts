import { describe, expect, test } from "@jest/globals";
import { FieldguardError } from "../../src/core/errors.ts";
import type { ConsentTerms } from "../../src/rights/input.ts";
import { callers, DAY, NOTICES, START, world } from "./harness.ts";

const SECRET = "a-private-word";
const TEN_MEGABYTES = SECRET.repeat(750_000);

const BAD: readonly (readonly [field: string, change: Record<string, unknown>])[] = [
  ["purposes", { purposes: [] }],
  ["purposes", { purposes: [SECRET] }],
  ["purposes", { purposes: ["DIRECT_MARKETING", "direct_marketing"] }],
  ["purposes", { purposes: ["__proto__"] }],
  ["purposes", { purposes: "DIRECT_MARKETING" }],
  ["purposes", { purposes: Array.from({ length: 101 }, () => "DIRECT_MARKETING") }],
  ["subject", { subject: "" }],
  ["subject", { subject: "x".repeat(257) }],
  ["subject", { subject: 7 }],
  ["tenant", { tenant: "" }],
  ["reason", { reason: TEN_MEGABYTES }],
  ["reason", { reason: "x".repeat(1_001) }],
  ["key", { key: "" }],
  ["key", { key: TEN_MEGABYTES }],
  ["form", { form: SECRET }],
  ["form", { form: "explicit" }],
  ["notice", { notice: "x".repeat(201) }],
  ["notice", { notice: "@1" }],
  ["notice", { notice: "privacy@" }],
  ["expiresAt", { expiresAt: START }],
  ["expiresAt", { expiresAt: START - 1 }],
  ["expiresAt", { expiresAt: Number.NaN }],
  ["expiresAt", { expiresAt: 9e15 }],
  ["expiresAt", { expiresAt: START + 0.5 }],
  ["time", { time: START + 1 }],
  ["time", { time: START }],
  ["time", { time: -1 }],
  ["language", { language: "not a language" }],
  ["method", { method: "x".repeat(201) }],
  ["evidence", { evidence: "" }],
  ["evidence", { evidence: " " }],
  ["evidence", { evidence: "\u200b\u00a0\u2800" }],
  ["evidence", { evidence: "\u3164" }],
  ["evidence", { evidence: "...-" }],
  ["categories", { categories: [SECRET] }],
  ["categories", { categories: [] }],
  ["recipients", { recipients: [""] }],
  ["storageLocations", { storageLocations: Array.from({ length: 101 }, () => "x") }],
  ["retention", { retention: "two years" }],
  ["retention", { retention: "P" }],
  ["", { [SECRET]: SECRET }],
];

describe("a change that cannot be taken", () => {
  for (const [field, change] of BAD) {
    test(`${field || "an unknown field"} ${JSON.stringify(change).slice(0, 60)}: BAD_INPUT, nothing stored, nothing echoed`, async () => {
      const { service, store } = await world();
      const terms = { purposes: ["DIRECT_MARKETING"], subject: null, ...change } as ConsentTerms;
      const error = await service.give(callers.ann, terms).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(FieldguardError);
      const { code, message } = error as FieldguardError;
      expect([code, message.includes(`\`${field}\``), message.includes(SECRET)]).toEqual(["BAD_INPUT", true, false]);
      expect(await store.history("ann")).toEqual([]);
    });
  }
});

describe("a change at its limits", () => {
  const GOOD: readonly Partial<ConsentTerms>[] = [
    { reason: "" },
    { reason: "x".repeat(1_000) },
    { key: "x".repeat(200) },
    { expiresAt: START + 1 },
    { expiresAt: 8.64e15 },
    { tenant: "0" },
    { language: "zh-Hans-CN" },
    { retention: "P1Y6M" },
    { retention: "P30D" },
    { form: "IMPLIED" },
  ];
  for (const change of GOOD) {
    test(`${JSON.stringify(change).slice(0, 60)} is taken as it is`, async () => {
      const { service } = await world();
      const [record] = await service.give(callers.ann, { purposes: ["DIRECT_MARKETING"], subject: null, ...change });
      const { key, ...others } = change;
      expect(record?.event).toMatchObject(others);
      expect(record?.event.key ?? "").toContain(key ?? "");
    });
  }

  test("a purpose named twice changes once", async () => {
    const { service, store } = await world();
    await service.give(callers.ann, { purposes: ["ANALYTICS", "ANALYTICS"], subject: null });
    expect((await store.history("ann")).length).toBe(1);
  });
});

describe("which notice was shown", () => {
  const CASES: readonly (readonly [listed: boolean, notice: string | null, stored: string])[] = [
    [false, null, "null"],
    [false, "privacy@7", "privacy@7"],
    [false, "7", "privacy@7"],
    [false, "a@b@7", "a@b@7"],
    [true, null, "null"],
    [true, "privacy@1", "privacy@1"],
    [true, "cookies@1", "cookies@1"],
    [true, "c7", "cookies@c7"],
    [true, "1", "BAD_INPUT"],
    [true, "privacy@9", "BAD_INPUT"],
    [true, "other@1", "BAD_INPUT"],
    [true, "privacy@2", "BAD_INPUT"],
  ];
  for (const [listed, notice, stored] of CASES) {
    test(`${notice} where notices are ${listed ? "listed" : "not listed"}: ${stored}`, async () => {
      const { service } = await world({ deployment: { notices: listed ? NOTICES : [], guardianAge: 14 } });
      const given = service.give(callers.ann, { purposes: ["DIRECT_MARKETING"], subject: null, notice });
      if (stored === "BAD_INPUT") return expect(given).rejects.toMatchObject({ code: stored });
      const shown = (await given)[0]?.event.notice;
      expect(shown ? `${shown.id}@${shown.version}` : String(shown)).toBe(stored);
    });
  }

  test("keeps the content hash of a listed one, and takes a new version once it is in force", async () => {
    const made = await world({ deployment: { notices: NOTICES, guardianAge: 14 } });
    const give = (notice: string) =>
      made.service.give(callers.ann, { purposes: ["DIRECT_MARKETING"], subject: null, notice });
    expect((await give("privacy@1"))[0]?.event.notice?.contentHash).toBe("aa");
    made.now = Date.parse("2025-06-10") + DAY;
    expect((await give("privacy@2"))[0]?.event.notice).toEqual({ id: "privacy", version: "2", contentHash: null });
  });
});

describe("what an officer records later", () => {
  test("has the time at which it was said, but none in the future, and takes back nothing that came later", async () => {
    const { service } = await world();
    const record = (time: number) =>
      service.give(callers.officer, { purposes: ["DIRECT_MARKETING"], subject: "ann", time, form: "WRITTEN" });
    await expect(record(START + 1)).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect((await record(START - DAY))[0]?.event.time).toBe(START - DAY);
    await service.withdraw(callers.ann, { purposes: ["DIRECT_MARKETING"], subject: null });
    await expect(record(START - 1)).rejects.toMatchObject({ code: "CONSENT_STATE_CONFLICT" });
  });
});
