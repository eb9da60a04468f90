import { beforeAll, describe, expect, test } from "@jest/globals";
import { post, type Served, serveGateway } from "../http/harness.ts";
import type { Case } from "./case.ts";
import { CASES } from "./cases/index.ts";
import { amongOthers } from "./namesake.ts";
import { claimsOf, fillStore, optionsOf, toSdl, whyNotServed } from "./served.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** Rows that one gateway can serve: the same deployment, and a store that answers, or does not. */
interface Group {
  readonly rows: readonly Case[];
  readonly options: ReturnType<typeof optionsOf>;
  readonly down: boolean;
}

const SERVED = CASES.filter((row) => whyNotServed(row) === null);

function groupRows(): readonly Group[] {
  const groups = new Map<string, Case[]>();
  for (const row of SERVED) {
    const key = JSON.stringify([row.deployment, row.store.down]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    return first === undefined ? [] : [{ rows, options: optionsOf(first), down: first.store.down }];
  });
}

describe.each(groupRows().map((group, number) => ({ ...group, number })))(
  "rows over HTTP, gateway $number",
  (group) => {
    const { rows, options, down, number } = group;
    const cases = rows.map((row, index) => ({ row: amongOthers(row, `${number}.${index}`), index, name: row.name }));
    let served: Served;
    let now = 0;

    beforeAll(async () => {
      const resolvers = Object.fromEntries(cases.map(({ row, index }) => [`customer${index}`, () => row.object]));
      served = await serveGateway({
        typeDefs: toSdl(rows),
        resolvers: { Query: resolvers },
        clock: { now: () => now },
        ...options,
      });
      if (down) await served.gateway.consents.close();
      else for (const { row } of cases) await fillStore(served.gateway.consents, row);
    });

    test.each(cases)("$name", async ({ row, index }) => {
      now = Date.parse(row.now);
      const { outcome, reason, consents } = row.expect;
      const reply = await ask(served, row, index);
      const { data, errors, extensions } = reply.body;
      const value = data?.[`customer${index}`]?.value;
      const coordinate = `Customer${index}.value`;

      if (outcome === "ALLOW") expect(value).toBe(row.object["value"]);
      else expect(value).not.toBe(row.object["value"]);
      if (outcome === "DENY") {
        expect(value).toBe(null);
        expect(errors).toMatchObject([{ extensions: { code: "FIELD_DENIED", coordinate, reason } }]);
      } else expect(errors).toBe(undefined);
      const told = outcome === "ALLOW" ? [] : [{ coordinate, outcome, reason, count: 1 }];
      expect(extensions.privacy.decisions).toMatchObject(told);
      expect(extensions.privacy.decisions).toHaveLength(told.length);

      const { records } = await served.gateway.accessLog.query({ id: extensions.privacy.receipt }, { first: 2 });
      expect(records.flatMap((record) => record.decisions)).toMatchObject([
        { coordinate, outcome, reason, count: 1, consentIds: consents },
      ]);
    });
  },
);

function ask({ url }: Served, row: Case, index: number) {
  const claims = claimsOf(row.caller);
  const seconds = Math.floor(Date.parse(row.now) / 1000);
  const justified = row.purpose !== null && VOCABULARY.purposes[row.purpose]?.justification === true;
  return post(url, {
    query: `query { customer${index} { value } }`,
    as: claims && { ...claims, iat: seconds, exp: seconds + 60 },
    ...(row.purpose !== null && { purpose: row.purpose }),
    headers: { ...row.headers, ...(justified && { "x-justification": "case 4711" }) },
  });
}
