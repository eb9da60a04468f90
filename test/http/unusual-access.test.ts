import { describe, expect, test } from "@jest/globals";
import { serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { people(first: Int!): [Person!]! }
  type Person @subject(id: "id", tenant: "shop") @purpose(allow: [CUSTOMER_SUPPORT], to: [SUPPORT_AGENT]) {
    id: ID!
    shop: ID!
    email: String @sensitive(category: EMAIL_ADDRESS)
  }
`;
const people = Array.from({ length: 120 }, (_, at) => ({ id: `p-${at}`, shop: "m-1", email: `p${at}@example.com` }));
const resolvers = { Query: { people: (_: unknown, { first }: { first: number }) => people.slice(0, first) } };
const agent = { sub: "a-1", role: "SUPPORT_AGENT", tenants: ["m-1"] };
const other = { ...agent, sub: "a-2" };
const WINDOW = 60_000;

async function serve(refuse: boolean, threshold = { subjects: 10, values: 1_000 }) {
  // Tokens are signed by the real clock.
  const clock = { time: Date.now(), now: () => clock.time };
  const unusualAccess = { windowMs: WINDOW, refuse, thresholds: { SUPPORT_AGENT: threshold } };
  const served = await serveGateway({ typeDefs: SDL, resolvers, clock, unusualAccess });
  const read = async (as: object, first: number) => {
    const reply = await served.ask({
      as: { ...as },
      purpose: "CUSTOMER_SUPPORT",
      query: `{ people(first: ${first}) { email } }`,
    });
    return reply.body.data.people.map((person: { email: string }) => person.email);
  };
  const alarms = async () => (await served.gateway.accessLog.query({ kind: "UNUSUAL_ACCESS" }, { first: 10 })).records;
  return { clock, read, alarms, served };
}

describe("unusual access", () => {
  test("the same people again are nothing unusual; one more than the threshold is, once a window", async () => {
    const { clock, read, alarms } = await serve(false);
    for (let time = 0; time < 3; time += 1) await read(agent, 10);
    expect(await alarms()).toEqual([]);
    await read(agent, 11);
    await read(agent, 50);
    expect(await alarms()).toMatchObject([
      { caller: { id: "a-1", role: "SUPPORT_AGENT" }, details: { distinctSubjects: 11, subjectsThreshold: 10 } },
    ]);
    clock.time += WINDOW;
    await read(agent, 11);
    expect(await alarms()).toHaveLength(2);
  });

  test("where it is refused, one request shows no more than many, people or values", async () => {
    const { read, alarms } = await serve(true);
    const shown = await read(agent, 40);
    expect(shown.slice(0, 10)).toEqual(people.slice(0, 10).map(({ email }) => email));
    expect(new Set(shown.slice(10))).toEqual(new Set(["p•••@example.com"]));
    expect(await alarms()).toMatchObject([{ details: { distinctSubjects: 10, subjectsThreshold: 10 } }]);
    const few = await serve(true, { subjects: 1_000, values: 2 });
    expect(await few.read(agent, 40)).toEqual([
      "p0@example.com",
      "p1@example.com",
      ...Array.from({ length: 38 }, () => "p•••@example.com"),
    ]);
  });

  test("where it is refused, the threshold itself may be reached, at once or bit by bit, by the same people again", async () => {
    const { read, alarms } = await serve(true);
    for (const first of [3, 10, 10]) expect(await read(agent, first)).not.toContain("p•••@example.com");
    expect(await alarms()).toEqual([]);
    expect((await read(agent, 11))[10]).toBe("p•••@example.com");
  });

  test("where it is refused, nothing more is shown to that caller until the window ends", async () => {
    const { clock, read, served } = await serve(true);
    expect((await read(agent, 11))[10]).toBe("p•••@example.com");
    expect(await read(agent, 1)).toEqual(["p•••@example.com"]);
    const reply = await served.ask({ as: agent, purpose: "CUSTOMER_SUPPORT", query: "{ people(first: 1) { email } }" });
    expect(reply.body.extensions.privacy.decisions).toMatchObject([
      { outcome: "MASK", reason: "ACCESS_LIMIT_REACHED" },
    ]);
    expect(await read(other, 1)).toEqual(["p0@example.com"]);
    clock.time += WINDOW;
    expect(await read(agent, 1)).toEqual(["p0@example.com"]);
  });

  test("where it is refused, operations that are answered at once show no more together than one", async () => {
    const waiting: (() => void)[] = [];
    const pages = 40;
    const served = await serveGateway({
      typeDefs: SDL.replace("people(first: Int!)", "people(first: Int!, from: Int!)"),
      resolvers: {
        Query: {
          people: async (_: unknown, { first, from }: { first: number; from: number }) => {
            await new Promise<void>((resolve) => {
              waiting.push(resolve);
              if (waiting.length === pages) for (const go of waiting) go();
            });
            return people.slice(from, from + first);
          },
        },
      },
      unusualAccess: { refuse: true, thresholds: { SUPPORT_AGENT: { subjects: 10, values: 1_000 } } },
    });
    const replies = await Promise.all(
      Array.from({ length: pages }, (_, page) =>
        served.ask({
          as: agent,
          purpose: "CUSTOMER_SUPPORT",
          query: `{ people(first: 3, from: ${page * 3}) { email } }`,
        }),
      ),
    );
    const shown = replies.flatMap(({ body }) => body.data.people.map(({ email }: { email: string }) => email));
    expect(shown).toHaveLength(pages * 3);
    expect(shown.filter((email) => !email.includes("•")).length).toBeLessThanOrEqual(10);
  });

  test("it is counted", async () => {
    const { read, served } = await serve(false);
    await read(agent, 11);
    const metrics = await (await fetch(new URL("/metrics", served.url))).text();
    expect(metrics).toContain("fieldguard_unusual_access_total 1");
    expect(metrics).not.toContain("a-1");
  });

  test("what shows a hundred people at once is flagged as a download, in what role and for whom besides", async () => {
    const { read, served } = await serve(false);
    const flags = async () => (await served.gateway.accessLog.query({ kind: "QUERY" }, { first: 1 })).records[0]?.flags;
    await read(agent, 99);
    expect(await flags()).toEqual([]);
    await read(agent, 100);
    expect(await flags()).toEqual(["DOWNLOAD"]);
    await read({ ...agent, act: "p-1" }, 1);
    expect(await flags()).toEqual(["ON_BEHALF"]);
    await served.ask({
      as: { sub: "x", role: "ADVERTISING_PARTNER", tenants: ["m-1"] },
      purpose: "TARGETED_ADVERTISING",
      query: "{ people(first: 1) { email } }",
    });
    expect(await flags()).toEqual(["EXTERNAL"]);
  });
});
