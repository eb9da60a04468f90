import { describe, expect, test } from "@jest/globals";
import { askRule } from "../../src/decision/ask-rule.ts";
import { CONSENT_REASONS } from "../../src/decision/consent.ts";
import { Denial, denialOf } from "../../src/decision/denial.ts";
import { type Findings, signature } from "../../src/decision/examine.ts";
import { REASONS, type Reason } from "../../src/decision/model.ts";
import { remember } from "../../src/decision/remembering-rule.ts";
import * as rules from "../../src/decision/rules.ts";
import { allow, chain, deny, or, rule } from "../../src/decision/shield.ts";
import { compose, EARLY_TESTS, objectTests, type ShieldRule } from "../../src/decision/table.ts";
import { GRANTED_SCENE } from "./case.ts";
import { policyOf } from "./facts.ts";

const HELD: Findings = {
  traits: {
    purposeDeclared: true,
    legalObligation: false,
    servesRestricted: false,
    servesMinors: false,
    optedOut: false,
    key: "10000",
  },
  rungs: "04",
  reachable: true,
  subject: "KNOWN",
  status: "ACTIVE",
  legalHold: false,
  expired: false,
  tooYoung: false,
  barred: false,
  consent: "MET",
  consentIds: [],
  stranger: false,
  unreadable: [],
};

type TraitsChange = Partial<Findings["traits"]>;

function found(change: Partial<Findings>, traits: TraitsChange = {}): Findings {
  return { ...HELD, ...change, traits: { ...HELD.traits, ...traits } };
}

interface RuleLine {
  readonly rule: ShieldRule;
  readonly findings: Findings;
  readonly answer: Reason | null;
}

const LINES: Readonly<Record<string, RuleLine>> = {
  "roleNamed: another role": { rule: rules.roleNamed(0), findings: HELD, answer: "ROLE_NOT_ALLOWED" },
  "roleNamed: the role": { rule: rules.roleNamed(0), findings: found({ rungs: "1" }), answer: null },
  "roleNamed: no such grant": { rule: rules.roleNamed(7), findings: HELD, answer: "ROLE_NOT_ALLOWED" },
  "purposeDeclared: one": { rule: rules.purposeDeclared, findings: HELD, answer: null },
  "purposeDeclared: none": {
    rule: rules.purposeDeclared,
    findings: found({}, { purposeDeclared: false }),
    answer: "PURPOSE_MISSING",
  },
  "purposeNamed: another": {
    rule: rules.purposeNamed(0),
    findings: found({ rungs: "1" }),
    answer: "PURPOSE_NOT_ALLOWED",
  },
  "purposeNamed: the purpose": { rule: rules.purposeNamed(0), findings: found({ rungs: "2" }), answer: null },
  "subjectKnown: unknown": {
    rule: rules.subjectKnown,
    findings: found({ subject: "UNKNOWN" }),
    answer: "SUBJECT_UNKNOWN",
  },
  "subjectKnown: not needed": { rule: rules.subjectKnown, findings: found({ subject: "NOT_NEEDED" }), answer: null },
  "notErased: erased": { rule: rules.notErased, findings: found({ status: "ERASED" }), answer: "SUBJECT_ERASED" },
  "notErased: held, for what the law asks": {
    rule: rules.notErased,
    findings: found({ status: "ERASED", legalHold: true }, { legalObligation: true }),
    answer: null,
  },
  "notErased: held, for something else": {
    rule: rules.notErased,
    findings: found({ status: "ERASED", legalHold: true }),
    answer: "SUBJECT_ERASED",
  },
  "notErased: not held, for what the law asks": {
    rule: rules.notErased,
    findings: found({ status: "ERASED" }, { legalObligation: true }),
    answer: "SUBJECT_ERASED",
  },
  "retained: over": { rule: rules.retained, findings: found({ expired: true }), answer: "RETENTION_EXPIRED" },
  "retained: held": {
    rule: rules.retained,
    findings: found({ expired: true, legalHold: true }, { legalObligation: true }),
    answer: null,
  },
  "standingKnown: away": {
    rule: rules.standingKnown,
    findings: found({ status: "UNAVAILABLE" }),
    answer: "CONSENT_STORE_UNAVAILABLE",
  },
  "standingKnown: erased is known": { rule: rules.standingKnown, findings: found({ status: "ERASED" }), answer: null },
  "reachPossible: never": {
    rule: rules.reachPossible,
    findings: found({ reachable: false }),
    answer: "OUT_OF_REACH",
  },
  "inReach: not": { rule: rules.inReach(0), findings: found({ rungs: "2" }), answer: "OUT_OF_REACH" },
  "inReach: ended, but reached": { rule: rules.inReach(0), findings: found({ rungs: "3" }), answer: null },
  "grantRunning: ended": { rule: rules.grantRunning(0), findings: found({ rungs: "3" }), answer: "GRANT_ENDED" },
  "grantRunning: running": { rule: rules.grantRunning(1), findings: HELD, answer: null },
  "notRestricted: restricted": {
    rule: rules.notRestricted,
    findings: found({ status: "RESTRICTED" }),
    answer: "SUBJECT_RESTRICTED",
  },
  "notRestricted: a purpose that goes on": {
    rule: rules.notRestricted,
    findings: found({ status: "RESTRICTED" }, { servesRestricted: true }),
    answer: null,
  },
  "oldEnough: not": { rule: rules.oldEnough, findings: found({ tooYoung: true }), answer: "MINOR_NOT_SERVED" },
  "oldEnough: rights": {
    rule: rules.oldEnough,
    findings: found({ tooYoung: true }, { servesMinors: true }),
    answer: null,
  },
  "regionAllowed: barred": { rule: rules.regionAllowed, findings: found({ barred: true }), answer: "CROSS_BORDER" },
  "notOptedOut: signal": { rule: rules.notOptedOut, findings: found({}, { optedOut: true }), answer: "OPTED_OUT" },
  "consented: met": { rule: rules.consented, findings: HELD, answer: null },
  "consented: its own reason": {
    rule: rules.consented,
    findings: found({ consent: "CONSENT_OUTDATED" }),
    answer: "CONSENT_OUTDATED",
  },
  "never: never": { rule: rules.never("AUDIT_UNAVAILABLE"), findings: HELD, answer: "AUDIT_UNAVAILABLE" },
};

describe("base rules", () => {
  test.each(Object.keys(LINES))("%s", async (name) => {
    const line = LINES[name];
    expect(line && (await askRule(line.rule, line.findings))).toBe(line?.answer);
  });

  test("are graphql-shield rules, to be composed with its own", async () => {
    const restricted = found({ status: "RESTRICTED" });
    expect(await askRule(chain(rules.notErased, rules.notRestricted), restricted)).toBe("SUBJECT_RESTRICTED");
    expect(await askRule(or(rules.notRestricted, allow), restricted)).toBe(null);
  });
});

describe("a rule that fails by itself", () => {
  const broken: Readonly<Record<string, ShieldRule>> = {
    throws: rule("broken", { cache: "no_cache" })(() => {
      throw new Error("the row of d•••@example.com");
    }),
    rejects: rule("broken", { cache: "no_cache" })(async () => Promise.reject(new Error("no"))),
    "answers false": rule("broken", { cache: "no_cache" })(() => false),
    "answers an error without a reason": rule("broken", { cache: "no_cache" })(() => new Error("no")),
    "answers text": rule("broken", { cache: "no_cache" })(() => "no"),
    "is shield's own deny": deny,
    "stands in a chain": chain(rules.consented, deny),
    "is no rule at all": {} as ShieldRule,
  };

  test.each(Object.keys(broken))("counts as no: %s", async (name) => {
    expect(await askRule(broken[name] ?? allow, HELD)).toBe("RULE_FAILED");
  });

  test("is asked again the next time; one that answered is not", async () => {
    let asked = 0;
    const flaky = remember(
      rule("flaky", { cache: "no_cache" })(() => {
        asked += 1;
        if (asked === 1) throw new Error("not yet");
        return true;
      }),
    );
    expect(await flaky.ask("key", HELD)).toBe("RULE_FAILED");
    expect(await flaky.ask("key", HELD)).toBe("GRANTED");
    expect(await flaky.ask("key", HELD)).toBe("GRANTED");
    expect(asked).toBe(2);
  });

  test("what was answered for one signature is not taken for another", async () => {
    const remembering = remember(rules.notErased);
    expect(await remembering.ask("active", HELD)).toBe("GRANTED");
    expect(await remembering.ask("erased", found({ status: "ERASED" }))).toBe("SUBJECT_ERASED");
    expect(await remembering.ask("active", HELD)).toBe("GRANTED");
  });

  test("memory of verdicts is bounded, and forgetting changes none", async () => {
    let asked = 0;
    const counting = remember(
      rule("counting", { cache: "no_cache" })(() => {
        asked += 1;
        return true;
      }),
    );
    for (let key = 0; key < 5_000; key += 1) await counting.ask(`${key}`, HELD);
    expect(await counting.ask("0", HELD)).toBe("GRANTED");
    expect(asked).toBe(5_001);
  });
});

describe("signatures", () => {
  test("tell apart everything that a rule looks at", () => {
    const signatures = new Set<string>();
    let count = 0;
    for (const subject of ["KNOWN", "UNKNOWN", "NOT_NEEDED"] as const)
      for (const status of ["ACTIVE", "RESTRICTED", "ERASED", "UNAVAILABLE"] as const)
        for (const consent of ["MET", ...CONSENT_REASONS] as const)
          for (const flags of Array.from({ length: 16 }, (_, bits) => bits))
            for (const [rungs, key] of [
              ["04", "10000"],
              ["4", "010000"],
              ["03", "10000"],
              ["04", "10001"],
            ] as const) {
              const [legalHold, expired, tooYoung, barred] = [1, 2, 4, 8].map((bit) => (flags & bit) !== 0);
              const change = {
                subject,
                status,
                consent,
                rungs,
                legalHold,
                expired,
                tooYoung,
                barred,
              } as Partial<Findings>;
              signatures.add(signature(found(change, { key })));
              count += 1;
            }
    expect(signatures.size).toBe(count);
  });

  test("do not depend on which consents it rests on", () => {
    expect(signature(found({ consentIds: ["a"] }))).toBe(signature(found({ consentIds: ["b", "c"] })));
  });
});

describe("denials", () => {
  test.each(REASONS)("%s is an Error that carries it and nothing else", (reason) => {
    const denial = denialOf(reason);
    expect(denial).toBeInstanceOf(Error);
    expect(denial).toBeInstanceOf(Denial);
    expect([denial.reason, denial.message]).toEqual([reason, reason]);
    expect(denialOf(reason)).toBe(denial);
  });
});

describe("the order of tests", () => {
  const policy = policyOf(GRANTED_SCENE.field);

  test("is that of the table", () => {
    const rows = objectTests(policy).map((test) => test.row);
    expect(rows).toEqual(rows.toSorted((one, other) => one - other));
    expect(new Set(rows)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  });

  test("has early ones that stand in it as well, and look at the request alone", async () => {
    const names = objectTests(policy).map((test) => test.name);
    for (const { name, rule } of EARLY_TESTS) {
      expect(names).toContain(name);
      expect(await askRule(rule, HELD)).toBe(null);
    }
  });

  test("of no tests is a rule that holds", async () => {
    expect(await askRule(compose([]), HELD)).toBe(null);
  });
});
