import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/index.ts";
import { holdToContract } from "../../src/stores/hold-to-contract.ts";
import { SECRET, serveGateway } from "../http/harness.ts";

/** A store object that is whole but for one method: how the gateway holds it to its contract. */
const SDL = /* GraphQL */ `
  type Query { me: Person }
  type Person @subject(id: "id") {
    id: ID!
    email: String @sensitive(category: EMAIL_ADDRESS) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR])
    phone: String @sensitive(category: PHONE_NUMBER)
      @purpose(allow: [ACCOUNT_MANAGEMENT], to: [PLATFORM_OPERATOR]) @consent(for: [ACCOUNT_MANAGEMENT])
  }
`;
const resolvers = { Query: { me: () => ({ id: "c-1", email: "ann@example.org", phone: "+4915123456756" }) } };
const CUSTOMER = { sub: "c-2", role: "CUSTOMER" };
const PLATFORM = { sub: "p-1", role: "PLATFORM_OPERATOR" };
const DRIVER = "secret of the driver";
const base = { typeDefs: SDL, resolvers, log: false as const };

let whole: Gateway;
beforeAll(async () => {
  whole = await createGateway({ ...base, auth: { secret: SECRET }, store: "sqlite::memory:" });
});
afterAll(() => whole.stop());

type Broken = Readonly<Record<string, unknown>>;

/** The parts of a whole store, not closed with the gateway, with some methods in place of theirs. */
function storeWith(consents: Broken, log: Broken): Pick<GatewayOptions, "store" | "logKey"> {
  const part = (object: object, methods: Broken): object =>
    new Proxy(object, {
      get(target, name) {
        if (Object.hasOwn(methods, name)) return methods[String(name)];
        if (name === "close") return async () => undefined;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  const store = { consents: part(whole.consents, consents), log: part(whole.accessLog, log) };
  return { store: store as Exclude<GatewayOptions["store"], string>, logKey: "k".repeat(32) };
}

const rejects = async (): Promise<never> => {
  throw new Error(DRIVER);
};
const throws = (): never => {
  throw new Error(DRIVER);
};

describe("what it answers in another form is no answer", () => {
  const nobody = { subjects: new Map(), agreements: new Map() };
  const standing = (status: unknown) => async () => ({
    subjects: new Map([["c-1", { status, legalHold: false, consents: [] }]]),
    agreements: new Map(),
  });
  test.each([
    ["lookUp: a state that is none", { lookUp: standing("GONE"), erasures: rejects }, {}],
    ["lookUp: no state", { lookUp: standing(undefined), erasures: rejects }, {}],
    ["lookUp: nobody", { lookUp: async () => nobody, erasures: rejects }, {}],
    ["lookUp: objects for maps", { lookUp: async () => ({ subjects: {}, agreements: {} }), erasures: rejects }, {}],
    ["lookUp: nothing", { lookUp: async () => undefined, erasures: rejects }, {}],
    ["lookUp rejects", { lookUp: rejects, erasures: rejects }, {}],
    ["lookUp throws", { lookUp: throws, erasures: throws }, {}],
    ["append: no id", {}, { append: async () => undefined }],
    ["append: another thing", {}, { append: async () => ({ id: "1" }) }],
    ["append rejects", {}, { append: rejects }],
    ["append throws", {}, { append: throws }],
  ])("%s", async (_, consents, log) => {
    let started = false;
    const later = Object.fromEntries(
      Object.entries(log).map(([name, method]) => [
        name,
        (...given: unknown[]) => {
          if (started) return (method as () => unknown)();
          return Reflect.apply(Reflect.get(whole.accessLog, name), whole.accessLog, given);
        },
      ]),
    );
    const served = await serveGateway({ ...base, ...storeWith(consents, later) });
    started = true;
    const { text, body } = await served.ask({
      query: "{ me { email } }",
      as: PLATFORM,
      purpose: "ACCOUNT_MANAGEMENT",
    });
    expect(text).not.toMatch(/ann@example|secret of/);
    expect(body.data?.me?.email ?? null).toBeNull();
    started = false;
  });

  test("and the whole one answers", async () => {
    const served = await serveGateway({ ...base, ...storeWith({}, {}) });
    const { body } = await served.ask({ query: "{ me { email } }", as: PLATFORM, purpose: "ACCOUNT_MANAGEMENT" });
    expect(body.data).toEqual({ me: { email: "ann@example.org" } });
    const other = await served.ask({ query: "{ me { email } }", as: CUSTOMER, purpose: "SELF_SERVICE" });
    expect(other.body.data.me.email).not.toBe("ann@example.org");
  });
});

describe("a consent that cannot be read is none", () => {
  const given = {
    id: "e-1",
    tenant: null,
    purpose: "ACCOUNT_MANAGEMENT",
    state: "GIVEN",
    form: "EXPLICIT",
    givenAt: 1,
    changedAt: 1,
    expiresAt: null,
    notice: null,
    categories: null,
    recipients: null,
    expressedBy: "DATA_SUBJECT",
    verified: false,
  };
  const phoneBy = async (consent: object, standing: object = {}): Promise<string> => {
    const subjects = new Map([["c-1", { status: "ACTIVE", legalHold: false, consents: [consent], ...standing }]]);
    const lookUp = async () => ({ subjects, agreements: new Map() });
    const served = await serveGateway({ ...base, ...storeWith({ lookUp }, {}) });
    const { body } = await served.ask({ query: "{ me { phone } }", as: PLATFORM, purpose: "ACCOUNT_MANAGEMENT" });
    return body.data.me.phone;
  };

  test("as it should be, it counts", async () => {
    expect(await phoneBy(given)).toBe("+4915123456756");
  });

  test.each(Object.keys(given))("without %s", async (name) => {
    expect(await phoneBy({ ...given, [name]: undefined })).not.toBe("+4915123456756");
  });

  test.each([
    ["a state of another's", { state: "PERHAPS" }],
    ["a form of another's", { form: "STRONG" }],
    ["a date as text", { expiresAt: "2020-01-01" }],
    ["a date that is none", { expiresAt: Number.NaN }],
    ["categories as text", { categories: "PHONE_NUMBER" }],
  ])("with %s", async (_, change) => {
    expect(await phoneBy({ ...given, ...change })).not.toBe("+4915123456756");
  });

  test.each([
    ["a hold that is no yes or no", { legalHold: undefined }],
    ["consents that are no list", { consents: { 0: given, length: 1 } }],
  ])("of somebody with %s", async (_, standing) => {
    expect(await phoneBy(given, standing)).not.toBe("+4915123456756");
  });

  const emailBy = async (erasures: () => Promise<unknown>): Promise<string | null> => {
    const served = await serveGateway({ ...base, ...storeWith({ erasures }, {}) });
    const { body } = await served.ask({ query: "{ me { email } }", as: PLATFORM, purpose: "FRAUD_PREVENTION" });
    return body.data.me.email;
  };

  test.each([{}, { erased: undefined, legalHold: false }, { erased: "no", legalHold: false }, { erased: false }])(
    "an erasure that cannot be read, %j, leaves not even a mask",
    async (erasure) => {
      expect(await emailBy(async () => new Map())).toBe("a•••@example.org");
      expect(await emailBy(async () => new Map([["c-1", erasure]]))).toBeNull();
    },
  );
});

describe("the start and the end", () => {
  const options = { ...base, auth: { secret: SECRET } };

  test.each([
    ["rejects", rejects],
    ["throws", throws],
  ])("a start that cannot be recorded is coded: append %s", async (_, append) => {
    const started = createGateway({ ...options, ...storeWith({}, { append }) });
    await expect(started).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    await expect(started).rejects.not.toThrow(DRIVER);
  });

  test.each([
    ["both", { close: throws }, { close: rejects }, "AUDIT_UNAVAILABLE"],
    ["the consents", { close: throws }, {}, "STORE_UNAVAILABLE"],
    ["the log", {}, { close: throws }, "AUDIT_UNAVAILABLE"],
  ])("what does not close is coded, and the other is closed: %s", async (_, consents, log, code) => {
    const closed: string[] = [];
    const noting = (name: string, { close }: { close?: () => unknown }) => ({
      close: async () => {
        closed.push(name);
        return close?.();
      },
    });
    const store = storeWith(noting("consents", consents), noting("log", log));
    const gateway = await createGateway({ ...options, ...store });
    const stopped = gateway.stop();
    await expect(stopped).rejects.toMatchObject({ code });
    expect(closed.sort()).toEqual(["consents", "log"]);
  });

  test("a host of no characters is not every address", async () => {
    await expect(whole.listen({ host: "" })).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
  });
});

describe("a part that is held", () => {
  const contract = { code: "STORE_UNAVAILABLE" as const, methods: { ask: () => true }, answerMsMax: 20 };

  test("ends what is never answered", async () => {
    const part = holdToContract({ ask: () => new Promise(() => undefined) }, contract);
    await expect(part.ask()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("within 20 ms"),
    });
  });

  test("keeps its own members, by its own this", async () => {
    class Part {
      readonly #name = "own";
      name = "public";
      ask = async () => this.#name;
      other(): string {
        return this.#name;
      }
    }
    const part = holdToContract(new Part(), contract);
    expect([await part.ask(), part.other(), part.name]).toEqual(["own", "own", "public"]);
  });
});
