import jwt from "jsonwebtoken";
import { parseKeyring } from "../../../src/core/keys.ts";
import { createGateway, type Gateway } from "../../../src/index.ts";
import { DEFAULT_LIMITS } from "../../../src/options.ts";
import { sampleDeployment } from "../../../src/samples/deployment.ts";
import { createStorefront, seedConsents } from "../../../src/samples/storefront.ts";
import type { ConsentStore } from "../../../src/stores/consent-store.ts";
import type { ReferenceWorld } from "../../reference/answer.ts";
import { plainSchema } from "../../reference/plain-schema.ts";
import type { Stored } from "../../reference/stored.ts";
import { Client, type HttpReply } from "../client.ts";
import { annotationsOf } from "../world/world.ts";
import { Canaries } from "./canaries.ts";

const SECRET = "a secret that only the canaries know, long enough";
const LOG_KEY = "a passphrase for names in the canaries' log";
const CUSTOMERS = 40;
export const NOW = Date.parse("2024-07-03T12:00:00.000Z");

/** The sample storefront full of canaries, behind a gateway, and beside it without one. */
export interface Aviary {
  readonly gateway: Gateway;
  readonly canaries: Canaries;
  readonly world: ReferenceWorld;
  /** Everything that the gateway wrote to its log. */
  readonly logged: string[];
  context(): unknown;
  ask(body: object, claims: object | null, headers: Readonly<Record<string, string>>): Promise<HttpReply>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export async function openAviary(): Promise<Aviary> {
  const clock = { now: () => NOW };
  const shop = createStorefront({ clock, customers: CUSTOMERS, orders: 90 });
  const annotations = annotationsOf(shop.typeDefs);
  const canaries = new Canaries();
  const resolvers = canaries.release(shop.resolvers, shop.typeDefs, annotations);
  const logged: string[] = [];
  const line = (fields: object, message: string): void => {
    logged.push(`${JSON.stringify(fields)} ${message}`);
  };
  const limits = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((limit) => [limit, 1_000_000]));
  const gateway = await createGateway({
    ...sampleDeployment,
    typeDefs: shop.typeDefs,
    resolvers,
    context: () => shop.context(),
    store: "sqlite::memory:",
    auth: { secret: SECRET },
    clock,
    logKey: LOG_KEY,
    graphiql: false,
    log: { info: line, warn: line, error: line },
    limits: { ...limits, plansMax: 200 },
  });
  await seedConsents(gateway.consents, NOW);
  const { url } = await gateway.listen();
  const client = new Client(url);
  return {
    gateway,
    canaries,
    logged,
    world: {
      plain: plainSchema(shop.typeDefs, resolvers, annotations),
      annotations,
      stored: await storedIn(gateway.consents),
      deployment: { ...sampleDeployment, minimumAge: null, doNotTrack: false },
      mode: "enforce",
      logDown: false,
      keyring: parseKeyring(LOG_KEY),
      now: NOW,
    },
    context: () => shop.context(),
    ask: (body, claims, headers) => client.post(body, { ...headers, ...authorization(claims) }),
    metrics: async () => (await client.get("/metrics")).text,
    async close() {
      client.close();
      await gateway.stop();
      shop.close();
    },
  };
}

function authorization(claims: object | null): Readonly<Record<string, string>> {
  if (claims === null) return {};
  const seconds = Math.floor(NOW / 1_000);
  return { authorization: `Bearer ${jwt.sign({ ...claims, iat: seconds, exp: seconds + 3_600 }, SECRET)}` };
}

async function storedIn(store: ConsentStore): Promise<Stored> {
  const events = [];
  for await (const event of store.events()) events.push(event);
  const people = new Set(events.map(({ subject }) => subject));
  const states = await Promise.all([...people].map((subject) => store.subjectState(subject)));
  return { events, states, agreements: await store.agreements(), down: false };
}
