import type { IResolvers } from "@graphql-tools/utils";
import { type GraphQLResolveInfo, graphql } from "graphql";
import jwt from "jsonwebtoken";
import { sampleDeployment } from "../../../examples/storefront/src/deployment.ts";
import { createStorefront, type Storefront, seedConsents } from "../../../examples/storefront/src/storefront.ts";
import type { ConsentEvent, ConsentStore, SubjectState } from "../../../src/consents/contract.ts";
import { parseKeyring } from "../../../src/core/keys.ts";
import { createGateway, type Gateway } from "../../../src/index.ts";
import { DEFAULT_LIMITS } from "../../../src/options.ts";
import { CaughtLog } from "../../attacks/log.ts";
import type { ReferenceWorld } from "../../reference/answer.ts";
import { plainSchema } from "../../reference/plain-schema.ts";
import { Client } from "../client.ts";
import { COST_MAX } from "../world/serve.ts";
import { annotationsOf } from "../world/world.ts";
import { Canaries } from "./canaries.ts";

const SECRET = "a secret that only the canaries know, long enough";
const LOG_KEY = "a passphrase for names in the canaries' log";
export const CUSTOMERS = 40;
export const NOW = Date.parse("2024-07-03T12:00:00.000Z");

/**
 * The sample storefront full of canaries behind a gateway, and its twin without one, which the reference asks. Whatever changes
 * the one must change the other: mutations are put to both, and each tells what ran.
 */
export interface Aviary {
  readonly gateway: Gateway;
  readonly client: Client;
  readonly canaries: Canaries;
  readonly world: ReferenceWorld;
  /** Lines that the gateway wrote, at its most talkative. */
  readonly log: CaughtLog;
  /** Mutations that ran behind the gateway, and in the twin, with their arguments. */
  readonly ran: { readonly served: string[]; readonly twin: string[] };
  /** Parcels by merchant: what can be delivered to make an event happen. */
  readonly parcels: ReadonlyMap<string, readonly string[]>;
  context(): unknown;
  authorization(claims: object | null): Readonly<Record<string, string>>;
  /** Says or takes back a consent, on both sides. */
  consent(event: ConsentEvent): Promise<void>;
  setState(state: SubjectState): Promise<void>;
  /** Once the gateway listens to the storefront's events. */
  listening(): Promise<void>;
  /** Delivers a merchant's parcel on both sides: the order that subscribers are told of, as the twin has it. */
  deliver(merchantId: string, shipmentId: string): Promise<unknown>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export async function openAviary(): Promise<Aviary> {
  const clock = { now: () => NOW };
  const made = () => createStorefront({ clock, customers: CUSTOMERS, orders: 90 });
  const [shop, twin] = [made(), made()];
  const annotations = annotationsOf(shop.typeDefs);
  const canaries = new Canaries();
  const ran = { served: [] as string[], twin: [] as string[] };
  const ear = new Ear();
  const log = new CaughtLog();
  const limits = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((limit) => [limit, 1_000_000]));
  const gateway = await createGateway({
    ...sampleDeployment,
    typeDefs: shop.typeDefs,
    resolvers: ear.tapped(noting(canaries.release(shop.resolvers, shop.typeDefs, annotations), ran.served)),
    context: () => shop.context(),
    store: "sqlite::memory:",
    auth: { secret: SECRET },
    clock,
    logKey: LOG_KEY,
    graphiql: false,
    log: log.logger,
    limits: { ...limits, costMax: COST_MAX, plansMax: 200 },
  });
  await seedConsents(gateway.consents, NOW);
  const { url } = await gateway.listen();
  const client = new Client(url);
  const plain = plainSchema(
    twin.typeDefs,
    noting(canaries.release(twin.resolvers, twin.typeDefs, annotations), ran.twin),
    annotations,
  );
  const stored = await storedIn(gateway.consents);
  const authorization = signing();
  return {
    gateway,
    client,
    canaries,
    log,
    ran,
    world: {
      plain,
      annotations,
      stored,
      deployment: { ...sampleDeployment, minimumAge: null, doNotTrack: false },
      mode: "enforce",
      logDown: false,
      keyring: parseKeyring(LOG_KEY),
      now: NOW,
    },
    parcels: await parcelsIn(plain, twin),
    context: () => twin.context(),
    authorization,
    async consent(event) {
      await gateway.consents.append([event]);
      stored.events.push(event);
    },
    async setState(state) {
      await gateway.consents.setSubjectState(state);
      stored.states.push(state);
    },
    listening: () => ear.hears(),
    async deliver(merchantId, shipmentId) {
      const events = subscriptionOf(twin)(null, { merchantId });
      completed(shop, shipmentId);
      completed(twin, shipmentId);
      const { value } = await events.next();
      await events.return?.();
      return value;
    },
    metrics: async () => (await client.get("/metrics")).text,
    async close() {
      client.close();
      await gateway.stop();
      shop.close();
      twin.close();
    },
  };
}

type Resolve = (parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;
type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolve>>>>;

/** Mutations tell that they ran, and with what. */
function noting(resolvers: IResolvers, ran: string[]): IResolvers {
  const { Mutation, ...others } = resolvers as Resolvers;
  const noted = Object.entries(Mutation ?? {}).map(([name, resolve]): [string, Resolve] => [
    name,
    (parent, args, context, info) => {
      ran.push(`${name} ${JSON.stringify(args)}`);
      return resolve(parent, args, context, info);
    },
  ]);
  return { ...others, Mutation: Object.fromEntries(noted) } as IResolvers;
}

type Subscribe = (parent: unknown, args: { readonly merchantId: string }) => AsyncIterator<unknown>;

function subscriptionOf({ resolvers }: Pick<Storefront, "resolvers">): Subscribe {
  const { Subscription } = resolvers as { readonly Subscription: { readonly orderUpdated: { subscribe: Subscribe } } };
  return Subscription.orderUpdated.subscribe;
}

function completed({ resolvers, context }: Storefront, shipmentId: string): void {
  (resolvers as Resolvers)["Mutation"]?.["completeShipment"]?.(null, { shipmentId }, context(), {} as never);
}

/** Hears when the gateway begins to listen. */
class Ear {
  #heard: () => void = () => undefined;

  hears(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  tapped(resolvers: IResolvers): IResolvers {
    const { Subscription } = resolvers as { readonly Subscription: { readonly orderUpdated: object } };
    const subscribe: Subscribe = (parent, args) => {
      const events = subscriptionOf({ resolvers })(parent, args);
      this.#heard();
      return events;
    };
    return { ...resolvers, Subscription: { orderUpdated: { ...Subscription.orderUpdated, subscribe } } } as IResolvers;
  }
}

/** One token for the same claims. */
function signing(): Aviary["authorization"] {
  const known = new Map<string, string>();
  const seconds = Math.floor(NOW / 1_000);
  return (claims) => {
    if (claims === null) return {};
    const key = JSON.stringify(claims);
    const token = known.get(key) ?? jwt.sign({ ...claims, iat: seconds, exp: seconds + 3_600 }, SECRET);
    known.set(key, token);
    return { authorization: `Bearer ${token}` };
  };
}

async function storedIn(store: ConsentStore) {
  const events: ConsentEvent[] = [];
  for await (const event of store.events()) events.push(event);
  const people = new Set(events.map(({ subject }) => subject));
  const states: SubjectState[] = [...(await Promise.all([...people].map((subject) => store.subjectState(subject))))];
  return { events, states, agreements: await store.agreements(), down: false };
}

async function parcelsIn(plain: Parameters<typeof graphql>[0]["schema"], twin: Storefront) {
  const source = "{ orders(first: 500) { nodes { merchantId shipments { id } } } }";
  const { data } = await graphql({ schema: plain, source, contextValue: twin.context() });
  const { orders } = data as unknown as {
    readonly orders: { readonly nodes: readonly { merchantId: string; shipments: readonly { id: string }[] }[] };
  };
  const parcels = new Map<string, string[]>();
  for (const { merchantId, shipments } of orders.nodes) {
    parcels.set(merchantId, [...(parcels.get(merchantId) ?? []), ...shipments.map(({ id }) => id)]);
  }
  return parcels;
}
