import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Served, serveGateway } from "./harness.ts";

const SDL = /* GraphQL */ `
  type Query { customer(id: ID!): Customer, employee(id: ID!): Employee }
  type Customer @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: ID!
    name: String @sensitive(category: PERSON_NAME)
  }
  type Employee @subject(id: "id", space: "staff") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
    id: Int!
    name: String @sensitive(category: PERSON_NAME)
  }
`;
const resolvers = {
  Query: {
    customer: (_: unknown, { id }: { id: string }) => ({ id, name: "Customer" }),
    employee: (_: unknown, { id }: { id: string }) => ({ id: Number(id), name: "Employee" }),
  },
};

let served: Served;
beforeAll(async () => {
  served = await serveGateway({ typeDefs: SDL, resolvers });
});

const QUERY = `query ($id: ID!, $other: ID!) { customer(id: $id) { name } employee(id: $other) { name } }`;

async function sees(claims: object, id = "7", other = "7"): Promise<readonly unknown[] | string> {
  const { body } = await served.ask({
    query: QUERY,
    variables: { id, other },
    as: { role: "CUSTOMER", ...claims },
    purpose: "SELF_SERVICE",
  });
  return body.data === undefined ? body.errors[0].extensions.code : [body.data.customer.name, body.data.employee.name];
}

describe("people of different spaces", () => {
  test.each([
    ["a customer", { sub: "7" }, ["Customer", null]],
    ["an employee of the same number", { sub: "7", space: "staff" }, [null, "Employee"]],
    ["an employee who acts for a colleague", { sub: "8", space: "staff", act: "7" }, [null, "Employee"]],
    ["a customer who acts for an employee", { sub: "8", act: { sub: "7", space: "staff" } }, [null, "Employee"]],
    ["an id that only looks like an employee's", { sub: "staff:7" }, "UNAUTHENTICATED"],
    ["one acted for that only looks like an employee's", { sub: "8", act: "staff:7" }, "UNAUTHENTICATED"],
    ["a space that there is not", { sub: "7", space: "guests" }, "UNAUTHENTICATED"],
  ])("%s", async (_who, claims, expected) => {
    expect(await sees(claims)).toEqual(expected);
  });

  test("a customer who chose an employee's id is nobody known", async () => {
    expect(await sees({ sub: "7", space: "staff" }, "staff:7")).toEqual([null, "Employee"]);
    const { body } = await served.ask({
      query: `{ customer(id: "staff:7") { name } }`,
      as: { sub: "7", space: "staff", role: "CUSTOMER" },
      purpose: "SELF_SERVICE",
    });
    expect(body.errors[0].extensions.reason).toBe("SUBJECT_UNKNOWN");
  });

  test("have states of their own: to erase the employee erases no customer", async () => {
    const state = { status: "ERASED", legalHold: false, time: 1, by: "officer", reason: null } as const;
    await served.gateway.consents.setSubjectState({ ...state, subject: "staff:7" });
    expect(await sees({ sub: "7" })).toEqual(["Customer", null]);
    expect(await sees({ sub: "7", space: "staff" })).toEqual([null, null]);
  });
});

test("where nobody is of a space, a claim of that name is none of the gateway's, and ids may hold colons", async () => {
  const plain = await serveGateway({ typeDefs: SDL.replace(', space: "staff"', ""), resolvers });
  const { body } = await plain.ask({
    query: `{ customer(id: "staff:7") { name } }`,
    as: { sub: "staff:7", space: 12, role: "CUSTOMER" },
    purpose: "SELF_SERVICE",
  });
  expect(body.data.customer.name).toBe("Customer");
});
