import { connect } from "node:net";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { parse } from "graphql";
import { WebSocket } from "ws";
import { compileDecider } from "../../src/decision/compile.ts";
import type { GatewayOptions } from "../../src/index.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { parseOperation } from "../../src/request/parse-operation.ts";
import { createPlanner } from "../../src/request/plan/plan.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { servedSchema } from "../../src/schema/served-schema.ts";
import { serveGateway } from "../http/harness.ts";
import { fire } from "./fire.ts";
import type { Shot } from "./model.ts";
import { drain } from "./run.ts";
import { ATTACKED, attackedResolvers } from "./world.ts";

type Limits = NonNullable<GatewayOptions["limits"]>;

const never = (): Promise<never> => new Promise(() => undefined);
const resolvers = () => {
  const made = attackedResolvers([]) as Record<string, Record<string, unknown>>;
  return {
    ...made,
    Query: { ...made["Query"], open: never },
    Subscription: { ...made["Subscription"], silent: { subscribe: never } },
  } as GatewayOptions["resolvers"];
};

async function serveWith(limits: Limits) {
  return serveGateway({ typeDefs: ATTACKED, resolvers: resolvers(), limits });
}

interface Bound {
  readonly limit: keyof Limits;
  readonly value: number;
  /** Just within, and just over. */
  readonly within: Shot;
  readonly over: Shot;
  readonly status?: number;
  readonly code?: string;
}

const echoes = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}: echo`).join(" ");
const nested = (depth: number): string =>
  `{ patient(id: "ann") ${"{ buddy ".repeat(depth - 2)}{ id }${" }".repeat(depth - 2)} }`;
const list = (length: number) => ({
  query: "query ($w: [Where!]) { echo(where: { and: $w }) }",
  variables: { w: Array.from({ length }, () => ({ city: "x" })) },
});

const BOUNDS: readonly Bound[] = [
  { limit: "depthMax", value: 5, within: { query: nested(5) }, over: { query: nested(6) } },
  {
    limit: "depthMax",
    value: 5,
    within: { query: '{ ...A } fragment A on Query { patient(id: "ann") { ...B } } fragment B on Patient { id }' },
    over: {
      query: `{ ...A } fragment A on Query { patient(id: "ann") { ...B } } fragment B on Patient ${nested(6).slice(20, -2)}`,
    },
  },
  { limit: "aliasesMax", value: 5, within: { query: `{ ${echoes(5)} }` }, over: { query: `{ ${echoes(6)} }` } },
  {
    limit: "directivesMax",
    value: 2,
    within: { query: "{ echo @skip(if: false) @include(if: true) }" },
    over: { query: "{ echo @skip(if: false) @include(if: true) ... @include(if: true) { echo } }" },
  },
  {
    limit: "documentBytesMax",
    value: 40,
    within: { query: `{ echo } # ${"x".repeat(29)}` },
    over: { query: `{ echo } # ${"x".repeat(30)}` },
  },
  {
    limit: "documentBytesMax",
    value: 40,
    within: { query: `{ echo } # ${"é".repeat(14)}` },
    over: { query: `{ echo } # ${"é".repeat(15)}` },
  },
  {
    limit: "inputDepthMax",
    value: 3,
    within: { query: "query ($j: [[JSON]]) { echo(json: { a: $j }) }" },
    over: { query: "query ($j: [[[[JSON]]]]) { echo(json: { a: $j }) }" },
  },
  {
    limit: "inputDepthMax",
    value: 3,
    within: { query: '{ echo(json: [{ a: { b: "c" } }]) }' },
    over: { query: '{ echo(json: [{ a: { b: ["c"] } }]) }' },
  },
  {
    limit: "inputMax",
    value: 6,
    within: { query: `query ($w: [Where!]) { echo(where: { and: $w }) }`, variables: { w: [{ city: "x" }, {}] } },
    over: list(4),
  },
  {
    limit: "inputMax",
    value: 6,
    within: { query: "{ a: echo(where: { city: null }) b: echo(json: [1, 2, [3]]) }" },
    over: { query: "{ a: echo(where: { city: null }) b: echo(json: [1, 2, [3]]) c: echo(json: { a: {} b: 1 }) }" },
  },
  { limit: "costMax", value: 6, within: { query: `{ ${echoes(6)} }` }, over: { query: `{ ${echoes(7)} }` } },
  {
    limit: "tokensMax",
    value: 10,
    within: { query: "{ echo echo echo }" },
    over: { query: `{ ${"echo ".repeat(10)} }` },
  },
  { limit: "nameCharsMax", value: 8, within: { query: "{ abcdefgh: echo }" }, over: { query: "{ abcdefghi: echo }" } },
  {
    limit: "nameCharsMax",
    value: 8,
    within: { query: "query A { echo }" },
    over: { query: "query Abcdefghi { echo }" },
  },
  { limit: "listItemsMax", value: 3, within: list(3), over: list(4) },
  {
    limit: "listItemsMax",
    value: 3,
    within: { query: "query ($j: JSON) { echo(json: $j) }", variables: { j: { a: [[1, 2, 3]] } } },
    over: { query: "query ($j: JSON) { echo(json: $j) }", variables: { j: { a: [[1, 2, 3, 4]] } } },
  },
  {
    limit: "listItemsMax",
    value: 3,
    within: { query: "{ patients { name } }" },
    over: { query: "{ people { email } }" },
  },
  {
    limit: "inputDepthMax",
    value: 3,
    within: { query: "query ($j: JSON) { echo(json: $j) }", variables: { j: { a: [{ b: 1 }] } } },
    over: { query: "query ($j: JSON) { echo(json: $j) }", variables: { j: { a: [{ b: [] }] } } },
  },
  {
    limit: "nodesMax",
    value: 20,
    within: { query: "{ patients { name } }" },
    over: { query: "{ people { email a: email b: email c: email d: email e: email } }" },
  },
  {
    limit: "operationMsMax",
    value: 200,
    within: { query: "{ echo }" },
    over: { query: "{ open }" },
    status: 504,
    code: "REQUEST_TIMEOUT",
  },
];

describe("bounds", () => {
  test.each(BOUNDS)("$limit $over.query", async ({ limit, value, within, over, status, code }) => {
    const { gateway, url } = await serveWith({ [limit]: value });
    const log = drain(gateway.accessLog);
    const fits = await fire(url, within);
    expect([fits.status, fits.answers[0]?.errors]).toEqual([200, undefined]);
    for (const way of ["POST", "WS"] as const) {
      await log();
      const { status: got, answers } = await fire(url, { ...over, over: way });
      if (way === "POST") expect(got).toBe(status ?? 400);
      const { extensions } = answers[0]?.errors[0] ?? {};
      expect(extensions?.code).toBe(code ?? "OPERATION_TOO_LARGE");
      expect(extensions?.limit).toBe(limit);
      expect(answers[0]?.data ?? null).toBeNull();
      // What was refused after validation is on record.
      if (
        ["listItemsMax", "nodesMax", "inputMax", "costMax", "operationMsMax"].includes(limit) ||
        "variables" in over
      ) {
        expect((await log()).map(({ kind, outcome }) => [kind, outcome])).toEqual([
          ["REFUSAL", code ?? "OPERATION_TOO_LARGE"],
        ]);
      }
    }
  });

  /** As deep, as long or as odd as a request's bytes allow: each is answered with a code, and never with 500. */
  const EXTREMES: readonly (readonly [what: string, code: string, shot: Shot])[] = [
    ["a type", "OPERATION_TOO_LARGE", { query: `query ($a: ${"[".repeat(4_900)}Int${"]".repeat(4_900)}) { echo }` }],
    ["a type that ends early", "OPERATION_TOO_LARGE", { query: `query ($a: ${"[".repeat(9_000)}` }],
    ["a list", "OPERATION_TOO_LARGE", { query: `{ echo(json: ${"[".repeat(4_900)}1${"]".repeat(4_900)}) }` }],
    ["an object", "OPERATION_TOO_LARGE", { query: `{ echo(json: ${"{a:".repeat(3_000)}1${"}".repeat(3_000)}) }` }],
    [
      "a default",
      "OPERATION_TOO_LARGE",
      { query: `query ($a: JSON = ${"[".repeat(4_900)}${"]".repeat(4_900)}) { echo }` },
    ],
    [
      "a directive's argument",
      "OPERATION_TOO_LARGE",
      { query: `{ echo @skip(if: ${"[".repeat(4_900)}${"]".repeat(4_900)}) }` },
    ],
    ["selections", "OPERATION_TOO_LARGE", { query: `{ ${"open { ".repeat(3_000)}id${" }".repeat(3_000)} }` }],
    ["selections that end early", "OPERATION_TOO_LARGE", { query: "{ a ".repeat(4_900) }],
    ["inline fragments", "OPERATION_TOO_LARGE", { query: `{ ${"... { ".repeat(4_000)}echo${" }".repeat(4_000)} }` }],
    [
      "a chain of fragments",
      "OPERATION_TOO_LARGE",
      {
        query: `{ ...F0 } ${Array.from({ length: 1_100 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(" ")} fragment F1100 on Query { echo }`,
      },
    ],
    [
      "a chain of fragments in a ring",
      "GRAPHQL_VALIDATION_FAILED",
      { query: "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }" },
    ],
    ["a schema's types", "OPERATION_TOO_LARGE", { query: `type A { a: ${"[".repeat(4_900)}` }],
    ["comments", "OPERATION_TOO_LARGE", { query: `{ echo }${"\n#".repeat(200_000)}` }],
    ["a name that the schema has not", "OPERATION_TOO_LARGE", { query: `{ ${"x".repeat(250_000)} }` }],
    ["a type that the schema has not", "OPERATION_TOO_LARGE", { query: `query ($a: ${"X".repeat(250_000)}) { echo }` }],
    ["a directive that the schema has not", "OPERATION_TOO_LARGE", { query: `{ echo @${"x".repeat(250_000)} }` }],
    ["the same again and again", "OPERATION_TOO_LARGE", { query: `{ ${'patient(id: "ann") { id } '.repeat(900)} }` }],
    [
      "a variable named like a prototype",
      "BAD_INPUT",
      { query: "query ($__proto__: JSON) { echo(json: $__proto__) }" },
    ],
    ["a variable named like a prototype, unused", "BAD_INPUT", { query: "query ($__proto__: JSON = 1) { echo }" }],
  ];
  test.each(EXTREMES)("nested or long without end: %s", async (_what, code, shot) => {
    const { url } = await serveWith({});
    for (const over of ["POST", "WS"] as const) {
      const { status, text, answers } = await fire(url, { ...shot, over });
      expect([over, answers[0]?.errors[0].extensions.code]).toEqual([over, code]);
      if (over === "POST") expect(status).toBe(400);
      expect(text.length).toBeLessThan(5_000);
    }
    expect((await fire(url, { query: "{ echo }" })).status).toBe(200);
  });

  const HASHES: readonly unknown[] = [
    { persistedQuery: { version: 1, sha256Hash: { toString: 1 } } },
    { persistedQuery: { version: 1, sha256Hash: {} } },
    { persistedQuery: { version: 1, sha256Hash: ["a".repeat(64)] } },
    { persistedQuery: { version: 1, sha256Hash: 1 } },
    { persistedQuery: { version: 1, sha256Hash: null } },
    { persistedQuery: { version: 1, sha256Hash: "x".repeat(100_000) } },
    { persistedQuery: { version: 1 } },
    { persistedQuery: { version: { valueOf: 1 }, sha256Hash: "a".repeat(64) } },
    { persistedQuery: { version: 2, sha256Hash: "a".repeat(64) } },
    { persistedQuery: [] },
    { persistedQuery: "a".repeat(64) },
    { persistedQuery: true },
  ];
  test.each(HASHES)("a persisted query's hash that is none is told so: %j", async (extensions) => {
    const { url } = await serveWith({});
    for (const shot of [{ extensions }, { extensions, query: "{ echo }" }] as Shot[]) {
      for (const over of ["POST", "GET"] as const) {
        if (over === "GET" && JSON.stringify(extensions).length > 10_000) continue;
        const { status, answers, text } = await fire(url, { ...shot, over });
        expect([status, answers[0].errors[0].extensions.code]).toEqual([400, "BAD_INPUT"]);
        expect(text.length).toBeLessThan(2_000);
      }
    }
  });

  test("an operation whose places and types multiply is refused, whatever it costs", async () => {
    const types = Array.from({ length: 1_000 }, (_, i) => `type T${i} implements Any { id: ID }`).join(" ");
    const { gateway, url } = await serveGateway({
      typeDefs: `interface Any { id: ID }  type Query { any: Any }  ${types}`,
      resolvers: { Query: { any: () => null } },
    });
    const log = drain(gateway.accessLog);
    const asking = (places: number) =>
      fire(url, { query: `{ ${Array.from({ length: places }, (_, i) => `a${i}: any { id }`).join(" ")} }` });
    expect((await asking(19)).answers[0]?.errors).toBeUndefined();
    await log();
    const { status, answers } = await asking(21);
    expect([status, answers[0]?.errors[0].extensions.code]).toEqual([400, "OPERATION_TOO_LARGE"]);
    expect(answers[0]?.errors[0].message).toContain("too many types");
    expect((await log()).map(({ kind, outcome }) => [kind, outcome])).toEqual([["REFUSAL", "OPERATION_TOO_LARGE"]]);
  });

  test("operationMsMax bounds the wait for a subscription's source, too", async () => {
    const { gateway, url } = await serveWith({ operationMsMax: 200 });
    const log = drain(gateway.accessLog);
    await log();
    const { answers } = await fire(url, { over: "WS", query: "subscription { silent }" });
    expect(answers.map(({ errors }) => errors[0].extensions.code)).toEqual(["REQUEST_TIMEOUT"]);
    expect((await log()).map(({ kind, outcome }) => [kind, outcome])).toEqual([["REFUSAL", "REQUEST_TIMEOUT"]]);
  });

  test("bodyBytesMax", async () => {
    const { url } = await serveWith({ bodyBytesMax: 1_000 });
    const long = { query: `{ echo } # ${"x".repeat(1_000)}` };
    const { status, answers } = await fire(url, long);
    expect([status, answers[0].errors[0].extensions.code]).toEqual([413, "BODY_TOO_LARGE"]);
    expect((await fire(url, { ...long, over: "WS" })).status).toBe(1009);
  });

  test("requestMsMax: who sends a request by the drop is cut off with a code", async () => {
    const { url } = await serveWith({ requestMsMax: 100 });
    const { port } = new URL(url);
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () =>
        socket.write("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-le"),
      );
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain("REQUEST_TIMEOUT");
  });

  test("connectionOperationsMax", async () => {
    const { url } = await serveWith({ connectionOperationsMax: 2 });
    // Two run, and so many are refused by their ids before the connection is.
    const [code, heard] = await subscribeOften(url, 2 + 21);
    expect(code).toBe(4429);
    expect(heard).toContain("limits.connectionOperationsMax");
  });

  test("a handshake with an address that is none ends the connection, not the gateway", async () => {
    const { url } = await serveWith({});
    const { port } = new URL(url);
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () =>
        socket.write(
          "GET // HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        ),
      );
      socket.on("data", (chunk) => resolve(String(chunk)));
    });
    expect(heard).toContain("404");
    expect((await fire(url, { query: "{ echo }" })).status).toBe(200);
  });
});

function subscribeOften(url: string, times: number): Promise<[number, string]> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws");
    socket.on("open", () => socket.send('{"type":"connection_init"}'));
    socket.on("message", (data) => {
      if (!String(data).includes("connection_ack")) return;
      for (let id = 0; id < times; id += 1) {
        socket.send(JSON.stringify({ id: `${id}`, type: "subscribe", payload: { query: "{ open }" } }));
      }
    });
    socket.on("close", (code, reason) => resolve([code, String(reason)]));
  });
}

describe("a flood of distinct operations", () => {
  const plannerOf = (plansMax: number) => {
    const executable = makeExecutableSchema({ typeDefs: composeTypeDefs(ATTACKED), resolvers: attackedResolvers([]) });
    const { policy } = compilePolicy(executable);
    const schema = servedSchema(executable, policy);
    const fields = Object.values(policy.types).flatMap((type) => Object.values(type.fields));
    const deciders = new Map(fields.map((field) => [field.coordinate, compileDecider(field, policy.vocabulary)]));
    return createPlanner({ schema, policy, deciders, mode: "enforce", plansMax });
  };
  const request = (role: string, purpose: string | null) => ({
    caller: {
      id: "x",
      role,
      organisation: null,
      tenants: [],
      region: null,
      purposes: null,
      onBehalfOf: null,
      actingAs: null,
      tokenId: null,
      expiresAt: null,
      app: null,
    },
    purpose,
    optedOut: false,
    now: 0,
    deployment: { region: null, transfers: {}, minimumAge: null, guardianAge: 14, notices: [], doNotTrack: false },
  });

  test("leaves no more plans behind than are kept", async () => {
    const planner = plannerOf(50);
    for (let each = 0; each < 3_000; each += 1) {
      const operation = parseOperation(parse(`{ a${each}: patient(id: "ann") { name email } }`), null);
      await planner.plan(operation, {}, request("GUEST", null));
    }
    expect(planner.kept.plans).toBe(50);
    expect(planner.kept.stances).toBe(1);
  });

  test("keeps fewer large plans than small ones", async () => {
    const planner = plannerOf(20);
    const wide = Array.from(
      { length: 40 },
      (_, i) => `a${i}: people { id email buddy { id email buddy { id email } } }`,
    ).join(" ");
    for (let each = 0; each < 100; each += 1) {
      const operation = parseOperation(parse(`{ b${each}: open ${wide} }`), null);
      await planner.plan(operation, {}, request("GUEST", null));
    }
    expect(planner.kept.plans).toBeLessThan(20);
    expect(planner.kept.shapes).toBeLessThanOrEqual(2_000);
  });

  test("with long literals leaves no more bytes behind than are kept", async () => {
    const planner = plannerOf(20);
    const long = "x".repeat(200_000);
    for (let each = 0; each < 60; each += 1) {
      const operation = parseOperation(parse(`{ a${each}: patients(emailContains: "${long}") { id } }`), null);
      await planner.plan(operation, {}, request("GUEST", null));
    }
    expect(planner.kept.bytes).toBeLessThanOrEqual(20 * 65_536);
    expect(planner.kept.plans).toBeLessThan(10);
  });

  test("of callers who stand differently keeps a bounded number", async () => {
    const planner = plannerOf(10);
    const operation = parseOperation(parse('{ patient(id: "ann") { name } }'), null);
    for (let each = 0; each < 2_000; each += 1) await planner.plan(operation, {}, request("MERCHANT", `P${each}`));
    expect(planner.kept).toMatchObject({ plans: 10, stances: 100 });
  });
});
