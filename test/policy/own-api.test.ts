import { expect, test } from "@jest/globals";
import { buildASTSchema } from "graphql";
import { ownTypeDefs } from "../../src/api/type-defs.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { composeTypeDefs } from "../../src/policy/compose.ts";

test("a bare name in @probes means none of the gateway's own types, which are served beside", () => {
  const integrator = composeTypeDefs(`
    type Query {
      tickets(about: String @probes(field: "subject"), ofShop: ID @probes(field: "tenant")): [String!]
      ticket: Ticket
    }
    type Ticket {
      subject: String @sensitive(category: COMMUNICATION_CONTENT)
      tenant: ID @sensitive(category: ACCOUNT_IDENTIFIER)
    }
  `);
  const typeDefs = composeTypeDefs([integrator, ownTypeDefs(integrator)]);
  const { policy, faults } = compilePolicy(buildASTSchema(typeDefs));
  expect(faults).toEqual([]);
  expect(policy.types["Consent"]?.fields["subject"]).toBeDefined();
  expect(policy.probes["Query.tickets(about:)"]).toEqual(["Ticket.subject"]);
  expect(policy.probes["Query.tickets(ofShop:)"]).toEqual(["Ticket.tenant"]);
});
