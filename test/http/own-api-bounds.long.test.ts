import { describe, expect, test } from "@jest/globals";
import { pageThrough } from "../../src/api/access-log.ts";
import type { AccessRecord, GatewayOptions } from "../../src/index.ts";
import { type Reply, serveGateway } from "./harness.ts";

const serve = (options: Partial<GatewayOptions> = {}) =>
  serveGateway({ typeDefs: "type Query { open: String }", resolvers: {}, ...options });
const ANN = { as: { sub: "ann", role: "CUSTOMER" }, purpose: "SELF_SERVICE" };
const SHOP = { as: { sub: "m", role: "MERCHANT", tenants: ["s-1"] }, purpose: "DIRECT_MARKETING" };
const codesOf = ({ body }: Reply): string[] =>
  (body.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code);
const give = (more = ""): string =>
  `mutation { privacy { giveConsent(purposes: [ANALYTICS]${more}) { purpose state } } }`;

describe("fields of the gateway's own API in one request", () => {
  const fields = (count: number, field: string) =>
    Array.from({ length: count }, (_, at) => `f${at}: ${field}`).join(" ");

  test.each<[string, string]>([
    ["under one parent", `{ privacy { ${fields(30, "consentHistory { id }")} } }`],
    [
      "under several",
      `{ a: privacy { ${fields(10, "consentHistory { id }")} } b: privacy { ${fields(10, "consents { state }")} } c: privacy { ${fields(10, "whoSawMyData { next }")} } }`,
    ],
    [
      "by a fragment under several",
      `fragment F on PrivacyQuery { ${fields(10, "consentHistory { id }")} } { a: privacy { ...F } b: privacy { ...F } c: privacy { ...F } }`,
    ],
  ])("are counted %s", async (_name, query) => {
    const { ask } = await serve();
    const reply = await ask({ query, ...ANN });
    expect(codesOf(reply).every((code) => code === "OPERATION_TOO_LARGE")).toBe(true);
    expect(codesOf(reply).length).toBeGreaterThan(0);
    expect(JSON.stringify(reply.body.data ?? {}).split("[]").length - 1).toBeLessThanOrEqual(20);
  });

  test("acts beyond the bound are not done", async () => {
    const { ask, gateway } = await serve({ limits: { ownFieldsMax: 3 } });
    const acts = [1, 2, 3, 4, 5].map((at) => `a${at}: giveConsent(purposes: [ANALYTICS], tenant: "s-${at}") { state }`);
    const reply = await ask({ query: `mutation { privacy { ${acts.join(" ")} } }`, ...ANN });
    expect(codesOf(reply)).toContain("OPERATION_TOO_LARGE");
    expect((await gateway.consents.history("ann")).map(({ tenant }) => tenant)).toEqual(["s-1", "s-2", "s-3"]);
  });
});

describe("what one's own API reads of the log", () => {
  const LOOKS = Array.from({ length: 12 }, (_, at) => `f${at}: whoSawMyData(first: 200) { next }`).join(" ");

  test("is read for one field after another", async () => {
    const { ask, gateway } = await serve();
    const { accessLog } = gateway;
    const query = accessLog.query.bind(accessLog);
    const reading = { now: 0, most: 0, times: 0 };
    accessLog.query = async (filter, page) => {
      reading.now += 1;
      reading.times += 1;
      reading.most = Math.max(reading.most, reading.now);
      const found = await query(filter, page);
      reading.now -= 1;
      return found;
    };
    expect(codesOf(await ask({ query: `{ privacy { ${LOOKS} } }`, ...ANN }))).toEqual([]);
    expect([reading.most, reading.times >= 12]).toEqual([1, true]);
  });

  test.each([
    ["few records about many people", 60_000, 40],
    ["many about few", 1, 5_000],
  ])("ends with %s, and goes on behind them", async (_name, mentions, recordsMax) => {
    const subjects = Array.from({ length: mentions }, (_, at) => `s-${at}`);
    const record = { subjects, decisions: [] } as unknown as AccessRecord;
    let read = 0;
    const query = async (_filter: object, { first }: { readonly first: number }) => {
      read += first;
      return { records: Array<AccessRecord>(first).fill(record), next: `after ${read}` };
    };
    const page = await pageThrough({ query }, {}, { first: 200 }, () => false);
    expect(read).toBeLessThanOrEqual(recordsMax);
    expect(page).toEqual({ records: [], next: `after ${read}` });
  });
});

describe("lists", () => {
  const LISTS = [
    ["consents", "{ tenant }", ANN],
    ["consentHistory", "{ tenant }", ANN],
    ["agreements", "{ id }", SHOP],
  ] as const;

  test.each(LISTS)("%s comes in pages", async (list, selection, who) => {
    const { ask } = await serve();
    for (let at = 1; at <= 5; at += 1) {
      await ask({ query: give(`, tenant: "s-${at}"`), ...ANN });
      await ask({
        query: `mutation { privacy { makeAgreement(tenant: "s-1", purposes: [ANALYTICS], id: "a-${at}") { id } } }`,
        ...SHOP,
      });
    }
    const about = list === "agreements" ? 'tenant: "s-1", ' : "";
    const page = async (first: number, skip: number): Promise<string[]> => {
      const query = `{ privacy { ${list}(${about}first: ${first}, skip: ${skip}) ${selection} } }`;
      const reply = await ask({ query, ...who });
      return reply.body.data.privacy[list].map((one: object) => Object.values(one)[0]);
    };
    const all = await page(200, 0);
    expect(all).toHaveLength(5);
    expect([...(await page(2, 0)), ...(await page(2, 2)), ...(await page(2, 4)), ...(await page(2, 6))]).toEqual(all);
  });

  test.each(
    LISTS.flatMap(([list, selection, who]) =>
      ["first: 0", "first: 201", "skip: -1", "first: -2147483648"].map((page) => [list, page, selection, who] as const),
    ),
  )("%s with %s is refused", async (list, page, selection, who) => {
    const { ask } = await serve();
    const about = list === "agreements" ? 'tenant: "s-1", ' : "";
    expect(codesOf(await ask({ query: `{ privacy { ${list}(${about}${page}) ${selection} } }`, ...who }))).toEqual([
      "BAD_INPUT",
    ]);
  });
});

describe("what is stored about one person", () => {
  test("is so many events a day; a no is still taken; the next day goes on", async () => {
    let now = Date.parse("2026-11-27T10:00:00Z");
    const { ask, gateway } = await serve({ clock: { now: () => now }, limits: { personEventsMax: 3 } });
    const as = { ...ANN.as, exp: now / 1000 + 1_000_000, iat: now / 1000 };
    const act = async (text: string) => codesOf(await ask({ query: text, ...ANN, as }));
    for (let at = 1; at <= 3; at += 1) expect(await act(give(`, tenant: "s-${at}"`))).toEqual([]);
    expect(await act(give(', tenant: "s-4"'))).toEqual(["OPERATION_TOO_LARGE"]);
    expect(await act(give(', tenant: "s-4", key: "again"'))).toEqual(["OPERATION_TOO_LARGE"]);
    const refuse = (tenant: number) =>
      act(`mutation { privacy { refuseConsent(purposes: [ANALYTICS], tenant: "n-${tenant}") { state } } }`);
    for (let at = 4; at <= 15; at += 1) expect(await refuse(at)).toEqual([]);
    expect(await refuse(16)).toEqual(["OPERATION_TOO_LARGE"]);
    expect(await gateway.consents.history("ann")).toHaveLength(15);
    now += 86_400_000;
    expect(await act(give(', tenant: "s-4"'))).toEqual([]);
  });

  test.each([
    ["recipients", `, recipients: [${Array.from({ length: 21 }, (_, at) => `"org:o-${at}"`).join(", ")}]`],
    [
      "storageLocations",
      `, details: { storageLocations: [${Array.from({ length: 21 }, (_, at) => `"l-${at}"`).join(", ")}] }`,
    ],
    ["recipients", `, recipients: ["${"x".repeat(257)}"]`],
    ["notice", `, notice: "${"x".repeat(201)}"`],
    ["key", `, key: "${"x".repeat(201)}"`],
    ["tenant", `, tenant: "${"x".repeat(257)}"`],
    ["method", `, details: { method: "${"x".repeat(201)}" }`],
  ])("has bounded %s", async (field, more) => {
    const { ask, gateway } = await serve();
    const reply = await ask({ query: give(more), ...ANN });
    expect(codesOf(reply)).toEqual(["BAD_INPUT"]);
    expect(reply.text).toContain(`\`${field}\``);
    expect(await gateway.consents.history("ann")).toEqual([]);
  });

  test("names a category once, however often it was given", async () => {
    const { ask, gateway } = await serve();
    const names = Array.from({ length: 100 }, () => "EMAIL_ADDRESS").join(", ");
    await ask({ query: give(`, categories: [${names}]`), ...ANN });
    expect((await gateway.consents.history("ann")).map(({ categories }) => categories)).toEqual([["EMAIL_ADDRESS"]]);
  });
});
