import { createGateway, FieldguardError, type GatewayOptions } from "fieldguard";
import { chain, rule } from "fieldguard/shield";
import * as graphql from "graphql";

const schema = graphql.buildSchema("type Query { hello: String }");
const options: GatewayOptions = {
  typeDefs: graphql.printSchema(schema),
  resolvers: { Query: { hello: () => "world" } },
  rules: { Query: { hello: chain(rule()(() => true)) } },
  store: "sqlite::memory:",
  auth: { secret: "x".repeat(32) },
};

async function hello(): Promise<void> {
  const gateway = await createGateway(options);
  const { url } = await gateway.listen({ port: 0 });
  const body = JSON.stringify({ query: "{ hello }" });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const text = await answer.text();
  if (!text.includes('"hello":"world"')) throw new FieldguardError("INTERNAL", text);
  await gateway.stop();
}

void hello();
