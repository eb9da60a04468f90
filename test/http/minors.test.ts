import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseKeyring } from "../../src/core/keys.ts";
import { type Served, serveGateway } from "./harness.ts";

const KEY = "a log key that only this test knows, long enough";
const NOW = Date.UTC(2026, 5, 15, 12);
const SDL = /* GraphQL */ `
  type Query { customers: [Customer!]!  orders: [Order!]! }
  type Customer @subject(id: "id", birthDate: "born") @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) {
    id: ID!
    born: String
    email: String @sensitive(category: EMAIL_ADDRESS)
    address: Address
  }
  type Address { street: String @sensitive(category: POSTAL_ADDRESS) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) }
  type Order { id: ID!  customer: Customer }
`;

/** By birth date: whether the record must say that they were minors on 15 June 2026, where guardians decide under 14. */
const PEOPLE: readonly (readonly [id: string, born: string | null, minor: boolean])[] = [
  ["of-age", "1990-01-01", false],
  ["child", "2015-03-02", true],
  ["fourteen-today", "2012-06-15", false],
  ["fourteen-tomorrow", "2012-06-16", true],
  ["only-a-year", "2012", true],
  ["unknown", null, false],
  ["unreadable", "in spring", true],
];

describe("the record of an access", () => {
  const rows = PEOPLE.map(([id, born]) => ({
    id,
    born,
    email: `${id}@example.com`,
    address: { street: "1 High Street" },
  }));
  let served: Served;
  beforeAll(async () => {
    served = await serveGateway({
      typeDefs: SDL,
      resolvers: {
        Query: { customers: () => rows, orders: () => rows.map((customer) => ({ id: customer.id, customer })) },
      },
      clock: { now: () => NOW },
      logKey: KEY,
    });
  });
  const keyring = parseKeyring(KEY);
  const merchant = { sub: "st-1", role: "MERCHANT", tenants: ["m-1"], iat: NOW / 1_000, exp: NOW / 1_000 + 60 };

  test.each([
    "{ customers { email } }",
    "{ customers { address { street } } }",
    "{ orders { customer { email address { street } } } }",
  ])("tells who was a minor, however the data are reached: %s", async (query) => {
    const reply = await served.ask({ query, as: merchant, purpose: "ORDER_FULFILMENT" });
    const { receipt } = reply.body.extensions.privacy;
    const { records } = await served.gateway.accessLog.query({ id: receipt }, { first: 10 });
    const [record] = records;
    const minors = (record?.minors ?? []).map((position) => record?.subjects[position]);
    const expected = PEOPLE.filter(([, , minor]) => minor).map(([id]) => keyring.reference(id));
    expect(new Set(minors)).toEqual(new Set(expected));
    expect(reply.text).not.toContain("born");
  });

  test("has the token's id, where it has one, and is found by it", async () => {
    const ask = { query: "{ customers { email } }", purpose: "ORDER_FULFILMENT" };
    const reply = await served.ask({ ...ask, as: { ...merchant, jti: "token-9" } });
    await served.ask({ ...ask, as: merchant });
    const { records } = await served.gateway.accessLog.query({ token: "token-9" }, { first: 10 });
    expect(records.map(({ id, caller }) => [id, caller.tokenId])).toEqual([
      [reply.body.extensions.privacy.receipt, "token-9"],
    ]);
    const auditor = { sub: "a-1", role: "SECURITY_AUDITOR", iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
    const read = await served.ask({
      query: `{ privacy { accessLog(filter: { token: "token-9" }) { records { caller { tokenId } minors } } } }`,
      as: auditor,
      purpose: "SECURITY_OPERATIONS",
      headers: { "x-justification": "INC-1" },
    });
    expect(read.body.data.privacy.accessLog.records).toEqual([
      { caller: { tokenId: "token-9" }, minors: [1, 3, 4, 6] },
    ]);
  });
});
