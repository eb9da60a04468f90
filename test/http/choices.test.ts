import { beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { event } from "../../src/stores/conformance/consent-fixtures.ts";
import { type Ask, type Reply, type Served, serveGateway, tokenFor } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customer(id: ID!): Customer }
  type Subscription { customers: Customer }
  type Customer
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @purpose(allow: [TARGETED_ADVERTISING], to: [ADVERTISING_PARTNER])
    @purpose(allow: [THIRD_PARTY_SHARING], to: [THIRD_PARTY_APP])
    @consent(for: [DIRECT_MARKETING])
    @consent(for: [THIRD_PARTY_SHARING], named: true)
    @consent(for: [TARGETED_ADVERTISING], optOut: true) {
    id: ID!
    shop: ID!
    email: String @sensitive(category: EMAIL_ADDRESS)
    passport: String @sensitive(category: GOVERNMENT_ID) @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
      @consent(for: [DIRECT_MARKETING], form: SEPARATE)
  }
`;
const of = (id: string) => ({ id, shop: id.split(":")[0] ?? "", email: `${id}@example.com`, passport: `P${id}` });
const resolvers = {
  Query: { customer: (_: unknown, { id }: { readonly id: string }) => of(id) },
  Subscription: {
    customers: {
      async *subscribe() {
        yield { customers: of("s-1:sub") };
      },
    },
  },
};

type Who = Pick<Ask, "as" | "purpose" | "headers">;
const customer = (sub: string): Who => ({ as: { sub, role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
const merchant = (tenant: string, purpose = "DIRECT_MARKETING"): Who => ({
  as: { sub: "mia", role: "MERCHANT", org: tenant, tenants: [tenant] },
  purpose,
});
const app = (org: string): Who => ({
  as: { sub: `bot-${org}`, role: "THIRD_PARTY_APP", org, tenants: ["s-1"], region: "CN" },
  purpose: "THIRD_PARTY_SHARING",
});
const ADS: Who = {
  as: { sub: "pat", role: "ADVERTISING_PARTNER", org: "ads", tenants: ["s-1"], region: "CN" },
  purpose: "TARGETED_ADVERTISING",
};
const OFFICER: Who = {
  as: { sub: "dpo", role: "PRIVACY_OFFICER" },
  purpose: "RIGHTS_FULFILMENT",
  headers: { "x-justification": "case 7" },
};

let served: Served;
let now = Date.parse("2026-05-01T12:00:00.000Z");
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers, clock: { now: () => now }, region: "CN" });
});

function ask(
  query: string,
  who: Who,
  headers: Readonly<Record<string, string>> = {},
  to: Served = served,
): Promise<Reply> {
  now += 1_000;
  const as = who.as ? { ...who.as, exp: Math.floor(now / 1_000) + 3_600 } : null;
  return to.ask({ query, ...who, as, headers: { ...who.headers, ...headers } });
}

const act = (name: string, args: string, fields = "purpose form state") =>
  `mutation { privacy { it: ${name}(${args}) { ${fields} } } }`;
const MARKETING = "purposes: [DIRECT_MARKETING]";
const codeOf = ({ body }: Reply): string | undefined => body.errors?.[0]?.extensions?.code;
const done = async (query: string, who: Who): Promise<Reply> => {
  const reply = await ask(query, who);
  expect(reply.body.errors).toBeUndefined();
  return reply;
};

/** Why a field is not shown clear; GRANTED where it is. */
async function reasonOf(id: string, who: Who, field = "email"): Promise<string> {
  const { body } = await ask(`{ customer(id: "${id}") { ${field} } }`, who);
  return body.extensions.privacy.decisions[0]?.reason ?? "GRANTED";
}

describe("asking again", () => {
  test.each(["requestConsent", "deferConsent"])("takes back no withdrawal for a shop (%s)", async (name) => {
    const id = `s-1:again-${name}`;
    await done(act("giveConsent", MARKETING), customer(id));
    await done(act("withdrawConsent", `${MARKETING}, tenant: "s-1"`), customer(id));
    expect(await reasonOf(id, merchant("s-1"))).toBe("CONSENT_WITHDRAWN");
    now += 31 * 86_400_000;
    await done(act("requestConsent", `${MARKETING}, subject: "${id}", tenant: "s-1"`), merchant("s-1"));
    if (name === "deferConsent") await done(act(name, `${MARKETING}, tenant: "s-1"`), customer(id));
    expect(await reasonOf(id, merchant("s-1"))).toBe("CONSENT_WITHDRAWN");
  });

  test("lifts no objection, at once or after the cool-down", async () => {
    const id = "s-1:objects";
    await done(act("refuseConsent", "purposes: [TARGETED_ADVERTISING]"), customer(id));
    now += 40 * 86_400_000;
    await done(
      act("requestConsent", `purposes: [TARGETED_ADVERTISING], subject: "${id}", tenant: "s-1"`),
      merchant("s-1"),
    );
    expect(await reasonOf(id, ADS)).toBe("CONSENT_REFUSED");
    await done(act("giveConsent", "purposes: [TARGETED_ADVERTISING]"), customer(id));
    expect(await reasonOf(id, ADS)).toBe("GRANTED");
  });
});

describe("two apps", () => {
  const sharing = (org: string) => `purposes: [THIRD_PARTY_SHARING], recipients: ["org:${org}"]`;

  test("a yes to one ends none to the other; a no to one leaves the other", async () => {
    const own = customer("s-1:apps");
    await done(act("giveConsent", sharing("a")), own);
    await done(act("giveConsent", sharing("b")), own);
    expect([await reasonOf("s-1:apps", app("a")), await reasonOf("s-1:apps", app("b"))]).toEqual([
      "GRANTED",
      "GRANTED",
    ]);
    await done(act("withdrawConsent", sharing("a")), own);
    expect([await reasonOf("s-1:apps", app("a")), await reasonOf("s-1:apps", app("b"))]).toEqual([
      "CONSENT_WITHDRAWN",
      "GRANTED",
    ]);
    await done(act("withdrawConsent", "purposes: [THIRD_PARTY_SHARING]"), own);
    expect(await reasonOf("s-1:apps", app("b"))).toBe("CONSENT_WITHDRAWN");
    const { body } = await ask("{ privacy { consents { recipients state } } }", own);
    expect(body.data.privacy.consents).toEqual([{ recipients: null, state: "WITHDRAWN" }]);
  });

  test("a yes that names nobody is none to share with somebody", async () => {
    await done(act("giveConsent", "purposes: [THIRD_PARTY_SHARING]"), customer("s-1:unnamed"));
    expect(await reasonOf("s-1:unnamed", app("a"))).toBe("CONSENT_NOT_NAMED");
  });

  test.each(['["a"]', '["ORG:a"]', '["org:"]', '["role:NOBODY"]', '["role:MERCHANT", "b"]'])(
    "%s names no recipient",
    async (recipients) => {
      const reply = await ask(act("giveConsent", `${MARKETING}, recipients: ${recipients}`), customer("s-1:names"));
      expect([codeOf(reply), reply.text.includes("`recipients`")]).toEqual(["BAD_INPUT", true]);
    },
  );
});

describe("a question of a tenant's staff", () => {
  const question = (id: string, more = "") =>
    act(
      "requestConsent",
      `${MARKETING}, subject: "${id}", tenant: "s-1"${more}`,
      "subject tenant purpose form state givenAt",
    );
  const general = { purposes: ["DIRECT_MARKETING"], tenant: null };

  test("is answered alike whatever the person chose, is, or is not, and recorded with the person", async () => {
    const { consents, accessLog } = served.gateway;
    const states: readonly (readonly [name: string, prepare: (id: string) => Promise<unknown>])[] = [
      ["nobody", async () => undefined],
      ["given", (subject) => consents.append([event({ subject, ...general, state: "GIVEN", time: now })])],
      ["refused", (subject) => consents.append([event({ subject, ...general, state: "REFUSED", time: now })])],
      ["withdrawn", (subject) => consents.append([event({ subject, ...general, state: "WITHDRAWN", time: now })])],
      [
        "asked",
        (subject) => consents.append([event({ subject, ...general, tenant: "s-1", state: "REQUESTED", time: now })]),
      ],
      [
        "erased",
        (subject) =>
          consents.setSubjectState({ subject, status: "ERASED", legalHold: false, time: now, by: "dpo", reason: null }),
      ],
      [
        "restricted",
        (subject) =>
          consents.setSubjectState({
            subject,
            status: "RESTRICTED",
            legalHold: false,
            time: now,
            by: "dpo",
            reason: null,
          }),
      ],
    ];
    const answers: string[] = [];
    const records: string[] = [];
    for (const [name, prepare] of states) {
      const id = `s-1:state-${name}`;
      await prepare(id);
      const { status, text } = await ask(question(id, ', key: "same"'), merchant("s-1"));
      const {
        records: [last],
      } = await accessLog.query({}, { first: 1 });
      const { body } = await ask(
        `{ privacy { accessLog(filter: { subject: "${id}" }, first: 1) { records { id } } } }`,
        {
          as: { sub: "aud", role: "SECURITY_AUDITOR" },
          purpose: "SECURITY_OPERATIONS",
          headers: { "x-justification": "case 8" },
        },
      );
      expect(body.data.privacy.accessLog.records).toEqual([{ id: last?.id }]);
      answers.push(`${status} ${text.replaceAll(id, "ID").replace(last?.id ?? "", "RECEIPT")}`);
      records.push(
        JSON.stringify([last?.kind, last?.outcome, last?.decisions, last?.subjects.length, last?.details, last?.flags]),
      );
    }
    expect(new Set(answers).size).toBe(1);
    expect(new Set(records).size).toBe(1);
    expect(answers[0]).toContain('"state":"REQUESTED"');
  });

  test("is recorded with the person also where nothing of the answer is selected, and where it is refused", async () => {
    const bare = act("requestConsent", `${MARKETING}, subject: "s-1:bare", tenant: "s-1"`, "__typename");
    for (const who of [merchant("s-1"), merchant("s-2"), customer("s-1:eve")]) {
      await ask(bare, who);
      const { records } = await served.gateway.accessLog.query({}, { first: 1 });
      expect([records[0]?.kind, records[0]?.subjects.length]).toEqual(["CONSENT_CHANGE", 1]);
    }
  });

  test("stands by itself: what an operation shows besides would tell of the person", async () => {
    const both = `mutation { privacy { ${["a: requestConsent", "b: requestConsent"].map((one) => `${one}(${MARKETING}, subject: "s-1:x", tenant: "s-1") { state }`).join(" ")} agreement: makeAgreement(tenant: "s-1", purposes: [TARGETED_ADVERTISING]) { id } } }`;
    const { body } = await ask(both, merchant("s-1"));
    expect(body.errors[0].extensions.code).toBe("BAD_INPUT");
    expect(await served.gateway.consents.history("s-1:x")).toEqual([]);
  });

  test("is shown to the person while it waits, not within the cool-down, nor where consent stands, nor for ever", async () => {
    const shown = async (id: string) => {
      const { body } = await ask("{ privacy { consents { tenant state } } }", customer(id));
      return body.data.privacy.consents.map((one: Record<string, string>) => `${one["tenant"]} ${one["state"]}`);
    };
    await done(question("s-1:waits"), merchant("s-1"));
    expect(await shown("s-1:waits")).toEqual(["s-1 REQUESTED"]);
    now += 31 * 86_400_000;
    expect(await shown("s-1:waits")).toEqual([]);
    await done(act("refuseConsent", MARKETING), customer("s-1:cool"));
    await done(question("s-1:cool"), merchant("s-1"));
    expect(await shown("s-1:cool")).toEqual(["null REFUSED"]);
    await done(act("giveConsent", MARKETING), customer("s-1:gave"));
    await done(question("s-1:gave"), merchant("s-1"));
    expect(await shown("s-1:gave")).toEqual(["null GIVEN"]);
  });

  test("plants nothing of people who are not the tenant's, where the deployment can tell", async () => {
    const people = {
      birthDate: async () => null,
      guardianship: async () => null,
      belongsTo: async (subject: string, tenant: string) => subject.startsWith(`${tenant}:`),
    };
    const telling = await serveGateway({ typeDefs: SDL, resolvers, clock: { now: () => now }, people });
    const answers = [];
    for (const id of ["s-1:mine", "s-2:theirs"]) {
      const { text } = await ask(question(id), merchant("s-1"), {}, telling);
      answers.push(text.replaceAll(id, "ID").replace(/"receipt":"[^"]*"/, ""));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(await telling.gateway.consents.history("s-1:mine")).toHaveLength(1);
    expect(await telling.gateway.consents.history("s-2:theirs")).toEqual([]);
  });
});

describe("the form of a consent", () => {
  const form = ({ body }: Reply) => body.data?.privacy?.it?.[0]?.form;

  test("is EXPRESSED where none is said", async () => {
    expect(form(await done(act("giveConsent", MARKETING), customer("s-1:form")))).toBe("EXPRESSED");
  });

  const separate = (purposes: string) => `giveConsent(purposes: [${purposes}], form: SEPARATE) { form state }`;
  test.each<[string, string]>([
    ["three purposes", `mutation { privacy { it: ${separate("DIRECT_MARKETING, ANALYTICS, PERSONALIZATION")} } }`],
    [
      "another act",
      `mutation { privacy { it: ${separate("DIRECT_MARKETING")} other: giveConsent(purposes: [ANALYTICS]) { state } } }`,
    ],
    [
      "another act in another root field",
      `mutation { privacy { it: ${separate("DIRECT_MARKETING")} } more: privacy { giveConsent(purposes: [ANALYTICS]) { state } } }`,
    ],
    [
      "another act in a fragment",
      `mutation { ...F privacy { it: ${separate("DIRECT_MARKETING")} } } fragment F on Mutation { privacy { other: giveConsent(purposes: [ANALYTICS]) { state } } }`,
    ],
  ])("is not SEPARATE beside %s", async (name, query) => {
    const id = `s-1:sep-${name}`;
    const { body } = await ask(query, customer(id));
    const codes = body.errors?.map(
      ({ path, extensions }: { path: unknown[]; extensions: { code: string } }) => `${path.at(-1)} ${extensions.code}`,
    );
    expect(codes).toEqual(["it BAD_INPUT"]);
    expect((await served.gateway.consents.history(id)).some((one) => one.form === "SEPARATE")).toBe(false);
  });

  test("is SEPARATE for one purpose, alone, and enough where that is asked for", async () => {
    await done(act("giveConsent", `${MARKETING}, form: EXPLICIT`), customer("s-1:alone"));
    expect(await reasonOf("s-1:alone", merchant("s-1"), "passport")).toBe("CONSENT_FORM_TOO_WEAK");
    await done(
      `mutation { __typename privacy { __typename it: ${separate("DIRECT_MARKETING")} } }`,
      customer("s-1:alone"),
    );
    expect(await reasonOf("s-1:alone", merchant("s-1"), "passport")).toBe("GRANTED");
  });

  test("of what an officer enters is IMPLIED without evidence, and as it says with it", async () => {
    const paper = (more: string) => act("giveConsent", `${MARKETING}, form: WRITTEN, subject: "s-1:paper"${more}`);
    expect(form(await done(paper(""), OFFICER))).toBe("IMPLIED");
    expect(await reasonOf("s-1:paper", merchant("s-1"), "passport")).toBe("CONSENT_FORM_TOO_WEAK");
    expect(form(await done(paper(', details: { evidence: "archive 7/12" }'), OFFICER))).toBe("WRITTEN");
    expect(await reasonOf("s-1:paper", merchant("s-1"), "passport")).toBe("GRANTED");
  });
});

describe("the opt-out signal of a person for themselves", () => {
  const look = "{ privacy { consents { purpose state } } }";
  const kept = async (id: string) =>
    (await served.gateway.consents.history(id)).map(
      ({ purposes, state, method }) => `${purposes.join()} ${state} ${method}`,
    );
  const BOTH = ["TARGETED_ADVERTISING REFUSED Sec-GPC", "THIRD_PARTY_SHARING REFUSED Sec-GPC"];

  test.each<[string, boolean]>([
    ["1", true],
    ["1, 1", true],
    ["1,1", true],
    ["0, 1", true],
    [" 1 ", true],
    ["0", false],
    ["11", false],
    ["true", false],
    ["", false],
  ])("Sec-GPC: %s, kept: %s", async (value, isKept) => {
    const id = `s-1:gpc-${value.replaceAll(" ", "_")}`;
    await ask(look, customer(id), { "sec-gpc": value });
    expect((await kept(id)).sort()).toEqual(isKept ? BOTH : []);
    expect(await reasonOf(id, ADS)).toBe(isKept ? "CONSENT_REFUSED" : "GRANTED");
  });

  test.each<[string, string, number, Partial<Who>, string]>([
    ["a purpose that is none", look, 400, { purpose: "NONE" }, "PURPOSE_UNKNOWN"],
    ["a purpose that is not theirs", look, 403, { purpose: "DIRECT_MARKETING" }, "PURPOSE_NOT_PERMITTED"],
    ["a purpose said twice", `query @declare(purpose: DIRECT_MARKETING) ${look}`, 400, {}, "PURPOSE_CONFLICT"],
    ["a survey", look, 403, { headers: { "x-privacy-survey": "1" } }, "FORBIDDEN"],
    ["variables of another type", "query ($id: ID!) { customer(id: $id) { id } }", 400, {}, "BAD_INPUT"],
  ])("is kept also of a request that is refused for %s", async (name, query, status, how, code) => {
    const id = `s-1:refused-${name.replaceAll(" ", "-")}`;
    const reply = await ask(query, { ...customer(id), ...how }, { "sec-gpc": "1" });
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    expect((await kept(id)).sort()).toEqual(BOTH);
  });

  test("is kept once, with a record as its receipt, over what was given before", async () => {
    const id = "s-1:once";
    await done(act("giveConsent", "purposes: [TARGETED_ADVERTISING]"), customer(id));
    for (let time = 0; time < 3; time += 1) await ask(look, customer(id), { "sec-gpc": "1" });
    expect((await kept(id)).slice(1).sort()).toEqual(BOTH);
    expect(await reasonOf(id, ADS)).toBe("CONSENT_REFUSED");
    const { evidence } = (await served.gateway.consents.history(id)).at(-1) ?? {};
    const { records } = await served.gateway.accessLog.query({ id: evidence ?? "" }, { first: 2 });
    expect(records).toMatchObject([{ kind: "CONSENT_CHANGE", caller: { id }, details: { signal: "Sec-GPC" } }]);
    expect(records[0]?.subjects).toHaveLength(1);
  });

  test("gives way to what the person chooses afterwards, and later signals do too", async () => {
    const id = "s-1:later";
    await ask(look, customer(id), { "sec-gpc": "1" });
    await done(act("giveConsent", "purposes: [TARGETED_ADVERTISING]"), customer(id));
    await ask(look, customer(id), { "sec-gpc": "1" });
    expect(await reasonOf(id, ADS)).toBe("GRANTED");
    await done(act("withdrawConsent", "purposes: [TARGETED_ADVERTISING]"), customer(id));
    expect(await reasonOf(id, ADS)).toBe("CONSENT_WITHDRAWN");
  });

  test("is nobody else's: a guest's, staff's, an agent's", async () => {
    for (const who of [
      {},
      merchant("s-1"),
      { as: { sub: "ada", role: "CUSTOMER", act: "s-1:ward" }, purpose: "SELF_SERVICE" },
    ]) {
      await ask('{ customer(id: "s-1:ward") { id } }', who, { "sec-gpc": "1" });
    }
    for (const id of ["s-1:ward", "ada", "mia"]) expect(await kept(id)).toEqual([]);
  });

  test("changes nothing in report mode", async () => {
    const reporting = await serveGateway({ typeDefs: SDL, resolvers, clock: { now: () => now }, mode: "report" });
    await ask(look, customer("s-1:rep"), { "sec-gpc": "1" }, reporting);
    expect(await reporting.gateway.consents.history("s-1:rep")).toEqual([]);
  });

  test("is kept from the handshake of a WebSocket, sent twice as well", async () => {
    const id = "s-1:sub";
    const token = tokenFor({ sub: id, role: "CUSTOMER", exp: Math.floor(now / 1_000) + 3_600 });
    const socket = new WebSocket(served.url.replace("http", "ws"), "graphql-transport-ws", {
      headers: { "sec-gpc": "1, 1" },
    });
    const ended = new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => {
        const payload = { authorization: `Bearer ${token}`, "x-purpose": "SELF_SERVICE" };
        socket.send(JSON.stringify({ type: "connection_init", payload }));
      });
      socket.on("message", (data) => {
        const message = JSON.parse(String(data));
        if (message.type === "connection_ack") {
          socket.send(
            JSON.stringify({ id: "1", type: "subscribe", payload: { query: "subscription { customers { email } }" } }),
          );
        } else if (message.type === "complete" || message.type === "error") resolve();
      });
    });
    await ended;
    socket.close();
    expect((await kept(id)).sort()).toEqual(BOTH);
  });
});
