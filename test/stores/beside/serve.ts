import { writeSync } from "node:fs";
import { createGateway } from "../../../src/index.ts";

// A gateway over one SQLite file, until it is killed. Writes its address to standard output.
const [store = "", secret = ""] = process.argv.slice(2);
const gateway = await createGateway({
  typeDefs: /* GraphQL */ `
    type Query {
      person(id: ID!): Person
    }
    type Person @subject(id: "id", tenant: "shop")
      @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
      @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
      @consent(for: [DIRECT_MARKETING]) {
      id: ID!
      shop: ID!
      email: String @sensitive(category: EMAIL_ADDRESS)
    }
  `,
  resolvers: {
    Query: {
      person: (_: unknown, { id }: { readonly id: string }) => ({ id, shop: "shop-1", email: `${id}@example.com` }),
    },
  },
  store,
  auth: { secret },
  graphiql: false,
});
const { url } = await gateway.listen({ port: 0 });
writeSync(1, `${url}\n`);
