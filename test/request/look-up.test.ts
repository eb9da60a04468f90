import { describe, expect, test } from "@jest/globals";
import type { ConsentStore, StandingAnswer, StandingQuestion } from "../../src/consents/contract.ts";
import type { Erasure } from "../../src/consents/standing.ts";
import type { AgreementStanding, Decider, RequestFacts, Standing } from "../../src/decision/model.ts";
import type { Slot } from "../../src/request/enforce/model.ts";
import { lookUpConsents } from "../../src/request/look-up.ts";

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
const NOBODY = async (): Promise<ReadonlyMap<string, Erasure>> => new Map();
const BOTH = decider({ standing: true, agreements: true });

const NEITHER = decider({ standing: false, agreements: false });
const HELD: Erasure = { erased: true, legalHold: true };
const MUST_NOT_BE_ASKED = () => Promise.reject(new Error("must not be asked"));

/** A store that notes what it is asked. */
function storeOf(
  lookUp: () => Promise<StandingAnswer>,
  erasures: () => Promise<ReadonlyMap<string, Erasure>> = NOBODY,
) {
  const asked: StandingQuestion[] = [];
  const askedErasures: (readonly string[])[] = [];
  const store = {
    lookUp: (question: StandingQuestion) => {
      asked.push(question);
      return lookUp();
    },
    erasures: (subjects: readonly string[]) => {
      askedErasures.push(subjects);
      return erasures();
    },
  } as unknown as ConsentStore;
  return { store, asked, askedErasures };
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
    ["no purpose was declared", { ...REQUEST, purpose: null }, NEITHER],
    ["no decision needs it", REQUEST, NEITHER],
  ])("asks for nobody's consents where %s, and all the same whether they are erased", async (_why, request, by) => {
    const { store, asked, askedErasures } = storeOf(MUST_NOT_BE_ASKED, async () => new Map([["p-1", HELD]]));
    const slots = new Map([[by, [slot("p-1", "shop"), slot("p-2", null), slot("p-1", null), slot(null, null)]]]);
    const standings = await lookUpConsents(store, slots, request);
    expect(asked).toEqual([]);
    expect(askedErasures).toEqual([["p-1", "p-2"]]);
    expect(standings.standing("p-1")).toEqual({ status: "ERASED", legalHold: true, consents: [] });
    expect(standings.standing("p-2")).toEqual(ACTIVE);
    expect(standings.standing("p-3")).toBeNull();
    expect(standings.agreement("shop")).toBeUndefined();
  });

  test("asks of each person one thing only", async () => {
    const answer = async () => ({ subjects: new Map([["p-1", ACTIVE]]), agreements: new Map() });
    const { store, asked, askedErasures } = storeOf(answer);
    const slots = new Map([
      [BOTH, [slot("p-1", null)]],
      [NEITHER, [slot("p-1", null), slot("p-2", null)]],
    ]);
    await lookUpConsents(store, slots, REQUEST);
    expect(asked.map(({ subjects }) => subjects)).toEqual([["p-1"]]);
    expect(askedErasures).toEqual([["p-2"]]);
  });

  test("counts a store that cannot tell who is erased as one that said no", async () => {
    const { store } = storeOf(MUST_NOT_BE_ASKED, () => Promise.reject(new Error("gone")));
    const standings = await lookUpConsents(store, new Map([[NEITHER, [slot("p-1", null)]]]), REQUEST);
    expect(standings.standing("p-1")).toBeNull();
  });

  test("asks nothing where nobody is known", async () => {
    const { store, asked, askedErasures } = storeOf(MUST_NOT_BE_ASKED);
    await lookUpConsents(store, new Map([[BOTH, [slot(null, null)]]]), REQUEST);
    expect([asked, askedErasures]).toEqual([[], []]);
  });
});
