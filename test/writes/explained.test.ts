import { makeExecutableSchema } from "@graphql-tools/schema";
import { describe, expect, test } from "@jest/globals";
import { describeWrite, explainWrite } from "../../src/cli/explain-write.ts";
import type { RequestFacts } from "../../src/decision/model.ts";
import { deploymentOf } from "../../src/options.ts";
import { categoryMatrix } from "../../src/policy/category-matrix.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/schema/compose.ts";
import { SDL } from "./shop.ts";

const { policy, faults } = compilePolicy(makeExecutableSchema({ typeDefs: composeTypeDefs(SDL) }), {
  subjectOf: new Set(["Token"]),
});

function request(role: string, purpose: string | null): RequestFacts {
  const nobody = { purposes: null, onBehalfOf: null, actingAs: null, tokenId: null, expiresAt: null, app: null };
  const caller = { id: "x", role, organisation: "o", tenants: ["t"], region: null, ...nobody };
  return { caller, purpose, optedOut: false, now: 0, deployment: deploymentOf({}) };
}

const explained = async (field: string, role: string, purpose: string | null) => {
  const write = policy.writes[`Mutation.${field}`];
  if (write === undefined) throw new Error("It does not act.");
  return describeWrite(await explainWrite(write, policy, request(role, purpose)));
};

describe("what acts is explained", () => {
  test.each([
    [
      "rename",
      "CUSTOMER",
      "SELF_SERVICE",
      "acts on Customer by customerId as id, looked up with the query customer",
      "Depends on whom",
    ],
    ["rename", "GUEST", null, "by whose the object is", "DENY: ROLE_NOT_ALLOWED"],
    [
      "profile",
      "MERCHANT",
      "CUSTOMER_SUPPORT",
      "acts on Customer, trusted: reach SELF",
      "reaches the caller's own data",
    ],
    ["close", "CUSTOMER", "SELF_SERVICE", "trusted, reach TENANT", "DENY: OUT_OF_REACH"],
    ["tell", "CUSTOMER", "SELF_SERVICE", "acts on Token by key, told by the option subjectOf", "Depends"],
    ["fill", "GUEST", null, "of objects that name nobody: trusted, reach NONE", "open to everybody"],
    ["signUp", "GUEST", null, "trusted, reach NONE", "DENY: ROLE_NOT_ALLOWED"],
    ["rotate", "CUSTOMER", "SELF_SERVICE", "decided before it runs", "by role and purpose alone"],
  ])("%s for %s", async (field, role, purpose, ...texts) => {
    const text = await explained(field, role, purpose);
    for (const each of texts) expect(text).toContain(each);
  });

  test("and what writes a category stands in the matrix", () => {
    expect(faults).toEqual([]);
    expect(categoryMatrix(policy)["PERSON_NAME"]).toEqual({
      special: false,
      fields: ["Customer.name"],
      writtenBy: ["Profile.name"],
    });
  });
});
