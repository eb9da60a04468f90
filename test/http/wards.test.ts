import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { person(id: ID!): Person, note(id: ID!): Note }
  type Person @subject(id: "id", birthDate: "born") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    born: String
    name: String @sensitive(category: PERSON_NAME)
  }
  "Tells no birth date: what the deployment knows is all that there is."
  type Note @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    text: String @sensitive(category: COMMUNICATION_CONTENT)
  }
`;

const GUARDIAN = { sub: "g-1", role: "CUSTOMER", act: { sub: "c-1", as: "GUARDIAN" } };
let born: unknown = null;
let known: { verified: string | null | (() => never); birthDate: string | null } = {
  verified: "court",
  birthDate: null,
};

async function see(served: Served, as: object) {
  const ask = (query: string) => served.ask({ query, as: { ...as }, purpose: "SELF_SERVICE" });
  const { body } = await ask(`{ person(id: "c-1") { name } note(id: "c-1") { text } }`);
  const log = await ask("{ privacy { whoSawMyData(first: 1) { entries { reason } } } }");
  const failed = (log.body.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code);
  return {
    person: body.data.person.name,
    note: body.data.note.text,
    log: failed.includes("FORBIDDEN") ? "FORBIDDEN" : "answered",
  };
}

const resolvers = {
  Query: {
    person: (_: unknown, { id }: { id: string }) => ({ id, born, name: "Xiao" }),
    note: (_: unknown, { id }: { id: string }) => ({ id, text: "hello" }),
  },
};
const CLEAR = { person: "Xiao", note: "hello", log: "answered" };
const NOTHING = { person: null, note: null, log: "FORBIDDEN" };

beforeEach(() => {
  born = "2020-01-01";
  known = { verified: "court", birthDate: "2020-01-01" };
});

describe("a ward's data, where the deployment knows of people", () => {
  let served: Served;
  beforeAll(async () => {
    const people = {
      birthDate: async () => known.birthDate,
      guardianship: async () => (typeof known.verified === "function" ? known.verified() : known.verified),
    };
    served = await serveGateway({ typeDefs: SDL, resolvers, people });
  });

  test("are the guardian's to see, of a child", async () => {
    expect(await see(served, GUARDIAN)).toEqual(CLEAR);
    known = { verified: "court", birthDate: null };
    expect(await see(served, GUARDIAN)).toEqual(CLEAR);
  });

  test.each([
    ["is not known as its guardian", { verified: null, birthDate: "2020-01-01" }],
    ["is the guardian of somebody of 46", { verified: "court", birthDate: "1980-01-01" }],
    ["is the guardian of somebody whose day of birth cannot be read", { verified: "court", birthDate: "27.11.2020" }],
    [
      "is one of whom cannot be told",
      {
        verified: () => {
          throw new Error("away");
        },
        birthDate: null,
      },
    ],
  ])("are nobody's to see who %s", async (_who, knows) => {
    known = knows;
    expect(await see(served, GUARDIAN)).toEqual(NOTHING);
  });

  test("are an agent's by the token's word, of whatever age", async () => {
    known = { verified: null, birthDate: "1980-01-01" };
    born = "1980-01-01";
    expect(await see(served, { ...GUARDIAN, act: { sub: "c-1", as: "AGENT" } })).toEqual(CLEAR);
  });

  test("the record keeps whom the token named", async () => {
    known = { verified: null, birthDate: null };
    const { body } = await served.ask({
      query: `{ person(id: "c-1") { name } }`,
      as: GUARDIAN,
      purpose: "SELF_SERVICE",
    });
    const { records } = await served.gateway.accessLog.query({ id: body.extensions.privacy.receipt }, { first: 1 });
    expect(records[0]?.caller.onBehalfOf).toBe("c-1");
    expect(records[0]?.flags).toContain("ON_BEHALF");
  });
});

describe("a ward's data, where the deployment tells nothing of people", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveGateway({ typeDefs: SDL, resolvers });
  });

  test("are the guardian's by the token's word", async () => {
    expect(await see(served, GUARDIAN)).toEqual(CLEAR);
  });

  test.each(["1980-01-01", "27.11.2020"])("but not where the data themselves tell otherwise: %s", async (day) => {
    born = day;
    expect(await see(served, GUARDIAN)).toMatchObject({ person: null, note: "hello" });
  });
});
