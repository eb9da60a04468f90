import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/policy/compose.ts";
import { CASES } from "./cases/index.ts";
import { policyOf } from "./facts.ts";
import { toSdl, whyNotServed } from "./served.ts";
import { TEST_PURPOSES, VOCABULARY } from "./vocabulary.ts";

const SERVED = CASES.filter((row) => whyNotServed(row) === null);

/** Rows of one field share its SDL. */
const SDLS = new Map(SERVED.map((row) => [toSdl(row), row] as const));

function compile(sdl: string) {
  return compilePolicy(makeExecutableSchema({ typeDefs: composeTypeDefs(sdl) }));
}

describe("rows as a schema to serve", () => {
  test("nearly all rows can be served", () => {
    expect(SERVED.length).toBeGreaterThan(CASES.length * 0.95);
  });

  test.each([...SDLS].map(([sdl, row]) => ({ name: row.name, sdl, field: row.field })))(
    "the SDL of `$name` compiles to the policy that the row is decided by",
    ({ sdl, field }) => {
      const { policy, faults } = compile(sdl);
      expect(faults).toEqual([]);
      expect(policy.types["Customer"]?.fields["value"]).toEqual(policyOf(field));
      const keys = field.subject;
      expect(policy.types["Customer"]?.subject ?? null).toEqual(
        keys && { tenant: null, region: null, birthDate: null, ...keys },
      );
    },
  );

  test("the test vocabulary says of roles, purposes and categories what the compiled one says", () => {
    const [first] = SDLS.keys();
    const { vocabulary } = compile(first ?? "").policy;
    for (const [name, role] of Object.entries(VOCABULARY.roles)) expect(vocabulary.roles[name]).toEqual(role);
    for (const name of TEST_PURPOSES) expect(vocabulary.purposes[name]).toEqual(VOCABULARY.purposes[name]);
    for (const [name, term] of Object.entries(VOCABULARY.categories)) {
      expect(vocabulary.categories[name]).toEqual(term);
    }
  });
});
