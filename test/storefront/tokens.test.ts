import { makeExecutableSchema } from "@graphql-tools/schema";
import { afterAll, describe, expect, test } from "@jest/globals";
import { parse, validate } from "graphql";
import { sampleCallers, sampleQueries } from "../../examples/storefront/src/tokens.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { openShop } from "./ask.ts";

const { shop, ask } = openShop({ customers: 60, orders: 120 });
afterAll(() => {
  shop.close();
});
const schema = makeExecutableSchema({ typeDefs: composeTypeDefs(shop.typeDefs), resolvers: shop.resolvers });
const { vocabulary } = compilePolicy(schema).policy;

describe("sampleCallers", () => {
  test("speak for every role but GUEST, who needs no token", () => {
    const roles = Object.keys(vocabulary.roles).filter((role) => role !== "GUEST");
    expect([...new Set(sampleCallers.map(({ claims }) => claims.role))].sort()).toEqual(roles.sort());
    expect(new Set(sampleCallers.map(({ name }) => name)).size).toBe(sampleCallers.length);
  });

  test.each(sampleCallers.map((caller) => [caller.name, caller] as const))(
    "%s may declare the purpose, with a reason where it needs one, and has what its reach asks for",
    (_name, { claims, purpose, justification }) => {
      const role = vocabulary.roles[claims.role];
      expect(role?.declares).toContain(purpose);
      expect(justification !== null).toBe(vocabulary.purposes[purpose]?.justification);
      expect(claims.tenants !== undefined).toBe(role?.reach === "TENANT");
      if (role?.reach === "ASSIGNED") expect(claims.org).toBeDefined();
      expect(claims.region).toBeDefined();
    },
  );

  test("are people and companies of the storefront, where they claim to be", async () => {
    for (const { claims } of sampleCallers) {
      const ids = [...(claims.tenants ?? []), ...(claims.role === "CUSTOMER" ? [claims.sub] : [])];
      for (const id of ids) expect(await ask(`{ node(id: "${id}") { id } }`)).toEqual({ node: { id } });
      if (vocabulary.roles[claims.role]?.external === true) {
        const { partner } = await ask<{ partner: object }>(`{ partner(id: "${claims.org}") { region } }`);
        expect(partner).toEqual({ region: claims.region });
      }
    }
  });

  test("have something to look at", async () => {
    const data = await ask<Record<string, readonly unknown[]>>(`{
      shipments(carrierId: "lp-1", status: IN_TRANSIT) { id }
      payments(partnerId: "pp-1") { id }
      customsDeclarations(brokerId: "cb-2") { id }
      supportTickets(merchantId: "m-1") { id }
    }`);
    for (const [name, found] of Object.entries(data)) expect([name, found.length > 0]).toEqual([name, true]);
  });
});

describe("sampleQueries", () => {
  test.each(sampleQueries.map((sample) => [sample.title, sample] as const))(
    "%s: fits the schema and the callers",
    (_title, sample) => {
      // What the gateway itself adds under `privacy` is not the storefront's to validate.
      if (!sample.query.includes("privacy {")) expect(validate(schema, parse(sample.query))).toEqual([]);
      for (const run of sample.runs) {
        const caller = sampleCallers.find(({ name }) => name === run.caller);
        expect(vocabulary.roles[caller?.claims.role ?? ""]?.declares).toContain(run.purpose);
      }
    },
  );
});
