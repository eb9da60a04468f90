import { appendFileSync, writeSync } from "node:fs";
import { createGateway } from "../../src/index.ts";

/** A gateway of one act, in a process that ends itself at the point that it is told; effects are lines of a file. */
const [store = "", effects = "", secret = "", point = ""] = process.argv.slice(2);
const dieAt = (here: string): void => {
  if (point === here) process.kill(process.pid, "SIGKILL");
};

const gateway = await createGateway({
  typeDefs: `type Order @subject(id: "owner") { id: ID!, owner: ID }
    type Query { order(id: ID!): Order }
    type Mutation @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) { cancel(id: ID!): Order @acts(on: "Order", id: "id") }`,
  resolvers: {
    Query: {
      order: (_: unknown, { id }: { id: string }) => {
        dieAt("LOOK_UP");
        return { id, owner: "c-1" };
      },
    },
    Mutation: {
      cancel: (_: unknown, { id }: { id: string }) => {
        dieAt("BEFORE_EFFECT");
        appendFileSync(effects, `${id}\n`);
        dieAt("AFTER_EFFECT");
        return { id, owner: "c-1" };
      },
    },
  },
  store,
  auth: { secret },
  log: false,
  logKey: "a secret of the log that is long enough",
});
if (point === "OUTCOME_UNWRITABLE" || point === "INTENT_UNWRITABLE") {
  const log = gateway.accessLog as { append: (entry: unknown) => Promise<string> };
  const append = log.append.bind(log);
  log.append = (entry) => {
    const isIntent = (entry as { outcome: string }).outcome === "INTENT";
    return isIntent === (point === "INTENT_UNWRITABLE") ? Promise.reject(new Error("no space left")) : append(entry);
  };
}
const { url } = await gateway.listen({ port: 0 });
writeSync(1, `${url}\n`);
