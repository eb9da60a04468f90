import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import mongoose from "mongoose";
import { type Sqlite, SqliteDatabase } from "../../src/databases/sqlite/driver.ts";
import { bothStores } from "../stores/both.ts";
import { type Ask, type Reply, type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customers(count: Int!): [Customer!]! }
  type Customer
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
    @purpose(allow: [TARGETED_ADVERTISING], to: [ADVERTISING_PARTNER])
    @consent(for: [DIRECT_MARKETING, TARGETED_ADVERTISING])
    @consent(for: [TARGETED_ADVERTISING], from: TENANT) {
    id: ID!
    shop: ID!
    name: String @sensitive(category: PERSON_NAME)
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;
const TENANTS = ["s-1", "s-2", "s-3"];
const resolvers = {
  Query: {
    customers: (_: unknown, { count }: { readonly count: number }) =>
      Array.from({ length: count }, (_each, index) => ({
        id: `c-${index}`,
        shop: TENANTS[index % 3],
        name: `Name ${index}`,
        email: `c-${index}@example.com`,
      })),
  },
};

const LOG_KEY = "a secret of 32 characters or more.";
const SECRET_WORD = "a-private-word";
const CHILD = "ann";
/** Milliseconds since the epoch at which the child is 13. */
const NOW = Date.parse("2026-05-01T12:00:00Z");
const people = {
  birthDate: async (subject: string) => (subject === CHILD ? "2012-06-01" : null),
  guardianship: async (guardian: string, subject: string) =>
    guardian === "gus" && subject === CHILD ? "household register" : null,
};

type Who = Pick<Ask, "as" | "purpose" | "headers">;
const exp = Math.floor(NOW / 1_000) + 3_600;
const customer = (sub: string): Who => ({ as: { sub, role: "CUSTOMER", exp }, purpose: "SELF_SERVICE" });
const guardian = (sub: string): Who => ({
  as: { sub, role: "CUSTOMER", act: { sub: CHILD, as: "GUARDIAN" }, exp },
  purpose: "SELF_SERVICE",
});
const OFFICER: Who = {
  as: { sub: "dpo", role: "PRIVACY_OFFICER", exp },
  purpose: "RIGHTS_FULFILMENT",
  headers: { "x-justification": "case 7" },
};
const MERCHANT: Who = { as: { sub: "m", role: "MERCHANT", tenants: TENANTS, exp }, purpose: "DIRECT_MARKETING" };
const PARTNER: Who = {
  as: { sub: "p", role: "ADVERTISING_PARTNER", org: "ads", tenants: TENANTS, exp },
  purpose: "TARGETED_ADVERTISING",
};

const call = (name: string, args: string): string => `mutation { privacy { ${name}(${args}) { state } } }`;
const one = "purposes: [DIRECT_MARKETING]";

/** What is sent by whom; the code that it is refused with. Nothing is written. */
const BAD: readonly (readonly [name: string, who: Who, query: string, code: string, status: number])[] = [
  [
    "an unknown purpose",
    customer("bea"),
    call("giveConsent", "purposes: [WORLD_DOMINATION]"),
    "GRAPHQL_VALIDATION_FAILED",
    400,
  ],
  [
    "an unknown category",
    customer("bea"),
    call("giveConsent", `${one}, categories: [SHOE_SIZE]`),
    "GRAPHQL_VALIDATION_FAILED",
    400,
  ],
  ["no purpose", customer("bea"), call("giveConsent", "purposes: []"), "BAD_INPUT", 200],
  ["a state that cannot follow", customer("bea"), call("renewConsent", one), "CONSENT_STATE_CONFLICT", 200],
  ["an answer to no question", customer("bea"), call("deferConsent", one), "CONSENT_STATE_CONFLICT", 200],
  [
    "a time in the future",
    OFFICER,
    call("giveConsent", `${one}, subject: "bea", details: { time: "2030-01-01" }`),
    "BAD_INPUT",
    200,
  ],
  [
    "a time of the past, told by the person",
    customer("bea"),
    call("giveConsent", `${one}, details: { time: "2026-01-01" }`),
    "BAD_INPUT",
    200,
  ],
  ["an end in the past", customer("bea"), call("giveConsent", `${one}, validUntil: "2020-01-01"`), "BAD_INPUT", 200],
  [
    "a time that is none",
    customer("bea"),
    call("giveConsent", `${one}, validUntil: "${SECRET_WORD}"`),
    "BAD_INPUT",
    200,
  ],
  ["a guardian who is not one", guardian("sam"), call("giveConsent", one), "FORBIDDEN", 200],
  ["a child by itself", customer(CHILD), call("giveConsent", one), "GUARDIAN_REQUIRED", 200],
  ["a consent for somebody else", customer("bea"), call("giveConsent", `${one}, subject: "eve"`), "FORBIDDEN", 200],
  [
    "notes that are too long",
    customer("bea"),
    call("refuseConsent", `${one}, reason: "${SECRET_WORD.repeat(100)}"`),
    "BAD_INPUT",
    200,
  ],
  [
    "ten megabytes of notes",
    customer("bea"),
    call("refuseConsent", `${one}, reason: "${SECRET_WORD.repeat(750_000)}"`),
    "BODY_TOO_LARGE",
    413,
  ],
];

for (const kind of bothStores()) {
  describe(`on ${kind.name}`, () => {
    let served: Served;
    beforeAll(async () => {
      const { url, spool } = await kind.own();
      const clock = { now: () => NOW };
      served = await serveGateway({ typeDefs: SDL, resolvers, store: url, spool, logKey: LOG_KEY, people, clock });
    }, 60_000);
    const ask = (query: string, who: Who): Promise<Reply> => served.ask({ query, ...who });

    for (const [name, who, query, code, status] of BAD) {
      test(`${name}: ${code}, and nothing is written`, async () => {
        const reply = await ask(query, who);
        expect([reply.status, reply.body.errors?.[0]?.extensions?.code]).toEqual([status, code]);
        expect(reply.text).not.toContain(SECRET_WORD);
        for await (const stored of served.gateway.consents.events()) expect(stored).toBeUndefined();
      });
    }

    test("what is right is written: the guardian's word, until the child comes of age", async () => {
      const query = `mutation { privacy { giveConsent(${one}) { state expiresAt } } }`;
      const { body } = await ask(query, guardian("gus"));
      expect(body.data.privacy.giveConsent).toEqual([{ state: "GIVEN", expiresAt: "2026-06-01T12:00:00.000Z" }]);
    });

    describe("the consents of a response", () => {
      afterEach(() => {
        jest.restoreAllMocks();
        mongoose.set("debug", false);
      });

      /** How often the store, and its database, are asked while a query is answered. */
      async function count(who: Who, people: number) {
        const asked = jest.spyOn(served.gateway.consents, "lookUp");
        let questions = 0;
        mongoose.set("debug", (collection: string) => {
          if (collection.startsWith("consent_")) questions += 1;
        });
        const statement = Object.getPrototypeOf(new SqliteDatabase(":memory:").prepare("SELECT 1"));
        const all = statement.all;
        jest.spyOn(statement, "all").mockImplementation(function (this: Sqlite.Statement, ...params: unknown[]) {
          if (this.source.includes("consent_")) questions += 1;
          return all.apply(this, params);
        });
        const reply = await ask(`{ customers(count: ${people}) { name email } }`, who);
        expect(reply.body.data.customers).toHaveLength(people);
        const lookUps = asked.mock.calls.length;
        jest.restoreAllMocks();
        mongoose.set("debug", false);
        return { lookUps, questions };
      }

      /** Once a second the gateway looks besides whether the database was put back: not within each of three answers. */
      async function leastOf(who: Who, people: number) {
        const counted = [await count(who, people), await count(who, people), await count(who, people)];
        const [least] = counted.sort((one, other) => one.questions - other.questions);
        expect(counted.map(({ lookUps }) => lookUps)).toEqual([1, 1, 1]);
        return least ?? { lookUps: 0, questions: 0 };
      }

      for (const [name, who] of [
        ["the people's alone", MERCHANT],
        ["the people's and their tenants'", PARTNER],
      ] as const) {
        test(`are looked up by one question, of one person or of a thousand: ${name}`, async () => {
          const few = await count(who, 1);
          expect(few.lookUps).toBe(1);
          expect(few.questions).toBeGreaterThan(0);
          const many = await leastOf(who, 1_000);
          expect(many.lookUps).toBe(1);
          expect(many.questions).toBeLessThanOrEqual(few.questions);
          expect((await leastOf(who, 300)).questions).toBeLessThanOrEqual(few.questions);
        });
      }
    });
  });
}
