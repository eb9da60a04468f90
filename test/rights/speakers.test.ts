import { describe, expect, test } from "@jest/globals";
import type { ConsentAction } from "../../src/rights/transitions.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { type CallerName, callers, outcome, people, START, world } from "./harness.ts";

const CHILD = { ann: "2012-01-01" };
const ADULT = { ann: "1990-01-01" };
const UNREADABLE = { ann: "not a date" };

interface Case {
  readonly who: CallerName;
  readonly does: ConsentAction;
  /** Left out: ann. */
  readonly of?: string | null;
  /** Birth dates that the deployment knows; left out: it knows nobody. */
  readonly known?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  /** The code, or state and role of the event that is stored. */
  readonly expected: string;
  readonly verified?: boolean;
}

const CASES: readonly Case[] = [
  // oneself
  { who: "ann", does: "give", expected: "GIVEN DATA_SUBJECT" },
  { who: "ann", does: "give", of: null, expected: "GIVEN DATA_SUBJECT" },
  { who: "ann", does: "withdraw", expected: "WITHDRAWN DATA_SUBJECT" },
  { who: "ann", does: "refuse", expected: "REFUSED DATA_SUBJECT" },
  { who: "ann", does: "request", expected: "REQUESTED SYSTEM" },
  { who: "ann", does: "revoke", expected: "FORBIDDEN" },
  { who: "ann", does: "invalidate", expected: "FORBIDDEN" },
  { who: "ann", does: "give", known: ADULT, expected: "GIVEN DATA_SUBJECT" },
  // nobody, and somebody else
  { who: "guest", does: "give", expected: "FORBIDDEN" },
  { who: "guest", does: "give", of: null, expected: "FORBIDDEN" },
  { who: "guest", does: "withdraw", expected: "FORBIDDEN" },
  { who: "bob", does: "give", expected: "FORBIDDEN" },
  { who: "bob", does: "withdraw", expected: "FORBIDDEN" },
  { who: "bob", does: "refuse", expected: "FORBIDDEN" },
  { who: "bob", does: "request", expected: "FORBIDDEN" },
  { who: "merchant", does: "give", expected: "FORBIDDEN" },
  { who: "merchant", does: "withdraw", expected: "FORBIDDEN" },
  { who: "merchant", does: "give", tenant: "shop-1", expected: "FORBIDDEN" },
  // a guardian
  { who: "guardianOfAnn", does: "give", expected: "GIVEN GUARDIAN", verified: true },
  { who: "guardianOfAnn", does: "give", of: null, expected: "GIVEN GUARDIAN", verified: true },
  { who: "guardianOfAnn", does: "give", known: CHILD, expected: "GIVEN GUARDIAN", verified: true },
  { who: "guardianOfAnn", does: "withdraw", known: CHILD, expected: "WITHDRAWN GUARDIAN", verified: true },
  { who: "guardianOfAnn", does: "refuse", known: CHILD, expected: "REFUSED GUARDIAN", verified: true },
  { who: "guardianOfAnn", does: "give", known: ADULT, expected: "FORBIDDEN" },
  { who: "guardianOfAnn", does: "give", of: "bob", expected: "FORBIDDEN" },
  { who: "guardianOfAnn", does: "give", of: "gus", expected: "GIVEN DATA_SUBJECT" },
  { who: "strangerAsGuardian", does: "give", known: CHILD, expected: "FORBIDDEN" },
  { who: "strangerAsGuardian", does: "withdraw", known: CHILD, expected: "FORBIDDEN" },
  // a child by itself, and others for it
  { who: "ann", does: "give", known: CHILD, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "renew", known: CHILD, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "withdraw", known: CHILD, expected: "WITHDRAWN DATA_SUBJECT" },
  { who: "ann", does: "refuse", known: CHILD, expected: "REFUSED DATA_SUBJECT" },
  { who: "agentOfAnn", does: "give", known: CHILD, expected: "GUARDIAN_REQUIRED" },
  { who: "officer", does: "give", known: CHILD, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "give", known: { ann: "2011-06-02" }, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "give", known: { ann: "2011-06-01" }, expected: "GIVEN DATA_SUBJECT" },
  // What cannot be read is in nobody's favour.
  { who: "ann", does: "give", known: UNREADABLE, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "renew", known: UNREADABLE, expected: "GUARDIAN_REQUIRED" },
  { who: "agentOfAnn", does: "give", known: UNREADABLE, expected: "GUARDIAN_REQUIRED" },
  { who: "ann", does: "withdraw", known: UNREADABLE, expected: "WITHDRAWN DATA_SUBJECT" },
  { who: "guardianOfAnn", does: "give", known: UNREADABLE, expected: "FORBIDDEN" },
  // an agent
  { who: "agentOfAnn", does: "give", expected: "GIVEN AGENT", verified: true },
  { who: "agentOfAnn", does: "withdraw", expected: "WITHDRAWN AGENT", verified: true },
  { who: "agentOfBob", does: "give", expected: "FORBIDDEN" },
  // an officer
  { who: "officer", does: "give", expected: "GIVEN CONTROLLER" },
  { who: "officer", does: "withdraw", expected: "REVOKED CONTROLLER" },
  { who: "officer", does: "revoke", expected: "REVOKED CONTROLLER" },
  { who: "officer", does: "invalidate", expected: "INVALIDATED CONTROLLER" },
  { who: "officer", does: "request", expected: "REQUESTED CONTROLLER" },
  { who: "officer", does: "give", of: null, expected: "GIVEN DATA_SUBJECT" },
  // a tenant's staff asks, for its own tenant
  { who: "merchant", does: "request", tenant: "shop-1", expected: "REQUESTED CONTROLLER" },
  { who: "merchant", does: "request", tenant: "shop-2", expected: "FORBIDDEN" },
  { who: "merchant", does: "request", expected: "FORBIDDEN" },
  { who: "partner", does: "request", tenant: "shop-1", expected: "FORBIDDEN" },
];

const NEEDS_GIVEN: readonly ConsentAction[] = ["withdraw", "renew", "revoke", "invalidate"];

describe("who may speak for whom", () => {
  for (const { who, does, of: subject = "ann", known, tenant, expected, verified = false } of CASES) {
    const told = `${who} does ${does} for ${subject ?? "nobody named"}`;
    test(`${told}${known ? `, ${JSON.stringify(known)} known` : ""}${tenant ? ` at ${tenant}` : ""}: ${expected}`, async () => {
      const { service, store } = await world(known ? { people: people(known) } : {});
      const caller = callers[who];
      const person =
        subject ?? ("onBehalfOf" in caller && caller.onBehalfOf !== null ? caller.onBehalfOf : caller.id) ?? "";
      if (NEEDS_GIVEN.includes(does)) await store.append([event({ subject: person, time: START - 1 })]);
      const before = (await store.history(person)).length;
      const code = await outcome(
        service[does](caller, { purposes: ["DIRECT_MARKETING"], subject, tenant: tenant ?? null }),
      );
      const [added] = (await store.history(person)).slice(before);
      expect(added === undefined ? code : `${added.state} ${added.expressedBy.role}`).toBe(expected);
      if (added === undefined) return;
      expect([added.expressedBy.id, added.expressedBy.verification !== null]).toEqual([caller.id, verified]);
    });
  }

  test("a guardian's consent ends when the child comes of age, whatever was asked", async () => {
    const { service } = await world({ people: people({ ann: "2012-02-29" }) });
    const ofAge = Date.UTC(2026, 2, 1, 12);
    for (const expiresAt of [null, ofAge + 1, ofAge, START + 1]) {
      const change = { purposes: ["DIRECT_MARKETING"], subject: "ann", expiresAt };
      const [record] = await service.give(callers.guardianOfAnn, change);
      expect(record?.event.expiresAt).toBe(expiresAt === START + 1 ? START + 1 : ofAge);
    }
  });

  test("whoever may not change a person's consents may not read them", async () => {
    const { service } = await world();
    await service.give(callers.ann, { purposes: ["DIRECT_MARKETING"], subject: null });
    for (const who of ["guest", "bob", "merchant", "agentOfBob"] as const) {
      expect(await outcome(service.records(callers[who], "ann"))).toBe("FORBIDDEN");
      expect(await outcome(service.history(callers[who], "ann"))).toBe("FORBIDDEN");
    }
    for (const [who, subject] of [
      ["ann", null],
      ["ann", "ann"],
      ["guardianOfAnn", null],
      ["agentOfAnn", "ann"],
      ["officer", "ann"],
    ] as const) {
      expect((await service.records(callers[who], subject)).length).toBe(1);
      expect((await service.history(callers[who], subject)).length).toBe(1);
    }
    expect(await service.records(callers.bob, null)).toEqual([]);
  });
});
