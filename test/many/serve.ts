import { writeSync } from "node:fs";
import { createGateway } from "../../src/index.ts";

// One of several gateways: serves people over a shared database, with a spool of its own, until it is told to stop or
// killed. Writes its address to standard output.
const [store = "", spool = "", secret = "", logKey = ""] = process.argv.slice(2);
const personOf = (id: string) => ({
  id,
  shop: "shop-1",
  level: "gold",
  name: `Name ${id}`,
  email: `${id}@example.com`,
});
/** As sysexits.h has it: whoever supervises the gateway is to start it again. */
const EX_TEMPFAIL = 75;
const gateway = await createGateway({
  typeDefs: /* GraphQL */ `
    type Query {
      person(id: ID!): Person
      motto: String!
    }
    type Person @subject(id: "id", tenant: "shop")
      @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
      @purpose(allow: [DIRECT_MARKETING], to: [MERCHANT])
      @consent(for: [DIRECT_MARKETING]) {
      id: ID!
      shop: ID!
      level: String!
      name: String @sensitive(category: PERSON_NAME)
      email: String @sensitive(category: EMAIL_ADDRESS)
    }
  `,
  resolvers: {
    Query: { person: (_: unknown, { id }: { readonly id: string }) => personOf(id), motto: () => "for everybody" },
  },
  store,
  spool,
  logKey,
  auth: { secret },
  graphiql: false,
}).catch((error) => {
  if (error.code !== "STORE_UNAVAILABLE") throw error;
  process.exit(EX_TEMPFAIL);
});
process.on("SIGTERM", async () => {
  await gateway.stop();
  process.exit(0);
});
const { url } = await gateway.listen({ port: 0 });
writeSync(1, `${url}\n`);
