import jwt from "jsonwebtoken";
import { createGateway, type Gateway } from "../../../src/index.ts";
import { DEFAULT_LIMITS } from "../../../src/options.ts";
import { Client, type HttpReply } from "../client.ts";
import type { DrawnOperation } from "../operations.ts";
import { type Ask, secondsOf, type Token } from "./asks.ts";
import { resolversOf } from "./data.ts";
import { fillStore } from "./stored.ts";
import { NOW } from "./terms.ts";
import type { World } from "./world.ts";

const SECRET = "a secret that only the drawn worlds know, long enough";
export const LOG_KEY = "a passphrase for names in the log, long enough";

/** A gateway over a drawn world, on loopback. */
export interface ServedWorld {
  readonly gateway: Gateway;
  ask(ask: Ask): Promise<HttpReply>;
  stop(): Promise<void>;
}

/** Wide: the bounds of operations are another matter. */
const LIMITS = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((limit) => [limit, 1_000_000]));

export async function serveWorld(world: World): Promise<ServedWorld> {
  const { region, minimumAge, ...deployment } = world.deployment;
  const gateway = await createGateway({
    typeDefs: world.sdl,
    resolvers: resolversOf(world.data),
    store: "sqlite::memory:",
    auth: { secret: SECRET },
    mode: world.mode,
    ...deployment,
    ...(region === null ? {} : { region }),
    ...(minimumAge === null ? {} : { minimumAge }),
    clock: { now: () => NOW },
    logKey: LOG_KEY,
    graphiql: false,
    log: false,
    limits: { ...LIMITS, plansMax: 50 },
  });
  await fillStore(gateway.consents, world.stored);
  if (world.logDown) await gateway.accessLog.close();
  const { url } = await gateway.listen();
  const client = new Client(url);
  return {
    gateway,
    ask: (ask) => {
      const operation = world.operations[ask.operation];
      if (operation === undefined) throw new RangeError("There is no such operation.");
      return client.post(
        { query: textOf(ask, operation), operationName: operation.name, variables: ask.variables },
        { ...ask.headers, ...authorization(ask.token) },
      );
    },
    async stop() {
      client.close();
      await gateway.stop();
    },
  };
}

/** The operation as this request sends it: with its purpose declared in it, where it is. */
export function textOf({ declared }: Ask, { text }: DrawnOperation): string {
  if (declared === null) return text;
  const { purpose, justification } = declared;
  const why = justification === null ? "" : `, justification: ${JSON.stringify(justification)}`;
  return text.replace(/^(\w+ Asked(?:\([^)]*\))?)/, `$1 @declare(purpose: ${purpose}${why})`);
}

function authorization(token: Token | null): Readonly<Record<string, string>> {
  if (token === null) return {};
  const secret = token.fault === "forged" ? `${SECRET}, but another` : SECRET;
  const signed = jwt.sign({ ...token.claims, ...secondsOf(token) }, secret, { algorithm: "HS256" });
  return { authorization: `Bearer ${signed}` };
}
