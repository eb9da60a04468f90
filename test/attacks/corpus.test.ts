import { beforeAll, describe, expect, test } from "@jest/globals";
import { serveGateway } from "../http/harness.ts";
import { cachingPlugin } from "./cache-plugin.ts";
import { FAMILIES } from "./cases/index.ts";
import { fire } from "./fire.ts";
import { CaughtLog } from "./log.ts";
import { attack, canariesIn, drain, type Target } from "./run.ts";
import { ATTACKED, attackedResolvers } from "./world.ts";

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
  const names = FAMILIES.flatMap(({ name, attacks }) => attacks.map(({ tries }) => `${name}: ${tries}`));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

for (const { name, attacks } of FAMILIES) {
  describe(name, () => {
    test.each(attacks)("$tries", async (each) => {
      await attack(target, each);
    });
  });
}

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
