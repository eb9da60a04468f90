import { describe, expect, test } from "@jest/globals";
import { FieldguardError } from "../../src/core/errors.ts";
import { compileDecider } from "../../src/decision/compile.ts";
import type { Decision, ObjectFacts } from "../../src/decision/model.ts";
import type { FieldPolicy } from "../../src/policy/model.ts";
import { type Changes, changeScene, type FieldForm, GRANTED_SCENE } from "./case.ts";
import { consentOf, objectOf, policyOf, requestOf } from "./facts.ts";
import { VOCABULARY } from "./vocabulary.ts";

function deciderOf(field: Partial<FieldForm> = {}) {
  return compileDecider(policyOf({ ...GRANTED_SCENE.field, ...field }), VOCABULARY);
}

interface StaticLine extends Changes {
  readonly name: string;
  readonly gives: `${Decision["outcome"]} ${Decision["reason"]}` | null;
}

const ADS = { grants: [{ allow: ["TARGETED_ADVERTISING"], to: ["STAFF"] }] } as const;
const OWNER = { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OWNER"] }], otherwise: "DENY" } as const;
const SHOP = { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["SHOP"] }], otherwise: "DENY" } as const;
const CARRIER = {
  grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["CARRIER"], assigned: "carrier" }],
  otherwise: "DENY",
} as const;
const OUTSIDER = { grants: [{ allow: ["CUSTOMER_SUPPORT"], to: ["OUTSIDER"] }] } as const;

const STATIC: readonly StaticLine[] = [
  { name: "a grant that may reach", gives: null },
  { name: "another role, whom a mask may be shown", caller: { role: "SHOP" }, gives: null },
  {
    name: "another role, denied otherwise",
    caller: { role: "SHOP" },
    field: { otherwise: "DENY" },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  { name: "no purpose, where a mask may be shown", purpose: null, gives: null },
  { name: "another purpose, where a mask may be shown", purpose: "ANALYTICS", gives: null },
  { name: "no grant, where a mask is shown of oneself", caller: { role: "OWNER" }, gives: null },
  {
    name: "no grant, where there is no oneself",
    caller: { role: "OWNER", sub: null },
    gives: "DENY ROLE_NOT_ALLOWED",
  },
  {
    name: "no grant, where there is no oneself and the field says MASK",
    caller: { role: "OWNER", sub: null },
    field: { otherwise: "MASK" },
    gives: null,
  },
  { name: "no grant to a stranger", caller: { role: "OUTSIDER" }, gives: "DENY ROLE_NOT_ALLOWED" },
  {
    name: "no grant to a stranger, where the field says MASK",
    caller: { role: "OUTSIDER" },
    field: { otherwise: "MASK" },
    gives: null,
  },
  {
    name: "another purpose, denied otherwise",
    purpose: "ANALYTICS",
    field: { otherwise: "DENY" },
    gives: "DENY PURPOSE_NOT_ALLOWED",
  },
  {
    name: "reach NONE",
    field: { ...OUTSIDER, otherwise: "DENY" },
    caller: { role: "OUTSIDER" },
    gives: "DENY OUT_OF_REACH",
  },
  {
    name: "reach NONE where its category masks",
    field: OUTSIDER,
    caller: { role: "OUTSIDER" },
    gives: "DENY OUT_OF_REACH",
  },
  {
    name: "reach NONE where the field says MASK",
    field: { ...OUTSIDER, otherwise: "MASK" },
    caller: { role: "OUTSIDER" },
    gives: null,
  },
  { name: "reach TENANT with a tenant", field: SHOP, caller: { role: "SHOP" }, gives: null },
  {
    name: "reach TENANT without tenants",
    field: SHOP,
    caller: { role: "SHOP", tenants: [] },
    gives: "DENY OUT_OF_REACH",
  },
  { name: "reach ASSIGNED with an organisation", field: CARRIER, caller: { role: "CARRIER" }, gives: null },
  {
    name: "reach ASSIGNED without organisation",
    field: CARRIER,
    caller: { role: "CARRIER", org: null },
    gives: "DENY OUT_OF_REACH",
  },
  { name: "reach SELF with an id", field: OWNER, caller: { role: "OWNER" }, gives: null },
  { name: "reach SELF without id", field: OWNER, caller: { role: "OWNER", sub: null }, gives: "DENY OUT_OF_REACH" },
  {
    name: "reach SELF without id, on somebody's behalf",
    field: OWNER,
    caller: { role: "OWNER", sub: null, act: { sub: "c-1", as: "AGENT" } },
    gives: null,
  },
  {
    name: "an opt-out signal",
    field: { ...ADS, otherwise: "DENY" },
    purpose: "TARGETED_ADVERTISING",
    headers: { "sec-gpc": "1" },
    gives: "DENY OPTED_OUT",
  },
  {
    name: "an opt-out signal where it may be masked",
    field: ADS,
    purpose: "TARGETED_ADVERTISING",
    headers: { "sec-gpc": "1" },
    gives: null,
  },
];

describe("what no object can change", () => {
  test.each(STATIC)("$name: $gives", async ({ gives, ...changes }) => {
    const scene = changeScene(GRANTED_SCENE, changes);
    const decision = await compileDecider(policyOf(scene.field), VOCABULARY).decideStatic(requestOf(scene));
    expect(decision && `${decision.outcome} ${decision.reason}`).toBe(gives);
  });
});

describe("what the stores must be asked", () => {
  const demands = { consents: [{ for: ["CUSTOMER_SUPPORT"], from: "TENANT" }] } as const;
  test.each([
    { name: "states, wherever a subject is", field: {}, changes: {}, needs: { standing: true, agreements: false } },
    {
      name: "agreements, where one is demanded",
      field: demands,
      changes: {},
      needs: { standing: true, agreements: true },
    },
    {
      name: "not for another purpose",
      field: { consents: [{ for: ["ANALYTICS"], from: "TENANT" as const }] },
      changes: {},
      needs: { standing: true, agreements: false },
    },
    {
      name: "nothing for another role",
      field: demands,
      changes: { caller: { role: "SHOP" } },
      needs: { standing: false, agreements: false },
    },
    {
      name: "nothing without a purpose",
      field: demands,
      changes: { purpose: null },
      needs: { standing: false, agreements: false },
    },
  ])("$name", ({ field, changes, needs }) => {
    expect(deciderOf(field).needs(requestOf(changeScene(GRANTED_SCENE, changes)))).toEqual(needs);
  });
});

describe("classes of coordinates", () => {
  const base = deciderOf({ grants: [{ allow: ["DELIVERY", "CUSTOMER_SUPPORT"], to: ["STAFF", "SHOP"] }] });

  test("fields that differ in outcome, category and mask alone are one", () => {
    const other = deciderOf({
      category: "HEALTH",
      otherwise: "MASK",
      grants: [{ allow: ["CUSTOMER_SUPPORT", "DELIVERY"], to: ["SHOP", "STAFF"] }],
    });
    expect(other.classKey).toBe(base.classKey);
  });

  test("the category counts where consents may be limited to it", () => {
    const consents = [{ for: ["DELIVERY"] }];
    expect(deciderOf({ consents, category: "PHONE_NUMBER" }).classKey).not.toBe(deciderOf({ consents }).classKey);
  });

  test("not where only the tenant is asked", () => {
    const consents = [{ for: ["DELIVERY"], from: "TENANT" as const }];
    expect(deciderOf({ consents, category: "PHONE_NUMBER" }).classKey).toBe(deciderOf({ consents }).classKey);
  });

  test.each<[string, Partial<FieldForm>]>([
    ["a purpose", { grants: [{ allow: ["DELIVERY"], to: ["STAFF", "SHOP"] }] }],
    ["a role", { grants: [{ allow: ["DELIVERY", "CUSTOMER_SUPPORT"], to: ["STAFF"] }] }],
    ["an end", { grants: [{ allow: ["DELIVERY", "CUSTOMER_SUPPORT"], to: ["STAFF", "SHOP"], until: "done" }] }],
    ["an assignment", { grants: [{ allow: ["DELIVERY", "CUSTOMER_SUPPORT"], to: ["STAFF", "SHOP"], assigned: "x" }] }],
    ["a demand", { consents: [{ for: ["DELIVERY"] }] }],
    ["a form", { consents: [{ for: ["DELIVERY"], form: "WRITTEN" }] }],
    ["a period", { retain: { for: "P1D", after: "closed" } }],
    ["a period's start", { retain: { for: "P1D", after: "opened" } }],
  ])("%s tells them apart", (_, change) => {
    const grants = [{ allow: ["DELIVERY", "CUSTOMER_SUPPORT"], to: ["STAFF", "SHOP"] }];
    const keys = [
      deciderOf({ grants }).classKey,
      deciderOf({ grants, ...change }).classKey,
      deciderOf({ grants, consents: [{ for: ["DELIVERY"], form: "IMPLIED" }] }).classKey,
      deciderOf({ grants, retain: { for: "P9D", after: "closed" } }).classKey,
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

describe("many objects", () => {
  const request = requestOf(GRANTED_SCENE);
  const clear = objectOf(GRANTED_SCENE);

  test("none give none", async () => {
    expect(await deciderOf().decideMany(request, [])).toEqual([]);
  });

  test("one that cannot be examined is withheld, the others are not", async () => {
    const broken = {
      ...clear,
      standing: { status: "ACTIVE", legalHold: false, consents: [null] },
    } as unknown as ObjectFacts;
    const asking = deciderOf({ consents: [{ for: ["CUSTOMER_SUPPORT"] }] });
    const consented = objectOf(changeScene(GRANTED_SCENE, { store: { consents: [{ id: "yes" }] } }));
    const reasons = (await asking.decideMany(request, [consented, broken, clear])).map((decision) => decision.reason);
    expect(reasons).toEqual(["GRANTED", "RULE_FAILED", "CONSENT_MISSING"]);
    expect((await asking.decide(request, broken)).outcome).toBe("DENY");
  });

  test("each rests on its own consents though the verdict is one", async () => {
    const decider = deciderOf({ consents: [{ for: ["CUSTOMER_SUPPORT"] }] });
    const objects = ["a", "b", "c"].map((id) =>
      objectOf(changeScene(GRANTED_SCENE, { store: { consents: [{ id }] } })),
    );
    const decisions = await decider.decideMany(request, objects);
    expect(decisions.map((decision) => decision.consentIds)).toEqual([["a"], ["b"], ["c"]]);
  });

  test("a decider that answered one request answers the next by its own facts", async () => {
    const decider = deciderOf();
    expect((await decider.decide(request, clear)).reason).toBe("GRANTED");
    const abroad = requestOf(changeScene(GRANTED_SCENE, { caller: { region: "EU" } }));
    expect((await decider.decide(abroad, clear)).reason).toBe("CROSS_BORDER");
    const later = requestOf(changeScene(GRANTED_SCENE, { purpose: "ANALYTICS" }));
    expect((await decider.decide(later, clear)).reason).toBe("PURPOSE_NOT_ALLOWED");
    expect((await decider.decide(request, clear)).reason).toBe("GRANTED");
  });
});

describe("a store that answers more than it was asked", () => {
  const request = requestOf(GRANTED_SCENE);

  test("a consent to another purpose is none to this", async () => {
    const decider = deciderOf({ consents: [{ for: ["CUSTOMER_SUPPORT"] }] });
    const consents = [consentOf({ purpose: "ANALYTICS" }, "other", "CUSTOMER_SUPPORT")];
    const object: ObjectFacts = {
      ...objectOf(GRANTED_SCENE),
      standing: { status: "ACTIVE", legalHold: false, consents },
    };
    expect((await decider.decide(request, object)).reason).toBe("CONSENT_MISSING");
  });

  test("another tenant's agreement is none of this one's", async () => {
    const decider = deciderOf({ consents: [{ for: ["CUSTOMER_SUPPORT"], from: "TENANT" }] });
    const object = objectOf(changeScene(GRANTED_SCENE, { store: { agreements: [{}] } }));
    const { agreement } = object;
    expect((await decider.decide(request, object)).reason).toBe("GRANTED");
    const foreign = { ...object, agreement: agreement && { ...agreement, tenant: "t-2" } };
    expect((await decider.decide(request, foreign)).reason).toBe("CONSENT_MISSING");
    expect((await decider.decide(request, { ...object, agreement: null })).reason).toBe("CONSENT_STORE_UNAVAILABLE");
  });
});

describe("a retention period that cannot be read", () => {
  const PERIODS = ["30D", "", "P", "PT", "P-1D", "-P1D", "P0.5Y", "P1.5D", "P30D; DROP", "thirty days", "P1Q"];
  test.each(PERIODS)("%p is refused at compiling, with its coordinate", (period) => {
    const policy: FieldPolicy = { ...policyOf(GRANTED_SCENE.field), retain: { period, after: "closed" } };
    const compile = () => compileDecider(policy, VOCABULARY);
    expect(compile).toThrow(FieldguardError);
    expect(compile).toThrow(/^Customer\.value: .*@retain/);
  });
});
