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

test("a browser's opt-out signal counts on a WebSocket's handshake", async () => {
  const { url } = await serveGateway({ typeDefs: SDL, resolvers });
  const params = {
    authorization: `Bearer ${tokenFor({ sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] })}`,
    "x-purpose": "TARGETED_ADVERTISING",
  };
  const reasonWith = (headers: Record<string, string>): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", { headers });
      socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: params })));
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
});

test("a justification is one line in the record, however it is written", async () => {
  const { ask, gateway } = await serveGateway({ typeDefs: SDL, resolvers });
  const query =
    'query @declare(purpose: TARGETED_ADVERTISING, justification: "case 7\\n{\\"level\\":60}\\u001b[2J\\u202e") { visitor { seen } }';
  await ask({ query, as: { sub: "p", role: "ADVERTISING_PARTNER", tenants: ["s"] } });
  const { records } = await gateway.accessLog.query({}, { first: 1 });
  expect(records[0]?.justification).toBe('case 7 {"level":60} [2J');
});
