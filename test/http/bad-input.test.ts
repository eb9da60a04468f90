import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rule } from "../../src/decision/shield.ts";
import { createGateway, FieldguardError, type GatewayOptions } from "../../src/index.ts";
import { type Ask, type Reply, replyOf, SECRET, type Served, serveGateway, tokenFor } from "./harness.ts";

const PRIVATE = "4111111111111111";

const SDL = /* GraphQL */ `
  type Query {
    customer(card: String, size: Int, where: Where): Customer
    broken: String
  }
  input Where { card: String!  size: Int }
  type Customer @subject(id: "id") {
    id: ID!
    card: String @sensitive(category: PAYMENT_CARD) @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
  }
`;

const resolvers = {
  Query: {
    customer: () => ({ id: "c-1", card: PRIVATE }),
    broken: () => {
      throw new Error(`no such card: ${PRIVATE}`);
    },
  },
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers, limits: { bodyBytesMax: 4_000 } });
});

const CUSTOMER = { sub: "c-1", role: "CUSTOMER" };

function isQuiet(reply: Reply): void {
  expect(reply.text).not.toContain(PRIVATE);
  expect(reply.text).not.toMatch(/\bat .+:\d+:\d+|stacktrace|node_modules/);
}

const codeOf = (reply: Reply): string => reply.body.errors[0].extensions.code;

/** Every method of a store's two parts, of which none is called. */
const METHODS = Object.fromEntries(
  [
    ...["append", "lookUp", "erasures", "records", "history", "events", "subjectState", "setSubjectState"],
    ...["putAgreement", "agreements", "query", "head", "ping", "close"],
  ].map((method) => [method, () => Promise.reject(new Error("not to be called"))]),
);

describe("operations", () => {
  test.each<[string, Ask, number, string]>([
    ["no query", {}, 400, "BAD_REQUEST"],
    ["an empty query", { query: "" }, 400, "BAD_REQUEST"],
    ["no GraphQL", { query: `{ customer(card: "${PRIVATE}" }` }, 400, "GRAPHQL_PARSE_FAILED"],
    ["an unfinished string", { query: `{ customer(card: "${PRIVATE}) }` }, 400, "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", { query: "{ nobody }" }, 400, "GRAPHQL_VALIDATION_FAILED"],
    [
      "a literal of another type",
      { query: `{ customer(size: "${PRIVATE}") { id } }` },
      400,
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "a number where text is due",
      { query: `{ customer(card: ${PRIVATE}) { id } }` },
      400,
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "an object where text is due",
      { query: `{ customer(card: { a: "${PRIVATE}" }) { id } }` },
      400,
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "a variable of another type",
      { query: "query ($size: Int) { customer(size: $size) { id } }", variables: { size: PRIVATE } },
      400,
      "BAD_INPUT",
    ],
    [
      "a wrong input object",
      { query: "query ($w: Where) { customer(where: $w) { id } }", variables: { w: { card: PRIVATE, size: PRIVATE } } },
      400,
      "BAD_INPUT",
    ],
    ["a missing variable", { query: "query ($s: Int!) { customer(size: $s) { id } }" }, 400, "BAD_INPUT"],
    ["an unknown operation", { query: "query A { customer { id } }", operationName: "B" }, 400, "BAD_INPUT"],
    ["several and none named", { query: "query A { customer { id } } query B { customer { id } }" }, 400, "BAD_INPUT"],
    ["a reserved alias", { query: "{ _fg_subject: customer { id } }" }, 400, "RESERVED_ALIAS"],
    ["a hidden key by alias", { query: "{ customer { _fg_subject: card } }" }, 400, "RESERVED_ALIAS"],
    ["the prototype as alias", { query: "{ __proto__: customer { id } }" }, 400, "RESERVED_ALIAS"],
    ["@defer", { query: "{ customer { id ... @defer { card } } }" }, 400, "INCREMENTAL_DELIVERY_NOT_SUPPORTED"],
  ])("%s", async (_name, ask, status, code) => {
    const reply = await served.ask(ask);
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    expect(reply.body.data).toBeUndefined();
    isQuiet(reply);
  });

  test("what a resolver throws is an incident without its message", async () => {
    const reply = await served.ask({ query: "{ broken }" });
    expect(reply.body.data).toEqual({ broken: null });
    expect(reply.body.errors[0].extensions).toEqual({ code: "INTERNAL_SERVER_ERROR", incident: expect.any(String) });
    isQuiet(reply);
  });
});

describe("purposes and tokens", () => {
  test.each<[string, Ask, number, string]>([
    ["an unknown purpose", { as: CUSTOMER, purpose: "CURIOSITY" }, 400, "PURPOSE_UNKNOWN"],
    ["a purpose in lower case", { as: CUSTOMER, purpose: "self_service" }, 400, "PURPOSE_UNKNOWN"],
    ["two purposes in one header", { as: CUSTOMER, purpose: "SELF_SERVICE, SELF_SERVICE" }, 400, "PURPOSE_UNKNOWN"],
    ["a purpose from the prototype", { as: CUSTOMER, purpose: "constructor" }, 400, "PURPOSE_UNKNOWN"],
    ["a purpose that the role may not declare", { as: CUSTOMER, purpose: "DELIVERY" }, 403, "PURPOSE_NOT_PERMITTED"],
    ["a guest with a purpose", { purpose: "SELF_SERVICE" }, 403, "PURPOSE_NOT_PERMITTED"],
    [
      "a purpose that the token may not declare",
      { as: { ...CUSTOMER, purposes: [] }, purpose: "SELF_SERVICE" },
      403,
      "PURPOSE_NOT_PERMITTED",
    ],
    [
      "a header and an operation that differ",
      { as: CUSTOMER, purpose: "DELIVERY", query: "query @declare(purpose: SELF_SERVICE) { customer { card } }" },
      400,
      "PURPOSE_CONFLICT",
    ],
    [
      "no justification",
      { as: { sub: "o-1", role: "PRIVACY_OFFICER" }, purpose: "RIGHTS_FULFILMENT" },
      403,
      "JUSTIFICATION_REQUIRED",
    ],
    ...[
      "...",
      "\u200b",
      "\u00ad",
      "\u3164",
      "\u115f\u1160",
      "\u2800",
      "\ufe0f",
      "\u{e0041}",
      "!?",
      "\u3164 \u200b.",
    ].map((text): [string, Ask, number, string] => [
      `a justification that says nothing: ${JSON.stringify(text)}`,
      {
        as: { sub: "o-1", role: "PRIVACY_OFFICER" },
        query: `query @declare(purpose: RIGHTS_FULFILMENT, justification: ${JSON.stringify(text)}) { customer { card } }`,
      },
      403,
      "JUSTIFICATION_REQUIRED",
    ]),
    ["a token of nobody's", { headers: { authorization: "Bearer abc" } }, 401, "UNAUTHENTICATED"],
    ["another scheme", { headers: { authorization: "Basic dTpw" } }, 401, "UNAUTHENTICATED"],
  ])("%s", async (_name, ask, status, code) => {
    const reply = await served.ask({ query: "{ customer { card } }", ...ask });
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    expect(reply.body.data).toBeUndefined();
    const { records } = await served.gateway.accessLog.query({}, { first: 1 });
    expect(records[0]).toMatchObject({ kind: "REFUSAL", outcome: code });
  });

  test("two purpose headers are no purpose", async () => {
    const body = JSON.stringify({ query: "{ customer { card } }" });
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(
        served.url,
        {
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${tokenFor(CUSTOMER)}`,
            "x-purpose": ["SELF_SERVICE", "DELIVERY"],
          },
        },
        (response) => {
          let all = "";
          response.on("data", (chunk) => (all += chunk)).on("end", () => resolve(all));
        },
      );
      sent.on("error", reject).end(body);
    });
    expect(text).toContain("PURPOSE_UNKNOWN");
  });
});

describe("HTTP", () => {
  const send = async (body: string, headers: Record<string, string> = {}): Promise<Reply> =>
    replyOf(
      await fetch(served.url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body }),
    );

  test.each<[string, () => Promise<Reply>, number, string]>([
    ["no JSON", () => send(`{"query": ${PRIVATE}`), 400, "BAD_REQUEST"],
    ["a poisoned prototype", () => send('{"query":"{ broken }","__proto__":{"a":1}}'), 400, "BAD_REQUEST"],
    ["a batch", () => send('[{"query":"{ broken }"}]'), 400, "BAD_REQUEST"],
    [
      "an oversized body",
      () => send(JSON.stringify({ query: `{ broken } # ${PRIVATE.repeat(500)}` })),
      413,
      "BODY_TOO_LARGE",
    ],
    [
      "another content type",
      () => send("query=1", { "content-type": "application/xml" }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["an unknown path", async () => replyOf(await fetch(new URL("/nowhere", served.url))), 404, "NOT_FOUND"],
    [
      "a simple cross-site request",
      async () => replyOf(await fetch(`${served.url}?query={broken}`)),
      400,
      "BAD_REQUEST",
    ],
    [
      "a mutation by GET",
      async () =>
        replyOf(
          await fetch(
            `${served.url}?query=${encodeURIComponent("mutation { privacy { withdrawConsent(purposes: [ANALYTICS]) { state } } }")}`,
            {
              headers: { "apollo-require-preflight": "1" },
            },
          ),
        ),
      405,
      "BAD_REQUEST",
    ],
  ])("%s", async (_name, ask, status, code) => {
    const reply = await ask();
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    isQuiet(reply);
  });
});

describe("options", () => {
  const good: GatewayOptions = { typeDefs: SDL, resolvers, store: "sqlite::memory:", auth: { secret: SECRET } };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fieldguard-options-"));
    await writeFile(join(folder, "none.db"), "this is no database, whatever its name says, and never was one");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each<[string, () => object, string, string]>([
    ["no store", () => ({ store: undefined }), "CONFIGURATION_INVALID", "store: expected sqlite:"],
    ["an unknown store", () => ({ store: "redis://x" }), "CONFIGURATION_INVALID", "store: expected sqlite:"],
    ...[
      "sqlite:x.db?mode=ro",
      "sqlite://x.db?mode=memory&cache=shared",
      "sqlite:x.db#main",
      "sqlite::memory",
      "sqlite::memory:?cache=shared",
      "sqlite:://memory:",
      "sqlite:file:x.db",
      "sqlite:file::memory:?cache=shared",
      "sqlite:FILE:x.db",
      "sqlite:x\u0000.db",
      "sqlite:",
      "sqlite://localhost/x.db",
      "sqlite://db.example:5432/x.db",
      "sqlite://data/x.db",
      "sqlite:~/x.db",
      "sqlite://~/x.db",
      "sqlite3:x.db",
      "mongodb:x",
    ].map((store): [string, () => object, string, string] => [
      `a store of no known form: ${JSON.stringify(store)}`,
      () => ({ store }),
      "CONFIGURATION_INVALID",
      "store: expected sqlite:",
    ]),
    [
      "half a store of one's own",
      () => ({ store: { consents: {} } }),
      "CONFIGURATION_INVALID",
      "or an object { consents, log }",
    ],
    [
      "a store of one's own that lacks a method",
      () => ({ store: { consents: { ...METHODS, erasures: undefined }, log: METHODS } }),
      "CONFIGURATION_INVALID",
      "or an object { consents, log }",
    ],
    [
      "a store of one's own without a key that outlives the process",
      () => ({ store: { consents: METHODS, log: METHODS } }),
      "CONFIGURATION_INVALID",
      "set the option `logKey`",
    ],
    ["no auth", () => ({ auth: {} }), "CONFIGURATION_INVALID", "auth: expected { secret }"],
    [
      "both kinds of auth",
      () => ({ auth: { secret: "s", jwksUri: "https://x.example" } }),
      "CONFIGURATION_INVALID",
      "auth: ",
    ],
    [
      "a secret that can be guessed",
      () => ({ auth: { secret: "x".repeat(31) } }),
      "CONFIGURATION_INVALID",
      "auth.secret: expected at least 32 bytes",
    ],
    [
      "a key set in the address itself",
      () => ({ auth: { jwksUri: "data:,{}", issuer: "i", audience: "a" } }),
      "CONFIGURATION_INVALID",
      "auth.jwksUri: expected an http(s) URL",
    ],
    ["an unknown mode", () => ({ mode: "off" }), "CONFIGURATION_INVALID", "mode: "],
    ["an unknown option", () => ({ colour: "red" }), "CONFIGURATION_INVALID", "unknown option colour"],
    ["an age that is none", () => ({ minimumAge: -1 }), "CONFIGURATION_INVALID", "minimumAge: "],
    [
      "a notice without a time",
      () => ({ notices: [{ id: "n", version: "1", effectiveFrom: "soon", materialFor: [] }] }),
      "CONFIGURATION_INVALID",
      "notices.0.effectiveFrom: expected an ISO 8601 time",
    ],
    ["a short key", () => ({ logKey: "short" }), "CONFIGURATION_INVALID", "logKey: expected at least 32 characters"],
    ["a rule for an unknown type", () => ({ rules: { Nobody: {} } }), "CONFIGURATION_INVALID", "Nobody: no such type"],
    [
      "a rule for an unknown field",
      () => ({ rules: { Customer: { nothing: rule()(() => true) } } }),
      "CONFIGURATION_INVALID",
      "Customer.nothing: no such field",
    ],
    ["no SDL", () => ({ typeDefs: "type Query {" }), "POLICY_INVALID", "SDL"],
    [
      "a fault in the policy",
      () => ({ resolvers: {}, typeDefs: "type Query { a: Int @sensitive(category: EMAIL_ADDRESS) }" }),
      "POLICY_INVALID",
      "Query.a",
    ],
    [
      "a file that is no database",
      () => ({ store: `sqlite:${join(folder, "none.db")}` }),
      "STORE_UNREADABLE",
      "none.db",
    ],
    ["a folder", () => ({ store: `sqlite:${folder}` }), "STORE_UNREADABLE", ""],
  ])("%s", async (_name, change, code, says) => {
    const error = await createGateway({ ...good, ...change() } as GatewayOptions).then(
      async (gateway) => {
        await gateway.stop();
        return null;
      },
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(FieldguardError);
    expect((error as FieldguardError).code).toBe(code);
    expect((error as FieldguardError).message).toContain(says);
    expect((error as FieldguardError).message).not.toContain(SECRET);
  });
});
