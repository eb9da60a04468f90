import jwt from "jsonwebtoken";
import { createGateway, type Gateway } from "../../../src/index.ts";
import { DEFAULT_LIMITS } from "../../../src/options.ts";
import type { SubjectOf } from "../../../src/request/act/subject-of.ts";
import { Client, type Reply, type Sent } from "../client.ts";
import type { DrawnOperation } from "../operations.ts";
import { type Ask, secondsOf, signedClaims, type Token, variablesOf } from "./asks.ts";
import { type RanContext, resolversOf } from "./data.ts";
import { fillStore } from "./stored.ts";
import { NOW } from "./terms.ts";
import { subjectOfIn } from "./told.ts";
import type { World } from "./world.ts";

const SECRET = "a secret that only the drawn worlds know, long enough";
export const LOG_KEY = "a passphrase for names in the log, long enough";

/** A gateway over a drawn world, on loopback. */
export interface ServedWorld {
  readonly gateway: Gateway;
  /** One reply, or one for each event of a subscription. */
  ask(ask: Ask): Promise<readonly Reply[]>;
  /** Places of the mutations that ran since this was last asked. */
  ran(): readonly string[];
  stop(): Promise<void>;
}

/** Wide: the bounds of operations are another matter. */
const LIMITS = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((limit) => [limit, 1_000_000]));

/** Lists within lists multiply. */
export const COST_MAX = Number.MAX_SAFE_INTEGER;

export async function serveWorld(world: World): Promise<ServedWorld> {
  const { region, minimumAge, ...deployment } = world.deployment;
  const ran: string[] = [];
  const gateway = await createGateway({
    typeDefs: world.sdl,
    resolvers: resolversOf(world.data),
    subjectOf: subjectOfIn(world.data.told) as SubjectOf,
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
    context: (): RanContext => ({ ran, effects: { acted: 0 } }),
    limits: { ...LIMITS, costMax: COST_MAX, plansMax: 50 },
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
      const body = { query: textOf(ask, operation), operationName: operation.name, variables: variablesOf(ask) };
      return send(client, ask.over, body, { ...ask.headers, ...authorization(ask.token) });
    },
    ran: () => ran.splice(0),
    async stop() {
      client.close();
      await gateway.stop();
    },
  };
}

export async function send(
  client: Client,
  over: Ask["over"],
  body: Sent,
  headers: Readonly<Record<string, string>>,
): Promise<readonly Reply[]> {
  switch (over) {
    case "POST":
      return [await client.post(body, headers)];
    case "GET":
      return [await client.query(body, headers)];
    case "WS":
      return (await client.socket(body, headers)).results;
  }
}

/** The operation as this request sends it: with its purpose declared in it, where it is. */
export function textOf({ declared }: Ask, { text }: DrawnOperation): string {
  if (declared === null) return text;
  const { purpose, justification, byVariable } = declared;
  const why = justification === null ? "" : `, justification: ${JSON.stringify(justification)}`;
  const declaration = `@declare(purpose: ${byVariable ? "$declared" : purpose}${why})`;
  return text.replace(/^(\w+ Asked)(\([^)]*\))?/, (_, head: string, variables?: string) => {
    if (!byVariable) return `${head}${variables ?? ""} ${declaration}`;
    const others = variables === undefined ? "" : `, ${variables.slice(1, -1)}`;
    return `${head}($declared: Purpose!${others}) ${declaration}`;
  });
}

function authorization(token: Token | null): Readonly<Record<string, string>> {
  if (token === null) return {};
  const secret = token.fault === "forged" ? `${SECRET}, but another` : SECRET;
  const signed = jwt.sign({ ...signedClaims(token), ...secondsOf(token) }, secret, { algorithm: "HS256" });
  return { authorization: `Bearer ${signed}` };
}
