import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { Scope } from "../../src/consents/choices.ts";
import type { ConsentEvent } from "../../src/consents/contract.ts";
import { coolDownsOf, coolsDown, USUAL_SALES } from "../../src/rights/cool-down.ts";
import { currentRecords } from "../../src/rights/life-state.ts";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { DAY, START, VOCABULARY } from "./harness.ts";

const PURPOSE = "DIRECT_MARKETING";
const ALL: Scope = { tenant: null, categories: null, recipients: null };

type Said = Partial<Scope> &
  Pick<ConsentEvent, "state"> &
  Partial<Pick<ConsentEvent, "form" | "evidence" | "purposes">> & {
    readonly by?: ConsentEvent["expressedBy"]["role"];
    readonly verified?: boolean;
    /** Days before the question. */
    readonly ago?: number;
  };

const NO: Said = { state: "REFUSED" };
const YES: Said = { state: "GIVEN" };
const NAME = { categories: ["PERSON_NAME"] };
const EMAIL = { categories: ["EMAIL_ADDRESS"] };

function told(said: readonly Said[]): ConsentEvent[] {
  return said.map(({ by = "DATA_SUBJECT", verified = false, ago = 1, ...rest }, index) =>
    event({
      ...ALL,
      evidence: by === "CONTROLLER" ? "list 7" : null,
      ...rest,
      id: `e-${index}`,
      subject: "ann",
      time: START - ago * DAY,
      expressedBy: { id: "x", role: by, verification: verified ? "seen" : null },
    }),
  );
}

/** What was said, then what is asked; whether the question has to wait. */
const ROWS: readonly [name: string, said: readonly Said[], asked: Partial<Scope>, waits: boolean][] = [
  ["nothing said", [], {}, false],
  ["a refusal", [NO], {}, true],
  ["a refusal of 29 days ago", [{ ...NO, ago: 29.9 }], {}, true],
  ["a refusal of 30 days ago", [{ ...NO, ago: 30 }], {}, false],
  ["a withdrawal", [YES, { state: "WITHDRAWN" }], {}, true],
  ["a withdrawal of 30 days ago", [YES, { state: "WITHDRAWN", ago: 30 }], {}, false],
  ["a revocation by the controller", [YES, { state: "REVOKED", by: "CONTROLLER" }], {}, true],
  ["a consent found to be invalid: nobody said no", [YES, { state: "INVALIDATED", by: "CONTROLLER" }], {}, false],
  ["a refusal, then found invalid", [NO, { state: "INVALIDATED", by: "CONTROLLER" }], {}, true],
  ["a guardian's refusal", [{ ...NO, by: "GUARDIAN", verified: true }], {}, true],
  ["of another purpose", [{ ...NO, purposes: ["ANALYTICS"] }], {}, false],
  ["put off", [{ state: "REQUESTED" }, { state: "DEFERRED" }], {}, false],
  ["a yes, a no, asked and put off", [NO, { state: "REQUESTED" }, { state: "DEFERRED" }], {}, true],
  // another scope
  ["refused of all, asked for a tenant", [NO], { tenant: "t-1" }, true],
  ["refused of all, asked for a category", [NO], EMAIL, true],
  ["refused of all, asked for a recipient", [NO], { recipients: ["org:a"] }, true],
  ["refused of a tenant, asked for it", [{ ...NO, tenant: "t-1" }], { tenant: "t-1" }, true],
  ["refused of a tenant, asked for all", [{ ...NO, tenant: "t-1" }], {}, true],
  ["refused of a tenant, asked for another", [{ ...NO, tenant: "t-1" }], { tenant: "t-2" }, false],
  [
    "refused of a category, asked for it and more",
    [{ ...NO, ...EMAIL }],
    { categories: ["EMAIL_ADDRESS", "HEALTH"] },
    true,
  ],
  ["refused of a category, asked for another", [{ ...NO, ...EMAIL }], NAME, false],
  ["refused of a recipient, asked for another", [{ ...NO, recipients: ["org:a"] }], { recipients: ["org:b"] }, false],
  [
    "refused of a recipient, asked for both",
    [{ ...NO, recipients: ["org:a"] }],
    { recipients: ["org:b", "org:a"] },
    true,
  ],
  // a yes since
  ["a change of mind", [NO, YES], {}, false],
  ["a change of mind, for what is asked", [NO, { ...YES, ...EMAIL }], EMAIL, false],
  ["a change of mind, for something else", [NO, { ...YES, ...NAME }], EMAIL, true],
  ["a change of mind, for some of it", [NO, { ...YES, ...NAME }], {}, true],
  [
    "a change of mind to another recipient",
    [
      { ...NO, recipients: ["org:a"] },
      { ...YES, recipients: ["org:b"] },
    ],
    { recipients: ["org:a"] },
    true,
  ],
  ["a change of mind to another tenant", [NO, { ...YES, tenant: "t-2" }], { tenant: "t-1" }, true],
  [
    "a change of mind of all, asked for more than was refused",
    [
      { ...NO, tenant: "t-1" },
      { ...YES, tenant: "t-1" },
    ],
    {},
    false,
  ],
  ["a change of mind and back", [NO, YES, { state: "WITHDRAWN" }], {}, true],
  ["a change of mind before the no", [YES, NO], {}, true],
  ["what the controller says, without evidence", [NO, { ...YES, by: "CONTROLLER", evidence: null }], {}, true],
  ["what the controller can prove", [NO, { ...YES, by: "CONTROLLER" }], {}, false],
  ["what the controller can prove to be implied", [NO, { ...YES, by: "CONTROLLER", form: "IMPLIED" }], {}, true],
  ["a yes of an agent whom nobody verified", [NO, { ...YES, by: "AGENT" }], {}, true],
  ["a yes of a verified agent", [NO, { ...YES, by: "AGENT", verified: true }], {}, false],
];

describe("asking anew within the cool-down of a no", () => {
  test.each(ROWS)("%s", (_name, said, asked, waits) => {
    const question = { purpose: PURPOSE, scope: { ...ALL, ...asked } };
    expect(coolsDown(told(said), question, 30 * DAY, START)).toBe(waits);
  });
});

describe("how long a no keeps others from asking", () => {
  const sold = { ...VOCABULARY.purposes["ANALYTICS"], sale: true } as const;
  const vocabulary = { purposes: { ...VOCABULARY.purposes, ADS: { ...sold, name: "ADS" } } } as never;
  test.each([
    ["thirty days", "ANALYTICS", undefined, 30],
    ["as the deployment says", "ANALYTICS", 10 * DAY, 10],
    ["of a sale twelve months", "ADS", undefined, 366],
    ["of a sale no less than that", "ADS", 10 * DAY, 366],
    ["of a sale longer where the deployment says so", "ADS", 1_000 * DAY, 1_000],
    ["of a purpose that is named like what every object has", "constructor", undefined, 30],
  ])("%s", (_name, purpose, coolDownMs, days) => {
    expect(coolDownsOf(vocabulary, coolDownMs)(purpose)).toBe(days * DAY);
  });
});

describe("a question, to tools that know the store alone", () => {
  test("purposes of sale are those of the default vocabulary", () => {
    const text = readFileSync(new URL("../../schema/vocabulary.graphql", import.meta.url), "utf8");
    const sold = [...text.matchAll(/^\s*(\w+)\s+@basis\([^)]*\bsale: true/gm)].map(([, name]) => name);
    expect([...USUAL_SALES].sort()).toEqual(sold.sort());
  });

  test.each([
    ["the no of a month and more ago leaves it open", "DIRECT_MARKETING", 31, ["REFUSED", "REQUESTED"]],
    ["the no of less does not", "DIRECT_MARKETING", 29, ["REFUSED"]],
    ["nor does that to a sale, of eleven months ago", "TARGETED_ADVERTISING", 340, ["REFUSED"]],
    ["that of more than a year ago does", "TARGETED_ADVERTISING", 367, ["REFUSED", "REQUESTED"]],
  ])("%s", (_name, purpose, ago, states) => {
    const history = told([
      { ...NO, purposes: [purpose], ago: ago + 1 },
      { state: "REQUESTED", purposes: [purpose] },
    ]);
    expect(currentRecords(history, { now: START }).map((record) => record.event.state)).toEqual(states);
  });
});
