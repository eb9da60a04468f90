import { makeExecutableSchema } from "@graphql-tools/schema";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { graphql } from "graphql";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { serveGateway } from "../http/harness.ts";
import { FAMILIES } from "./cases/index.ts";
import { fire } from "./fire.ts";
import type { Attack } from "./model.ts";
import { decidedIn, drain, type Target } from "./run.ts";
import { ATTACKED, attackedResolvers } from "./world.ts";

const plain = makeExecutableSchema({ typeDefs: composeTypeDefs(ATTACKED), resolvers: attackedResolvers([]) });

let target: Target;
beforeAll(async () => {
  const { gateway, url } = await serveGateway({
    typeDefs: ATTACKED,
    resolvers: attackedResolvers([]),
    mode: "report",
  });
  target = { url, mode: "report", log: drain(gateway.accessLog), ran: () => [] };
  await fire(url, {
    as: { sub: "bob", role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
    query: "mutation { privacy { giveConsent(purposes: [DIRECT_MARKETING]) { state } } }",
  });
});

/** What graphql-js alone answers; undefined where the attack is not one operation, or asks the gateway's own API. */
async function unprotected({ query, variables, operationName, body, over }: Attack): Promise<unknown> {
  if (query === undefined || query === "" || body !== undefined || over === "WS" || query.includes("privacy")) {
    return undefined;
  }
  const result = await graphql({
    schema: plain,
    source: query,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  return JSON.parse(JSON.stringify(result.data));
}

for (const { name, attacks } of FAMILIES) {
  describe(`report mode: ${name}`, () => {
    test.each(attacks.filter(({ always }) => always !== true))("$tries", async (each) => {
      for (const shot of each.before ?? []) await fire(target.url, shot);
      await target.log();
      const { answers } = await fire(target.url, each);
      const records = await target.log();

      const expected = await unprotected(each);
      if (expected !== undefined) expect(answers[0]?.data).toEqual(expected);
      if (each.over !== "WS") expect(answers[0]?.errors?.[0]?.extensions.code).not.toBe("FIELD_DENIED");

      for (const { flags, kind } of records) if (kind !== "UNUSUAL_ACCESS") expect(flags).toContain("REPORT_MODE");
      if (each.refused !== undefined && each.over !== "WS") {
        const refusals = records.filter(({ kind }) => kind === "REFUSAL").map(({ outcome }) => outcome);
        expect(refusals).toEqual([each.refused]);
      }
      // Beside them stand decisions on what `enforce` would not even have reached.
      expect(decidedIn(records)).toEqual(expect.arrayContaining([...(each.decided ?? [])]));
    });
  });
}
