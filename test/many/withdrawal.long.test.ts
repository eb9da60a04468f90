import { expect, test } from "@jest/globals";
import { checkChains } from "../../src/stores/conformance/log-fixtures.ts";
import { findMongo } from "../stores/mongo-server.ts";
import { askForMarketing, isClear, recordsIn, refusalIn, say, serveThree, verifySpool } from "./gateways.ts";

const ROUNDS = process.env["CI"] === "true" ? 100 : 20;
const found = findMongo();

if (found === null) {
  test.skip("needs a MongoDB server", () => undefined);
} else {
  const three = serveThree(found);
  const urlOf = (at: number) => three().gateways[at % 3]?.url ?? "";

  test("a consent withdrawn through one gateway is refused by the others on their very next request", async () => {
    let [refused, asked] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = `c-${round % 5}`;
      expect((await say(urlOf(round + 1), person, "giveConsent")).body.data.privacy.giveConsent).toHaveLength(1);
      const given = await Promise.all([0, 1, 2].map((at) => askForMarketing(urlOf(at), person)));
      expect(given.map((reply) => isClear(reply, person))).toEqual([true, true, true]);
      const withdrawn = await say(urlOf(round), person, "withdrawConsent");
      expect(withdrawn.body.data.privacy.withdrawConsent).toEqual([{ state: "WITHDRAWN" }]);
      const next = await Promise.all([1, 2].map((step) => askForMarketing(urlOf(round + step), person)));
      asked += next.length;
      refused += next.filter((reply) => refusalIn(reply, person) === "CONSENT_WITHDRAWN").length;
      expect(next.map(({ body }) => [body.data.motto, body.data.person.level])).toEqual(
        Array(2).fill(["for everybody", "gold"]),
      );
    }
    process.stderr.write(`withdrawn ${ROUNDS} times: ${refused} of ${asked} next requests elsewhere refused\n`);
    expect([refused, asked]).toEqual([2 * ROUNDS, 2 * ROUNDS]);
  }, 600_000);

  test("each gateway's log verifies, and all of them together are what the database has", async () => {
    const { gateways, store } = three();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    const logs = await Promise.all(gateways.map(({ spool }) => verifySpool(spool)));
    for (const { result } of logs) expect([result.findings, result.holds]).toEqual([[], true]);
    const records = await recordsIn(store);
    expect(checkChains(records)).toBe(logs.reduce((sum, { size }) => sum + size, 0));
    expect(new Set(records.map(({ writer }) => writer)).size).toBe(3);
    // For each round: one given, three asked, one withdrawn, two asked; a start and a stop for each gateway.
    expect(records.length).toBe(7 * ROUNDS + 6);
  }, 300_000);
}
