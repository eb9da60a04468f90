import { describe, expect, test } from "@jest/globals";
import { createKeyring } from "../../src/core/keys.ts";
import { openAccessLog } from "../../src/log/sqlite/access-log.ts";
import { dueDate } from "../../src/rights/due-date.ts";
import { answerRequest, requestRight, rightsRequests } from "../../src/rights/rights-requests.ts";
import { callers, outcome, START } from "./harness.ts";

const CHINA_2026 = {
  days: 15,
  count: "WORKING",
  holidays: ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"],
  workedDays: ["2026-02-14", "2026-02-28"],
} as const;

test.each([
  ["2026-03-02T09:00:00Z", { days: 15, count: "CALENDAR" }, "2026-03-17"],
  ["2026-03-02T09:00:00Z", { days: 15, count: "WORKING" }, "2026-03-23"],
  ["2026-03-06T23:59:00Z", { days: 1, count: "WORKING" }, "2026-03-09"],
  ["2026-02-13T01:00:00Z", { days: 1, count: "WORKING" }, "2026-02-16"],
  ["2026-02-13T01:00:00Z", { ...CHINA_2026, days: 1 }, "2026-02-14"],
  ["2026-02-13T01:00:00Z", { ...CHINA_2026, days: 2 }, "2026-02-24"],
  ["2026-02-13T01:00:00Z", CHINA_2026, "2026-03-12"],
  ["2026-02-13T01:00:00Z", { days: 0, count: "WORKING" }, "2026-02-13"],
] as const)("a request of %s under %j is due by %s", (received, due, expected) => {
  expect(dueDate(Date.parse(received), due)).toBe(expected);
});

const ASKS = [
  ["ann", "ann", true],
  ["ann", null, true],
  ["guardianOfAnn", "ann", true],
  ["agentOfAnn", "ann", true],
  ["officer", "ann", true],
  ["bob", "ann", false],
  ["agentOfBob", "ann", false],
  ["merchant", "ann", false],
  ["guest", "ann", false],
] as const;

describe("a request of a right", () => {
  test.each(ASKS)("asked by %s for %s: %s", async (name, subject, may) => {
    const { desk, close } = await openDesk();
    const asked = requestRight(desk, callers[name], subject, "ERASURE");
    if (may) expect(await asked).toMatchObject({ person: desk.keyring.reference("ann"), right: "ERASURE" });
    else expect(await outcome(asked)).toBe("FORBIDDEN");
    expect(await rightsRequests(desk)).toHaveLength(may ? 1 : 0);
    await close();
  });

  test.each(["ann", "guardianOfAnn", "merchant", "guest"] as const)("is not answered by %s", async (name) => {
    const { desk, close } = await openDesk();
    const { id } = await requestRight(desk, callers.ann, null, "ACCESS");
    expect(await outcome(answerRequest(desk, callers[name], id, "REFUSED"))).toBe("FORBIDDEN");
    expect(await rightsRequests(desk)).toMatchObject([{ id, answeredAt: null }]);
    await answerRequest(desk, callers.officer, id, "FULFILLED");
    expect(await rightsRequests(desk)).toMatchObject([{ id, answeredAt: expect.any(String) }]);
    await close();
  });
});

async function openDesk() {
  const clock = { now: () => START };
  const log = await openAccessLog(":memory:", { clock });
  const keyring = createKeyring([{ version: 1, secret: Buffer.alloc(32, 7) }]);
  const due = { days: 30, count: "CALENDAR" } as const;
  return { desk: { log, keyring, clock, due, policyHash: "p" }, close: () => log.close() };
}
