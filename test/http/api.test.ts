import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Ask, type Reply, type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customers(ids: [ID!]!): [Customer!]! }
  type Customer
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [CUSTOMER_SUPPORT, DIRECT_MARKETING], to: [MERCHANT])
    @consent(for: [DIRECT_MARKETING]) {
    id: ID!
    shop: ID!
    name: String @sensitive(category: PERSON_NAME)
    health: String @sensitive(category: HEALTH)
  }
`;

const resolvers = {
  Query: {
    customers: (_: unknown, { ids }: { readonly ids: readonly string[] }) =>
      ids.map((id) => ({ id, shop: "s-1", name: `Name ${id}`, health: "well" })),
  },
};

type Who = Pick<Ask, "as" | "purpose" | "headers">;

const why = { "x-justification": "case 7" };
const customer = (sub: string): Who => ({ as: { sub, role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
const OFFICER: Who = { as: { sub: "dpo", role: "PRIVACY_OFFICER" }, purpose: "RIGHTS_FULFILMENT", headers: why };
const AUDITOR: Who = { as: { sub: "aud", role: "SECURITY_AUDITOR" }, purpose: "SECURITY_OPERATIONS", headers: why };
const MERCHANT: Who = { as: { sub: "m", role: "MERCHANT", org: "s-1", tenants: ["s-1"] }, purpose: "CUSTOMER_SUPPORT" };
const MARKETING: Who = { ...MERCHANT, purpose: "DIRECT_MARKETING" };

let served: Served;
let now = Date.parse("2026-05-01T12:00:00.000Z");
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers, clock: { now: () => now } });
});

function ask(query: string, who: Who, variables: Readonly<Record<string, unknown>> = {}): Promise<Reply> {
  now += 1_000;
  const as = who.as ? { ...who.as, exp: Math.floor(now / 1_000) + 3_600 } : null;
  return served.ask({ query, variables, ...who, as });
}

async function lastRecord() {
  const { records } = await served.gateway.accessLog.query({}, { first: 1 });
  return records[0];
}

const codeOf = ({ body }: Reply): string | undefined => body.errors?.[0]?.extensions?.code;

function change(name: string, id: string | null, more = ""): string {
  const subject = id === null ? "" : `, subject: "${id}"`;
  return `mutation { privacy { ${name}(purposes: [DIRECT_MARKETING]${subject}${more}) { subject purpose state form } } }`;
}

test("the acts of one operation happen in the order in which they are written", async () => {
  const states = async (acts: string) => {
    const { body } = await ask(`mutation { privacy { ${acts} } }`, customer("in-turn"));
    return Object.values(body.data?.privacy as Record<string, { state: string }[]>).map(([consent]) => consent?.state);
  };
  const give = "(purposes: [ANALYTICS]) { state }";
  for (let round = 0; round < 10; round += 1) {
    expect(await states(`a: giveConsent${give} b: withdrawConsent${give}`)).toEqual(["GIVEN", "WITHDRAWN"]);
  }
  expect(await states(`a: withdrawConsent${give} b: giveConsent${give} c: renewConsent${give}`)).toEqual([
    "WITHDRAWN",
    "GIVEN",
    "RENEWED",
  ]);
});

describe("consents", () => {
  const read = "query ($ids: [ID!]!) { customers(ids: $ids) { name } }";
  const reasonFor = async (id: string): Promise<unknown> => {
    const { body } = await ask(read, MARKETING, { ids: [id] });
    return body.extensions.privacy.decisions[0]?.reason ?? "GRANTED";
  };

  test("given, withdrawn and refused take effect on the next request", async () => {
    const own = customer("life");
    expect(await reasonFor("life")).toBe("CONSENT_MISSING");
    const given = await ask(change("giveConsent", null, ", form: SEPARATE"), own);
    expect(given.body.data.privacy.giveConsent).toEqual([
      { subject: "life", purpose: "DIRECT_MARKETING", state: "GIVEN", form: "SEPARATE" },
    ]);
    expect(await lastRecord()).toMatchObject({
      kind: "CONSENT_CHANGE",
      caller: { id: "life" },
      purpose: "SELF_SERVICE",
    });
    expect(await reasonFor("life")).toBe("GRANTED");
    await ask(change("withdrawConsent", null, ', reason: "enough"'), own);
    expect(await reasonFor("life")).toBe("CONSENT_WITHDRAWN");
    const again = await ask(change("giveConsent", null), own);
    expect(again.body.data.privacy.giveConsent[0].state).toBe("GIVEN");
    await ask(change("withdrawConsent", null), own);
    const states = await ask(
      "{ privacy { consentHistory { state reason expressedBy } consents { purpose state } } }",
      own,
    );
    expect(states.body.data.privacy).toEqual({
      consentHistory: [
        { state: "GIVEN", reason: null, expressedBy: "DATA_SUBJECT" },
        { state: "WITHDRAWN", reason: "enough", expressedBy: "DATA_SUBJECT" },
        { state: "GIVEN", reason: null, expressedBy: "DATA_SUBJECT" },
        { state: "WITHDRAWN", reason: null, expressedBy: "DATA_SUBJECT" },
      ],
      consents: [{ purpose: "DIRECT_MARKETING", state: "WITHDRAWN" }],
    });
    const refused = await ask(change("refuseConsent", null), customer("shy"));
    expect(refused.body.data.privacy.refuseConsent[0].state).toBe("REFUSED");
    expect(await reasonFor("shy")).toBe("CONSENT_REFUSED");
  });

  test("end by themselves where they were given for a time", async () => {
    const until = new Date(now + 10_000).toISOString();
    await ask(change("giveConsent", null, `, validUntil: "${until}"`), customer("brief"));
    expect(await reasonFor("brief")).toBe("GRANTED");
    now += 60_000;
    expect(await reasonFor("brief")).toBe("CONSENT_EXPIRED");
    const { body } = await ask("{ privacy { consents { state expiresAt } } }", customer("brief"));
    expect(body.data.privacy.consents).toEqual([{ state: "EXPIRED", expiresAt: until }]);
  });

  test("a call repeated under its key is done once", async () => {
    for (let run = 0; run < 3; run += 1) await ask(change("giveConsent", null, ', key: "k-1"'), customer("keyed"));
    const { body } = await ask("{ privacy { consentHistory { state } } }", customer("keyed"));
    expect(body.data.privacy.consentHistory).toEqual([{ state: "GIVEN" }]);
  });

  test.each<[string, Who, string | null]>([
    ["oneself, named", customer("c-1"), "c-1"],
    [
      "a guardian, for whom the token names",
      { as: { sub: "g", role: "CUSTOMER", act: { sub: "kid", as: "GUARDIAN" } }, purpose: "SELF_SERVICE" },
      null,
    ],
    ["an agent", { as: { sub: "g", role: "CUSTOMER", act: "ward" }, purpose: "SELF_SERVICE" }, "ward"],
    ["a privacy officer", OFFICER, "anybody"],
  ])("may be changed by %s", async (_name, who, subject) => {
    const given = await ask(change("giveConsent", subject), who);
    expect(given.body.data?.privacy.giveConsent[0].state).toBe("GIVEN");
    const ended = await ask(change("withdrawConsent", subject), who);
    expect(ended.body.data?.privacy.withdrawConsent[0].state).toBe(who === OFFICER ? "REVOKED" : "WITHDRAWN");
  });

  test.each<[string, Who, string | null]>([
    ["somebody else", customer("c-2"), "c-1"],
    ["a guest", {}, "c-1"],
    ["a merchant", MERCHANT, "c-1"],
    ["oneself without saying why", { as: { sub: "c-1", role: "CUSTOMER" } }, null],
    [
      "a guardian of somebody else",
      { as: { sub: "g", role: "CUSTOMER", act: { sub: "kid", as: "GUARDIAN" } }, purpose: "SELF_SERVICE" },
      "c-1",
    ],
    ["an auditor", AUDITOR, "c-1"],
  ])("may not be changed or read by %s", async (_name, who, subject) => {
    for (const name of ["giveConsent", "withdrawConsent", "refuseConsent"]) {
      const reply = await ask(change(name, subject), who);
      expect([name, codeOf(reply), reply.body.data ?? null]).toEqual([name, "FORBIDDEN", null]);
      expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", outcome: "FORBIDDEN", details: null });
    }
    const argument = subject === null ? "" : `(subject: "${subject}")`;
    for (const name of ["consents", "consentHistory"]) {
      expect(codeOf(await ask(`{ privacy { ${name}${argument} { state } } }`, who))).toBe("FORBIDDEN");
    }
  });
});

test("of several acts the record tells which were refused", async () => {
  const both =
    'mutation { privacy { mine: giveConsent(purposes: [DIRECT_MARKETING]) { state } not: withdrawConsent(purposes: [DIRECT_MARKETING], subject: "c-9") { state } } }';
  expect(codeOf(await ask(both, customer("several")))).toBe("FORBIDDEN");
  expect(await lastRecord()).toMatchObject({
    kind: "CONSENT_CHANGE",
    outcome: "FORBIDDEN",
    details: { acts: "giveConsent, withdrawConsent", refused: "withdrawConsent FORBIDDEN" },
  });
  expect(
    codeOf(await ask("mutation { privacy { renewConsent(purposes: [ANALYTICS]) { state } } }", customer("none"))),
  ).toBe("CONSENT_STATE_CONFLICT");
  expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", outcome: "CONSENT_STATE_CONFLICT" });
});

test.each([
  ["CONSENT_CHANGE", "mutation { privacy { giveConsent(purposes: [ANALYTICS]) { __typename } } }", customer("quiet")],
  [
    "SUBJECT_CHANGE",
    'mutation { privacy { restrictSubject(subject: "quiet", reason: "disputed") { __typename } } }',
    OFFICER,
  ],
  ["LOG_READ", "{ privacy { whoSawMyData { next } } }", customer("quiet")],
])("what is done and shows nothing is on record as well: %s", async (kind, query, who) => {
  const { body } = await ask(query, who);
  expect(body.errors).toBeUndefined();
  expect(await lastRecord()).toMatchObject({
    kind,
    time: now,
    outcome: "OK",
    caller: { id: who.as?.["sub"] },
    decisions: [],
  });
});

describe("subjects' states", () => {
  const state = (call: string): string => `mutation { privacy { ${call} { subject status legalHold } } }`;
  const read = '{ customers(ids: ["gone"]) { name } }';

  test("an officer restricts, lifts, holds and erases", async () => {
    const steps: [string, object, string, string?][] = [
      [
        'restrictSubject(subject: "gone", reason: "disputed")',
        { status: "RESTRICTED", legalHold: false },
        "SUBJECT_RESTRICTED",
      ],
      ['liftRestriction(subject: "gone", reason: "settled")', { status: "ACTIVE", legalHold: false }, "GRANTED"],
      ['setLegalHold(subject: "gone", hold: true, reason: "court")', { status: "ACTIVE", legalHold: true }, "GRANTED"],
      ['setLegalHold(subject: "gone", hold: false, reason: "over")', { status: "ACTIVE", legalHold: false }, "GRANTED"],
      ['eraseSubject(subject: "gone", reason: "asked for")', { status: "ERASED", legalHold: false }, "SUBJECT_ERASED"],
    ];
    for (const [call, expected, reason] of steps) {
      const { body } = await ask(state(call), OFFICER);
      expect(body.data?.privacy[call.split("(")[0] ?? ""]).toEqual({ subject: "gone", ...expected });
      expect(await lastRecord()).toMatchObject({
        kind: "SUBJECT_CHANGE",
        caller: { id: "dpo" },
        justification: "case 7",
      });
      const seen = await ask(read, MERCHANT);
      expect(seen.body.extensions.privacy.decisions[0]?.reason ?? "GRANTED").toBe(reason);
    }
    expect(codeOf(await ask(state('liftRestriction(subject: "gone", reason: "regret")'), OFFICER))).toBe(
      "CONSENT_STATE_CONFLICT",
    );
    const { body } = await ask('{ privacy { subjectState(subject: "gone") { status since } } }', OFFICER);
    expect(body.data.privacy.subjectState).toMatchObject({ status: "ERASED", since: expect.any(String) });
  });

  test.each<[string, Who]>([
    ["the person", customer("c-1")],
    ["a merchant", MERCHANT],
    ["an auditor", AUDITOR],
    ["a guest", {}],
    ["an officer who does not say why", { as: OFFICER.as ?? null }],
  ])("nobody else: %s", async (_name, who) => {
    for (const call of [
      'restrictSubject(subject: "c-1", reason: "x")',
      'liftRestriction(subject: "c-1", reason: "x")',
      'setLegalHold(subject: "c-1", hold: true, reason: "x")',
      'eraseSubject(subject: "c-1", reason: "x")',
    ]) {
      expect(codeOf(await ask(state(call), who))).toBe("FORBIDDEN");
    }
    expect(codeOf(await ask('{ privacy { subjectState(subject: "c-1") { status } } }', who))).toBe("FORBIDDEN");
    expect((await served.gateway.consents.subjectState("c-1")).status).toBe("ACTIVE");
  });
});

describe("the access log", () => {
  const log = (filter: string, more = ""): string =>
    `{ privacy { accessLog(filter: ${filter}${more}) { records { id time kind caller { id role } purpose operationName decisions { coordinate outcome reason } } next } } }`;
  let from: string;
  let first: { id: string; time: string };
  beforeAll(async () => {
    from = new Date(now + 500).toISOString();
    const names = "query Names($ids: [ID!]!) { customers(ids: $ids) { name health } }";
    const reply = await ask(names, MERCHANT, { ids: ["l-1"] });
    first = { id: reply.body.extensions.privacy.receipt, time: new Date(now).toISOString() };
    await ask(names, MERCHANT, { ids: ["l-2"] });
    await ask(names, MARKETING, { ids: ["l-1", "l-2"] });
    await ask(names, customer("l-1"), { ids: ["l-1"] });
    await ask(names, customer("l-1"), { ids: ["l-2"] });
  });

  test.each<[string, () => string, number]>([
    ["all since", () => "{}", 5],
    ["until a time", () => `{ to: "${new Date(Date.parse(first.time) + 1).toISOString()}" }`, 1],
    ["caller", () => '{ caller: "m" }', 3],
    ["role", () => '{ role: "CUSTOMER" }', 2],
    ["purpose", () => '{ purpose: "DIRECT_MARKETING" }', 1],
    ["coordinate", () => '{ coordinate: "Customer.name" }', 5],
    ["outcome", () => '{ outcome: "MASK" }', 1],
    ["reason", () => '{ reason: "CONSENT_MISSING" }', 1],
    ["person", () => '{ subject: "l-2" }', 3],
    ["person and outcome of one decision", () => '{ subject: "l-2", outcome: "ALLOW" }', 1],
    ["operation", () => '{ operation: "Names" }', 5],
    ["kind", () => '{ kind: "MUTATION" }', 0],
    ["id", () => `{ id: "${first.id}" }`, 1],
    [
      "all of them",
      () =>
        `{ caller: "m", role: "MERCHANT", purpose: "CUSTOMER_SUPPORT", subject: "l-1", coordinate: "Customer.name", outcome: "ALLOW", reason: "GRANTED", kind: "QUERY", operation: "Names" }`,
      1,
    ],
    ["nobody", () => '{ subject: "l-3" }', 0],
  ])("filters by %s", async (_name, filter, count) => {
    const bounds = filter().includes("to:") ? `from: "${from}", ` : `from: "${from}", operation: "Names", `;
    const given = filter().includes("operation:")
      ? filter().replace("{", `{ from: "${from}", `)
      : filter().replace("{", `{ ${bounds}`);
    const { body } = await ask(log(given), AUDITOR);
    expect(body.errors).toBeUndefined();
    expect(body.data.privacy.accessLog.records).toHaveLength(count);
  });

  test("pages by cursor, newest first, none twice and none left out", async () => {
    const seen: { id: string; time: string }[] = [];
    let after = "";
    do {
      const { body } = await ask(log(`{ from: "${from}", operation: "Names" }`, `, first: 2${after}`), AUDITOR);
      const { records, next } = body.data.privacy.accessLog;
      expect(records.length).toBeLessThanOrEqual(2);
      seen.push(...records);
      after = next === null ? "" : `, after: "${next}"`;
    } while (after !== "");
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    expect(seen.map(({ time }) => time)).toEqual(
      seen
        .map(({ time }) => time)
        .sort()
        .reverse(),
    );
  });

  test("to read it stands in it", async () => {
    await ask(log("{}"), AUDITOR);
    expect(await lastRecord()).toMatchObject({
      kind: "LOG_READ",
      caller: { id: "aud" },
      purpose: "SECURITY_OPERATIONS",
      justification: "case 7",
    });
  });

  test.each<[string, Who]>([
    ["a guest", {}],
    ["a merchant", MERCHANT],
    ["the person", customer("l-1")],
    ["an officer", OFFICER],
    ["an auditor who does not say why", { as: AUDITOR.as ?? null }],
  ])("nobody else reads it: %s", async (_name, who) => {
    const reply = await ask(log("{}"), who);
    expect(reply.body.data).toEqual({ privacy: { accessLog: null } });
    expect(codeOf(reply)).toBe("FIELD_DENIED");
  });

  test.each(['{ outcome: "SOME" }', '{ reason: "WHY" }', '{ kind: "ODD" }', '{ from: "yesterday" }'])(
    "what cannot be filtered by is told: %s",
    async (filter) => {
      expect(codeOf(await ask(log(filter), AUDITOR))).toBe("BAD_INPUT");
      expect(codeOf(await ask(log("{}", ", first: 0"), AUDITOR))).toBe("BAD_INPUT");
    },
  );

  test("whoSawMyData: a person sees who saw theirs, and nobody else's", async () => {
    const query =
      "{ privacy { whoSawMyData(first: 50) { entries { subject role purpose coordinate outcome reason receipt } next } } }";
    const { body } = await ask(query, customer("l-2"));
    const entries: { subject: string; role: string; coordinate: string; outcome: string; reason: string }[] =
      body.data.privacy.whoSawMyData.entries;
    expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set(["l-2"]));
    const names = entries.filter(({ coordinate }) => coordinate === "Customer.name");
    expect(names.map(({ role, outcome, reason }) => `${role} ${outcome} ${reason}`)).toEqual([
      "CUSTOMER DENY OUT_OF_REACH",
      "MERCHANT MASK CONSENT_MISSING",
      "MERCHANT ALLOW GRANTED",
    ]);
    expect((await lastRecord())?.kind).toBe("LOG_READ");
    expect(codeOf(await ask(query, {}))).toBe("FORBIDDEN");
    expect(codeOf(await ask(query, MERCHANT))).toBe("FORBIDDEN");
  });
});

describe("the policy", () => {
  test("is told to everybody: what is protected, how, for whom", async () => {
    const { body } = await ask(
      "{ privacy { policy { hash mode fields { coordinate category mask otherwise consentFor grants { purposes roles } } } } }",
      {},
    );
    const { hash, mode, fields } = body.data.privacy.policy;
    expect([hash, mode]).toEqual([served.gateway.policy.hash, "enforce"]);
    expect(fields).toContainEqual({
      coordinate: "Customer.name",
      category: "PERSON_NAME",
      mask: "PERSON_NAME",
      otherwise: "MASK",
      consentFor: ["DIRECT_MARKETING"],
      grants: [
        { purposes: ["SELF_SERVICE"], roles: ["CUSTOMER"] },
        { purposes: ["CUSTOMER_SUPPORT", "DIRECT_MARKETING"], roles: ["MERCHANT"] },
      ],
    });
  });
});
