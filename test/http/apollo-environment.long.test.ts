import { Socket } from "node:net";
import { ApolloServerPluginUsageReporting } from "@apollo/server/plugin/usageReporting";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createGateway, type GatewayOptions } from "../../src/index.ts";
import { post, replyOf, SECRET } from "./harness.ts";

/** Everything of the environment that the installed version of Apollo Server reads. */
const READ = [
  "APOLLO_KEY",
  "APOLLO_GRAPH_REF",
  "APOLLO_GRAPH_ID",
  "APOLLO_GRAPH_VARIANT",
  "APOLLO_SCHEMA_REPORTING",
  "NODE_ENV",
] as const;

const before = READ.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** Whom the process called besides itself. */
const called: string[] = [];
const { connect } = Socket.prototype;
beforeAll(() => {
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [to] = args.flat() as [{ readonly host?: string }];
    if (!to.host?.startsWith("127.")) called.push(String(to.host));
    return connect.apply(this, args as never);
  } as never;
});
afterAll(() => {
  Socket.prototype.connect = connect;
});

const options: GatewayOptions = {
  typeDefs: "type Query { open: String }",
  resolvers: { Query: { open: () => "to all" } },
  store: "sqlite::memory:",
  auth: { secret: SECRET },
  graphiql: false,
};

/** What a gateway does from start to stop: its answers, and whom else the process called. */
async function served(environment: Readonly<Record<string, string>>) {
  for (const name of READ) delete process.env[name];
  Object.assign(process.env, environment);
  called.splice(0);
  const gateway = await createGateway(options);
  const { url } = await gateway.listen();
  const answers = [
    await post(url, { query: "query Named { open }", headers: { "apollo-federation-include-trace": "ftv1" } }),
    await post(url, { query: "query Named { none }" }),
    await replyOf(await fetch(url, { headers: { accept: "text/html" } })),
    await replyOf(await fetch(`${url}?query={open}`, { headers: { "apollo-require-preflight": "1" } })),
  ];
  await gateway.stop();
  return {
    called: [...called],
    answers: answers.map(({ status, headers, text }) => {
      const told = [...headers].filter(([name]) => name !== "date").map(String);
      return { status, told, text: text.replaceAll(/"receipt":"[^"]+"/g, "") };
    }),
  };
}

const KEY = { APOLLO_KEY: "service:shop:abcdefgh", APOLLO_GRAPH_REF: "shop@current" };

describe("the environment of Apollo Server", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["a key and a graph: nothing is reported", KEY],
    [
      "a key and a graph's old names",
      { APOLLO_KEY: KEY.APOLLO_KEY, APOLLO_GRAPH_ID: "shop", APOLLO_GRAPH_VARIANT: "v" },
    ],
    ["a graph by both names", { ...KEY, APOLLO_GRAPH_ID: "shop" }],
    ["a key that is none", { ...KEY, APOLLO_KEY: "käse\u0001" }],
    ["reporting of the schema", { ...KEY, APOLLO_SCHEMA_REPORTING: "true" }],
    ["reporting of the schema without a key", { APOLLO_SCHEMA_REPORTING: "true" }],
    ["development", { NODE_ENV: "development" }],
    ["production", { NODE_ENV: "production" }],
    ["test", { NODE_ENV: "test" }],
  ])("%s has no effect", async (_name, environment) => {
    const none = await served({});
    expect(none.answers.map(({ status }) => status)).toEqual([200, 400, 400, 200]);
    expect(await served(environment)).toEqual({ called: [], answers: none.answers });
  });

  test("what is switched off cannot be added by hand", async () => {
    process.env["APOLLO_KEY"] = KEY.APOLLO_KEY;
    const start = createGateway({ ...options, plugins: [ApolloServerPluginUsageReporting()] });
    const error = await start.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(String(error)).toContain("UsageReporting");
    expect(error).toMatchObject({ code: "CONFIGURATION_INVALID" });
  });
});
