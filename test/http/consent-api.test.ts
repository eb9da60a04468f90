import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Ask, type Reply, type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customers(ids: [ID!]!): [Customer!]! }
  type Customer
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @purpose(allow: [TARGETED_ADVERTISING], to: [ADVERTISING_PARTNER])
    @consent(for: [DIRECT_MARKETING])
    @consent(for: [TARGETED_ADVERTISING], from: TENANT) {
    id: ID!
    shop: ID!
    name: String @sensitive(category: PERSON_NAME)
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;

const resolvers = {
  Query: {
    customers: (_: unknown, { ids }: { readonly ids: readonly string[] }) =>
      ids.map((id) => ({ id, shop: id.split(":")[0] ?? "", name: `Name ${id}`, email: `${id}@example.com` })),
  },
};

type Who = Pick<Ask, "as" | "purpose" | "headers">;
const why = { "x-justification": "case 7" };
const customer = (sub: string): Who => ({ as: { sub, role: "CUSTOMER" }, purpose: "SELF_SERVICE" });
const agentOf = (act: string): Who => ({ as: { sub: "ada", role: "CUSTOMER", act }, purpose: "SELF_SERVICE" });
const merchant = (tenant: string, purpose = "CUSTOMER_SUPPORT"): Who => ({
  as: { sub: "mia", role: "MERCHANT", org: tenant, tenants: [tenant] },
  purpose,
});
const PARTNER: Who = {
  as: { sub: "pat", role: "ADVERTISING_PARTNER", org: "ads", tenants: ["s-1"] },
  purpose: "TARGETED_ADVERTISING",
};
const OFFICER: Who = { as: { sub: "dpo", role: "PRIVACY_OFFICER" }, purpose: "RIGHTS_FULFILMENT", headers: why };
const AUDITOR: Who = { as: { sub: "aud", role: "SECURITY_AUDITOR" }, purpose: "SECURITY_OPERATIONS", headers: why };
const GUEST: Who = {};

let served: Served;
let now = Date.parse("2026-05-01T12:00:00.000Z");
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers, clock: { now: () => now } });
});

function ask(query: string, who: Who): Promise<Reply> {
  now += 1_000;
  const as = who.as ? { ...who.as, exp: Math.floor(now / 1_000) + 3_600 } : null;
  return served.ask({ query, ...who, as });
}

async function lastRecord() {
  const { records } = await served.gateway.accessLog.query({}, { first: 1 });
  return records[0];
}

const codeOf = ({ body }: Reply): string | undefined => body.errors?.[0]?.extensions?.code;
const call = (name: string, args: string, fields: string): string =>
  `mutation { privacy { it: ${name}(${args}) { ${fields} } } }`;
const onConsent = (name: string, more = ""): string =>
  call(name, `purposes: [DIRECT_MARKETING]${more}`, "subject tenant state");

/** The state that an action leaves, or the code with which it was refused, or what the caller may not see of it. */
async function outcome(name: string, who: Who, more = ""): Promise<string> {
  const reply = await ask(onConsent(name, more), who);
  return reply.body.data?.privacy?.it?.[0]?.state ?? codeOf(reply) ?? "nothing";
}

describe("every step of a consent's life", () => {
  test("can be taken by those whom it is for, and is recorded as a change", async () => {
    const of = ', subject: "s-1:lea"';
    const steps: readonly (readonly [name: string, who: Who, more: string, left: string])[] = [
      ["requestConsent", merchant("s-1"), `${of}, tenant: "s-1"`, "REQUESTED"],
      ["deferConsent", customer("s-1:lea"), ', tenant: "s-1"', "DEFERRED"],
      ["requestConsent", OFFICER, `${of}, tenant: "s-1"`, "REQUESTED"],
      ["refuseConsent", customer("s-1:lea"), ', tenant: "s-1", reason: "no"', "REFUSED"],
      ["requestConsent", OFFICER, `${of}, tenant: "s-1"`, "CONSENT_COOL_DOWN"],
      ["giveConsent", customer("s-1:lea"), ', tenant: "s-1"', "GIVEN"],
      ["renewConsent", agentOf("s-1:lea"), ', tenant: "s-1"', "RENEWED"],
      ["withdrawConsent", customer("s-1:lea"), ', tenant: "s-1"', "WITHDRAWN"],
      ["giveConsent", customer("s-1:lea"), ', tenant: "s-1"', "GIVEN"],
      ["revokeConsent", OFFICER, `${of}, tenant: "s-1"`, "REVOKED"],
      ["giveConsent", customer("s-1:lea"), ', tenant: "s-1"', "GIVEN"],
      ["invalidateConsent", OFFICER, `${of}, tenant: "s-1"`, "INVALIDATED"],
      ["renewConsent", customer("s-1:lea"), ', tenant: "s-1"', "CONSENT_STATE_CONFLICT"],
    ];
    for (const [name, who, more, left] of steps) {
      expect([name, await outcome(name, who, more)]).toEqual([name, left]);
      expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", caller: { id: who.as?.["sub"] } });
    }
    const { body } = await ask("{ privacy { consentHistory { state tenant expressedBy } } }", customer("s-1:lea"));
    const told = body.data.privacy.consentHistory.map((one: Record<string, string>) => Object.values(one).join(" "));
    expect(told).toEqual([
      "REQUESTED s-1 CONTROLLER",
      "DEFERRED s-1 DATA_SUBJECT",
      "REQUESTED s-1 CONTROLLER",
      "REFUSED s-1 DATA_SUBJECT",
      "GIVEN s-1 DATA_SUBJECT",
      "RENEWED s-1 AGENT",
      "WITHDRAWN s-1 DATA_SUBJECT",
      "GIVEN s-1 DATA_SUBJECT",
      "REVOKED s-1 CONTROLLER",
      "GIVEN s-1 DATA_SUBJECT",
      "INVALIDATED s-1 CONTROLLER",
    ]);
  });

  const ALL = ["request", "defer", "give", "renew", "withdraw", "refuse", "revoke", "invalidate"];
  const NOT: readonly (readonly [who: string, asks: Who, actions: readonly string[]])[] = [
    ["a guest", GUEST, ALL],
    ["somebody else", customer("s-1:eve"), ALL],
    ["an agent of somebody else", agentOf("s-1:eve"), ALL],
    ["an auditor", AUDITOR, ALL],
    ["a partner", PARTNER, ALL],
    ["the staff of another tenant", merchant("s-2"), ALL],
    ["the tenant's own staff, but to ask", merchant("s-1"), ALL.slice(1)],
    ["the person itself, what only an officer does", customer("s-1:nia"), ["revoke", "invalidate"]],
  ];
  for (const [who, asks, actions] of NOT) {
    test(`not by ${who}: FORBIDDEN, nothing stored, and on record`, async () => {
      for (const action of actions) {
        const more = ', subject: "s-1:nia", tenant: "s-1"';
        expect([action, await outcome(`${action}Consent`, asks, more)]).toEqual([action, "FORBIDDEN"]);
        expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", caller: { id: asks.as?.["sub"] ?? null } });
      }
      expect(await served.gateway.consents.history("s-1:nia")).toEqual([]);
    });
  }
});

describe("what a consent is for", () => {
  const read = (who: Who, id: string) => ask(`{ customers(ids: ["${id}"]) { name email } }`, who);
  const reasonsFor = async (who: Who, id: string): Promise<string[]> =>
    (await read(who, id)).body.extensions.privacy.decisions.map(
      ({ coordinate, reason }: Record<string, string>) => `${coordinate} ${reason}`,
    );
  const shown = "tenant purpose categories recipients state";

  test("one tenant, not every one", async () => {
    const given = await ask(
      call("giveConsent", 'purposes: [DIRECT_MARKETING], tenant: "s-1"', shown),
      customer("s-1:tom"),
    );
    expect(given.body.data.privacy.it).toEqual([
      { tenant: "s-1", purpose: "DIRECT_MARKETING", categories: null, recipients: null, state: "GIVEN" },
    ]);
    expect(await reasonsFor(merchant("s-1", "DIRECT_MARKETING"), "s-1:tom")).toEqual([]);
    await ask(call("giveConsent", 'purposes: [DIRECT_MARKETING], tenant: "s-1"', shown), customer("s-2:tom"));
    expect(await reasonsFor(merchant("s-2", "DIRECT_MARKETING"), "s-2:tom")).toEqual([
      "Customer.name CONSENT_MISSING",
      "Customer.email CONSENT_MISSING",
    ]);
  });

  test("some categories, not all", async () => {
    const args = "purposes: [DIRECT_MARKETING], categories: [EMAIL_ADDRESS]";
    const given = await ask(call("giveConsent", args, shown), customer("s-1:ida"));
    expect(given.body.data.privacy.it[0].categories).toEqual(["EMAIL_ADDRESS"]);
    expect(await reasonsFor(merchant("s-1", "DIRECT_MARKETING"), "s-1:ida")).toEqual(["Customer.name CONSENT_MISSING"]);
  });

  test("some recipients, not all", async () => {
    const args = 'purposes: [DIRECT_MARKETING], recipients: ["org:s-9"]';
    const given = await ask(call("giveConsent", args, shown), customer("s-1:uli"));
    expect(given.body.data.privacy.it[0].recipients).toEqual(["org:s-9"]);
    expect(await reasonsFor(merchant("s-1", "DIRECT_MARKETING"), "s-1:uli")).toHaveLength(2);
  });

  test("withdrawn from one tenant it stands for others; withdrawn without one, from all", async () => {
    const own = customer("s-1:max");
    for (const tenant of ["s-1", "s-2", "s-3"]) {
      await ask(call("giveConsent", `purposes: [DIRECT_MARKETING], tenant: "${tenant}"`, shown), own);
    }
    const states = async () => {
      const { body } = await ask("{ privacy { consents { tenant state } } }", own);
      return body.data.privacy.consents.map((one: Record<string, string>) => `${one["tenant"]} ${one["state"]}`);
    };
    await ask(call("withdrawConsent", 'purposes: [DIRECT_MARKETING], tenant: "s-2"', shown), own);
    expect(await states()).toEqual(["s-1 GIVEN", "s-2 WITHDRAWN", "s-3 GIVEN"]);
    await ask(call("withdrawConsent", "purposes: [DIRECT_MARKETING]", shown), own);
    expect(await states()).toEqual(["null WITHDRAWN", "s-1 WITHDRAWN", "s-2 WITHDRAWN", "s-3 WITHDRAWN"]);
  });

  test("an officer records later what was said on paper, with its circumstances; nobody else tells of another time", async () => {
    const details = `details: { time: "2026-04-01T08:00:00Z", language: "zh-CN", method: "paper form", jurisdiction: "CN",
      storageLocations: ["CN-SH"], retention: "P2Y", withdrawalMethod: "a letter" }`;
    const args = `purposes: [DIRECT_MARKETING], form: WRITTEN, ${details}`;
    await ask(call("giveConsent", `${args}, subject: "s-1:pia"`, shown), OFFICER);
    expect((await served.gateway.consents.history("s-1:pia"))[0]).toMatchObject({
      time: Date.parse("2026-04-01T08:00:00Z"),
      language: "zh-CN",
      method: "paper form",
      jurisdiction: "CN",
      storageLocations: ["CN-SH"],
      retention: "P2Y",
      withdrawalMethod: "a letter",
    });
    expect(codeOf(await ask(call("giveConsent", args, shown), customer("s-1:joe")))).toBe("BAD_INPUT");
  });

  test("staff who asked see that they did, and nothing of what the person chose", async () => {
    const args = 'purposes: [DIRECT_MARKETING], subject: "s-1:kim", tenant: "s-1"';
    const asked = await ask(call("requestConsent", args, shown), merchant("s-1"));
    expect(asked.body.data.privacy.it[0]).toMatchObject({ tenant: "s-1", state: "REQUESTED" });
    expect(codeOf(await ask('{ privacy { consents(subject: "s-1:kim") { state } } }', merchant("s-1")))).toBe(
      "FORBIDDEN",
    );
  });
});

describe("tenants' agreements with partners", () => {
  const shown = "id tenant partner purposes state form expiresAt by";
  const terms = 'tenant: "s-1", partner: "ads", purposes: [TARGETED_ADVERTISING]';
  const make = (who: Who, args = terms) => ask(call("makeAgreement", args, shown), who);
  const read = async (): Promise<string> => {
    const { body } = await ask('{ customers(ids: ["s-1:amy"]) { name } }', PARTNER);
    return body.extensions.privacy.decisions[0]?.reason ?? "GRANTED";
  };

  test("made and ended by the tenant take effect on the next request, and are recorded", async () => {
    expect(await read()).toBe("CONSENT_MISSING");
    const made = await make(merchant("s-1"), `${terms}, id: "a-1"`);
    expect(made.body.data.privacy.it).toEqual({
      id: "a-1",
      tenant: "s-1",
      partner: "ads",
      purposes: ["TARGETED_ADVERTISING"],
      state: "GIVEN",
      form: "WRITTEN",
      expiresAt: null,
      by: expect.any(String),
    });
    expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", caller: { id: "mia" } });
    expect(await read()).toBe("GRANTED");
    expect((await make(merchant("s-1"), `${terms}, id: "a-1"`)).body.data.privacy.it.state).toBe("GIVEN");
    const ended = await ask(call("endAgreement", 'id: "a-1", reason: "over"', "state"), merchant("s-1"));
    expect(ended.body.data.privacy.it.state).toBe("WITHDRAWN");
    expect(await lastRecord()).toMatchObject({ kind: "CONSENT_CHANGE", caller: { id: "mia" } });
    expect(await read()).toBe("CONSENT_WITHDRAWN");
    expect(codeOf(await make(merchant("s-1"), `${terms}, id: "a-1"`))).toBe("CONSENT_STATE_CONFLICT");
  });

  test("end by themselves, and are ended by an officer", async () => {
    const until = new Date(now + 60_000).toISOString();
    await make(merchant("s-1"), `${terms}, id: "a-2", validUntil: "${until}"`);
    expect(await read()).toBe("GRANTED");
    now += 120_000;
    expect(await read()).toBe("CONSENT_EXPIRED");
    await make(OFFICER, `${terms}, id: "a-3"`);
    expect(await read()).toBe("GRANTED");
    const ended = await ask(call("endAgreement", 'id: "a-3"', "state"), OFFICER);
    expect(ended.body.data.privacy.it.state).toBe("REVOKED");
  });

  test("are listed to the tenant's staff and to an officer", async () => {
    await make(merchant("s-7"), 'tenant: "s-7", purposes: [TARGETED_ADVERTISING], id: "a-7"');
    const list = (who: Who, args: string) => ask(`{ privacy { agreements${args} { id partner } } }`, who);
    const own = await list(merchant("s-7"), '(tenant: "s-7")');
    expect(own.body.data.privacy.agreements).toEqual([{ id: "a-7", partner: null }]);
    const all = await list(OFFICER, "");
    expect(all.body.data.privacy.agreements.length).toBeGreaterThan(1);
    for (const who of [merchant("s-1"), customer("s-7:al"), PARTNER, AUDITOR, GUEST]) {
      expect(codeOf(await list(who, '(tenant: "s-7")'))).toBe("FORBIDDEN");
      expect(codeOf(await list(who, ""))).toBe("FORBIDDEN");
    }
  });

  test.each<[string, Who]>([
    ["the staff of another tenant", merchant("s-2")],
    ["the partner itself", PARTNER],
    ["a customer", customer("s-1:amy")],
    ["an auditor", AUDITOR],
    ["a guest", GUEST],
  ])("are neither made nor ended by %s", async (_name, who) => {
    await make(merchant("s-1"), `${terms}, id: "a-9"`);
    expect(codeOf(await make(who, `${terms}, id: "a-10"`))).toBe("FORBIDDEN");
    expect((await lastRecord())?.kind).toBe("CONSENT_CHANGE");
    expect(codeOf(await ask(call("endAgreement", 'id: "a-9"', "state"), who))).toBe("FORBIDDEN");
    const stored = await served.gateway.consents.agreements("s-1");
    expect(stored.find(({ id }) => id === "a-9")?.state).toBe("GIVEN");
    expect(stored.some(({ id }) => id === "a-10")).toBe(false);
  });

  test.each([
    ["an end in the past", `${terms}, validUntil: "2020-01-01"`, "BAD_INPUT"],
    ["no purpose", 'tenant: "s-1", purposes: []', "BAD_INPUT"],
    ["too long a reason", `${terms}, reason: "${"x".repeat(1_001)}"`, "BAD_INPUT"],
    ["no tenant's name", 'tenant: "", purposes: [TARGETED_ADVERTISING]', "BAD_INPUT"],
  ])("are not taken with %s", async (_name, args, code) => {
    const before = (await served.gateway.consents.agreements()).length;
    expect(codeOf(await make(OFFICER, args))).toBe(code);
    expect((await served.gateway.consents.agreements()).length).toBe(before);
  });

  test("one that is not there cannot be ended", async () => {
    expect(codeOf(await ask(call("endAgreement", 'id: "nowhere"', "state"), OFFICER))).toBe("NOT_FOUND");
  });
});
