import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { createGateway } from "fieldguard";
import { accessLogConformance, consentStoreConformance } from "fieldguard/conformance";
import { OwnConsents } from "./own-consents.js";
import { OwnLog } from "./own-log.js";

const unshared = "it is kept in memory";
const dispose = async () => undefined;

consentStoreConformance(
  { name: "somebody's own", unshared, create: async () => ({ open: async () => new OwnConsents(), dispose }) },
  { describe, test },
);

accessLogConformance(
  { name: "somebody's own", unshared, create: async () => ({ open: async (bounds) => new OwnLog(bounds), dispose }) },
  { describe, test },
);

const SECRET = "a secret of somebody else's, long enough";
const base64 = (value) => Buffer.from(value).toString("base64url");

function token(claims) {
  const head = base64(JSON.stringify({ alg: "HS256", typ: "JWT" }));
  const body = base64(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + 600, ...claims }));
  const signed = createHmac("sha256", SECRET).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signed}`;
}

const typeDefs = `
  type Query { customer: Customer }
  type Customer @subject(id: "id", tenant: "shop") {
    id: ID!
    shop: String!
    email: String @sensitive(category: EMAIL_ADDRESS)
      @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT]) @consent(for: [DIRECT_MARKETING])
  }`;
const resolvers = { Query: { customer: () => ({ id: "c-1", shop: "s-1", email: "dora@example.com" }) } };

const given = {
  id: "01890000-0000-7000-8000-000000000001",
  recordId: "01890000-0000-7000-8000-000000000002",
  subject: "c-1",
  tenant: null,
  purposes: ["DIRECT_MARKETING"],
  categories: null,
  recipients: null,
  state: "GIVEN",
  form: "EXPRESSED",
  time: Date.now(),
  expiresAt: null,
  expressedBy: { id: "c-1", role: "DATA_SUBJECT", verification: null },
  notice: null,
  language: null,
  method: null,
  jurisdiction: null,
  storageLocations: null,
  retention: null,
  withdrawalMethod: null,
  reason: "by telephone",
  key: null,
  evidence: null,
};

test("a gateway serves over a store of one's own, and stands on nothing else", async () => {
  const store = { consents: new OwnConsents(), log: new OwnLog() };
  const options = {
    typeDefs,
    resolvers,
    store,
    auth: { secret: SECRET },
    logKey: "another secret, as long as that one",
  };
  const gateway = await createGateway(options);
  const { url } = await gateway.listen();
  const ask = async () => {
    const merchant = token({ sub: "m-1", role: "MERCHANT", tenants: ["s-1"] });
    const headers = { authorization: `Bearer ${merchant}`, "content-type": "application/json" };
    const query = "query Ask @declare(purpose: DIRECT_MARKETING) { customer { email } }";
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
    return response.json();
  };
  try {
    const before = await ask();
    assert.equal(before.data?.customer?.email, "d•••@example.com", JSON.stringify(before));
    await gateway.consents.append([given]);
    const after = await ask();
    assert.equal(after.data?.customer?.email, "dora@example.com", JSON.stringify(after));
    const [stored] = await store.consents.history("c-1");
    assert.ok(!stored.reason.includes("telephone"), "what people wrote is sealed");
    const { records } = await store.log.query({ kind: "QUERY" }, { first: 10 });
    const receipts = [after, before].map((answer) => answer.extensions.privacy.receipt);
    assert.deepEqual(
      records.map(({ id }) => id),
      receipts,
    );
    assert.ok(!JSON.stringify(records).includes("c-1"), "nobody stands in the log by id");
  } finally {
    await gateway.stop();
  }
  await assert.rejects(store.consents.ping(), { code: "STORE_UNAVAILABLE" });
  await assert.rejects(store.log.ping(), { code: "AUDIT_UNAVAILABLE" });
});
