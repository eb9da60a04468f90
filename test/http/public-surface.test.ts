import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  type GraphQLSchema,
  graphql,
  isInterfaceType,
  isObjectType,
  isSchema,
  printSchema,
} from "graphql";
import type { GatewayOptions } from "../../src/index.ts";
import * as surface from "../../src/index.ts";
import { type Served, serveGateway, tokenFor } from "./harness.ts";

const CANARY = "4929-canary";
const SDL = /* GraphQL */ `
  type Query { holder: Holder!  thing: Thing }
  type Subscription { holder: Holder! }
  interface Thing { id: ID! }
  type Holder implements Thing @subject(id: "id") { id: ID!  card: String! @sensitive(category: PAYMENT_CARD) }
  type Other implements Thing { id: ID!  secret: String @sensitive(category: CREDENTIAL) }
`;
let ran: string[];
const holder = () => {
  ran.push("holder");
  return { id: "h", card: CANARY, __typename: "Holder" };
};
const resolvers = {
  Query: { holder, thing: holder },
  Subscription: { holder: { subscribe: holder, resolve: holder } },
  Thing: {
    __resolveType: () => {
      ran.push("type");
      return "Holder";
    },
  },
  Holder: { card: holder },
  Other: { __isTypeOf: () => ran.push("type") > 0 },
};

let served: Served;
const seenByPlugins = new Set<unknown>();
beforeAll(async () => {
  const seeing = {
    async serverWillStart(service: object) {
      seenByPlugins.add(service);
    },
    async requestDidStart(request: object) {
      seenByPlugins.add(request);
      return {
        async didResolveOperation(resolved: object) {
          seenByPlugins.add(resolved);
        },
      };
    },
  };
  const plugins = [seeing] as unknown as NonNullable<GatewayOptions["plugins"]>;
  served = await serveGateway({ typeDefs: SDL, resolvers, plugins });
  ran = [];
  const asked = await fetch(served.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${tokenFor({ sub: "h", role: "CUSTOMER" })}`,
    },
    body: JSON.stringify({ query: "{ holder { card } }" }),
  });
  expect(await asked.text()).not.toContain(CANARY);
  expect(ran).toEqual(["holder", "holder"]);
});

/** Every value that can be reached from one by its properties, without calling anything. */
function reachable(from: unknown, into = new Set<unknown>()): Set<unknown> {
  if ((typeof from !== "object" && typeof from !== "function") || from === null || into.has(from)) return into;
  into.add(from);
  for (const value of from instanceof Map || from instanceof Set ? from.values() : []) reachable(value, into);
  for (const key of Reflect.ownKeys(from)) {
    let value: unknown;
    try {
      value = Reflect.get(from, key);
    } catch {
      continue;
    }
    reachable(value, into);
  }
  return into;
}

/** What an execution against a schema would call. */
function behind(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith("__") || !("toConfig" in type)) return [];
    const { resolveType, isTypeOf } = type as { resolveType?: unknown; isTypeOf?: unknown };
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const called = fields.filter(({ resolve, subscribe }) => resolve !== undefined || subscribe !== undefined);
    return [...called.map(({ name }) => `${type.name}.${name}`), ...(resolveType || isTypeOf ? [type.name] : [])];
  });
}

describe("nothing public executes unprotected", () => {
  test("no schema can be reached from a gateway, nor from what is exported", () => {
    const found = [...reachable(served.gateway), ...reachable({ ...surface })];
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((value) => isSchema(value))).toEqual([]);
  });

  test("what is exported at run time is what is meant to be", () => {
    // The last are for stores of one's own: they compute, and reach nothing.
    const forStores = ["matchesFilter", "recordOf", "recordsAfter", "recordsFrom", "splitEntry", "standingsOf"];
    const meant = ["ERROR_STATUS", "FieldguardError", "REASONS", "createGateway", "newId", ...forStores].sort();
    expect(Object.keys(surface).sort()).toEqual(meant);
  });

  test("the schemas that plugins get describe, and have nothing behind them", async () => {
    const schemas = [...reachable([...seenByPlugins])].filter((value): value is GraphQLSchema => isSchema(value));
    expect(schemas.length).toBeGreaterThan(0);
    ran = [];
    for (const schema of schemas) {
      // Apollo wraps every field for its own hooks: what is wrapped must be the default.
      const source = "{ holder { card } thing { id ... on Holder { card } } privacy { policy { hash } } }";
      const answer = await graphql({ schema, source, contextValue: {}, rootValue: {} });
      expect(JSON.stringify(answer.data ?? null)).toBe("null");
      expect(behind(schema).filter((name) => !/\./.test(name))).toEqual([]);
    }
    expect(ran).toEqual([]);
  });

  test("the served schema is told as text, in which what may be denied is nullable", () => {
    const { sdl } = served.gateway;
    expect(sdl).toContain("card: String\n");
    expect(sdl).toContain("privacy: PrivacyQuery!");
    expect(printSchema(buildSchema(sdl))).toBe(sdl);
  });
});
