import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileDecider } from "../../src/decision/compile.ts";
import type { Reason } from "../../src/decision/model.ts";
import { anyScene, consentRow } from "./arbitraries.ts";
import { changeScene } from "./case.ts";
import { CASES } from "./cases/index.ts";
import { objectOf, policyOf, requestOf } from "./facts.ts";
import { decideByReference } from "./reference.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** A fixed seed: the same scenes in every run, and a failure that comes back. */
const RUNS = { numRuns: 1500, seed: 20_260_615 };

function deciderOf(of: Parameters<typeof policyOf>[0]) {
  return compileDecider(policyOf(of), VOCABULARY);
}

describe("the decision, whatever it is asked", () => {
  test("is the one that a plain walk down the table gives", async () => {
    const met = new Set<Reason>();
    await fc.assert(
      fc.asyncProperty(anyScene, async (given) => {
        const [policy, request, object] = [policyOf(given.field), requestOf(given), objectOf(given)];
        const expected = decideByReference(policy, VOCABULARY, request, object);
        met.add(expected.reason);
        const { outcome, reason, consentIds } = await deciderOf(given.field).decide(request, object);
        expect({ outcome, reason, consentIds }).toEqual(expected);
      }),
      { ...RUNS, numRuns: 8_000 },
    );
    // every reason that the decision has: otherwise the two would agree on little
    expect([...met].sort()).toEqual([...new Set(CASES.map((row) => row.expect.reason))].sort());
  });

  test("of many objects is that of each, in order, also when the rules have answered before", async () => {
    const rows = fc.array(anyScene, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(anyScene, rows, async (asked, others) => {
        const decider = deciderOf(asked.field);
        const request = requestOf(asked);
        const objects = others.map((other) =>
          objectOf(changeScene(asked, { object: other.object, store: other.store })),
        );
        const expected = await Promise.all(objects.map((object) => deciderOf(asked.field).decide(request, object)));
        expect(await decider.decideMany(request, objects)).toEqual(expected);
        expect(await decider.decideMany(request, objects)).toEqual(expected);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  test("told before any object is never better than with one", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (given) => {
        const decider = deciderOf(given.field);
        const fixed = await decider.decideStatic(requestOf(given));
        if (fixed === null) return;
        const decision = await decider.decide(requestOf(given), objectOf(given));
        expect(fixed.outcome).not.toBe("ALLOW");
        expect(decision.outcome).toBe(fixed.outcome);
      }),
      RUNS,
    );
  });

  test("is GRANTED only by a grant that names role and purpose, and ALLOW only when GRANTED", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (given) => {
        const { outcome, reason } = await deciderOf(given.field).decide(requestOf(given), objectOf(given));
        expect(outcome === "ALLOW").toBe(reason === "GRANTED");
        if (reason !== "GRANTED") return;
        const { purpose, caller } = given;
        const named = given.field.grants.some(
          (grant) => grant.to.includes(caller.role) && purpose !== null && grant.allow.includes(purpose),
        );
        expect(named).toBe(true);
      }),
      RUNS,
    );
  });

  test("does not change by consents of others or to other purposes", async () => {
    const foreign = fc.oneof(
      consentRow.map((row) => ({ ...row, subject: "somebody-else" })),
      consentRow.map((row) => ({ ...row, purpose: "PRODUCT_IMPROVEMENT" })),
      consentRow.map((row) => ({ ...row, tenant: "t-foreign" })),
    );
    await fc.assert(
      fc.asyncProperty(anyScene, fc.array(foreign, { maxLength: 3 }), async (given, more) => {
        const { consents } = given.store;
        // ids by position must stay those of the rows that were there
        const named = consents.map((row, index) => ({ ...row, id: `c${index}` }));
        const before = changeScene(given, { store: { consents: named } });
        const after = changeScene(given, { store: { consents: [...more, ...named] } });
        const decider = deciderOf(given.field);
        const expected = await decider.decide(requestOf(given), objectOf(before));
        expect(await decider.decide(requestOf(given), objectOf(after))).toEqual(expected);
      }),
      RUNS,
    );
  });

  test("rests on consents of the person and agreements of the tenant that authorise, and on nothing when refused", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (given) => {
        const object = objectOf(given);
        const decision = await deciderOf(given.field).decide(requestOf(given), object);
        const standing = (object.standing?.consents ?? []).map(({ id, state }) => [id, state] as const);
        const agreement = object.agreement ? [[object.agreement.id, object.agreement.state] as const] : [];
        const states = new Map([...standing, ...agreement]);
        if (decision.reason !== "GRANTED") expect(decision.consentIds).toEqual([]);
        for (const id of decision.consentIds) expect(["GIVEN", "RENEWED"]).toContain(states.get(id));
      }),
      RUNS,
    );
  });

  test("never grants more when the person takes back", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (given) => {
        const withdrawn = { state: "WITHDRAWN", at: given.now, tenant: null } as const;
        const after = changeScene(given, { store: { consents: [...given.store.consents, withdrawn] } });
        const decider = deciderOf(given.field);
        const [before, then] = [objectOf(given), objectOf(after)];
        const was = await decider.decide(requestOf(given), before);
        const is = await decider.decide(requestOf(given), then);
        if (was.outcome !== "ALLOW") expect(is.outcome).not.toBe("ALLOW");
      }),
      RUNS,
    );
  });

  test("is the same for coordinates of one class, but for each field's own outcome", async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, anyScene, async (given, other) => {
        const twin = { ...given.field, otherwise: other.field.otherwise, category: other.field.category };
        const [one, two] = [deciderOf(given.field), deciderOf(twin)];
        if (one.classKey !== two.classKey) return;
        const [request, object] = [requestOf(given), objectOf(given)];
        const mine = await one.decide(request, object);
        const theirs = await two.decide(request, object);
        expect({ ...mine, outcome: two.outcomeOf(mine) }).toEqual(theirs);
      }),
      RUNS,
    );
  });
});
