import { describe, expect, test } from "@jest/globals";
import type { AgreementStanding, Decider, RequestFacts, Standing } from "../../src/decision/model.ts";
import type { Slot } from "../../src/request/enforce/model.ts";
import { lookUpConsents } from "../../src/request/look-up.ts";
import type { ConsentStore, StandingAnswer, StandingQuestion } from "../../src/stores/consent-store.ts";

const ACTIVE: Standing = { status: "ACTIVE", legalHold: false, consents: [] };
const AGREED: AgreementStanding = {
  id: "a-1",
  tenant: "shop",
  state: "GIVEN",
  form: "WRITTEN",
  givenAt: 0,
  expiresAt: null,
};

/** One examination of an object of this subject and tenant. */
function slot(subject: string | null, tenant: string | null): Slot {
  return { holder: { subject, tenant }, named: {}, decision: null } as unknown as Slot;
}

function decider(needs: { readonly standing: boolean; readonly agreements: boolean }): Decider {
  return { needs: () => needs } as unknown as Decider;
}

const REQUEST = { purpose: "ANALYTICS", caller: { organisation: "partner" } } as unknown as RequestFacts;
const BOTH = decider({ standing: true, agreements: true });

/** A store that notes what it is asked. */
function storeOf(lookUp: () => Promise<StandingAnswer>) {
  const asked: StandingQuestion[] = [];
  const store = {
    lookUp: (question: StandingQuestion) => {
      asked.push(question);
      return lookUp();
    },
  } as unknown as ConsentStore;
  return { store, asked };
}

describe("lookUpConsents", () => {
  test("asks for everybody in the response at once, each once", async () => {
    const { store, asked } = storeOf(async () => ({
      subjects: new Map([["p-1", ACTIVE]]),
      agreements: new Map([["shop", AGREED]]),
    }));
    const slots = new Map([[BOTH, [slot("p-1", "shop"), slot("p-2", "shop"), slot("p-1", null)]]]);
    const standings = await lookUpConsents(store, slots, REQUEST);
    expect(asked).toEqual([{ subjects: ["p-1", "p-2"], purpose: "ANALYTICS", tenants: ["shop"], partner: "partner" }]);
    expect(standings.standing("p-1")).toBe(ACTIVE);
    expect(standings.standing("p-2")).toBeNull();
    expect(standings.agreement("shop")).toBe(AGREED);
    expect(standings.agreement("other")).toBeUndefined();
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("gone"))],
    [
      "throws",
      (): Promise<StandingAnswer> => {
        throw new Error("gone");
      },
    ],
  ])("counts a store that %s as one that said no", async (_how, lookUp) => {
    const { store } = storeOf(lookUp);
    const standings = await lookUpConsents(store, new Map([[BOTH, [slot("p-1", "shop")]]]), REQUEST);
    expect(standings.standing("p-1")).toBeNull();
    expect(standings.agreement("shop")).toBeNull();
  });

  test.each([
    ["no purpose was declared", { ...REQUEST, purpose: null }, BOTH, slot("p-1", "shop")],
    ["nobody is known", REQUEST, BOTH, slot(null, null)],
    ["no decision needs it", REQUEST, decider({ standing: false, agreements: false }), slot("p-1", "shop")],
  ])("does not ask where %s", async (_why, request, by, one) => {
    const { store, asked } = storeOf(() => Promise.reject(new Error("must not be asked")));
    const standings = await lookUpConsents(store, new Map([[by, [one]]]), request);
    expect(asked).toEqual([]);
    expect(standings.standing("p-1")).toBeNull();
    expect(standings.agreement("shop")).toBeUndefined();
  });
});
