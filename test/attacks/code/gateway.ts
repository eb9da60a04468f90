import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import type { GatewayOptions } from "../../../src/index.ts";
import { watchCode } from "./watch.ts";

/**
 * A gateway before the attacked schema, in a process of its own where every script that is parsed is seen. Over IPC: it tells its
 * address; asked for `taken`, it tells what was generated since.
 */
const watch = watchCode();
const { createGateway } = await import("../../../src/index.ts");
const { ATTACKED, attackedResolvers } = await import("../world.ts");

const [store = "", secret = "", lock = "open"] = process.argv.slice(2);

/** What the test must be able to see: a resolver that does with a text what none may do. */
const PLANTS: Readonly<Record<string, (text: string) => unknown>> = {
  Function: (text) => new Function(text),
  AsyncFunction: (text) => Reflect.construct(Object.getPrototypeOf(async () => undefined).constructor, [text]),
  GeneratorFunction: (text) => Reflect.construct(Object.getPrototypeOf(function* () {}).constructor, [text]),
  AsyncGeneratorFunction: (text) => Reflect.construct(Object.getPrototypeOf(async function* () {}).constructor, [text]),
  eval: (text) => Reflect.apply(Reflect.get(globalThis, "eval"), null, [text]),
  "a method's constructor": (text) => Reflect.apply(Reflect.get([].map, "constructor"), null, [text]),
  vm: (text) => runInNewContext(text),
  "data:": (text) => import(`data:text/javascript,${encodeURIComponent(text)}`),
  worker: (text) =>
    new Promise((resolve) =>
      new Worker(`${text}; setTimeout(() => undefined, 2000)`, { eval: true }).on("exit", resolve),
    ),
  "a named script": (text) => new Function(`${text}\n//# sourceURL=${import.meta.url}`),
};

const resolvers = attackedResolvers([]) as Record<string, Record<string, unknown>>;
const gateway = await createGateway({
  typeDefs: [ATTACKED, "extend type Query { plant(how: String!, text: String!): String } "],
  resolvers: {
    ...resolvers,
    Query: {
      ...resolvers["Query"],
      // As a resolver might, and what the executor must give it: whatever was sent, as it was sent.
      echo: (_parent: unknown, args: object) => JSON.stringify(args),
      plant: async (_parent: unknown, { how, text }: { how: string; text: string }) => {
        try {
          await PLANTS[how]?.(text);
          return "made";
        } catch (error) {
          return error instanceof EvalError ? "refused" : String(error);
        }
      },
    },
  } as GatewayOptions["resolvers"],
  store,
  auth: { secret },
  log: false,
  lockCode: lock === "locked",
});
const { url } = await gateway.listen();
const before = await watch.taken();

process.on("message", async (asked) => {
  if (asked === "taken") {
    const ran = Object.keys(globalThis).filter((name) => name.startsWith("cNrY"));
    process.send?.({ taken: await watch.taken(), ran, seen: watch.seen });
  }
  if (asked === "stop") {
    await gateway.stop();
    process.disconnect();
  }
});
process.send?.({ url, before });
