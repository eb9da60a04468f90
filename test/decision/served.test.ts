import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { CASES } from "./cases/index.ts";
import { policyOf } from "./facts.ts";
import { toSdl, whyNotServed } from "./served.ts";
import { TEST_PURPOSES, VOCABULARY } from "./vocabulary.ts";

describe("rows as a schema to serve", () => {
  const served = CASES.filter((row) => whyNotServed(row) === null);
  const { policy, faults } = compilePolicy(makeExecutableSchema({ typeDefs: composeTypeDefs(toSdl(served)) }));

  test("nearly all rows can be served", () => {
    expect(served.length).toBeGreaterThan(CASES.length * 0.95);
  });

  test("their SDL has no fault", () => {
    expect(faults).toEqual([]);
  });

  test("and compiles to the policies that the rows are decided by", () => {
    for (const [index, { name, field }] of served.entries()) {
      const type = `Customer${index}`;
      const { subject, fields } = policy.types[type] ?? {};
      const keys = field.subject && {
        tenant: null,
        region: null,
        birthDate: null,
        ...field.subject,
        id: [field.subject.id],
      };
      expect([name, fields?.["value"], subject]).toEqual([name, policyOf(field, type), keys]);
    }
  });

  test("the test vocabulary says of roles, purposes and categories what the compiled one says", () => {
    const { roles, purposes, categories } = policy.vocabulary;
    for (const [name, term] of Object.entries(VOCABULARY.roles)) expect(roles[name]).toEqual(term);
    for (const name of TEST_PURPOSES) expect(purposes[name]).toEqual(VOCABULARY.purposes[name]);
    for (const [name, term] of Object.entries(VOCABULARY.categories)) expect(categories[name]).toEqual(term);
  });
});
