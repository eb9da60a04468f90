import { describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { serveGateway, tokenFor } from "../http/harness.ts";
import { fire } from "./fire.ts";
import { CaughtLog } from "./log.ts";

const SECRET_WORD = "Zq77wordXw";
const SDL = /* GraphQL */ `
  scalar JSON
  type Query { hidden: String  loose: JSON  late: Late  visitor: Visitor }
  type Late { text: String  number: Int }
  type Visitor @subject(id: "id", tenant: "site") {
    id: ID!
    site: ID
    seen: String
      @sensitive(category: BROWSING_BEHAVIOR)
      @purpose(allow: [TARGETED_ADVERTISING], to: [ADVERTISING_PARTNER])
      @consent(for: [TARGETED_ADVERTISING])
  }
`;
const resolvers = {
  Query: {
    hidden: () => "x",
    loose: () => ({
      toJSON() {
        throw new Error(SECRET_WORD);
      },
    }),
    late: () => ({ text: Promise.reject(new Error(SECRET_WORD)), number: 1 }),
    visitor: () => ({ id: "v", site: "s", seen: SECRET_WORD }),
  },
};

describe("where the schema may not be asked for", () => {
  test.each(["POST", "WS"] as const)("it is neither told nor guessed over %s", async (over) => {
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, introspection: false, graphiql: false });
    for (const query of ["{ __schema { queryType { name } } }", '{ __type(name: "Late") { name } }', "{ hiden }"]) {
      const { answers, text } = await fire(url, { over, query });
      expect(answers[0].errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
      expect(text).not.toMatch(/Did you mean|hidden/);
    }
  });
});

describe("what fails where no resolver is asked", () => {
  test.each(["POST", "WS"] as const)("a context that cannot be made, over %s", async (over) => {
    const log = new CaughtLog();
    const context = (): never => {
      throw new Error(SECRET_WORD);
    };
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, log: log.logger, context });
    const { answers, text } = await fire(url, { over, query: "{ hidden }" });
    expect([answers[0].errors[0].extensions.code, answers[0].data ?? null]).toEqual(["INTERNAL", null]);
    expect(text).not.toContain(SECRET_WORD);
    expect(log.lines.join("")).not.toContain(SECRET_WORD);
  });

  test.each(["POST", "WS"] as const)("a value that throws when it is written, over %s", async (over) => {
    const log = new CaughtLog();
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, log: log.logger });
    const { text } = await fire(url, { over, query: "{ loose }" });
    expect(text).not.toContain(SECRET_WORD);
    expect(log.lines.join("")).not.toContain(SECRET_WORD);
    expect((await fire(url, { query: "{ hidden }" })).answers).toEqual([{ data: { hidden: "x" } }]);
  });

  test("a promise among plain properties that is rejected ends neither the answer nor the process", async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => {
      unheard.push(reason);
    };
    process.on("unhandledRejection", hear);
    const { url } = await serveGateway({ typeDefs: SDL, resolvers });
    for (let run = 0; run < 5; run += 1) {
      const { answers, text } = await fire(url, { query: "{ late { text number } }" });
      expect(answers[0].data).toEqual({ late: { text: null, number: 1 } });
      expect(text).not.toContain(SECRET_WORD);
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
  });
});

describe("what is asked often is answered as before", () => {
  const sdl = `${SDL} type Mutation { touch: Late }`;
  let touched = 0;
  const computing = {
    ...resolvers,
    Query: { ...resolvers.Query, late: () => ({ text: () => "computed", number: async () => 7 }) },
    Mutation: {
      touch: () => {
        touched += 1;
        return { text: () => "computed", number: async () => touched };
      },
    },
  };

  test("where properties are computed", async () => {
    const { url } = await serveGateway({ typeDefs: sdl, resolvers: computing });
    for (let run = 0; run < 6; run += 1) {
      const { answers } = await fire(url, { query: "{ late { text number } }" });
      expect(answers).toEqual([{ data: { late: { text: "computed", number: 7 } } }]);
    }
  });

  test("and a mutation has its effect once each time", async () => {
    const { url } = await serveGateway({ typeDefs: sdl, resolvers: computing });
    for (let run = 1; run <= 6; run += 1) {
      const { answers } = await fire(url, { query: "mutation { touch { text number } }" });
      expect(answers).toMatchObject([{ data: { touch: { text: "computed", number: run } } }]);
      expect(answers[0]).not.toHaveProperty("errors");
    }
    expect(touched).toBe(6);
  });
});

test("legitimate interest is no reason where the law knows none", async () => {
  const asks = {
    query: "{ visitor { id } }",
    as: { sub: "op", role: "PLATFORM_OPERATOR" },
    purpose: "FRAUD_PREVENTION",
  };
  for (const [region, code] of [
    ["CN", "PURPOSE_NOT_PERMITTED"],
    ["DE", undefined],
  ] as const) {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers, region });
    expect((await ask(asks)).body.errors?.[0].extensions.code).toBe(code);
  }
});

test("a browser's opt-out signal counts on a WebSocket's handshake", async () => {
  const { url } = await serveGateway({ typeDefs: SDL, resolvers });
  const params = {
    authorization: `Bearer ${tokenFor({ sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] })}`,
    "x-purpose": "TARGETED_ADVERTISING",
  };
  const reasonWith = (headers: Record<string, string>, more: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", { headers });
      socket.on("open", () =>
        socket.send(JSON.stringify({ type: "connection_init", payload: { ...params, ...more } })),
      );
      socket.on("message", (data) => {
        const { type, payload } = JSON.parse(String(data));
        if (type === "connection_ack") {
          socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: "{ visitor { seen } }" } }));
        } else if (type === "next") {
          resolve(payload.extensions.privacy.decisions[0].reason);
          socket.close();
        }
      });
    });
  expect(await reasonWith({})).toBe("CONSENT_MISSING");
  expect(await reasonWith({ "sec-gpc": "1" })).toBe("OPTED_OUT");
  expect(await reasonWith({}, { "sec-gpc": "1" })).toBe("OPTED_OUT");
  expect(await reasonWith({ "sec-gpc": "1" }, { "Sec-GPC": "0" })).toBe("OPTED_OUT");
});

test("addresses are cut short in the record, of answers and refusals alike", async () => {
  const { ask, gateway } = await serveGateway({ typeDefs: SDL, resolvers, trustProxy: true });
  const headers = { "x-forwarded-for": "203.0.113.77" };
  await ask({ query: "{ visitor { seen } }", headers });
  await ask({ query: "{ visitor { seen } }", purpose: "TARGETED_ADVERTISING", headers });
  const { records } = await gateway.accessLog.query({}, { first: 2 });
  expect(records.map(({ kind, client }) => [kind, client.ip])).toEqual([
    ["REFUSAL", "203.0.113.0"],
    ["QUERY", "203.0.113.0"],
  ]);
});

test("an address that a client makes up is not believed, unless there is a proxy that tells it", async () => {
  const { ask, gateway } = await serveGateway({ typeDefs: SDL, resolvers });
  await ask({ query: "{ visitor { seen } }", headers: { "x-forwarded-for": "203.0.113.77" } });
  const { records } = await gateway.accessLog.query({}, { first: 1 });
  expect(records[0]?.client.ip).toBe("127.0.0.0");
});

test("a plugin that fails says so without its words", async () => {
  const log = new CaughtLog();
  const failing = {
    async requestDidStart() {
      throw new Error(SECRET_WORD);
    },
  };
  const { url } = await serveGateway({ typeDefs: SDL, resolvers, plugins: [failing], log: log.logger });
  const { text } = await fire(url, { query: "{ hidden }" });
  expect(text).not.toContain(SECRET_WORD);
  expect(log.lines.join("")).toContain("Apollo Server reported an error");
  expect(log.lines.join("")).not.toContain(SECRET_WORD);
});

test("the signal of one request is none of the next", async () => {
  const { ask } = await serveGateway({ typeDefs: SDL, resolvers });
  const asks = {
    query: "{ visitor { seen } }",
    as: { sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] },
    purpose: "TARGETED_ADVERTISING",
  };
  for (const [signal, reason] of [
    ["1", "OPTED_OUT"],
    ["0", "CONSENT_MISSING"],
    ["1", "OPTED_OUT"],
  ] as const) {
    const { body } = await ask({ ...asks, headers: { "sec-gpc": signal } });
    expect(body.extensions.privacy.decisions).toMatchObject([{ reason }]);
  }
});

test("a justification is one line in the record, however it is written", async () => {
  const { ask, gateway } = await serveGateway({ typeDefs: SDL, resolvers });
  const query =
    'query @declare(purpose: TARGETED_ADVERTISING, justification: "case 7\\n{\\"level\\":60}\\u001b[2J\\u202e") { visitor { seen } }';
  await ask({ query, as: { sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] } });
  const { records } = await gateway.accessLog.query({}, { first: 1 });
  expect(records[0]?.justification).toBe('case 7 {"level":60} [2J');
});

test("without a record nothing annotated leaves, and what is public does", async () => {
  const sdl = SDL.replace("@consent(for: [TARGETED_ADVERTISING])", "");
  const { ask, gateway } = await serveGateway({ typeDefs: sdl, resolvers });
  const reading = {
    query: "{ hidden visitor { id seen } }",
    as: { sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] },
    purpose: "TARGETED_ADVERTISING",
  };
  expect((await ask(reading)).body.data).toEqual({ hidden: "x", visitor: { id: "v", seen: SECRET_WORD } });
  await gateway.accessLog.close();
  const { body, text } = await ask(reading);
  expect(body.data).toEqual({ hidden: "x", visitor: { id: "v", seen: null } });
  expect(body.errors).toMatchObject([{ extensions: { code: "FIELD_DENIED", reason: "AUDIT_UNAVAILABLE" } }]);
  expect(text).not.toContain(SECRET_WORD);
});

describe("who filters by a value has had access to it", () => {
  const sdl = SDL.replace(
    "hidden: String",
    'hidden: String  count(seen: String @probes(field: "Visitor.seen")): Int',
  ).replace("@consent(for: [TARGETED_ADVERTISING])", "");
  const counting = { Query: { ...resolvers.Query, count: () => 1 } };
  const probing = {
    query: `{ count(seen: "${SECRET_WORD}") }`,
    as: { sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] },
    purpose: "TARGETED_ADVERTISING",
  };

  test("it is recorded, without what was searched for, and not cached", async () => {
    const { ask, gateway } = await serveGateway({ typeDefs: sdl, resolvers: counting });
    const { body, headers } = await ask(probing);
    expect([body.data, headers.get("cache-control")]).toEqual([{ count: 1 }, "no-store"]);
    const { records } = await gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({
      id: body.extensions.privacy.receipt,
      kind: "QUERY",
      details: { probes: "Query.count(seen:) Visitor.seen" },
    });
    expect(JSON.stringify(records)).not.toContain(SECRET_WORD);
  });

  test("without a record nobody learns what matches", async () => {
    const { ask, gateway } = await serveGateway({ typeDefs: sdl, resolvers: counting });
    await gateway.accessLog.close();
    const { status, body } = await ask(probing);
    expect([status, body.data ?? null, body.errors[0].extensions.code]).toEqual([503, null, "AUDIT_UNAVAILABLE"]);
    expect((await ask({ query: "{ hidden }" })).body.data).toEqual({ hidden: "x" });
  });
});
