import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "../http/harness.ts";
import { cachingPlugin } from "./cache-plugin.ts";
import { ANN, AUDITOR, SHOP } from "./cases/askers.ts";
import { FAMILIES } from "./cases/index.ts";
import { WRITES } from "./cases/writes.ts";
import { fire } from "./fire.ts";
import { CaughtLog } from "./log.ts";
import { attack, canariesIn, drain, type Target } from "./run.ts";
import { ATTACKED, attackedResolvers } from "./world.ts";
import { ACTING, actingResolvers } from "./writes-world.ts";

const ran: string[] = [];
const log = new CaughtLog();
const cache = cachingPlugin();
let target: Target;

beforeAll(async () => {
  const { gateway, url } = await serveGateway({
    typeDefs: ATTACKED,
    resolvers: attackedResolvers(ran),
    plugins: [cache],
    log: log.logger,
  });
  target = { url, mode: "enforce", log: drain(gateway.accessLog), ran: () => ran.splice(0) };
  // Bob said yes to marketing, and nobody else.
  await fire(url, {
    as: { sub: "bob", role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
    query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }",
  });
});

test("no two attacks try the same", () => {
  const names = [...FAMILIES, { name: "writes", attacks: WRITES }].flatMap(({ name, attacks }) =>
    attacks.map(({ tries }) => `${name}: ${tries}`),
  );
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

for (const { name, attacks } of FAMILIES) {
  describe(name, () => {
    test.each(attacks)("$tries", async (each) => {
      await attack(target, each);
    });
  });
}

describe.each(["POST", "WS"] as const)("what others may do, over %s", (over) => {
  const effects: string[] = [];
  let acting: Target;
  let served: Served;
  beforeAll(async () => {
    served = await serveGateway({ typeDefs: ACTING, resolvers: actingResolvers(effects), log: log.logger });
    acting = { url: served.url, mode: "enforce", log: drain(served.gateway.accessLog), ran: () => effects.splice(0) };
  });

  test.each(WRITES)("$tries", async (each) => {
    await attack(acting, { ...each, over });
    // A record of what was about to happen stands for every effect, and for nothing else.
    const { records } = await served.gateway.accessLog.query({ kind: "MUTATION" }, { first: 20 });
    const [answer, ...before] = records;
    const intents = String(answer?.details?.["intents"] ?? "")
      .split(", ")
      .filter(Boolean);
    const known = new Map(before.filter(({ outcome }) => outcome === "INTENT").map((record) => [record.id, record]));
    expect(intents.filter((id) => !known.has(id))).toEqual([]);
    if (each.refused === undefined && /^mutation/.test(each.query ?? "")) {
      // A field that only holds others is a mutation that nobody decides on: the intent of it names no decision.
      const decided = intents.filter((id) => known.get(id)?.decisions.length !== 0);
      expect(decided).toHaveLength((each.ran ?? []).length);
    }
  });

  test("whether something is there is told by nothing, whoever asks", async () => {
    effects.length = 0;
    for (const as of [{}, ANN, SHOP, AUDITOR, { ...ANN, purpose: "ORDER_FULFILMENT" }, { as: ANN.as }]) {
      for (const write of [
        (id: string) => `drop(scriptId: "s-${id}")`,
        (id: string) => `dropMany(ids: ["s-ann", "s-${id}"])`,
        (id: string) => `dropNode(id: "s-${id}")`,
        (id: string) => `rename(id: "${id}") { id name }`,
        (id: string) => `pair(id: "ann", key: "s-${id}")`,
        (id: string) => `ward { drop(scriptId: "s-${id}") }`,
        (id: string) => `swap(scriptId: "s-${id}") { id text }`,
      ]) {
        const [theirs, none] = await Promise.all(
          ["cyd", "eve"].map((id) => fire(served.url, { ...as, over, query: `mutation { ${write(id)} }` })),
        );
        const told = [theirs, none].map((volley) => JSON.stringify(volley?.answers).replace(/"receipt":"[^"]*"/g, ""));
        expect(told[0]).toBe(told[1]);
      }
    }
    expect(effects.splice(0)).toEqual([]);
  });
});

test("a subscription that acts is not begun on what is another's", async () => {
  const effects: string[] = [];
  const { url } = await serveGateway({ typeDefs: ACTING, resolvers: actingResolvers(effects), log: log.logger });
  for (const id of ["s-bob", "s-none"]) {
    const { answers } = await fire(url, {
      ...ANN,
      over: "WS",
      query: `subscription { watch(scriptId: "${id}") { id text } }`,
    });
    expect(answers.map(({ errors, data }) => [errors[0].extensions.code, errors[0].extensions.reason, data])).toEqual([
      ["FORBIDDEN", "OUT_OF_REACH", undefined],
    ]);
  }
  expect(effects).toEqual([]);
});

describe("what is left behind by all of them", () => {
  test("no canary, no literal, no variable and no alias in any log line", () => {
    expect(log.lines.length).toBeGreaterThan(100);
    expect(canariesIn(log.lines.join("\n"))).toEqual([]);
    expect(log.lines.join("\n")).not.toMatch(/Zq99typedXw|SecretWord|emailContains/i);
  });

  test("nor in the metrics", async () => {
    const { text } = await fire(target.url, { over: "GET", path: "/metrics" });
    expect(text).toContain("fieldguard_operations_total");
    expect(canariesIn(text)).toEqual([]);
    expect(text).not.toMatch(/Zq99typedXw|SecretWord/i);
  });

  test("nor in a cache that keeps whatever it may", () => {
    const kept = JSON.stringify([...cache.kept.values()]);
    expect(kept).toContain("open");
    expect(canariesIn(kept)).toEqual([]);
    expect(kept).not.toContain("receipt");
  });
});
