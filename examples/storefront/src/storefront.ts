import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Clock, GatewayOptions } from "fieldguard";
import { type DocumentNode, parse, Source } from "graphql";
import { openDatabase } from "./storefront/database.ts";
import { fill } from "./storefront/fill.ts";
import { createContext, type StorefrontContext } from "./storefront/loaders.ts";
import { createMutations } from "./storefront/mutations.ts";
import { OrderFeed } from "./storefront/order-feed.ts";
import { createQueries } from "./storefront/queries.ts";
import { SCALARS } from "./storefront/scalars.ts";
import { TYPE_RESOLVERS } from "./storefront/type-resolvers.ts";

export { seedConsents } from "./storefront/consents.ts";
export type { StorefrontContext } from "./storefront/loaders.ts";

/** The package has it, as what its commands look at where no file is named. */
const SDL = createRequire(import.meta.url).resolve("fieldguard/schema/storefront.graphql");

export interface StorefrontOptions {
  /** All dates of the data are counted from the time when the storefront is made. */
  readonly clock: Clock;
  /** 500 where left out. The first twenty each have a story; see `storefront/cast.ts`. */
  readonly customers?: number;
  /** 3,000 where left out. */
  readonly orders?: number;
}

export interface Storefront {
  readonly typeDefs: DocumentNode;
  readonly resolvers: Exclude<GatewayOptions["resolvers"], undefined | readonly unknown[]>;
  /** Makes the data now; otherwise they are made with the first request. */
  fill(): void;
  /** A request's GraphQL context. */
  context(): StorefrontContext;
  close(): void;
}

/**
 * A sample shop platform in memory: merchants, customers, orders, parcels, payments and all that is told of them, the same
 * for the same clock. Its resolvers read and write what they are asked for and know nothing of privacy.
 */
export function createStorefront({ clock, customers = 500, orders = 3_000 }: StorefrontOptions): Storefront {
  const connection = openDatabase();
  const madeAt = clock.now();
  let writer: ReturnType<typeof fill> | null = null;
  const filled = () => {
    writer ??= fill(connection, { customers, orders }, madeAt);
    return writer;
  };
  const feed = new OrderFeed();
  const shop = {
    connection,
    get writer() {
      return filled();
    },
    feed,
    clock,
  };
  return {
    typeDefs: parse(new Source(readFileSync(SDL, "utf8"), "storefront.graphql")),
    resolvers: {
      ...SCALARS,
      ...ABSTRACT_TYPES,
      ...TYPE_RESOLVERS,
      Query: createQueries(connection),
      Mutation: createMutations(shop),
      Subscription: {
        orderUpdated: {
          subscribe: (_: unknown, { merchantId }: { readonly merchantId: string }) => feed.subscribe(merchantId),
          resolve: (order: unknown) => order,
        },
      },
    },
    fill() {
      filled();
    },
    context() {
      filled();
      return createContext(connection);
    },
    close: () => {
      connection.close();
    },
  };
}

/** Rows that are reached through an abstract type carry their type's name. */
const typeOfRow = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const ABSTRACT_TYPES = { Node: typeOfRow, Party: typeOfRow, SearchResult: typeOfRow, DeskResult: typeOfRow };
