import { describe, expect, test } from "@jest/globals";
import { explain, retell } from "../../src/decision/explain.ts";
import { REASONS } from "../../src/decision/model.ts";
import { REASON_SENTENCES } from "../../src/decision/reasons.ts";
import { TEST_NAMES } from "../../src/decision/table.ts";
import { type Changes, changeScene, GRANTED_SCENE, type Scene } from "./case.ts";
import { CASES } from "./cases/index.ts";
import { objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

function explainScene(scene: Scene, withObject: boolean) {
  return explain(policyOf(scene.field), VOCABULARY, requestOf(scene), withObject ? objectOf(scene) : null);
}

function resultsOf(tests: readonly { readonly name: string; readonly result: string }[]) {
  return Object.fromEntries(tests.map((test) => [test.name, test.result]));
}

describe("a decision explained", () => {
  test("names the tests and the reason of every row of the table", async () => {
    for (const row of CASES) {
      const { decision, tests } = await explainScene(row, true);
      expect([row.name, decision]).toEqual([row.name, { outcome: row.expect.outcome, reason: row.expect.reason }]);
      expect(tests.map((test) => test.name)).toEqual(TEST_NAMES);
      const results = tests.map((test) => test.result).join(" ");
      const order = row.expect.reason === "GRANTED" ? /^HELD( HELD)*$/ : /^(HELD )*FAILED( NOT_REACHED)*$/;
      expect([row.name, results]).toEqual([row.name, expect.stringMatching(order)]);
      expect(tests.find((test) => test.result === "FAILED")?.reason ?? "GRANTED").toBe(row.expect.reason);
    }
  });

  test("shows no value of the data", async () => {
    const values = {
      id: "canary-id",
      tenantId: "canary-t",
      region: "canary-r",
      done: "canary-d",
      closed: "canary-c",
      carrier: "canary-o",
    };
    const scene = changeScene(GRANTED_SCENE, {
      field: {
        grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["CARRIER", "STAFF"], assigned: "carrier", until: "done" }],
        consents: [{ for: ["CUSTOMER_SUPPORT"], form: "EXPLICIT" }],
        retain: { for: "P1Y", after: "closed" },
      },
      object: { ...values, birthDate: "1983-07-19" },
    });
    for (const role of ["STAFF", "CARRIER"]) {
      const told = JSON.stringify(await explainScene(changeScene(scene, { caller: { role } }), true));
      expect(told).not.toMatch(/canary|1983/);
    }
  });

  test("reads in words", async () => {
    const scene = changeScene(GRANTED_SCENE, {
      field: { consents: [{ for: ["CUSTOMER_SUPPORT"], form: "EXPLICIT" }], retain: { for: "P30D", after: "closed" } },
      object: { closed: "2026-06-01" },
      store: { consents: [{ form: "IMPLIED" }] },
    });
    const { tests } = await explainScene(scene, true);
    expect(tests.map(({ row, name, result, words }) => `${row} ${name}: ${result}. ${words}`)).toMatchSnapshot();
  });
});

interface Line {
  readonly name: string;
  readonly changes: Changes;
  readonly decision: string | null;
  readonly results: Readonly<Record<string, string>>;
}

const CONSENT = { consents: [{ for: ["CUSTOMER_SUPPORT"] }] } as const;
const WITHOUT_OBJECT: readonly Line[] = [
  {
    name: "what depends on the object is left open",
    changes: {},
    decision: null,
    results: {
      role: "HELD",
      "purpose allowed": "HELD",
      "subject known": "DEPENDS",
      "not erased": "DEPENDS",
      "within retention": "HELD",
      "state known": "DEPENDS",
      "in reach": "HELD",
      "grant running": "HELD",
      "not restricted": "DEPENDS",
      "old enough": "HELD",
      "region allowed": "DEPENDS",
      "not opted out": "HELD",
      consented: "HELD",
    },
  },
  {
    name: "retention, reach, end, age and consent where the field asks for them",
    changes: {
      field: {
        ...CONSENT,
        grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"], until: "done" }],
        retain: { for: "P1D", after: "closed" },
      },
      caller: { role: "SHOP" },
      deployment: { minimumAge: 18 },
    },
    decision: null,
    results: {
      "within retention": "DEPENDS",
      "in reach": "DEPENDS",
      "grant running": "DEPENDS",
      "old enough": "DEPENDS",
      consented: "DEPENDS",
    },
  },
  {
    name: "a purpose that goes on under restriction and for minors",
    changes: {
      field: { grants: [{ allow: ["RIGHTS_FULFILMENT"], to: ["STAFF"] }] },
      purpose: "RIGHTS_FULFILMENT",
      deployment: { minimumAge: 18 },
    },
    decision: null,
    results: { "not restricted": "HELD", "old enough": "HELD" },
  },
  {
    name: "another role fails at once",
    changes: { caller: { role: "SHOP" } },
    decision: "MASK ROLE_NOT_ALLOWED",
    results: { "not erased": "DEPENDS", role: "FAILED", "purpose declared": "NOT_REACHED", consented: "NOT_REACHED" },
  },
  {
    name: "no purpose",
    changes: { purpose: null },
    decision: "MASK PURPOSE_MISSING",
    results: { role: "HELD", "purpose declared": "FAILED", "purpose allowed": "NOT_REACHED" },
  },
  {
    name: "a reach that reaches nothing",
    changes: {
      field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] }] },
      caller: { role: "SHOP", tenants: [] },
    },
    decision: "MASK OUT_OF_REACH",
    results: { "not erased": "DEPENDS", "in reach": "FAILED", "grant running": "NOT_REACHED" },
  },
  {
    name: "an opt-out signal",
    changes: {
      field: { grants: [{ allow: ["TARGETED_ADVERTISING"], to: ["STAFF"] }] },
      purpose: "TARGETED_ADVERTISING",
      headers: { "sec-gpc": "1" },
    },
    decision: "MASK OPTED_OUT",
    results: { "not opted out": "FAILED", consented: "NOT_REACHED" },
  },
];

describe("a decision explained without an object", () => {
  test.each(WITHOUT_OBJECT)("$name", async ({ changes, decision, results }) => {
    const told = await explainScene(changeScene(GRANTED_SCENE, changes), false);
    expect(told.decision && `${told.decision.outcome} ${told.decision.reason}`).toBe(decision);
    expect(resultsOf(told.tests)).toMatchObject(results);
  });

  test("tells what comes of it for others, where a mask is of the caller's own data alone", async () => {
    const owner = changeScene(GRANTED_SCENE, { field: { grants: [] }, caller: { role: "OWNER" } });
    const told = async (scene: Scene) => {
      const { decision, ofOthers } = await explainScene(scene, false);
      return [decision?.outcome, ofOthers];
    };
    expect(await told(owner)).toEqual(["MASK", "DENY"]);
    expect(await told(changeScene(owner, { field: { otherwise: "MASK" } }))).toEqual(["MASK", null]);
    expect(await told(changeScene(owner, { field: { otherwise: "DENY" } }))).toEqual(["DENY", null]);
    expect(await told(changeScene(owner, { caller: { sub: null } }))).toEqual(["DENY", null]);
    expect(await told(changeScene(owner, { caller: { role: "OUTSIDER" } }))).toEqual(["DENY", null]);
    expect(await told(changeScene(owner, { caller: { role: "STAFF" } }))).toEqual(["MASK", null]);
  });

  test("never claims what an object could contradict", async () => {
    for (const row of CASES) {
      const alone = await explainScene(row, false);
      const { decision, tests } = await explainScene(row, true);
      for (const [index, { name, result }] of alone.tests.entries()) {
        const real = tests[index]?.result;
        if (real === "NOT_REACHED" || result === "DEPENDS" || result === "NOT_REACHED") continue;
        expect([row.name, name, result]).toEqual([row.name, name, real]);
      }
      if (alone.decision !== null) expect(decision?.outcome).not.toBe("ALLOW");
    }
  });
});

describe("a recorded decision explained", () => {
  test("as it was, from its reason alone", async () => {
    const served = CASES.filter((row) => row.expect.reason !== "CONSENT_STORE_UNAVAILABLE");
    for (const row of served) {
      const policy = policyOf(row.field);
      const live = await explainScene(row, true);
      const told = retell(policy, VOCABULARY, requestOf(row), row.expect);
      expect([row.name, told.decision]).toEqual([row.name, live.decision]);
      if (row.expect.outcome !== "DENY") expect(resultsOf(told.tests)).toEqual(resultsOf(live.tests));
    }
  });

  test("one told before any object was asked for does not claim that the object's tests held", () => {
    const scene = changeScene(GRANTED_SCENE, {
      field: { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] }], otherwise: "DENY" },
      caller: { role: "SHOP", tenants: [] },
    });
    const { tests } = retell(policyOf(scene.field), VOCABULARY, requestOf(scene), {
      outcome: "DENY",
      reason: "OUT_OF_REACH",
    });
    expect(resultsOf(tests)).toMatchObject({
      role: "HELD",
      "purpose allowed": "HELD",
      "subject known": "NOT_REACHED",
      "not erased": "NOT_REACHED",
      "in reach": "FAILED",
      consented: "NOT_REACHED",
    });
  });

  test.each(["GROUP_TOO_SMALL", "MASK_FAILED", "RULE_FAILED", "ACCESS_LIMIT_REACHED"] as const)(
    "%s, which no test of the table gives, claims nothing of the tests",
    (reason) => {
      const { tests, decision } = retell(policyOf(GRANTED_SCENE.field), VOCABULARY, requestOf(GRANTED_SCENE), {
        outcome: "DENY",
        reason,
      });
      expect(decision?.reason).toBe(reason);
      expect(new Set(tests.map((test) => test.result))).toEqual(new Set(["NOT_REACHED"]));
    },
  );
});

describe("sentences", () => {
  test("every reason has one of its own", () => {
    expect(Object.keys(REASON_SENTENCES).sort()).toEqual([...REASONS].sort());
    expect(new Set(Object.values(REASON_SENTENCES)).size).toBe(REASONS.length);
  });
});
