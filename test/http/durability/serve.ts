import { writeSync } from "node:fs";
import { createGateway } from "../../../src/index.ts";

// Serves people from a store file until it is killed; writes its address to standard output.
const [path = "", secret = ""] = process.argv.slice(2);
const gateway = await createGateway({
  typeDefs: /* GraphQL */ `
    type Query { person(id: ID!): Person }
    type Person @subject(id: "id") @purpose(allow: [SELF_SERVICE], to: [CUSTOMER]) {
      id: ID!
      name: String @sensitive(category: PERSON_NAME)
    }
  `,
  resolvers: { Query: { person: (_: unknown, { id }: { readonly id: string }) => ({ id, name: `Name ${id}` }) } },
  store: `sqlite:${path}`,
  auth: { secret },
  graphiql: false,
});
const { url } = await gateway.listen({ port: 0 });
writeSync(1, `${url}\n`);
