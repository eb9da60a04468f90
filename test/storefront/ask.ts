import { makeExecutableSchema } from "@graphql-tools/schema";
import { graphql } from "graphql";
import { createStorefront, type Storefront } from "../../examples/storefront/src/storefront.ts";
import type { Clock } from "../../src/core/clock.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";

export const NOON: Clock = { now: () => Date.parse("2024-07-03T12:00:00.000Z") };

/** A storefront that is asked with plain graphql-js: what it holds before any gateway. */
export interface Asked {
  readonly shop: Storefront;
  /** The answer's data, of the shape that the test has asked for; fails on any error. */
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Messages of the answer's errors. */
  errors(query: string, variables?: Record<string, unknown>): Promise<readonly string[]>;
}

/** One page of rows, as far as it was asked for. */
export interface Paged<T> {
  readonly total: number;
  readonly nextAfterId: string | null;
  readonly nodes: readonly T[];
}

export function openShop(counts: { readonly customers?: number; readonly orders?: number } = {}): Asked {
  const shop = createStorefront({ clock: NOON, ...counts });
  const schema = makeExecutableSchema({ typeDefs: composeTypeDefs(shop.typeDefs), resolvers: shop.resolvers });
  const run = (source: string, variableValues?: Record<string, unknown>) =>
    graphql({
      schema,
      source,
      contextValue: shop.context(),
      ...(variableValues === undefined ? {} : { variableValues }),
    });
  return {
    shop,
    ask: async <T>(query: string, variables?: Record<string, unknown>) => {
      const { data, errors } = await run(query, variables);
      if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
      return JSON.parse(JSON.stringify(data)) as T;
    },
    errors: async (query, variables) => ((await run(query, variables)).errors ?? []).map(({ message }) => message),
  };
}
