import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApolloServerPlugin } from "@apollo/server";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OPT_OUT_SINCE } from "../../src/decision/question.ts";
import { createGateway, type GatewayOptions } from "../../src/index.ts";
import { post, replyOf, SECRET, type Served, serveGateway } from "./harness.ts";

const PRIVATE = "Wilhelmine Ohnesorg";

const SDL = /* GraphQL */ `
  type Query { person(id: ID = "c-1"): Person slow: Person open: String }
  type Person
    @subject(id: "id", tenant: "shop")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @purpose(allow: [THIRD_PARTY_SHARING], to: [THIRD_PARTY_APP])
    @purpose(allow: [ANALYTICS], to: [ANALYTICS_PARTNER]) {
    id: ID!
    shop: ID
    name: String @sensitive(category: PERSON_NAME, otherwise: MASK)
    health: String @sensitive(category: HEALTH)
  }
`;

let release: () => void = () => undefined;
const person = { id: "c-1", shop: "s-1", name: PRIVATE, health: "well" };
const resolvers = {
  Query: {
    person: (_: unknown, { id }: { readonly id: string }) => ({ ...person, id }),
    open: () => "to all",
    slow: () =>
      new Promise((resolve) => {
        release = () => resolve(person);
      }),
  },
};
const CUSTOMER = { as: { sub: "c-1", role: "CUSTOMER" }, purpose: "SELF_SERVICE" };
const query = "{ person { name } }";

let served: Served;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldguard-server-"));
  served = await serveGateway({ typeDefs: SDL, resolvers });
});
afterAll(() => rm(folder, { recursive: true }));

const at = (path: string): string => new URL(path, served.url).href;

describe("health and metrics", () => {
  test("/healthz and /readyz", async () => {
    expect((await fetch(at("/healthz"))).status).toBe(200);
    expect((await fetch(at("/readyz"))).status).toBe(200);
  });

  test("/readyz says when a store cannot answer, /healthz still holds", async () => {
    const { url, gateway } = await serveGateway({ typeDefs: SDL, resolvers });
    await gateway.consents.close();
    expect((await fetch(new URL("/readyz", url))).status).toBe(503);
    expect((await fetch(new URL("/healthz", url))).status).toBe(200);
  });

  test("/metrics counts operations, codes and reasons, and holds nothing private", async () => {
    await served.ask({ query: '{ person(id: "c-secret-id") { name health } }', ...CUSTOMER });
    await served.ask({ query, headers: { authorization: "Bearer nonsense" } });
    const text = await (await fetch(at("/metrics"))).text();
    expect(text).toMatch(/fieldguard_operations_total\{outcome="OK"\} [1-9]/);
    expect(text).toMatch(/fieldguard_operations_total\{outcome="UNAUTHENTICATED"\} [1-9]/);
    expect(text).toMatch(/fieldguard_withheld_values_total\{outcome="MASK",reason="OUT_OF_REACH"\} [1-9]/);
    for (const word of [PRIVATE, "c-secret-id", "nonsense", "c-1"]) expect(text).not.toContain(word);
  });
});

describe("stop", () => {
  test("answers what is under way, closes the port and the stores, and is recorded", async () => {
    const options: GatewayOptions = {
      typeDefs: SDL,
      resolvers,
      store: `sqlite:${join(folder, "stop.db")}`,
      auth: { secret: SECRET },
    };
    const gateway = await createGateway(options);
    const { url } = await gateway.listen({ port: 0 });
    release = () => undefined;
    const underWay = post(url, { query: "{ slow { name } }", ...CUSTOMER });
    const idle = release;
    while (release === idle) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = gateway.stop();
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    expect((await underWay).body.data).toEqual({ slow: { name: PRIVATE } });
    await stopped;
    await expect(fetch(url)).rejects.toThrow();
    await expect(gateway.consents.ping()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(gateway.accessLog.ping()).rejects.toThrow();
    await gateway.stop();
    const again = await createGateway(options);
    const { records } = await again.accessLog.query({}, { first: 10 });
    expect(records.map((record) => record.kind)).toEqual(["START", "STOP", "QUERY", "START"]);
    await again.stop();
  });
});

describe("CORS", () => {
  const from = (url: string, origin: string, method = "POST"): Promise<Response> =>
    fetch(url, {
      method,
      headers: {
        origin,
        "content-type": "application/json",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-purpose",
      },
      ...(method === "POST" ? { body: JSON.stringify({ query: "{ open }" }) } : {}),
    });

  test("off unless configured", async () => {
    for (const method of ["POST", "OPTIONS"]) {
      const response = await from(served.url, "https://shop.example", method);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  test("for the origins configured and no other", async () => {
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, corsOrigins: ["https://shop.example"] });
    for (const method of ["POST", "OPTIONS"]) {
      expect((await from(url, "https://shop.example", method)).headers.get("access-control-allow-origin")).toBe(
        "https://shop.example",
      );
      expect((await from(url, "https://evil.example", method)).headers.get("access-control-allow-origin")).not.toBe(
        "https://evil.example",
      );
    }
  });
});

describe("caching", () => {
  test.each([
    ["annotated fields", { query, ...CUSTOMER }, "no-store"],
    ["annotated fields for a guest", { query }, "no-store"],
    ["a refusal", { query, headers: { authorization: "Bearer x" } }, "no-store"],
  ])("%s", async (_name, ask, expected) => {
    expect((await served.ask(ask)).headers.get("cache-control")).toBe(expected);
  });
});

describe("Global Privacy Control", () => {
  const app = { as: { sub: "a", role: "THIRD_PARTY_APP", tenants: ["s-1"] }, purpose: "THIRD_PARTY_SHARING" };
  const analyst = { as: { sub: "a", role: "ANALYTICS_PARTNER", tenants: ["s-1"] }, purpose: "ANALYTICS" };

  test.each([
    ["no header", app, {}, []],
    ["1", app, { "sec-gpc": "1" }, ["OPTED_OUT"]],
    ["true is no signal", app, { "sec-gpc": "true" }, []],
    ["0 is none", app, { "sec-gpc": "0" }, []],
    ["DNT is retired", app, { dnt: "1" }, []],
    ["another purpose is not spoken of", analyst, { "sec-gpc": "1" }, []],
  ])("%s", async (_name, who, headers: Record<string, string>, reasons) => {
    const { body } = await served.ask({ query, ...who, headers });
    expect(body.extensions.privacy.decisions.map(({ reason }: { reason: string }) => reason)).toEqual(reasons);
  });
});

describe("the statement of support for Global Privacy Control", () => {
  const stated = (url: string) => fetch(new URL("/.well-known/gpc.json", url)).then(replyOf);

  test("says yes, since the day from which the signal is taken as it is", async () => {
    const { status, headers, body } = await stated(served.url);
    expect([status, headers.get("content-type")?.split(";")[0]]).toEqual([200, "application/json"]);
    expect(body).toEqual({ gpc: true, lastUpdate: OPT_OUT_SINCE });
    expect(OPT_OUT_SINCE).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test("says no where decisions change nothing", async () => {
    const { url } = await serveGateway({ typeDefs: SDL, resolvers, mode: "report" });
    expect((await stated(url)).body).toEqual({ gpc: false, lastUpdate: OPT_OUT_SINCE });
  });
});

describe("the page for browsers", () => {
  test.each([
    ["itself", "/graphql"],
    ["its script", "/graphiql/start.js"],
  ])("%s may load nothing from elsewhere, nor stand in another", async (_name, path) => {
    const { status, headers } = await fetch(at(path), { headers: { accept: "text/html" } });
    expect([status, headers.get("x-content-type-options")]).toEqual([200, "nosniff"]);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    const allowed = headers.get("content-security-policy") ?? "";
    expect(allowed).toContain("default-src 'self';");
    expect(allowed).toContain("frame-ancestors 'none'");
    expect(allowed).not.toMatch(/https?:|script-src|\*/);
  });
});

describe("Apollo Server's own", () => {
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const persisted = async (body: object, role?: object): Promise<ReturnType<typeof replyOf>> =>
    post(served.url, { ...body, ...role } as never);

  test("persisted queries: asked by hash, decided by caller", async () => {
    const unknown = await persisted({ extensions });
    expect(unknown.body.errors[0].extensions.code).toBe("PERSISTED_QUERY_NOT_FOUND");
    expect((await persisted({ extensions, query }, CUSTOMER)).body.data).toEqual({ person: { name: PRIVATE } });
    expect((await persisted({ extensions }, CUSTOMER)).body.data).toEqual({ person: { name: PRIVATE } });
    expect((await persisted({ extensions })).body.data).toEqual({ person: { name: "W••• O•••" } });
  });

  test("queries by GET, not to be sent by a page elsewhere", async () => {
    const url = `${served.url}?query=${encodeURIComponent(query)}`;
    const plain = await replyOf(await fetch(url));
    expect(plain.status).toBe(400);
    const asked = await replyOf(await fetch(url, { headers: { "apollo-require-preflight": "1" } }));
    expect([asked.status, asked.body.data]).toEqual([200, { person: { name: "W••• O•••" } }]);
  });

  test("plugins run, and see what the client sees", async () => {
    const seen: unknown[] = [];
    const plugin: ApolloServerPlugin = {
      async requestDidStart() {
        return {
          async didResolveOperation({ operation }) {
            seen.push(operation?.operation);
          },
          async willSendResponse({ response }) {
            response.http.headers.set("x-seen", "yes");
            seen.push(response.body.kind === "single" ? response.body.singleResult.data : null);
          },
        };
      },
    };
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers, plugins: [plugin] });
    const reply = await ask({ query });
    expect(reply.headers.get("x-seen")).toBe("yes");
    expect(seen).toEqual(["query", { person: { name: "W••• O•••" } }]);
  });

  test("introspection can be switched off", async () => {
    const { ask } = await serveGateway({ typeDefs: SDL, resolvers, introspection: false });
    expect((await ask({ query: "{ __schema { types { name } } }" })).status).toBe(400);
    expect((await served.ask({ query: "{ __schema { queryType { name } } }" })).body.data.__schema.queryType.name).toBe(
      "Query",
    );
  });
});
